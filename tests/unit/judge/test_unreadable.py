"""What a check stumbles over: the answer's fault once there is one, the check's own before."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.judge.questions import Ask, BadQuestion, Exchange
from autograder.judge.unreadable import Unreadable, blame_answer
from autograder.sandbox.failures import Died, Raised, TimedOut
from autograder.worker.protocol import Problem


def asked(*exchanges: Exchange) -> Any:
    return SimpleNamespace(exchanges=list(exchanges))


ANSWER = Exchange("m4.labels", {}, {"accuracy": np.ones(300, bool), "labels": []})
RAISED = Exchange("m4.fit", {}, failure=Raised(Problem("ValueError", ["ValueError"], "no")))
LATE = Exchange("m4.fit", {}, failure=TimedOut("late"))
PROBLEMS = [
    ValueError("x"),
    TypeError(),
    KeyError(1),
    IndexError(),
    OverflowError(),
    AttributeError(),
    AssertionError(),
]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda it: type(it).__name__)
def test_after_an_answer_its_form_is_at_fault(problem: Exception) -> None:
    found = blame_answer(problem, asked(ANSWER))
    assert isinstance(found, Unreadable)
    assert found.status == "failed"
    assert found.message == (
        f"the answer to m4.labels has a form that this check cannot read ({type(problem).__name__}): "
        "got accuracy = an array of booleans of shape (300,), labels = []"
    )
    assert found.__cause__ is problem
    assert isinstance(blame_answer(problem, asked(LATE, RAISED)), Unreadable)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda it: type(it).__name__)
def test_before_any_answer_the_check_is_at_fault(problem: Exception) -> None:
    assert blame_answer(problem, None) is problem
    assert blame_answer(problem, asked()) is problem
    assert blame_answer(problem, asked(LATE)) is problem


@pytest.mark.parametrize(
    "problem", [Died("gone"), BadQuestion("no probe"), OSError(), NameError(), KeyboardInterrupt()]
)
def test_what_no_answer_can_cause_stays_as_it_is(problem: BaseException) -> None:
    assert blame_answer(problem, asked(ANSWER)) is problem


def test_where_a_check_stumbled_is_kept() -> None:
    try:
        int(np.ones(2))
    except TypeError as problem:
        found = blame_answer(problem, asked(ANSWER))
    assert isinstance(found, Unreadable)
    assert [place.partition(":")[0] for place in found.places] == ["test_unreadable.py"]


def test_a_question_that_cannot_be_asked_is_the_checks_fault() -> None:
    class Worker:
        def call_probe(self, name: str, args: dict[str, Any], seconds: float) -> Any:
            if args:
                raise TypeError("a set cannot be sent; wanted numbers, text or arrays")
            return {"x": 1}

    ask = Ask(Worker, "m1", SimpleNamespace(__name__="probes", look=print), 1.0)  # type: ignore[arg-type]
    assert ask("look") == {"x": 1}
    with pytest.raises(BadQuestion, match=r"^m1.look cannot be asked: a set cannot be sent"):
        ask("look", program={1})
    with pytest.raises(BadQuestion, match=r"^there is no probe 'see' in probes$"):
        ask("see")
