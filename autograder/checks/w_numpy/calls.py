"""A call of a function of the warm-up, and what has to come of it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.judge.questions import Answer, Ask
from autograder.numerics import plain_loops
from autograder.numerics.compare import brief, close, is_same_array, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure, Raised

PARAMETERS = {
    "outer": "a b",
    "pairwise_sq_dist": "a b",
    "unbroadcast": "g shape",
    "one_hot": "labels k",
    "row_softmax": "x",
    "first_max": "x",
    "batched_matvec": "A x",
    "scatter_add": "n idx v",
    "running_mean": "x w",
    "patches": "x k",
    "causal_mask": "t",
    "standardise": "x",
}
RESULTS = {"one_hot": "float64", "first_max": "bool", "causal_mask": "bool"}  # else the operand's
ROUNDED = {"float64": 1e-6, "float32": 1e-5}
LARGE = 1000.0  # a size of numbers that a message names


@dataclass(frozen=True)
class Call:
    """A function and its arguments; `view` says how the arrays lie in memory."""

    function: str
    args: Sequence[Any]
    view: str = ""

    @property
    def probe_arguments(self) -> dict[str, Any]:
        """What a probe needs."""
        return {"function": self.function, "args": list(self.args), "view": self.view}

    @property
    def arrays(self) -> dict[int, np.ndarray[Any, Any]]:
        """The arrays among the arguments, by position."""
        return {i: x for i, x in enumerate(self.args) if isinstance(x, np.ndarray)}

    @property
    def names(self) -> list[str]:
        """The learner's names for the arguments."""
        return PARAMETERS[self.function].split()

    @property
    def text(self) -> str:
        """The call as a learner writes it: ``one_hot(labels, 4)``."""
        pairs = zip(self.names, self.args, strict=True)
        return f"{self.function}({', '.join(_argument_text(*pair) for pair in pairs)})"

    @property
    def where(self) -> str:
        """The arrays, for a message."""
        shapes = [f"{self.names[i]} of shape {x.shape}" for i, x in self.arrays.items()]
        largest = max((float(np.abs(x).max(initial=0.0)) for x in self.arrays.values()), default=0)
        notes = [self.view, f"numbers up to {largest:.1g}" if largest > LARGE else ""]
        parts = [*shapes, *filter(None, notes)]
        return f", with {', '.join(parts)}" if parts else ""

    @property
    def operand_dtype(self) -> str:
        """The dtype of the arrays of numbers."""
        return next((str(x.dtype) for x in self.arrays.values() if x.dtype.kind == "f"), "")

    def as_float32(self) -> "Call":
        """Return the same call on float32."""
        lower = [
            x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x
            for x in self.args
        ]
        return Call(self.function, lower, self.view)

    def wanted(self) -> Any:
        """Return the right result, by plain loops in float64."""
        args = [x.astype(np.float64) if _is_float32(x) else x for x in self.args]
        return getattr(plain_loops, self.function)(*args)


def _argument_text(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return name
    return str(tuple(value)) if isinstance(value, list) else str(value)


def _is_float32(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == np.float32


def ask_calls(ask: Ask, calls: Sequence[Call]) -> list[Any]:
    """Return the answer to every call; where one raises, say which."""
    asked = [call.probe_arguments for call in calls]
    try:
        return require_list(ask("compute", cases=asked)["answers"], len(calls), "the results")
    except Raised as raised:
        if raised.status != "missing":
            _find(ask, calls)
        raise


def _find(ask: Ask, calls: Sequence[Call]) -> None:
    for call in calls:
        try:
            ask("compute", cases=[call.probe_arguments])
        except Raised as raised:
            raised.message += f"\nin {call.text}{call.where}{_describe_empty(call)}"
            raise


def _describe_empty(call: Call) -> str:
    """Return what is wanted where an array holds nothing, which may look like bad input."""
    if all(array.size for array in call.arrays.values()):
        return ""
    return f": no bad input, wanted a result of shape {np.shape(call.wanted())}"


def require_right(ask: Ask, calls: Sequence[Call]) -> None:
    """Fail unless every call gives the right numbers and dtype, and leaves its arguments alone."""
    for call, answer in zip(calls, ask_calls(ask, calls), strict=True):
        try:
            compare_result(call, part(answer, "result"))
            _compare_arguments(call, part(answer, "after"))
        except WrongAnswer:
            with suppress(CheckFailure):  # alone, it can be reproduced
                ask("compute", cases=[call.probe_arguments])
            raise


def part(answer: Any, key: str) -> Any:
    """Return one part of an answer; only a forged one lacks it."""
    return Answer(answer if isinstance(answer, dict) else {})[key]


def compare_result(call: Call, got: Any) -> None:
    """Fail unless `got` is the right result of a call, of the right dtype."""
    wanted = RESULTS.get(call.function, call.operand_dtype)
    is_mask = isinstance(got, np.ndarray) and got.dtype == wanted == "bool"
    numbers = got.astype(np.int8) if is_mask else got
    tolerance = ROUNDED.get(call.operand_dtype, 0.0)
    try:
        close(numbers, call.wanted(), call.text, tolerance, where=call.where)
    except WrongAnswer as failed:
        if call.where not in failed.message:
            failed.message += call.where
        if is_mask:
            failed.message = failed.message.replace("is 1, wanted 0", "is True, wanted False")
            failed.message = failed.message.replace("is 0, wanted 1", "is False, wanted True")
        raise
    if not isinstance(got, np.ndarray) or got.dtype != wanted:
        found = got.dtype if isinstance(got, np.ndarray) else brief(got)
        raise WrongAnswer(
            f"{call.text} has the dtype {found}, wanted {wanted}{call.where}", want=wanted
        )


def _compare_arguments(call: Call, after: Any) -> None:
    rest = require_list(after, len(call.args), "the arguments afterwards")
    for i, x in call.arrays.items():
        if not is_same_array(rest[i], x):
            raise WrongAnswer(
                f"{call.text} changes {call.names[i]}, wanted it as it was{call.where}"
            )
