"""A network whose modules register what they hold, as PyTorch's do."""

from functools import reduce
from operator import add

import numpy as np
from engine import Value

ACTIVATIONS = {
    "tanh": lambda v: v.tanh(),
    "relu": lambda v: v.relu(),
    "sigmoid": lambda v: v.sigmoid(),
    "linear": lambda v: v,
}


class Module:
    def parameters(self):
        found = []
        for item in vars(self).values():
            found += collect(item)
        return found

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


def collect(item):
    if isinstance(item, Value):
        return [item]
    if isinstance(item, Module):
        return item.parameters()
    if isinstance(item, list):
        return [p for part in item for p in collect(part)]
    return []


class Neuron(Module):
    def __init__(self, nin, activation="tanh", rng=None):
        if activation not in ACTIVATIONS:
            raise ValueError("activation is one of " + ", ".join(ACTIVATIONS))
        rng = np.random.default_rng() if rng is None else rng
        self.w = list(map(Value, rng.uniform(-1.0, 1.0, size=nin).tolist()))
        self.b = Value(0.0)
        self.act = ACTIVATIONS[activation]

    def __call__(self, x):
        products = [w * v for w, v in zip(self.w, x, strict=True)]
        return self.act(reduce(add, products, self.b))


class Layer(Module):
    def __init__(self, nin, nout, activation="tanh", rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.neurons = [Neuron(nin, activation, rng) for _ in range(nout)]

    def __call__(self, x):
        out = [neuron(x) for neuron in self.neurons]
        if len(out) == 1:
            return out[0]
        return out


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        rng = np.random.default_rng() if rng is None else rng
        nouts = list(nouts)
        nins = [nin] + nouts[:-1]
        names = [activation] * (len(nouts) - 1) + [output_activation]
        self.layers = [Layer(i, o, name, rng) for i, o, name in zip(nins, nouts, names)]

    def __call__(self, x):
        out = x
        for layer in self.layers:
            out = layer(out if hasattr(out, "__len__") else [out])
        return out


def pairs(predictions, targets):
    """Pair predictions with targets, whatever the nesting."""
    if isinstance(predictions, (list, tuple)) != hasattr(targets, "__len__"):
        raise ValueError("predictions and targets are nested differently")
    if not isinstance(predictions, (list, tuple)):
        return [(predictions, targets)]
    if not predictions or len(predictions) != len(targets):
        raise ValueError(f"{len(predictions)} predictions for {len(targets)} targets")
    return [pair for p, t in zip(predictions, targets) for pair in pairs(p, t)]


def squared_error(predictions, targets):
    errors = [p - t for p, t in pairs(predictions, targets)]
    return reduce(add, [e * e for e in errors])


def hinge_loss(scores, targets):
    margins = [y * s for s, y in pairs(scores, targets)]
    losses = [(1.0 - m).relu() for m in margins]
    return reduce(add, losses) * (1.0 / len(losses))


def l2_penalty(parameters, alpha):
    squares = [p**2 for p in parameters]
    return reduce(add, squares, Value(0.0)) * alpha


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    schedule = lr if callable(lr) else lambda epoch: lr
    history = []
    for epoch in range(epochs):
        objective = loss(list(map(model, xs)), ys)
        if alpha > 0:
            objective = objective + l2_penalty(model.parameters(), alpha)
        history.append(float(objective.data))
        model.zero_grad()
        objective.backward()
        step = schedule(epoch)
        for p in model.parameters():
            p.data = p.data - step * p.grad
    return history
