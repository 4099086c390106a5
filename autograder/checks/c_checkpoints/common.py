"""What the checks of the checkpoints share: types, a generator, comparisons of words."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics.compare import brief, is_equal, require_list
from autograder.numerics.failure import WrongAnswer

Rng = np.random.Generator
Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Measure = dict[str, float]


def full_generator(rng: Rng) -> Rng:
    """Return a generator of the same seed that cuts no axis and rounds nothing."""
    return np.random.default_rng(rng.integers(0, 2**32, size=4).tolist())


def same_words(got: Any, want: Sequence[str | None], labels: Sequence[str]) -> None:
    """Fail unless `got` lists the words wanted; tell the first that differs by its label."""
    answers = require_list(got, len(want), "the answers")
    for answer, wanted, label in zip(answers, want, labels, strict=True):
        if not is_equal(answer, wanted):
            message = f"{label} is {brief(answer)}, wanted {brief(wanted)}"
            raise WrongAnswer(message, want=list(want), got=got)
