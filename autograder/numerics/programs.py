"""Small programs that mean the same to the learner's classes and to the judge's own numbers.

A program is a few lines of Python that end by assigning ``out``: ``["c = a * b", "out = c + a"]``.
The learner's side binds the names to Values or Tensors, the judge's side to `Real` arrays, one
entry per point, so that all points and all perturbations are one evaluation.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Real(np.ndarray[Any, np.dtype[np.float64]]):
    """A float64 array with the contract's method names."""

    def exp(self) -> "Real":
        """Return e to the power of each entry."""
        return real(np.exp(self))

    def log(self) -> "Real":
        """Return the natural logarithm."""
        return real(np.log(self))

    def tanh(self) -> "Real":
        """Return the hyperbolic tangent."""
        return real(np.tanh(self))

    def relu(self) -> "Real":
        """Return each entry where positive, else 0."""
        return real(np.maximum(self, 0.0))

    def sigmoid(self) -> "Real":
        """Return 1 / (1 + exp(-x)), through tanh: it cannot overflow."""
        return real(0.5 * (1.0 + np.tanh(0.5 * self)))


def real(numbers: Any) -> Real:
    """Return `numbers` as float64 that know the contract's methods."""
    return np.asarray(numbers, dtype=np.float64).view(Real)


def run_program(program: Sequence[str], names: Mapping[str, Any]) -> Floats:
    """Return ``out`` after `program`, with `names` bound."""
    scope = dict(names)
    exec("\n".join(program), {}, scope)
    return np.asarray(scope["out"], dtype=np.float64)


def program_text(program: Sequence[str]) -> str:
    """Return the lines as one; a line repeated in a row is written once, with its count.

    Examples
    --------
    >>> program_text(["b = a", "b = b + b", "b = b + b", "out = b"])
    'b = a; b = b + b (2 times); out = b'
    """
    runs = [(line, len(list(same))) for line, same in groupby(program)]
    return "; ".join(f"{line} ({count} times)" if count > 1 else line for line, count in runs)


def program_values(program: Sequence[str], inputs: Sequence[str], points: Floats) -> Floats:
    """Return ``out`` at every point.

    Parameters
    ----------
    program : sequence of str
        The lines.
    inputs : sequence of str
        The k input names.
    points : ndarray, shape (..., k)
        One value per input.

    Returns
    -------
    ndarray, shape (...)
    """
    columns = {name: real(points[..., index]) for index, name in enumerate(inputs)}
    return np.broadcast_to(run_program(program, columns), points.shape[:-1])
