"""``CharTokenizer``: text to ids, and back."""

from typing import Any

import numpy as np

from autograder.checks.m6_transformer.common import BAD, Rng
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import brief, require_list, same
from autograder.numerics.failure import WrongAnswer

TOKENS = "CharTokenizer.encode CharTokenizer.decode CharTokenizer.__init__"


def passage(rng: Rng) -> tuple[str, list[str]]:
    """Return a text, and three others of its characters."""
    usual = rng.choice(list("abcdefghijklmnopqrstuvwxyzABCDE .,!?\n"), 12, replace=False)
    letters = np.append(usual, rng.choice(list("éßλж→"), 2, replace=False))
    text = "".join(rng.choice(letters, 60)) + "".join(letters)
    return text, ["".join(rng.choice(letters, size)) for size in (1, 9, 25)] + [""]


def ids_of(text: str, others: list[str]) -> list[list[int]]:
    """Return the right ids of each other text."""
    places = {character: place for place, character in enumerate(sorted(set(text)))}
    return [[places[character] for character in other] for other in others]


def ask_decoded(ask: Ask, text: str, ids: Any, count: int) -> list[Any]:
    """Ask for the texts of lists of ids, however they were made."""
    return require_list(ask("decode", text=text, ids=ids)["decoded"], count, "texts")


def require_ids(got: Any, others: list[str]) -> list[list[int]]:
    """Return `got` as a list of ids for each text, or fail."""
    for ids, other in zip(require_list(got, len(others), "lists of ids"), others, strict=True):
        same(isinstance(ids, list) and len(ids), len(other), "the number of ids")
        if not all(isinstance(each, int) for each in ids):
            raise WrongAnswer(f"the ids of {other!r}: got {brief(ids)}, wanted whole numbers")
    return list(got)


@check(TOKENS)
def check_tokenizer_round_trip(ask: Ask, rng: Rng) -> None:
    text, others = passage(rng)
    ids = require_ids(ask("encode", text=text, others=others)["encoded"], others)
    ask.take_fresh_worker()  # which has not seen the texts
    for got, other in zip(ask_decoded(ask, text, ids, 4), others, strict=True):
        same(got, other, "decode(encode(text))")


@check(TOKENS)
def check_tokenizer_order(ask: Ask, rng: Rng) -> None:
    text, others = passage(rng)
    answer = ask("encode", text=text, others=others)
    same(answer["vocab_size"], len(set(text)), "vocab_size")
    same(answer["encoded"], ids_of(text, others), f"the ids of {others[:2]!r} and two more")
    text, others = passage(rng)
    got = ask_decoded(ask, text, ids_of(text, others), 4)
    same(got, others, f"the texts of the ids {ids_of(text, others)[:2]} and two more")


@check(TOKENS)
def check_tokenizer_unknown(ask: Ask, rng: Rng) -> None:
    text, others = passage(rng)
    known = ask_decoded(ask, text, ids_of(text, others), 4)
    is_text = isinstance(known[0], str) and known[0] != ""
    same(is_text, True, "whether known characters are decoded")
    program = f"tokenizer = CharTokenizer({text!r})"
    no_id = (*BAD, "LookupError")
    rows = (
        ("an unknown character", ("ValueError",), f"tokenizer.encode({text[0] + '#'!r})"),
        ("an id past the vocabulary", no_id, f"tokenizer.decode([0, {len(set(text))}])"),
        ("a negative id", no_id, "tokenizer.decode([0, -1])"),
    )
    bad = [bad_expression(*each, program=program) for each in rows]
    ask.refuses("attempt", bad)
