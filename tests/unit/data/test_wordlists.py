"""Words to learn from: new ones, none of them on both sides, and a respelling that loses nothing."""

from pathlib import Path

import numpy as np

from autograder.data import wordlists
from autograder.data.store import Store


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_made_words_are_new_each_time_and_on_one_side() -> None:
    words, others = wordlists.make_words(rng(1)), wordlists.make_words(rng(2))
    assert (len(words.train), len(words.test)) == (wordlists.WORDS, wordlists.HELD_OUT)
    assert len({*words.train, *words.test}) == wordlists.WORDS + wordlists.HELD_OUT
    assert {len(word) for word in words.train} == {6, 9, 12}
    assert {*"".join(words.train)} <= {*wordlists.LETTERS}
    assert len({*words.train} & {*others.train}) < len(words.train) / 10
    assert wordlists.make_words(rng(1)) == words


def test_respelt_words_have_other_letters_and_the_same_pattern() -> None:
    known = ["anna", "otto", "abc"]
    first, second, third = wordlists.respell(known, rng())
    assert [first, second, third] != known
    assert first[0] == first[3] != first[1] == first[2]
    assert second[0] == second[3] != second[1] == second[2]
    assert len({*third}) == 3
    assert third[0] == first[0]
    assert wordlists.respell(known, rng()) == [first, second, third]


def test_names_come_from_the_store(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("emma\nolivia\nava\n")
    fetched = type("Fetched", (Store,), {"fetch": lambda *_: file})(tmp_path)
    assert wordlists.read_names(fetched) == ["emma", "olivia", "ava"]
