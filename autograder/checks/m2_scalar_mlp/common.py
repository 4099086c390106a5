"""What the checks of milestone 2 share: inputs, training runs, the judge's own run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.questions import Ask
from autograder.numerics import networks, small
from autograder.numerics.differences import central_differences

Rng = np.random.Generator
Floats = NDArray[np.float64]
Measure = dict[str, float]

TANH = ("tanh", "tanh")
FOUR_X = np.array([[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]])
FOUR_Y = np.array([1.0, -1.0, -1.0, 1.0])

FORWARD = "MLP.__call__ Layer.__call__ Neuron.__call__"
FIT = f"fit {FORWARD} Value.backward"


def inputs(rng: Rng, *shape: int) -> Floats:
    """Return numbers of both signs, 0.3 to 1.7 in size."""
    draw = small.uncut_generator(rng)
    return draw.uniform(0.3, 1.7, shape) * np.where(draw.random(shape) < 0.5, -1.0, 1.0)


def ask_training(
    ask: Ask, size: Sequence[int], weights: Floats, xs: Floats, ys: Floats, **options: Any
) -> dict[str, Any]:
    """Ask for a training run; options not given are 4 epochs at 0.05, squared error, tanh."""
    given = {"kinds": TANH, "epochs": 4, "rates": [0.05], "loss": "squared_error", "alpha": 0.0}
    return ask(
        "train",
        size=list(size),
        weights=weights.tolist(),
        xs=xs.tolist(),
        ys=ys.tolist(),
        **given | {"tests": []} | options,
    )


def trajectory(
    size: Sequence[int],
    kinds: networks.Kinds,
    weights: Floats,
    xs: Floats,
    ys: Floats,
    rates: Sequence[float],
    loss: str = "squared_error",
    alpha: float = 0.0,
) -> tuple[Floats, Floats]:
    """Return the judge's own loss curve and final weights, by central differences."""

    def total(weights: Floats) -> Floats:
        outs = networks.mlp_outputs(size, kinds, weights, xs)[..., 0]
        return np.asarray(networks.LOSSES[loss](outs, ys) + alpha * (weights**2).sum(axis=-1))

    curve = []
    for rate in rates:
        curve.append(float(total(weights)))
        weights = weights - rate * central_differences(total, weights[None])[0]
    return np.array(curve), weights
