"""Words to learn from: made of drawn syllables, or first names in a drawn alphabet."""

from dataclasses import dataclass

import numpy as np

from autograder.data import registry, store

Rng = np.random.Generator

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CONSONANTS, VOWELS = "bdfghklmnprstvz", "aeiou"
SYLLABLES = 24  # of a drawn language
WORDS, HELD_OUT = 1200, 300  # of a drawn language
NAMES_SHARE = 0.9  # of the names that are trained on


@dataclass(frozen=True)
class Words:
    """Words to learn from, and words of the same kind to measure on; none is in both."""

    train: list[str]
    test: list[str]


def make_words(rng: Rng) -> Words:
    """Return words of a language drawn anew: two to four of its syllables of three letters.

    After two letters of a syllable its third is nearly known; after one of them it is not.
    """
    syllables: set[str] = set()
    while len(syllables) < SYLLABLES:
        first, last = rng.choice(list(CONSONANTS), 2)
        syllables.add(f"{first}{rng.choice(list(VOWELS))}{last}")
    known, found = sorted(syllables), dict[str, None]()
    while len(found) < WORDS + HELD_OUT:
        (count,) = rng.integers(2, 5, size=1)
        found["".join(rng.choice(known, count))] = None
    words = list(found)
    return Words(words[:WORDS], words[WORDS:])


def respell(words: list[str], rng: Rng) -> list[str]:
    """Return words with every letter replaced by another, the same everywhere.

    Everybody knows the list of names: weights that were trained on it beforehand do not fit.
    """
    table = str.maketrans(LETTERS, "".join(rng.permutation(list(LETTERS))))
    return [word.translate(table) for word in words]


def read_names(source: store.Store) -> list[str]:
    """Return 32,033 first names in lower case.

    Raises
    ------
    DataMissing
        When the file is not there and cannot be downloaded.
    """
    dataset = registry.load_registry().dataset("names")
    content = source.fetch(dataset, dataset.file("names.txt")).read_text(encoding="ascii")
    return content.split()


def load_words(profile: str, data_dir: str, rng: Rng) -> Words:
    """Return the words of a profile: a drawn language in ``quick``, first names in ``full``."""
    if profile != "full":
        return make_words(rng)
    names = respell(sorted(set(read_names(store.open_store(data_dir)))), rng)
    order = [names[place] for place in rng.permutation(len(names))]
    count = int(NAMES_SHARE * len(order))
    return Words(order[:count], order[count:])
