"""Vectorised, proven without a clock: the lines and calls of Python do not grow with the input."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from autograder.checks.w_numpy.calls import Call, compare_result, part
from autograder.checks.w_numpy.inputs import DRAWS, Rng
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics.compare import as_floats, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure

SMALL, LARGE = (4, 5, 6), (40, 43, 46)  # each axis grows by 34 at least: a loop over it is seen
MOST_GROWTH = 15  # steps: branches, and NumPy's own, may differ by a few


@pytest.mark.parametrize(
    "name", [row(f"{name}_at_once", name, check(name, seconds=5.0)) for name in DRAWS]
)
def check_at_once(ask: Ask, rng: Rng, measure: dict[str, float], name: str) -> None:
    """A function runs as many lines and calls of Python for a large input as for a small one."""
    warm_up, small, large = (
        Call(name, DRAWS[name](rng, *rng.permutation(sizes).tolist()))
        for sizes in (SMALL, SMALL, LARGE)
    )
    answers = _ask_steps(ask, warm_up, [small, large])
    steps = [
        _read_steps(call, answer) for call, answer in zip((small, large), answers, strict=True)
    ]
    measure["steps_small"], measure["steps_large"] = steps
    if steps[1] - steps[0] > MOST_GROWTH:
        ask.recognise_by({name: "grows"})
        with suppress(CheckFailure):  # a call that can be looked at by itself
            ask("compute", cases=[small.probe_arguments])
        raise WrongAnswer(
            f"{name} runs {steps[0]:.0f} lines and calls of Python{_sizes(small)}, and "
            f"{steps[1]:.0f}{_sizes(large)}: wanted the same number for both, without a loop"
        )


def _ask_steps(ask: Ask, warm_up: Call, calls: Sequence[Call]) -> list[Any]:
    asked = [call.probe_arguments for call in calls]
    answers = ask("count", warm_up=warm_up.probe_arguments, cases=asked)["answers"]
    return require_list(answers, len(calls), "the results")


def _read_steps(call: Call, answer: Any) -> float:
    compare_result(call, part(answer, "result"))
    steps = as_floats(part(answer, "steps"), (), "the number of lines and calls")
    if part(answer, "whole") is not True:
        raise WrongAnswer(
            f"{call.function} ends the counting of its lines: it must not call sys.settrace or "
            "sys.monitoring"
        )
    return float(steps)


def _sizes(call: Call) -> str:
    return call.where.replace(", with", " for") or f" for {call.text}"
