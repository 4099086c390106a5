"""Programs on arrays: the right ``out``, and every element's gradient by central differences.

A case is written as a learner would type it, with letters for sizes::

    draw_case(rng, "h = x @ w; out = h.tanh()", "x:n,k w:k,m")

Capital names are plain NumPy arrays, ``+`` after a name asks for positive numbers.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from autograder.numerics import convolution, small
from autograder.numerics.programs import Real

Floats = NDArray[np.float64]
STEP = 1e-5
SIZES = (3, 4, 5)  # of n, m and k, in any order: all different, and none is p


class Array(Real):
    """A float64 array with all of a Tensor's method names; NumPy brings most of them."""

    def sqrt(self) -> Self:
        """Return the square root of each entry."""
        return np.sqrt(self).view(type(self))

    def softmax(self, axis: int = -1) -> Self:
        """Return exp(x) / sum(exp(x)) along `axis`."""
        return np.exp(self.log_softmax(axis)).view(type(self))

    def log_softmax(self, axis: int = -1) -> Self:
        """Return x - log(sum(exp(x))) along `axis`."""
        shifted = self - self.max(axis=axis, keepdims=True)
        out: Self = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
        return out


def array_cross_entropy(logits: Floats, targets: NDArray[np.int64]) -> Floats:
    """Return the mean negative log-likelihood of `targets` (N,) under `logits` (N, C)."""
    log_p = logits.view(Array).log_softmax()
    return np.asarray(-log_p[np.arange(len(targets)), targets].mean())


def array_conv2d(*operands: Any, **options: Any) -> Array:
    """Return the convolution of arrays, as an Array."""
    return convolution.conv2d(*operands, **options).view(Array)


def array_max_pool2d(*operands: Any, **options: Any) -> Array:
    """Return the largest number of each window, as an Array."""
    return convolution.max_pool2d(*operands, **options).view(Array)


FUNCTIONS: dict[str, Callable[..., Floats]] = {  # that programs may call
    "cross_entropy": array_cross_entropy,
    "conv2d": array_conv2d,
    "max_pool2d": array_max_pool2d,
}


@dataclass(frozen=True)
class Case:
    """One program and its inputs.

    Attributes
    ----------
    program : str
        Statements separated by ``;``; the last binds ``out``.
    tensors : dict
        The inputs that it is differentiated by.
    arrays : dict
        Its plain arrays.
    cotangent : ndarray
        Of ``out``'s shape: the start of backward.
    """

    program: str
    tensors: dict[str, Floats]
    arrays: dict[str, NDArray[Any]]
    cotangent: Floats

    def probe_arguments(self, dtype: type = np.float64) -> dict[str, Any]:
        """Return the arguments for a probe, floats as `dtype`."""
        return {
            "program": self.program,
            "tensors": {name: x.astype(dtype) for name, x in self.tensors.items()},
            "arrays": {name: _as(dtype, x) for name, x in self.arrays.items()},
            "cotangent": self.cotangent.astype(dtype),
        }

    @property
    def where(self) -> str:
        """The inputs' shapes, for a message."""
        inputs = {**self.tensors, **self.arrays}
        return ", ".join(f"{name} of shape {x.shape}" for name, x in inputs.items())

    def out(self) -> Floats:
        """Return the right result of the program."""
        return run_on_arrays(self.program, {**self.tensors, **self.arrays})

    def gradients(self) -> dict[str, Floats]:
        """Return the gradient of sum(out * cotangent) by every element of every tensor."""
        return {name: self.gradient(name) for name in self.tensors}

    def gradient(self, name: str) -> Floats:
        """Return the gradient of sum(out * cotangent) by every element of one tensor."""
        x = self.tensors[name].copy()
        names = {**self.tensors, **self.arrays, name: x}
        slopes = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            old = float(x[index])
            step = STEP * max(1.0, abs(old)) ** 0.25  # x + step has few figures where x is large
            x[index] = old + step
            above = self._loss(names)
            x[index] = old - step
            slopes[index] = (above - self._loss(names)) / (2 * step)
            x[index] = old
        return slopes

    def _loss(self, names: Mapping[str, Any]) -> float:
        return float((run_on_arrays(self.program, names) * self.cotangent).sum())


def _as(dtype: type, x: NDArray[Any]) -> NDArray[Any]:
    return x.astype(dtype) if x.dtype.kind == "f" else x


@cache
def _compile_program(program: str) -> CodeType:
    return compile(program, "program", "exec")


def run_on_arrays(program: str, names: Mapping[str, Any]) -> Floats:
    """Return ``out`` after `program`, with `names` bound to arrays."""
    scope: dict[str, Any] = {"np": np, **FUNCTIONS}
    scope |= {name: x.view(Array) if x.dtype.kind == "f" else x for name, x in names.items()}
    exec(_compile_program(program), scope)
    return np.asarray(scope["out"], dtype=np.float64)


def draw_numbers(
    rng: np.random.Generator, shape: tuple[int, ...], positive: bool = False
) -> Floats:
    """Return numbers 0.3 to 1.9 in size, no two alike, half of them negative: no kink is near."""
    shape, uncut = small.cut_shape(rng, shape), small.uncut_generator(rng)
    count = math.prod(shape)
    sizes = 0.3 + 1.6 * (uncut.permutation(count) + uncut.uniform(0.2, 0.8, count)) / max(count, 1)
    signs = 1.0 if positive else np.where(uncut.permutation(count) % 2 == 0, 1.0, -1.0)
    return small.shorten_numbers(rng, np.asarray(sizes * signs)).reshape(shape)


def draw_sizes(rng: np.random.Generator) -> dict[str, int]:
    """Return sizes for the letters of one case."""
    return {**dict(zip("nmk", rng.permutation(SIZES).tolist(), strict=True)), "p": 2}


def draw_case(
    rng: np.random.Generator, program: str, inputs: str, arrays: Mapping[str, Any] | None = None
) -> Case:
    """Return a case with inputs of its own.

    Parameters
    ----------
    rng : Generator
        Decides sizes and numbers.
    program : str
        Letters in braces are sizes: ``"out = x.reshape({m}, {n})"``.
    inputs : str
        Names and shapes: ``"x:n,1 y+: A:k"``.
    arrays : mapping, optional
        Further arrays.
    """
    sizes, arrays_by_name = draw_sizes(rng), {}
    for part in inputs.split():
        name, _, dims = part.partition(":")
        shape = tuple(sizes.get(dim) or int(dim) for dim in dims.split(",") if dim)
        arrays_by_name[name.rstrip("+")] = draw_numbers(rng, shape, positive=name.endswith("+"))
    plain = {name: x for name, x in arrays_by_name.items() if name.isupper()} | dict(arrays or {})
    tensors = {name: x for name, x in arrays_by_name.items() if not name.isupper()}
    return make_case(rng, program.format(**sizes), tensors, plain)


def make_case(
    rng: np.random.Generator, program: str, tensors: dict[str, Floats], arrays: dict[str, Any]
) -> Case:
    """Return a case on these inputs, with a random cotangent."""
    out = run_on_arrays(program, {**tensors, **arrays})
    return Case(program, tensors, arrays, draw_numbers(rng, out.shape))
