"""The judge's own optimisers: the path of one parameter, in float64."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Gradients = Sequence[Floats | None]  # one a step; None leaves a parameter alone
Walk = Callable[..., Floats]  # start, gradients, rates and settings to the place after each step


def rmsprop(
    start: Floats,
    gradients: Gradients,
    rates: Sequence[float],
    decay: float = 0.9,
    eps: float = 1e-8,
) -> Floats:
    """Divide by a running root mean square."""
    p, square, path = start, np.zeros_like(start), []
    for g, rate in zip(gradients, rates, strict=True):
        if g is not None:
            square = decay * square + (1 - decay) * g * g
            p = p - rate * g / (np.sqrt(square) + eps)
        path.append(p)
    return np.stack(path)


def adamw(
    start: Floats,
    gradients: Gradients,
    rates: Sequence[float],
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> Floats:
    """Shrink, then take Adam's step; only steps with a gradient count."""
    p, mean, square, path, t = start, np.zeros_like(start), np.zeros_like(start), [], 0
    for g, rate in zip(gradients, rates, strict=True):
        if g is not None:
            t += 1
            mean, square = b1 * mean + (1 - b1) * g, b2 * square + (1 - b2) * g * g
            root = np.sqrt(square / (1 - b2**t)) + eps
            p = (1 - rate * weight_decay) * p - rate * mean / (1 - b1**t) / root
        path.append(p)
    return np.stack(path)


def nesterov(
    start: Floats, gradients: Gradients, rates: Sequence[float], momentum: float
) -> Floats:
    """Take the gradient, and the step that momentum takes next."""
    p, velocity, path = start, np.zeros_like(start), []
    for g, rate in zip(gradients, rates, strict=True):
        if g is not None:
            velocity = momentum * velocity + g
            p = p - rate * (g + momentum * velocity)
        path.append(p)
    return np.stack(path)
