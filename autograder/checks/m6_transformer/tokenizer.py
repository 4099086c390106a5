"""``CharTokenizer``: text to ids, and back."""

from typing import Any

from autograder.checks.m6_transformer.common import BAD, Rng
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import require_list, same

TOKENS = "CharTokenizer.encode CharTokenizer.decode CharTokenizer.__init__"


def passage(rng: Rng) -> tuple[str, list[str]]:
    """Return a text, and three others of its characters."""
    letters = rng.choice(list("abcdefghijklmnopqrstuvwxyzABCDE .,!?\n"), 14, replace=False)
    text = "".join(rng.choice(letters, 60)) + "".join(letters)
    return text, ["".join(rng.choice(letters, size)) for size in (1, 9, 25)] + [""]


def ask_tokenizer(ask: Ask, rng: Rng) -> tuple[dict[str, Any], str, list[str], list[list[int]]]:
    """Ask for ids and texts; return the answer, what was asked, and the right ids."""
    text, others = passage(rng)
    places = {character: place for place, character in enumerate(sorted(set(text)))}
    wanted = [[places[character] for character in other] for other in others]
    answer = ask("tokenize", text=text, others=others, ids=wanted)
    return answer, text, others, wanted


@check(TOKENS)
def check_tokenizer_round_trip(ask: Ask, rng: Rng) -> None:
    answer, _, others, wanted = ask_tokenizer(ask, rng)
    for got, other in zip(require_list(answer["again"], 4, "texts"), others, strict=True):
        same(got, other, "decode(encode(text))")
    for got, ids in zip(require_list(answer["encoded"], 4, "lists of ids"), wanted, strict=True):
        same(isinstance(got, list) and len(got), len(ids), "the number of ids")


@check(TOKENS)
def check_tokenizer_order(ask: Ask, rng: Rng) -> None:
    answer, text, others, wanted = ask_tokenizer(ask, rng)
    same(answer["vocab_size"], len(set(text)), "vocab_size")
    same(answer["encoded"], wanted, f"the ids of {others[:2]!r} and two more")
    same(answer["decoded"], others, "the texts of these ids")


@check(TOKENS)
def check_tokenizer_unknown(ask: Ask, rng: Rng) -> None:
    text, _ = passage(rng)
    known = require_list(ask_tokenizer(ask, rng)[0]["again"], 4, "texts")
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
