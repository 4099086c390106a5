"""A multi-layer perceptron on scalars.

The building blocks are plain dataclasses: they share the behaviour of ``Module``
by borrowing its method instead of inheriting from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from engine import Value

Activation = Callable[[Value], Value]
Scalar = Value | float

ACTIVATIONS: dict[str, Activation] = {
    "tanh": Value.tanh,
    "relu": Value.relu,
    "sigmoid": Value.sigmoid,
    "linear": lambda v: v,
}


class Module:
    def parameters(self) -> list[Value]:
        return []

    def zero_grad(self) -> None:
        for parameter in self.parameters():
            parameter.grad = 0.0


@dataclass(eq=False)
class Neuron:
    nin: int
    activation: str = "tanh"
    rng: np.random.Generator | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            known = ", ".join(sorted(ACTIVATIONS))
            raise ValueError(f"no activation {self.activation!r}; there are: {known}")
        rng = self.rng or np.random.default_rng()
        self.w = [Value(w) for w in rng.uniform(-1.0, 1.0, size=self.nin)]
        self.b = Value(0.0)

    def __call__(self, x: Sequence[Scalar]) -> Value:
        inputs = list(x)
        if len(inputs) != self.nin:
            raise ValueError(f"this neuron reads {self.nin} numbers, not {len(inputs)}")
        pre_activation = self.b
        for weight, number in zip(self.w, inputs, strict=True):
            pre_activation = pre_activation + weight * number
        return ACTIVATIONS[self.activation](pre_activation)

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    zero_grad = Module.zero_grad


class Layer:
    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        rng = rng or np.random.default_rng()
        self.units = tuple(Neuron(nin, activation, rng) for _ in range(nout))

    def outputs(self, x: Sequence[Scalar]) -> list[Value]:
        """Return the outputs as a list, a single one too."""
        return [unit(x) for unit in self.units]

    def __call__(self, x: Sequence[Scalar]) -> Value | list[Value]:
        return _unwrap(self.outputs(x))

    def parameters(self) -> list[Value]:
        return [p for unit in self.units for p in unit.parameters()]

    zero_grad = Module.zero_grad


class MLP:
    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: str = "tanh",
        output_activation: str = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        rng = rng or np.random.default_rng()
        *hidden, nout = nouts
        self.stages: list[Layer] = []
        for width in hidden:
            self.stages.append(Layer(nin, width, activation, rng))
            nin = width
        self.stages.append(Layer(nin, nout, output_activation, rng))

    def __call__(self, x: Sequence[Scalar]) -> Value | list[Value]:
        signal: Sequence[Scalar] = x
        for stage in self.stages:
            signal = stage.outputs(signal)
        return _unwrap(list(signal))

    def parameters(self) -> list[Value]:
        return [p for stage in self.stages for p in stage.parameters()]

    zero_grad = Module.zero_grad


def _unwrap(outputs: list[Value]) -> Value | list[Value]:
    return outputs[0] if len(outputs) == 1 else outputs


def _pairs(predictions: Sequence, targets: Sequence) -> list[tuple]:
    if len(predictions) != len(targets):
        raise ValueError(f"sizes differ: {len(predictions)} against {len(targets)} targets")
    if len(targets) == 0:
        raise ValueError("cannot measure the loss of no samples")
    return list(zip(predictions, targets, strict=True))


def _flat_pairs(predictions: Sequence, targets: Sequence) -> list[tuple]:
    flat = []
    for prediction, target in _pairs(predictions, targets):
        if isinstance(prediction, list | tuple | np.ndarray):
            flat += _pairs(prediction, target)
        else:
            flat.append((prediction, target))
    return flat


def squared_error(predictions: Sequence, targets: Sequence) -> Value:
    errors = [p - t for p, t in _flat_pairs(predictions, targets)]
    return sum((error * error for error in errors), Value(0.0))


def hinge_loss(scores: Sequence[Value], targets: Sequence[float]) -> Value:
    margins = [1.0 - y * s for s, y in _pairs(scores, targets)]
    return sum(margin.relu() for margin in margins) / len(margins)


def l2_penalty(parameters: Sequence[Value], alpha: float) -> Value:
    return alpha * sum((p**2 for p in parameters), Value(0.0))


def fit(
    model: Module,
    xs: Sequence,
    ys: Sequence,
    epochs: int,
    lr: float | Callable[[int], float],
    loss: Callable[[Sequence, Sequence], Value] = squared_error,
    alpha: float = 0.0,
) -> list[float]:
    """Train by full-batch gradient descent; return the loss before each update."""
    schedule = lr if callable(lr) else lambda epoch: lr
    parameters = model.parameters()
    curve = []
    for epoch in range(epochs):
        objective = loss([model(x) for x in xs], ys) + l2_penalty(parameters, alpha)
        curve.append(objective.data)
        for p in parameters:
            p.grad = 0.0
        objective.backward()
        rate = schedule(epoch)
        for p in parameters:
            p.data -= rate * p.grad
    return curve
