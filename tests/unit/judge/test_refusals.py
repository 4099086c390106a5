"""Bad input: all that is not refused is named at once, with what came and what was wanted."""

from types import ModuleType
from typing import Any, cast

import numpy as np
import pytest

from autograder.diagnosis.fingerprint import Fingerprint
from autograder.judge.questions import Ask
from autograder.judge.refusals import ROOM, Acceptance, bad_expression, describe_acceptances
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure, Raised, TimedOut
from autograder.sandbox.handle import WorkerHandle
from autograder.worker.protocol import Frame, Problem

VALUE, TYPE = ("ValueError",), ("TypeError",)
LOG = bad_expression("log of 0", VALUE, "Value(0.0).log()")
POWER = bad_expression("text as exponent", TYPE, "Value(2.0) ** 'x'")
EITHER = bad_expression("no samples", ("ValueError", "TypeError", "IndexError"), "batches([])")
ASSERTED = Problem(
    "AssertionError",
    ["AssertionError", "Exception"],
    "only int/float\npowers",
    [Frame("nn.py", 3, "f", "g()"), Frame("engine.py", 41, "__pow__", "assert ok")],
)
REFUSED = Problem("ValueError", ["ValueError", "Exception"], "")


class Replies:
    """A worker that answers with these, one after the other."""

    printed_text = ""

    def __init__(self, replies: list[Any]) -> None:
        self.replies = replies

    def call_probe(self, probe: str, args: dict[str, Any], seconds: float) -> Any:
        reply = self.replies.pop(0)
        if isinstance(reply, Problem):
            raise Raised(reply)
        if isinstance(reply, CheckFailure):
            raise reply
        return reply


def ask_of(*replies: Any) -> Ask:
    probes = ModuleType("probes")
    probes.__dict__["attempt"] = None
    return Ask(lambda: cast(WorkerHandle, Replies([*replies])), "m1", probes, 1.0)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            [Acceptance(POWER, ASSERTED)],
            "text as exponent, Value(2.0) ** 'x': wanted a TypeError, "
            "but it raised AssertionError: only int/float powers (engine.py:41)",
        ),
        (
            [Acceptance(EITHER, "ndarray")],
            "no samples, batches([]): wanted a ValueError, TypeError or IndexError, "
            "but it returned an ndarray",
        ),
        (
            [Acceptance(LOG, np.ones((2, 3)))],
            "log of 0, Value(0.0).log(): wanted a ValueError, "
            "but it returned an array of shape (2, 3)",
        ),
        (
            [Acceptance(LOG, ["x" * 99])],
            f"log of 0, Value(0.0).log(): wanted a ValueError, but it returned ['{'x' * 58} ...",
        ),
        (
            [Acceptance(LOG, -27.631021), Acceptance(POWER, "NoneType")],
            "2 bad inputs are not refused as they should be:\n"
            "- log of 0, Value(0.0).log(): wanted a ValueError, but it returned -27.631\n"
            "- text as exponent, Value(2.0) ** 'x': wanted a TypeError, but it returned None",
        ),
        (
            [Acceptance(LOG, "SGD"), Acceptance(LOG, Problem("KeyError", ["KeyError"], ""))],
            "2 bad inputs are not refused as they should be, wanted a ValueError for each:\n"
            "- log of 0, Value(0.0).log(): it returned an SGD\n"
            "- log of 0, Value(0.0).log(): it raised KeyError",
        ),
    ],
)
def test_each_says_what_was_tried_what_was_wanted_and_what_came(
    found: list[Acceptance], told: str
) -> None:
    assert describe_acceptances(found) == told


def test_many_stay_readable_and_short() -> None:
    long = Problem("ValueError", ["ValueError"], "word " * 400)
    text = describe_acceptances([Acceptance(POWER, long)] * 12)
    head, *rows = text.splitlines()
    assert head.startswith("12 bad inputs")
    assert len(rows) == 12
    assert all(row.startswith("- text as exponent: it raised ValueError: word") for row in rows)
    assert len(text) < ROOM + 100


def test_all_are_asked_and_all_that_are_not_refused_are_named() -> None:
    ask = ask_of({"value": 1.5}, REFUSED, ASSERTED, REFUSED)
    with pytest.raises(WrongAnswer, match=r"^2 bad inputs .*:\n- log of 0.*\n- no samples.*$"):
        ask.refuses("attempt", [LOG, LOG, EITHER, LOG])
    assert [exchange.wanted for exchange in ask.exchanges] == [VALUE, (), EITHER.kinds, ()]
    assert [exchange.fingerprint().form for exchange in ask.exchanges] == [
        "value ()",
        "refused",
        "!AssertionError",
        "refused",
    ]


def test_which_of_the_wanted_exceptions_came_does_not_matter() -> None:
    index = Problem("MyError", ["MyError", "IndexError", "Exception"], "")
    ask = ask_of(index, REFUSED)
    ask.refuses("attempt", [EITHER, EITHER])
    refused = Fingerprint("refused", [])
    assert [exchange.fingerprint() for exchange in ask.exchanges] == [refused, refused]


def test_a_stub_is_missing_and_not_a_list_of_refusals() -> None:
    stub = Problem("NotImplementedError", ["NotImplementedError"], "milestone 1: Value.log")
    ask = ask_of({"value": 1.5}, stub)
    with pytest.raises(Raised) as raised:
        ask.refuses("attempt", [LOG, LOG])
    assert raised.value.status == "missing"


def test_no_answer_names_the_input_and_those_before_it() -> None:
    ask = ask_of({"value": 1.5}, TimedOut("no answer"))
    with pytest.raises(TimedOut) as raised:
        ask.refuses("attempt", [POWER, LOG])
    first, second = raised.value.message.splitlines()
    assert first == "log of 0: no answer"
    assert second.startswith("text as exponent, Value(2.0) ** 'x': wanted a TypeError, but")


@pytest.mark.parametrize("reply", [{}, {"value": None}, {"value": [[]]}, 7, None, {"": {"": ""}}])
def test_a_forged_answer_is_no_refusal(reply: Any) -> None:
    with pytest.raises(WrongAnswer, match="log of 0"):
        ask_of(reply).refuses("attempt", [LOG])
