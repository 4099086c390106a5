"""What the checks of milestone 6 share: types, tolerances, integers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics.compare import as_floats, brief
from autograder.numerics.failure import WrongAnswer

Rng = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measure = dict[str, Any]

BAD = ("ValueError", "TypeError")
ROUNDED = 1e-5  # the tolerance where a right answer may be computed in float32
DEEP = 1e-4  # the same after many layers


def whole(got: Any, shape: tuple[int, ...], what: str) -> Ints:
    """Return `got` as integers of a shape, or fail."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "iu":
        kind = f"dtype {got.dtype}" if isinstance(got, np.ndarray) else brief(got)
        raise WrongAnswer(f"{what}: got {kind}, wanted integers")
    return as_floats(got, shape, what).astype(np.int64)
