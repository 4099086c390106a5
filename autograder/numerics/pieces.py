"""A model's parameters, which come from a worker piece by piece."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics.compare import as_floats, brief, require_list
from autograder.numerics.failure import WrongAnswer

PIECE = 1_500_000  # numbers of one answer
MOST = 50_000_000  # numbers of one model
Parameters = list[tuple[str, NDArray[np.float64]]]


def collect_parameters(ask_piece: Callable[[int, int], dict[str, Any]]) -> Parameters:
    """Return names and values of parameters that come piece by piece.

    Parameters
    ----------
    ask_piece : callable
        Asks for ``shapes``, a name and a shape for each, and for the numbers of all of them in one
        row, from one index to another, as ``flat``.
    """
    answer = ask_piece(0, PIECE)
    shapes = _require_shapes(answer["shapes"])
    sizes = [math.prod(shape) for _, shape in shapes]
    total = sum(sizes)
    if total > MOST:
        raise WrongAnswer(f"the model has {total:,} parameters, wanted at most {MOST:,}")
    pieces, done = [], 0
    while True:
        count = min(PIECE, total - done)
        pieces.append(as_floats(answer["flat"], (count,), "the parameters, one after the other,"))
        done += count
        if done == total:
            break
        answer = ask_piece(done, done + PIECE)
    parts = np.split(np.concatenate(pieces), np.cumsum(sizes)[:-1]) if shapes else []
    return [(name, part.reshape(shape)) for (name, shape), part in zip(shapes, parts, strict=True)]


def _require_shapes(got: Any) -> list[tuple[str, tuple[int, ...]]]:
    if not isinstance(got, list):
        raise WrongAnswer(f"the shapes of the parameters: got {brief(got)}, wanted a list")
    pairs = [require_list(pair, 2, "a name and a shape") for pair in got]
    for name, shape in pairs:
        is_shape = isinstance(shape, list) and all(type(n) is int and n >= 0 for n in shape)
        if not isinstance(name, str) or not is_shape or len(shape) > 8:
            raise WrongAnswer(f"the shape of a parameter: got {brief(shape)}")
    return [(name, tuple(shape)) for name, shape in pairs]
