"""Samples that can be told apart, and which of them came back."""

from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Ints, Rng
from autograder.numerics.compare import as_floats, brief
from autograder.numerics.failure import WrongAnswer


def rows(got: Any, like: Floats | Ints, what: str) -> Floats:
    """Return `got` as any number of rows shaped like those of `like`, or fail."""
    if not isinstance(got, np.ndarray) or got.ndim != like.ndim:
        shape = f"shape {got.shape}" if isinstance(got, np.ndarray) else brief(got)
        raise WrongAnswer(f"{what}: got {shape}, wanted an array of samples, {like.ndim} axes")
    return as_floats(got, (len(got), *like.shape[1:]), what)


def places(got: Any, x: Floats, what: str) -> Ints:
    """Return which row of `x` each row of `got` is, or fail at one that is none."""
    found = rows(got, x, what)
    away = np.abs(found[:, None] - x[None]).max(axis=2)  # (rows, samples)
    if len(found) and away.min(axis=1).max() > ROUNDED:
        strange = found[away.min(axis=1).argmax()]
        raise WrongAnswer(
            f"{what} holds {brief(strange)}, which is no sample of x: values were changed"
        )
    return np.asarray(away.argmin(axis=1)) if len(found) else np.zeros(0, np.int64)


def samples(rng: Rng, count: int) -> tuple[Floats, Ints]:
    """Return rows that all differ, and a label for each that no other has."""
    x = rng.uniform(-2.0, 2.0, (count, 3)).round(3)
    x[:, 1] = np.arange(count) + 0.5
    return x, 100 + rng.permutation(count)
