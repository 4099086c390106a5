"""The judge's own two-layer network on arrays: forward, gradients, training, accuracy."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics import small
from autograder.numerics.tensors import Array

Weights = dict[str, NDArray[Any]]  # w1 (D, H), b1 (H,), w2 (H, C), b2 (C,)


def draw_classifier(
    rng: np.random.Generator, size: tuple[int, int, int], dtype: type = np.float64
) -> Weights:
    """Return normal weights of scale 1/sqrt(inputs) and small biases."""
    d, h, c = size
    shapes = {"w1": (d, h), "b1": (h,), "w2": (h, c), "b2": (c,)}
    scales = {"w1": d**-0.5, "b1": 0.1, "w2": h**-0.5, "b2": 0.1}
    arrays = {
        k: scales[k] * small.uncut_generator(rng).normal(size=shape) for k, shape in shapes.items()
    }
    return {name: small.shorten_numbers(rng, array).astype(dtype) for name, array in arrays.items()}


def predict_outputs(weights: Mapping[str, Any], x: NDArray[Any]) -> NDArray[Any]:
    """Return tanh(x @ w1 + b1) @ w2 + b2, of shape (N, C)."""
    hidden = np.tanh(x @ weights["w1"] + weights["b1"])
    return np.asarray(hidden @ weights["w2"] + weights["b2"])


def mean_loss(weights: Mapping[str, Any], x: NDArray[Any], y: NDArray[Any]) -> float:
    """Return the mean cross-entropy where y are classes (N,), the mean squared error otherwise."""
    out = predict_outputs(weights, x)
    if y.dtype.kind == "f":
        return float(((out - y) ** 2).mean())
    return float(-out.view(Array).log_softmax()[np.arange(len(y)), y].mean())


def weight_gradients(weights: Weights, x: NDArray[Any], y: NDArray[Any]) -> Weights:
    """Return the gradient of `mean_loss` by every weight, derived by hand."""
    hidden = np.tanh(x @ weights["w1"] + weights["b1"])  # (N, H)
    out = hidden @ weights["w2"] + weights["b2"]  # (N, C)
    if y.dtype.kind == "f":
        d_out = 2 * (out - y) / out.size
    else:
        d_out = (np.asarray(out.view(Array).softmax()) - np.eye(out.shape[1])[y]) / len(y)
    d_hidden = d_out @ weights["w2"].T * (1 - hidden**2)
    by_layer = {"1": (x, d_hidden), "2": (hidden, d_out)}
    weights_of = {f"w{layer}": below.T @ above for layer, (below, above) in by_layer.items()}
    return weights_of | {f"b{layer}": above.sum(axis=0) for layer, (_, above) in by_layer.items()}


def train_classifier(
    weights: Weights,
    x: NDArray[Any],
    y: NDArray[Any],
    batches: Iterable[NDArray[Any]],
    lr: float,
    momentum: float,
) -> tuple[list[float], Weights]:
    """Return the loss of every step, before its update, and the weights after the last."""
    velocity, curve = {name: np.zeros_like(w) for name, w in weights.items()}, []
    for rows in batches:
        curve.append(mean_loss(weights, x[rows], y[rows]))
        slopes = weight_gradients(weights, x[rows], y[rows])
        velocity = {name: momentum * velocity[name] + slopes[name] for name in weights}
        weights = {name: w - lr * velocity[name] for name, w in weights.items()}
    return curve, weights


def shuffle_batches(
    rng: np.random.Generator, count: int, size: int, epochs: int
) -> NDArray[np.int64]:
    """Return row numbers (steps, size): every epoch goes through all rows in a new order."""
    orders = [rng.permutation(count)[: count // size * size] for _ in range(epochs)]
    return np.concatenate(orders).reshape(-1, size)


def output_accuracy(weights: Mapping[str, Any], x: NDArray[Any], y: NDArray[Any]) -> float:
    """Return the share of rows whose largest output is their class."""
    return float((predict_outputs(weights, x).argmax(axis=1) == y).mean())
