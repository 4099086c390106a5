"""What the checks of milestone 4 share: types, tolerances, a look at values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.questions import Ask
from autograder.numerics.compare import require_list

Rng = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measure = dict[str, float]
Weights = dict[str, Floats]

ROUNDED = 1e-5  # the tolerance where a right answer may be computed in float32
UNSEEDED = "where none is given, np.random.default_rng() starts anew"
TRAINED = "fit SGD.step Linear.__call__ Sequential.__call__"


def ask_values(
    ask: Ask, names: str, program: str, expressions: Sequence[str], **arrays: Any
) -> list[Any]:
    """Ask for the values of expressions after a program."""
    answer = ask("look", names=names, program=program, expressions=list(expressions), arrays=arrays)
    return require_list(answer["values"], len(expressions), "the values")
