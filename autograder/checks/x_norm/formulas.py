"""The judge's own batch normalisation, in float64, and questions about the learner's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m5_convolution.common import Floats, Rng
from autograder.judge.questions import Ask
from autograder.numerics.compare import require_list
from autograder.numerics.differences import central_differences
from autograder.numerics.tensors import draw_numbers

Weights = Mapping[str, NDArray[Any]]  # gain and bias


@dataclass(frozen=True)
class Batch:
    """One call of a layer: its mode, what it gets, and the cotangent of its result."""

    x: NDArray[Any]  # of float32 or float64
    cotangent: NDArray[Any]
    mode: str = "train"


def draw_batch(rng: Rng, shape: tuple[int, ...], mode: str = "train") -> Batch:
    """Return a batch whose features differ in place and size; one hardly varies."""
    x = draw_numbers(rng, shape)
    spread = (1, x.shape[1], *[1] * (x.ndim - 2))
    sizes = np.linspace(0.5, 3.0, x.shape[1])
    sizes[0] = 4e-3
    x = x * sizes.reshape(spread) + np.linspace(-2.0, 4.0, x.shape[1]).reshape(spread)
    return Batch(x, draw_numbers(rng, x.shape), mode)


def draw_weights(rng: Rng, n: int) -> dict[str, Floats]:
    """Return a gain and a bias."""
    return {"gain": draw_numbers(rng, (n,), positive=True), "bias": draw_numbers(rng, (n,))}


def axes(x: Floats) -> tuple[int, ...]:
    """Return the axes over which the statistics are taken."""
    return (0, *range(2, x.ndim))


def spread(features: Floats, x: Floats) -> Floats:
    """Return features (n,) so that they broadcast over x."""
    return features.reshape(1, -1, *[1] * (x.ndim - 2))


def normalise(x: Floats, weights: Weights, mean: Floats, var: Floats, eps: float = 1e-5) -> Floats:
    """Return gain (x - mean) / sqrt(var + eps) + bias."""
    gain, bias, mean, var = (
        spread(each, x) for each in (weights["gain"], weights["bias"], mean, var)
    )
    return np.asarray(gain * (x - mean) / np.sqrt(var + eps) + bias)


def in_training(x: Floats, weights: Weights, eps: float = 1e-5) -> Floats:
    """Return what training mode gives."""
    return normalise(x, weights, x.mean(axis=axes(x)), x.var(axis=axes(x)), eps)


def gradients(batch: Batch, weights: Weights) -> dict[str, Floats]:
    """Return the gradients of sum(out * cotangent) in training, by central differences."""

    def slope(by: str) -> Floats:
        values = {"x": batch.x, **weights}

        def loss(flat: Floats) -> float:
            moved = values | {by: flat.reshape(values[by].shape)}
            return float((in_training(moved["x"], moved) * batch.cotangent).sum())

        def losses(points: Floats) -> Floats:
            return np.apply_along_axis(loss, -1, points)

        step = 1e-6 if by == "x" else 1e-5  # a feature that hardly varies bends sharply
        return central_differences(losses, values[by].reshape(1, -1), step).reshape(
            values[by].shape
        )

    return {name: slope(name) for name in ("x", "gain", "bias")}


def run_layer(ask: Ask, program: str, weights: Weights, batches: Sequence[Batch]) -> list[Any]:
    """Run the batches through one layer, in order; return outputs, gradients and statistics."""
    answer = ask(
        "run",
        program=program,
        weights=dict(weights),
        batches=[vars(batch) for batch in batches],
    )
    return require_list(answer["batches"], len(batches), "the batches")
