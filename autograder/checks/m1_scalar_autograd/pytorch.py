"""All operations together, beside PyTorch and the handout's worked example."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m1_scalar_autograd.common import (
    EVERY_OPERATION,
    Measure,
    Rng,
    away_from_zero,
    column,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import goldens, programs
from autograder.numerics.compare import close_at
from autograder.numerics.differences import central_differences


def answers(program: Sequence[str], names: Sequence[str], points: np.ndarray) -> np.ndarray:
    """Return ``out`` and the gradients at every point, by central differences."""

    def value(at: np.ndarray) -> np.ndarray:
        return programs.program_values(program, names, at)

    return np.concatenate([value(points)[:, None], central_differences(value, points)], axis=1)


def matches(ask: Ask, program: list[str], inputs: str, points: np.ndarray, wanted: Any) -> float:
    """Compare with stored answers: ``out``, then the gradients."""
    names = inputs.split()
    answer = ask("evaluate", program=program, inputs=names, points=points)
    close_at(column(answer["out"]), wanted[:, :1], [f"{program[-1]}: out"], names, points)
    whats = [f"{program[-1]}: {name}.grad" for name in names]
    return close_at(answer["grad"], wanted[:, 1:], whats, names, points)


@check("Value.backward", look=f"Value.backward {EVERY_OPERATION}")
def check_operations_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    stored = goldens.load_goldens("m1")
    points, names = stored["operations_points"], ["a", "b"]
    fresh = np.abs(away_from_zero(rng, (3, 2)))
    for place, line in enumerate(stored["operations"].tolist()):
        if visibility == "public":
            error = matches(ask, [line], "a b", points, stored[f"operations_{place}"])
        else:
            error = matches(ask, [line], "a b", fresh, answers([line], names, fresh))
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


@check("Value.backward", look=f"Value.backward {EVERY_OPERATION}")
def check_expression_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    stored = goldens.load_goldens("m1")
    program, points = stored["expression"].tolist(), stored["expression_points"]
    wanted = stored["expression_answers"]
    if visibility == "hidden":
        points = away_from_zero(rng, (3, 2))
        wanted = answers(program, ["a", "b"], points)
    measure["max_relative_error"] = matches(ask, program, "a b", points, wanted)


HAND_WORKED = [
    "h1 = (0.5 * x1 - 1.0 * x2 + 0.25).tanh()",
    "h2 = (1.5 * x1 + 0.5 * x2 - 0.5).tanh()",
    "y = 2.0 * h1 - 1.0 * h2 + w",
    "out = (y - 1.0) ** 2",
]


@check("Value.backward", look=f"Value.backward {EVERY_OPERATION}")
def check_hand_worked(ask: Ask, rng: Rng, visibility: str) -> None:
    points, wanted = np.array([[1.0, 2.0, 0.1]]), goldens.load_goldens("m1")["hand_worked"][None]
    if visibility == "hidden":
        points = away_from_zero(rng, (3, 3))
        wanted = answers(HAND_WORKED, ["x1", "x2", "w"], points)
    matches(ask, HAND_WORKED, "x1 x2 w", points, wanted)
