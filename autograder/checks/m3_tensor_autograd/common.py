"""What the checks of milestone 3 share: programs on drawn inputs, many of them in one call.

The one that is wrong is asked for again, alone, so that it can be reproduced.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics.compare import brief, close
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import Case, Floats, draw_case
from autograder.sandbox.failures import CheckFailure, Raised

Rng = np.random.Generator
Measure = dict[str, float]
EVERY_OPERATION = (  # where a check of all of them may point
    "Tensor.__add__ Tensor.__mul__ Tensor.__sub__ Tensor.__truediv__ Tensor.__pow__ Tensor.__neg__ "
    "Tensor.__matmul__ Tensor.exp Tensor.log Tensor.sqrt Tensor.tanh Tensor.relu Tensor.sigmoid "
    "Tensor.sum Tensor.mean Tensor.max Tensor.reshape Tensor.transpose Tensor.__getitem__ "
    "Tensor.softmax Tensor.log_softmax"
)
Rows = Sequence[tuple[str, str]]  # programs and their inputs, as `tensors.drawn` reads them


def agrees(ask: Ask, measure: Measure, cases: Sequence[Case]) -> None:
    """Compare results and gradients of all cases with the judge's own."""
    wanted = [(case.out(), case.gradients()) for case in cases]
    matches(ask, measure, cases, wanted)


def matches(ask: Ask, measure: Measure, cases: Sequence[Case], wanted: Sequence[Any]) -> None:
    """Compare results and gradients of all cases with those wanted."""
    for case, answer, (out, grads) in zip(cases, answers(ask, cases), wanted, strict=True):
        try:
            error = compare_answer(case, answer, out, grads)
        except WrongAnswer as failed:
            with suppress(CheckFailure):
                ask("evaluate", cases=[case.probe_arguments()])
            failed.message += f", with {case.where}"
            raise
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


def answers(
    ask: Ask, cases: Sequence[Case], dtype: type = np.float64, after: bool = False
) -> list[Any]:
    """Return the answer to every case, with the inputs `after` it; where one raises, say which."""
    asked = [case.probe_arguments(dtype) for case in cases]
    try:
        answered = ask("evaluate", cases=asked, after=after)["answers"]
    except Raised as raised:
        if raised.status != "missing":
            _find(ask, cases, asked)
        raise
    if not isinstance(answered, list) or len(answered) != len(cases):
        raise WrongAnswer(f"wanted {len(cases)} answers, got {brief(answered)}")
    return answered


def _find(ask: Ask, cases: Sequence[Case], asked: Sequence[Any]) -> None:
    for case, one in zip(cases, asked, strict=True):
        try:
            ask("evaluate", cases=[one])
        except Raised as raised:
            raised.message += f"\nin {case.program} with {case.where}"
            raise


def compare_answer(
    case: Case, answer: Any, out: Floats, grads: Mapping[str, Floats], rtol: float = 1e-6
) -> float:
    """Return the largest error of one answer: of `out`, then of gradients, where it is right."""
    close(part(answer, "out"), out, f"{case.program}: out", rtol)
    got = part(answer, "grads")
    return max(
        close(part(got, name), grad, f"{case.program}: {name}.grad", rtol)
        for name, grad in grads.items()
    )


def part(answer: Any, key: str) -> Any:
    """Return one part of an answer; only a forged one lacks it."""
    if not isinstance(answer, dict) or key not in answer:
        raise WrongAnswer(f"the answer lacks {key!r}")
    return answer[key]


def programs(
    id: str, needs: str, *rows: tuple[str, str], seconds: float = 10.0, look: str = ""
) -> Any:
    """Return a row of a check: programs with their inputs, and what they need beside backward."""
    return row(id, rows, check(f"{needs} Tensor.backward", look=look, seconds=seconds))


def cases(rng: Rng, rows: Rows) -> list[Case]:
    """Return each program on inputs drawn for it."""
    return [draw_case(rng, program, inputs) for program, inputs in rows]


def look(
    ask: Ask, program: str, expressions: Sequence[str], arrays: Mapping[str, Any] | None = None
) -> list[Any]:
    """Run `program` in the worker and return what each expression says."""
    lines = [line.strip() for line in program.split(";")]
    answer = ask("look", program=lines, expressions=list(expressions), arrays=dict(arrays or {}))
    values = answer["values"]
    if not isinstance(values, list) or len(values) != len(expressions):
        raise WrongAnswer(f"wanted {len(expressions)} values, got {brief(values)}")
    return values
