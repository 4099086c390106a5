"""Points in the plane, the network that is trained on them, and what it reaches."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks.c_checkpoints.common import Floats, Labels, Rng
from autograder.data.points import make_spiral
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, brief, describe, require_list
from autograder.numerics.failure import WrongAnswer

Limits = Mapping[str, tuple[type, float, float]]  # kind, least and most; a float's least is open
CLASSES, NOISE = 3, 0.5
MOMENTUM = 0.9


def draw_points(count: int, rng: Rng) -> tuple[Any, Labels]:
    """Return points of the stub's ``make_spiral`` in float32, and their classes."""
    x, y = make_spiral(count, CLASSES, NOISE, rng)
    return x.astype(np.float32), y


class Accuracies(NamedTuple):
    """What a network gets right of the samples that it learnt from, and of others."""

    train: float
    validation: float

    @property
    def gap(self) -> float:
        """By how much the first is above the second."""
        return self.train - self.validation


class Run(NamedTuple):
    """What one training begins with, and what it is measured on."""

    x: Any
    y: Labels
    x_other: Any
    y_other: Labels
    weights: list[Any]

    def question(self) -> dict[str, Any]:
        """Return what the worker gets: no sample that the network is measured on alone."""
        return {"x": self.x, "y": self.y, "weights": self.weights}

    def measure(self, weights: Sequence[Floats], samples: int) -> Accuracies:
        """Return the accuracies of a network that learnt from the first `samples`."""
        own = share_right(weights, self.x[:samples], self.y[:samples])
        return Accuracies(own, share_right(weights, self.x_other, self.y_other))

    def train(self, settings: Mapping[str, Any]) -> list[Floats]:
        """Return the weights after the judge's own training."""
        samples, epochs = settings["samples"], settings["epochs"]
        x, y = self.x[:samples].astype(np.float64), self.y[:samples]

        def slopes(weights: list[Floats]) -> list[Floats]:
            return gradients(weights, x, y)

        with np.errstate(all="ignore"):
            return trajectories.sgd_path(
                [np.asarray(w, np.float64) for w in self.weights],
                [slopes] * epochs,
                [settings["lr"]] * epochs,
                MOMENTUM,
                settings["weight_decay"],
            )[-1]


def draw_run(rng: Rng, width: int, samples: int, others: int) -> Run:
    """Return points to learn and others, and first weights as ``Linear`` draws them."""
    shapes = [(2, width), (width,), (width, CLASSES), (CLASSES,)]
    weights = [
        rng.normal(0.0, math.sqrt(2 / shape[0]), shape) if len(shape) == 2 else np.zeros(shape)
        for shape in shapes
    ]
    drawn = (*draw_points(samples, rng), *draw_points(others, rng))
    return Run(*drawn, [array.astype(np.float32) for array in weights])


def outputs(weights: Sequence[Floats], x: Any) -> Floats:
    """Return the logits of a network with one hidden layer of ReLU."""
    w1, b1, w2, b2 = weights
    with np.errstate(all="ignore"):
        return np.asarray(np.maximum(x @ w1 + b1, 0.0) @ w2 + b2)


def share_right(weights: Sequence[Floats], x: Any, y: Labels) -> float:
    """Return the share of samples whose largest logit is their class."""
    return float((outputs(weights, x.astype(np.float64)).argmax(axis=1) == y).mean())


def gradients(weights: Sequence[Floats], x: Floats, y: Labels) -> list[Floats]:
    """Return the gradients of the mean cross-entropy by all four weights."""
    w1, b1, w2, b2 = weights
    z = x @ w1 + b1
    hidden = np.maximum(z, 0.0)
    logits = hidden @ w2 + b2
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    d_out = (powers / powers.sum(axis=1, keepdims=True) - np.eye(len(b2))[y]) / len(y)
    d_hidden = d_out @ w2.T * (z > 0.0)
    return [x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_out, d_out.sum(axis=0)]


def require_weights(got: Any, inputs: int, width: int, classes: int, what: str) -> list[Floats]:
    """Return the four arrays of a network of these sizes, or fail."""
    shapes = [(inputs, width), (width,), (width, classes), (classes,)]
    names = ("first weight", "first bias", "last weight", "last bias")
    parts = require_list(got, len(shapes), f"{what}: the parameters")
    return [
        as_floats(part, shape, f"{what}: the {name}")
        for part, shape, name in zip(parts, shapes, names, strict=True)
    ]


def require_settings(got: Any, limits: Limits, what: str) -> dict[str, Any]:
    """Return a dict of exactly the settings in `limits`, each in its range, or fail."""
    if not isinstance(got, dict):
        raise WrongAnswer(f"{what} is {describe(got)}, wanted a dict")
    if got.keys() != limits.keys():
        told = f"the keys {', '.join(sorted(map(str, got)))}" if got else "no keys"
        raise WrongAnswer(f"{what} has {told}, wanted {', '.join(sorted(limits))}")
    return {
        name: _require_setting(got[name], *limits[name], f'{what}["{name}"]') for name in limits
    }


def _require_setting(got: Any, kind: type, least: float, most: float, label: str) -> Any:
    number = got.item() if isinstance(got, np.ndarray) and got.ndim == 0 else got
    is_kind = type(number) is kind or (kind is float and type(number) is int)
    if not is_kind or not least <= number <= most:
        word = "an integer" if kind is int else "a number"
        raise WrongAnswer(f"{label} is {brief(number)}, wanted {word} from {least:g} to {most:g}")
    return kind(number)
