"""The judge's own recurrent networks: loops over steps, in float64."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m5_convolution.common import Floats, Rng
from autograder.numerics.differences import central_differences
from autograder.numerics.tensors import draw_numbers

Weights = Mapping[str, NDArray[Any]]  # w_in, w_hidden and bias
States = list[Floats]  # [h] of an RNN, [h, c] of an LSTM
GATES = {"RNN": 1, "LSTM": 4}  # blocks of columns
PARTS = {"RNN": ("h",), "LSTM": ("h", "c")}  # of a state


def draw_weights(rng: Rng, kind: str, nin: int, n: int) -> dict[str, Floats]:
    """Return weights of a layer, of a size that leaves no gate shut."""
    columns = GATES[kind] * n
    shapes = {"w_in": (nin, columns), "w_hidden": (n, columns), "bias": (columns,)}
    return {name: 0.6 * rng.normal(size=shape) for name, shape in shapes.items()}


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + e**-x)."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))


def read(kind: str, weights: Weights, x: Floats, state: States) -> tuple[Floats, States]:
    """Return h after every step, (B, T, n), and the state after the last."""
    steps = []
    for t in range(x.shape[1]):
        z = x[:, t] @ weights["w_in"] + state[0] @ weights["w_hidden"] + weights["bias"]
        if kind == "RNN":
            state = [np.tanh(z)]
        else:
            i, f, g, o = np.split(z, 4, axis=1)
            c = sigmoid(f) * state[1] + sigmoid(i) * np.tanh(g)
            state = [sigmoid(o) * np.tanh(c), c]
        steps.append(state[0])
    return np.stack(steps, axis=1), state


def zeros(kind: str, x: Floats, n: int) -> States:
    """Return the state before anything was read."""
    return [np.zeros((len(x), n)) for _ in PARTS[kind]]


def draw_states(rng: Rng, kind: str, x: Floats, n: int) -> States:
    """Return a state to begin with."""
    return [draw_numbers(rng, (len(x), n)) * 0.5 for _ in PARTS[kind]]


def gradients(
    kind: str, weights: Weights, x: Floats, state: States, cotangent: Floats, names: Sequence[str]
) -> dict[str, Floats]:
    """Return the gradients of sum(outputs * cotangent), by central differences."""

    def slope(name: str) -> Floats:
        values = {"x": x, **weights}
        shape = values[name].shape

        def loss(flat: Floats) -> float:
            moved = values | {name: flat.reshape(shape)}
            return float((read(kind, moved, moved["x"], state)[0] * cotangent).sum())

        def losses(points: Floats) -> Floats:
            return np.apply_along_axis(loss, -1, points)

        return central_differences(losses, values[name].reshape(1, -1)).reshape(shape)

    return {name: slope(name) for name in names}
