"""What the checks of milestone 2 share: inputs, training runs, the judge's own run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.questions import Ask
from autograder.numerics import networks, small
from autograder.numerics.compare import as_floats, close

Rng = np.random.Generator
Floats = NDArray[np.float64]
Measure = dict[str, float]

TANH = ("tanh", "tanh")
FOUR_X = np.array([[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]])
FOUR_Y = np.array([1.0, -1.0, -1.0, 1.0])

MANY = [60, 60, 1]  # a network with so many parameters that a pass for each is too slow
EARLY = 10  # so many losses of a run that learns have to be the judge's own

FORWARD = "MLP.__call__ Layer.__call__ Neuron.__call__"
FIT = f"fit {FORWARD} Value.backward"


def inputs(rng: Rng, *shape: int) -> Floats:
    """Return numbers of both signs, 0.3 to 1.7 in size."""
    draw = small.uncut_generator(rng)
    return draw.uniform(0.3, 1.7, shape) * np.where(draw.random(shape) < 0.5, -1.0, 1.0)


def draw_many(rng: Rng) -> tuple[Floats, Floats, Floats]:
    """Return weights of the network of `MANY` that do not saturate it, and one sample."""
    return networks.draw_parameters(MANY, rng) / 8.0, inputs(rng, 1, MANY[0]), inputs(rng, 1)


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
        **given | options,
    )


def require_early_losses(curve: Any, own: Floats) -> None:
    """Fail unless a run begins as the judge's: weights that fit can be had without gradients."""
    first = curve[:EARLY] if isinstance(curve, list) else curve
    close(first, own[:EARLY], "the loss of epoch {}")


def trained_weights(size: Sequence[int], answer: Mapping[str, Any]) -> Floats:
    """Return the weights after a training run."""
    return as_floats(answer["weights"], (networks.count_parameters(size),), "the trained weights")


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
    """Return the judge's own loss curve and final weights."""
    curve = []
    for rate in rates:
        outs = networks.mlp_outputs(size, kinds, weights, xs)[:, 0]
        curve.append(float(networks.LOSSES[loss](outs, ys) + alpha * (weights**2).sum()))
        slopes = networks.loss_gradient(size, kinds, weights, xs, ys, loss)
        weights = weights - rate * (slopes + 2.0 * alpha * weights)
    return np.array(curve), weights
