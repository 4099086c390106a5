"""What the checks of milestone 1 share: inputs, and a program's value and gradients."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import programs, small
from autograder.numerics.compare import close_at
from autograder.numerics.differences import central_differences

POINTS = 6  # inputs are tried at so many points in one call
Rng = np.random.Generator
Measure = dict[str, float]

EVERY_OPERATION = (  # where a check of all of them may point
    "Value.__add__ Value.__mul__ Value.__pow__ Value.__neg__ Value.__sub__ Value.__truediv__ "
    "Value.exp Value.log Value.tanh Value.relu Value.sigmoid"
)


def agrees(
    ask: Ask, measure: Measure, program: Sequence[str], inputs: str, points: np.ndarray
) -> None:
    """Compare value and gradients of `program` with the judge's own, at all points."""
    names = inputs.split()
    answer = ask("evaluate", program=list(program), inputs=names, points=points)
    known = {"out": programs.program_values(program, names, points)}
    slopes = central_differences(
        lambda shifted: programs.program_values(program, names, shifted), points
    )
    shown = programs.program_text(program)
    close_at(column(answer["out"]), known["out"][:, None], [f"{shown}: out"], names, points)
    whats = [f"{shown}: {name}.grad" for name in names]
    measure["max_relative_error"] = close_at(answer["grad"], slopes, whats, names, points)


def column(got: Any) -> Any:
    """Return a list of numbers as a column: an answer at every point."""
    return [[entry] for entry in got] if isinstance(got, list) else got


def away_from_zero(rng: Rng, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers 0.3 to 2 in size and never near 1; of both signs in every column."""
    draw, shape = small.uncut_generator(rng), small.cut_points(rng, shape)
    sizes = np.where(
        draw.random(shape) < 0.5, draw.uniform(0.3, 0.9, shape), draw.uniform(1.1, 2, shape)
    )
    if not shape:
        return np.asarray(sizes * draw.choice([-1.0, 1.0]))
    alternating = np.where(np.arange(shape[0]) % 2 == 0, 1.0, -1.0).reshape(
        -1, *[1] * (len(shape) - 1)
    )
    return np.asarray(sizes * draw.permuted(np.broadcast_to(alternating, shape), axis=0))


def near_zero(rng: Rng) -> np.ndarray:
    """Return two positive numbers, far below and further below any epsilon that is in use."""
    return np.array([1e-6, 1e-13]) * rng.uniform(1.0, 9.0)


def program_row(id: str, program: str, inputs: str, needs: str, look: str = "") -> Any:
    """Return a row of a check: a program, its inputs, and what it needs beside backward."""
    return row(id, (program.split("; "), inputs), check(f"{needs} Value.backward", look=look))


def first(answer: dict[str, Any]) -> Any:
    """Return the value of the first expression that was looked at."""
    got = answer["values"]
    return got[0] if isinstance(got, list) and got else got
