"""Texts to learn from: small generated tales, and Tiny Shakespeare."""

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
TRAINING_SHARE = 0.9  # of Tiny Shakespeare that is trained on: the beginning; the rest is held out
LENGTH, HELD_OUT = 24_000, 6_000  # characters of a tale


@dataclass(frozen=True)
class Text:
    """A text to learn from, and one by the same author to measure on.

    Attributes
    ----------
    characters : str
        All that occur: a character's id is its index.
    train, test : ndarray of int64
        Ids.
    """

    characters: str
    train: NDArray[np.int64]
    test: NDArray[np.int64]

    def renumber(self, rng: Rng) -> "Text":
        """Return the same text under random ids: weights trained on the usual ones are no help."""
        order = rng.permutation(len(self.characters))  # old id -> new id
        characters = "".join(self.characters[index] for index in np.argsort(order))
        return Text(characters, order[self.train], order[self.test])

    def spelled(self, ids: NDArray[np.int64]) -> str:
        """Return ids as text."""
        return "".join(map(self.characters.__getitem__, ids))


def split_text(text: str, train: int) -> Text:
    """Return `text` with its first `train` characters to learn from."""
    characters = "".join(sorted(set(text)))
    ids = {character: index for index, character in enumerate(characters)}
    encoded = np.array([ids[character] for character in text], np.int64)
    return Text(characters, encoded[:train], encoded[train:])


def make_tale(rng: Rng, length: int) -> str:
    """Return `length` characters about people who do things, with a vocabulary of their own.

    Who "she" or "he" is, and what "it" is, was said a sentence before: a character knows its
    neighbour, but the sentence knows more.
    """
    pools = [pool.split() for pool in (WOMEN, MEN, TRADES, KINDS, VERBS, THINGS, PLACES)]
    pools.append(TIMES.split(","))
    words = [[str(word) for word in rng.choice(pool, 5, replace=False)] for pool in pools]
    episodes: list[str] = []
    while sum(map(len, episodes)) < length:
        episodes.append(_make_episode(rng, words))
    return "".join(episodes)[:length]


def _make_episode(rng: Rng, words: list[list[str]]) -> str:
    women, men, trades, kinds, verbs, things, places, times = words

    def pick(pool: list[str]) -> str:
        return pool[int(rng.integers(len(pool)))]

    names, pronoun = ((women, "she"), (men, "he"))[int(rng.integers(2))]
    name, thing = pick(names), pick(things)
    return (
        f"{name} the {pick(kinds)} {pick(trades)} {pick(verbs)} a {thing}. "
        f"{pronoun} {pick(verbs)} the {thing} in the {pick(places)} {pick(times)}, said {name}.\n"
    )


@cache
def read_shakespeare(source: store.Store) -> Text:
    """Return Tiny Shakespeare: nine tenths to learn from, the last tenth to measure on.

    Raises
    ------
    DataMissing
        When the file is not there and cannot be downloaded.
    """
    dataset = registry.load_registry().dataset("tinyshakespeare")
    text = Path(source.fetch(dataset, dataset.files[0])).read_text(encoding="ascii")
    return split_text(text, int(TRAINING_SHARE * len(text)))


def load_text(profile: str, data_dir: str, rng: Rng) -> Text:
    """Return the text of a profile: a new tale in ``quick``, Tiny Shakespeare in ``full``.

    Everybody knows Tiny Shakespeare, so its ids are random: weights that were trained
    beforehand do not fit them.
    """
    if profile == "full":
        return read_shakespeare(store.open_store(data_dir)).renumber(rng)
    return split_text(make_tale(rng, LENGTH + HELD_OUT), LENGTH)
