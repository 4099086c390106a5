"""Answers that a check stumbles over: they fail the check; only the check's own faults are errors.

No check should need this: each requires the form of an answer before it compares. It is a net for
what a check forgot, so that a forged answer, or a strange one, never costs a class its scores.
"""

import traceback
from pathlib import Path
from typing import Any

from autograder.judge.questions import Ask
from autograder.numerics.compare import describe
from autograder.sandbox.failures import CheckFailure, Raised

STUMBLES = (  # what an expression raises that was given data of another form
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
MAX_ANSWER = 300  # characters
MAX_PLACES = 3  # innermost lines of the check that are noted


class Unreadable(CheckFailure):
    """A check raised an exception over the data of an answer.

    Attributes
    ----------
    places : list of str
        Where, for whoever mends the check: innermost last.
    """

    def __init__(self, probe: str, answer: Any, problem: Exception) -> None:
        kind = type(problem).__name__
        super().__init__(
            f"the answer to {probe} has a form that this check cannot read ({kind}): "
            f"got {_outline(answer)[:MAX_ANSWER]}"
        )
        entries = traceback.extract_tb(problem.__traceback__)[-MAX_PLACES:]
        self.places = [f"{Path(at.filename).name}:{at.lineno} in {at.name}" for at in entries]
        self.__cause__ = problem


def blame_answer(problem: BaseException, ask: Ask | None) -> BaseException:
    """Return what ended a check: an exception on an answer's data becomes `Unreadable`.

    Before the first answer, the check alone can be at fault.
    """
    if ask is None or not isinstance(problem, STUMBLES):
        return problem
    answered = [each for each in ask.exchanges if isinstance(each.failure, Raised | None)]
    return Unreadable(answered[-1].probe, answered[-1].answer, problem) if answered else problem


def _outline(answer: Any) -> str:
    """Return the parts of an answer, arrays by their shape."""
    if isinstance(answer, dict):
        return ", ".join(f"{name} = {describe(part)}" for name, part in answer.items())
    return describe(answer)
