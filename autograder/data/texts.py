"""Texts to learn from: small tales that are made here, and Tiny Shakespeare."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data import registry, store

Rng = np.random.Generator

WOMEN = "anna clara edith flora greta helen irene julia maria nora paula ruth sara vera"
MEN = "adam boris carl david emil frank georg hugo jacob leo martin oscar paul viktor"
TRADES = "baker farmer miller painter sailor smith tailor teacher weaver writer"
KINDS = "clever cold gentle happy hungry lonely old quiet tall tired young"
VERBS = "bought broke carried dropped found forgot hid lost sold stole wanted washed"
THINGS = "apple basket book bottle boat candle coat hammer kettle lamp mirror ring rope"
PLACES = "bridge cellar church forest garden harbour kitchen market mill river tower"
TIMES = "at night,before dawn,in spring,in the morning,on sunday,once again"
SHARE = 0.9  # of Tiny Shakespeare that is trained on: the beginning; the rest is held out
LENGTH, HELD_OUT = 24_000, 6_000  # characters of a tale


@dataclass(frozen=True)
class Text:
    """A text to learn from, and one by the same author to measure on.

    Attributes
    ----------
    characters : str
        All that occur: a character's id is its place.
    train, test : ndarray of int64
        Ids.
    """

    characters: str
    train: NDArray[np.int64]
    test: NDArray[np.int64]

    def renumbered(self, rng: Rng) -> "Text":
        """Return the same text under other ids: what was learnt of the usual ones is no help."""
        order = rng.permutation(len(self.characters))  # old id -> new id
        characters = "".join(self.characters[place] for place in np.argsort(order))
        return Text(characters, order[self.train], order[self.test])

    def spelled(self, ids: NDArray[np.int64]) -> str:
        """Return ids as text."""
        return "".join(self.characters[place] for place in ids)


def split(text: str, train: int) -> Text:
    """Return `text` with its first `train` characters to learn from."""
    characters = "".join(sorted(set(text)))
    ids = {character: place for place, character in enumerate(characters)}
    encoded = np.array([ids[character] for character in text], np.int64)
    return Text(characters, encoded[:train], encoded[train:])


def tale(rng: Rng, length: int) -> str:
    """Return `length` characters about people who do things, with a vocabulary of their own.

    Who "she" or "he" is, and what "it" is, was said a sentence before: a character knows its
    neighbour, but the sentence knows more.
    """
    pools = [pool.split() for pool in (WOMEN, MEN, TRADES, KINDS, VERBS, THINGS, PLACES)]
    pools.append(TIMES.split(","))
    words = [[str(word) for word in rng.choice(pool, 5, replace=False)] for pool in pools]
    told: list[str] = []
    while sum(map(len, told)) < length:
        told.append(_episode(rng, words))
    return "".join(told)[:length]


def _episode(rng: Rng, words: list[list[str]]) -> str:
    women, men, trades, kinds, verbs, things, places, times = words

    def one(pool: list[str]) -> str:
        return pool[int(rng.integers(len(pool)))]

    names, they = ((women, "she"), (men, "he"))[int(rng.integers(2))]
    name, thing = one(names), one(things)
    return (
        f"{name} the {one(kinds)} {one(trades)} {one(verbs)} a {thing}. "
        f"{they} {one(verbs)} the {thing} in the {one(places)} {one(times)}, said {name}.\n"
    )


@cache
def shakespeare(where: store.Store) -> Text:
    """Return Tiny Shakespeare: nine tenths to learn from, the last tenth to measure on.

    Raises
    ------
    DataMissing
        When the file is neither there nor to be had.
    """
    dataset = registry.load().dataset("tinyshakespeare")
    text = Path(where.fetch(dataset, dataset.files[0])).read_text(encoding="ascii")
    return split(text, int(SHARE * len(text)))


def named(profile: str, data_dir: str, rng: Rng) -> Text:
    """Return the text of a profile: a new tale in ``quick``, Tiny Shakespeare in ``full``.

    Tiny Shakespeare is known to everybody, so its ids are drawn: weights that were trained
    beforehand would not know them.
    """
    if profile == "full":
        return shakespeare(store.default(data_dir)).renumbered(rng)
    return split(tale(rng, LENGTH + HELD_OUT), LENGTH)
