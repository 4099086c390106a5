"""What the checks of milestone 5 share: types, a tolerance, images, refusals."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.numerics.tensors import draw_numbers

Rng = np.random.Generator
Floats = NDArray[np.float64]
Measure = dict[str, float]
Size = tuple[int, int]

ROUNDED = 1e-5  # the tolerance where a right answer may be computed in float32


def sides(rng: Rng, *choices: int) -> Size:
    """Return two different sizes."""
    high, wide = rng.permutation(choices)[:2].tolist()
    return high, wide


def images(rng: Rng, size: Size, count: int = 2, channels: int = 3) -> Floats:
    """Return images whose numbers all differ."""
    return draw_numbers(rng, (count, channels, *size))


def require_refusals(ask: Ask, expressions: Mapping[str, str]) -> None:
    """Fail unless each expression raises a ValueError."""
    bad = [bad_expression(what, ("ValueError",), tried) for tried, what in expressions.items()]
    ask.refuses("attempt", bad)
