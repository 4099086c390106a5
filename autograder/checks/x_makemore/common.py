"""What the checks of ``makemore.py`` share: words as ids, counts, distributions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autograder.data.wordlists import LETTERS
from autograder.numerics import small

Rng = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measure = dict[str, float]

ALPHABET = f".{LETTERS}"
SIZE = len(ALPHABET)


def ids_of(word: str) -> list[int]:
    """Return a word as ids, with its ends."""
    return [0, *map(ALPHABET.index, word), 0]


def draw_words(rng: Rng, count: int) -> list[str]:
    """Return words of one to seven letters of any kind, doubled letters among them."""
    draw = small.uncut_generator(rng)
    words = ["".join(draw.choice(list(LETTERS), draw.integers(1, 8))) for _ in range(count - 1)]
    letter = str(draw.choice(list(LETTERS)))
    return [*words, 2 * letter]


def count_bigrams(words: Sequence[str]) -> Ints:
    """Return how often each id follows each."""
    counts = np.zeros((SIZE, SIZE), np.int64)
    for word in words:
        ids = ids_of(word)
        np.add.at(counts, (ids[:-1], ids[1:]), 1)
    return counts


def softmax(logits: Floats) -> Floats:
    """Return the distribution of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def mean_nll(probabilities: Floats, words: Sequence[str]) -> float:
    """Return the mean negative log-likelihood of all bigrams."""
    counts = count_bigrams(words)
    pairs = np.nonzero(counts)
    with np.errstate(divide="ignore"):
        surprise = -np.log(probabilities[pairs])
    return float(np.average(surprise, weights=counts[pairs]))


def counted(words: Sequence[str], added: float) -> Floats:
    """Return the bigram probabilities by counts, with something added to each."""
    counts = count_bigrams(words) + added
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300))
