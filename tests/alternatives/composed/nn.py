"""Networks of scalars: a neuron is a dot product, a layer a loop, a net a fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

import numpy as np
from engine import Value
from numpy.random import Generator, default_rng

Output = Value | list[Value]


class Module:
    """Keeps its children in ``_children``; they are Values or Modules."""

    def __init__(self, children: Sequence[Value | Module] = ()):
        self._children = list(children)

    def parameters(self) -> list[Value]:
        flat: list[Value] = []
        for child in self._children:
            flat += [child] if isinstance(child, Value) else child.parameters()
        return flat

    def zero_grad(self) -> None:
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    def __init__(self, nin: int, activation: str = "tanh", rng: Generator | None = None):
        if activation == "linear":
            self._f: Callable[[Value], Value] = lambda v: v
        elif activation == "tanh":
            self._f = Value.tanh
        elif activation == "relu":
            self._f = Value.relu
        elif activation == "sigmoid":
            self._f = Value.sigmoid
        else:
            raise ValueError("what is the activation " + repr(activation) + "?")
        weights = (rng or default_rng()).uniform(-1, 1, nin)
        super().__init__([Value(w) for w in weights] + [Value(0.0)])

    @property
    def w(self) -> list[Value]:
        return self._children[:-1]

    @property
    def b(self) -> Value:
        return self._children[-1]

    def __call__(self, x: Sequence[Value | float]) -> Value:
        *w, b = self._children
        if len(w) != len(x):
            raise ValueError(f"{len(x)} inputs do not fit {len(w)} weights")
        terms = [wi * xi for wi, xi in zip(w, x, strict=True)] + [b]
        return self._f(_tree_sum(terms))


class Layer(Module):
    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "tanh",
        rng: Generator | None = None,
    ):
        rng = rng or default_rng()
        super().__init__([Neuron(nin, activation, rng) for _ in range(nout)])

    def __call__(self, x: Value | Sequence) -> Output:
        if isinstance(x, Value):
            x = (x,)
        first, *others = (neuron(x) for neuron in self._children)
        return [first, *others] if others else first


class MLP(Module):
    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: str = "tanh",
        output_activation: str = "tanh",
        rng: Generator | None = None,
    ):
        rng = rng or default_rng()
        widths = [nin, *list(nouts)]
        activations = [activation] * (len(widths) - 2) + [output_activation]
        super().__init__(
            [
                Layer(before, after, name, rng)
                for before, after, name in zip(widths, widths[1:], activations, strict=False)
            ]
        )

    def __call__(self, x: Sequence) -> Output:
        for layer in self._children:
            x = layer(x)
        return x


def _tree_sum(terms: list[Value]) -> Value:
    """Add in pairs, so that the graph stays shallow."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return _tree_sum(terms[:half]) + _tree_sum(terms[half:])


def _flatten(xs) -> list:
    """List the entries of nested lists, and ``[`` ``]`` marks that tell the nesting."""
    if isinstance(xs, (list, tuple, np.ndarray)):
        return ["[", *(entry for x in xs for entry in _flatten(x)), "]"]
    return [xs]


def _compare(predictions, targets, term: Callable) -> list[Value]:
    ours, theirs = _flatten(predictions), _flatten(targets)
    marks = [[e if isinstance(e, str) else "." for e in es] for es in (ours, theirs)]
    if marks[0] != marks[1]:
        raise ValueError("predictions and targets are not of the same shape")
    pairs = [(p, t) for p, t in zip(ours, theirs, strict=True) if not isinstance(p, str)]
    if not pairs:
        raise ValueError("no samples")
    return [term(p, t) for p, t in pairs]


def squared_error(predictions, targets) -> Value:
    return _tree_sum(_compare(predictions, targets, lambda p, t: (p - t) * (p - t)))


def hinge_loss(scores, targets) -> Value:
    losses = _compare(scores, targets, lambda s, y: (s * -y + 1).relu())
    return _tree_sum(losses) * (1 / len(losses))


def l2_penalty(parameters, alpha: float) -> Value:
    return _tree_sum([p * p for p in parameters] or [Value(0.0)]) * alpha


def fit(
    model: Module,
    xs: Sequence,
    ys: Sequence,
    epochs: int,
    lr: float | Callable[[int], float],
    loss: Callable = squared_error,
    alpha: float = 0.0,
) -> list[float]:
    losses = []
    while len(losses) < epochs:
        rate = float(lr(len(losses)) if callable(lr) else lr)
        if not isfinite(rate):
            raise ValueError(f"the learning rate is {rate}")
        model.zero_grad()
        objective = loss([model(x) for x in xs], ys)
        if alpha > 0:
            objective = objective + l2_penalty(model.parameters(), alpha)
        objective.backward()
        for p in model.parameters():
            p.data -= rate * p.grad
        losses.append(objective.data)
    return losses
