"""How alike a statement is to those that a mistake is known from: by the words of both.

In another style a mistake stands in another function, but in a statement of much the same words: a
mean that divides by too much has a size and a division in it.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

Words = frozenset[str]


def weigh_words(statements: Collection[Words]) -> dict[str, float]:
    """Return the weight of each word: the fewer of a work's statements have it, the more."""
    counted = Counter(word for words in statements for word in words)
    most = len(statements) + 1
    return {word: math.log(most / count) for word, count in counted.items()}


def compare_words(ours: Words, theirs: Words, weights: Mapping[str, float]) -> float:
    """Return how alike two statements are, from 0 to 1; a word that has no weight counts nothing.

    Parameters
    ----------
    ours, theirs : frozenset of str
        Their words.
    weights : mapping
        By `weigh_words`.
    """
    shared, one, other = (
        sum(weights.get(word, 0.0) for word in words) for words in (ours & theirs, ours, theirs)
    )
    return shared / math.sqrt(one * other) if shared else 0.0


def find_likest(ours: Words, known: Sequence[Words], weights: Mapping[str, float]) -> float:
    """Return how alike a statement is to that of `known` which is most alike."""
    return max((compare_words(ours, theirs, weights) for theirs in known), default=0.0)
