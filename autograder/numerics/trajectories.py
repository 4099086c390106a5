"""The judge's own training: dense tanh networks, cross-entropy, SGD, schedules."""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from autograder.numerics import small

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Layers = list[tuple[Floats, Floats]]  # weight (nin, nout) and bias (nout,) of each
Batch = tuple[Floats, Labels]


def draw_layers(size: Sequence[int], rng: np.random.Generator) -> Layers:
    """Return normal weights of variance 1 / nin and small biases."""
    normal = small.uncut_generator(rng).normal
    return [
        (normal(0.0, nin**-0.5, (nin, nout)), normal(0.0, 0.1, nout))
        for nin, nout in zip(size, size[1:], strict=False)
    ]


def layer_signals(layers: Layers, x: Floats) -> list[Floats]:
    """Return the input of every layer, and the logits: tanh between layers."""
    signals = [x]
    for index, (weight, bias) in enumerate(layers):
        out = signals[-1] @ weight + bias
        signals.append(out if index == len(layers) - 1 else np.tanh(out))
    return signals


def network_logits(layers: Layers, x: Floats) -> Floats:
    """Return the network's outputs (N, C)."""
    return layer_signals(layers, x)[-1]


def logit_accuracy(layers: Layers, x: Floats, y: Labels) -> float:
    """Return the share of samples whose largest logit is their class."""
    return float((network_logits(layers, x).argmax(axis=1) == y).mean())


def batch_cross_entropy(scores: Floats, y: Labels) -> float:
    """Return the mean negative log-likelihood of the classes y."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float((log_sums - shifted[np.arange(len(y)), y]).mean())


def layer_gradients(layers: Layers, x: Floats, y: Labels) -> Layers:
    """Return the gradient of the cross-entropy by every weight and bias."""
    inputs = layer_signals(layers, x)
    cotangent = (_softmax(inputs[-1]) - np.eye(inputs[-1].shape[1])[y]) / len(y)
    gradients: Layers = []
    for index in reversed(range(len(layers))):
        gradients.insert(0, (inputs[index].T @ cotangent, cotangent.sum(axis=0)))
        cotangent = cotangent @ layers[index][0].T * (1 - inputs[index] ** 2)
    return gradients


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


Slopes = Callable[[list[Floats]], list[Floats]]


def sgd_path(
    params: Sequence[Floats],
    slopes: Sequence[Slopes],
    rates: Iterable[float],
    momentum: float,
    weight_decay: float,
) -> list[list[Floats]]:
    """Return the parameters after every step: v = m v + (g + d p); p -= rate v.

    Parameters
    ----------
    params : sequence of ndarray
        The start.
    slopes : sequence of callable
        The gradients at the parameters, one per step.
    rates : iterable of float
        One per step.
    momentum, weight_decay : float
        m and d.
    """
    at, path = list(params), []
    velocity = [np.zeros_like(p) for p in at]
    for slope, rate in zip(slopes, rates, strict=True):
        gradients = slope(at)
        velocity = [
            momentum * v + (g + weight_decay * p)
            for v, g, p in zip(velocity, gradients, at, strict=True)
        ]
        at = [p - rate * v for p, v in zip(at, velocity, strict=True)]
        path.append(at)
    return path


def quadratic_slopes(targets: Sequence[Floats], curvatures: Sequence[Floats]) -> Slopes:
    """Return the gradients of sum(c (p - t)^2)."""
    return lambda at: [2 * c * (p - t) for p, t, c in zip(at, targets, curvatures, strict=True)]


def train_layers(
    layers: Layers,
    batches: Sequence[Batch],
    rates: Sequence[float],
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> tuple[Floats, list[Layers]]:
    """Return the loss of every batch before its step, and the layers after every step."""

    def slope(batch: Batch) -> Slopes:
        return lambda at: _flatten_layers(layer_gradients(_pair_layers(at), *batch))

    slopes = [slope(batch) for batch in batches]
    path = list(
        map(_pair_layers, sgd_path(_flatten_layers(layers), slopes, rates, momentum, weight_decay))
    )
    before = [layers, *path][: len(batches)]
    curve = [
        batch_cross_entropy(network_logits(at, x), y)
        for at, (x, y) in zip(before, batches, strict=True)
    ]
    return np.array(curve), path


def _flatten_layers(layers: Layers) -> list[Floats]:
    return [array for pair in layers for array in pair]


def _pair_layers(arrays: Sequence[Floats]) -> Layers:
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def step_decay(lr: float, factor: float, every: int) -> Callable[[int], float]:
    """Return lr factor^(step // every) as a function of the step."""

    def rate(step: int) -> float:
        drops = step // every
        return lr * factor**drops

    return rate


def cosine_schedule(lr: float, steps: int, warmup: int) -> Callable[[int], float]:
    """Return a linear climb to lr, then half a cosine to 0, as a function of the step."""

    def rate(step: int) -> float:
        if step < warmup:
            climbed = step + 1
            return lr * climbed / warmup
        done = min((step - warmup) / max(steps - warmup, 1), 1.0) if step < steps else 1.0
        return lr / 2 * (1 + math.cos(math.pi * done))

    return rate
