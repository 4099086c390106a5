"""Multi-layer perceptrons of scalars."""

from dataclasses import InitVar, dataclass
from functools import reduce
from itertools import pairwise, repeat
from operator import add

import numpy as np
from engine import Value

_SQUASH = {name: getattr(Value, name) for name in ("tanh", "relu", "sigmoid")}
_SQUASH["linear"] = lambda v: v


def _leaves(thing):
    """All Values inside an object, attributes and items in order."""
    if isinstance(thing, Value):
        yield thing
    elif isinstance(thing, (list, tuple)):
        for item in thing:
            yield from _leaves(item)
    elif isinstance(thing, Module):
        for attribute in vars(thing).values():
            yield from _leaves(attribute)


class Module:
    """Finds its parameters by itself."""

    def parameters(self):
        return list(_leaves(self))

    def zero_grad(self):
        for v in self.parameters():
            v.grad = np.float64(0)


@dataclass(eq=False)
class Neuron(Module):
    nin: int
    activation: str = "tanh"
    rng: InitVar[np.random.Generator] = None

    def __post_init__(self, rng):
        if self.activation not in _SQUASH:
            raise ValueError(f"{self.activation!r} is not in {list(_SQUASH)}")
        draw = (rng if rng is not None else np.random.default_rng()).uniform
        self.w = list(map(Value, draw(low=-1, high=1, size=self.nin)))
        self.b = Value(0)

    def __call__(self, x):
        x = list(x)
        if self.nin != len(x):
            raise ValueError(f"fan-in {self.nin} != {len(x)}")
        products = (w * v for w, v in zip(self.w, x, strict=True))
        return _SQUASH[self.activation](reduce(add, products, Value(0)) + self.b)


@dataclass(eq=False)
class Layer(Module):
    nin: int
    nout: int
    activation: str = "tanh"
    rng: InitVar[np.random.Generator] = None

    def __post_init__(self, rng):
        rng = rng if rng is not None else np.random.default_rng()
        self._cells = [Neuron(self.nin, self.activation, rng) for _ in range(self.nout)]

    def __call__(self, x):
        x = [x] if isinstance(x, Value) else list(x)
        match [cell(x) for cell in self._cells]:
            case [only]:
                return only
            case several:
                return several


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        rng = rng if rng is not None else np.random.default_rng()
        kinds = [*repeat(activation, len(nouts) - 1), output_activation]
        self._stack = [
            Layer(fan_in, fan_out, kind, rng)
            for (fan_in, fan_out), kind in zip(pairwise([nin, *nouts]), kinds, strict=True)
        ]

    def __call__(self, x):
        return reduce(lambda signal, layer: layer(signal), self._stack, x)


def _rows(batch):
    return [list(row) if np.iterable(row) else [row] for row in batch]


def squared_error(predictions, targets):
    rows = list(_zip_exactly(_rows(predictions), _rows(targets)))
    return reduce(add, ((p - t) ** 2 for r in rows for p, t in _zip_exactly(*r)))


def hinge_loss(scores, targets):
    parts = [(1 - t * s).relu() for s, t in _zip_exactly(scores, targets)]
    return reduce(add, parts) / len(parts)


def l2_penalty(parameters, alpha):
    return reduce(add, (alpha * v**2 for v in parameters), Value(0))


def _zip_exactly(left, right):
    left, right = list(left), list(right)
    if not left or not right:
        raise ValueError("nothing to average or sum")
    return zip(left, right, strict=True)


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    rate = lr if callable(lr) else lambda _: lr
    history = np.empty(epochs)
    for epoch in range(epochs):
        cost = loss([model(x) for x in xs], ys)
        cost += l2_penalty(model.parameters(), alpha)
        history[epoch] = cost.data
        model.zero_grad()
        cost.backward()
        step = rate(epoch)
        for v in model.parameters():
            v.data -= step * v.grad
    return history.tolist()
