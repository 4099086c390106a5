"""Neurons, layers and networks of scalar Values."""

import numpy as np
from engine import Value

ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")


class Module:
    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0

    def parameters(self):
        return []


class Neuron(Module):
    def __init__(self, nin, activation="tanh", rng=None):
        if activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {activation!r}, expected one of {ACTIVATIONS}")
        rng = np.random.default_rng() if rng is None else rng
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.activation = activation

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError(f"expected {len(self.w)} inputs, got {len(x)}")
        act = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
        return act if self.activation == "linear" else getattr(act, self.activation)()

    def parameters(self):
        return [*self.w, self.b]

    def __repr__(self):
        return f"{self.activation} Neuron({len(self.w)})"


class Layer(Module):
    def __init__(self, nin, nout, activation="tanh", rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.neurons = [Neuron(nin, activation, rng) for _ in range(nout)]

    def __call__(self, x):
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self):
        return [p for n in self.neurons for p in n.parameters()]

    def __repr__(self):
        return f"Layer of [{', '.join(str(n) for n in self.neurons)}]"


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        rng = np.random.default_rng() if rng is None else rng
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [
            Layer(
                sizes[i],
                sizes[i + 1],
                output_activation if i == last else activation,
                rng,
            )
            for i in range(len(nouts))
        ]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x if hasattr(x, "__len__") else [x])
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self):
        return f"MLP of [{', '.join(str(layer) for layer in self.layers)}]"


def squared_error(predictions, targets):
    _check_batch(predictions, targets)
    total = Value(0.0)
    for p, t in zip(predictions, targets, strict=True):
        if hasattr(p, "__len__") or hasattr(t, "__len__"):
            total = total + squared_error(p, t)
        else:
            total = total + (p - t) ** 2
    return total


def hinge_loss(scores, targets):
    _check_batch(scores, targets)
    losses = [(1 + -y * s).relu() for s, y in zip(scores, targets, strict=True)]
    return sum(losses) * (1.0 / len(losses))


def l2_penalty(parameters, alpha):
    return alpha * sum((p * p for p in parameters), Value(0.0))


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    _check_batch(xs, ys)
    history = []
    for k in range(epochs):
        total = loss([model(x) for x in xs], ys)
        if alpha:
            total = total + l2_penalty(model.parameters(), alpha)
        history.append(total.data)

        model.zero_grad()
        total.backward()

        rate = lr(k) if callable(lr) else lr
        for p in model.parameters():
            p.data -= rate * p.grad
    return history


def _check_batch(a, b):
    if len(a) == 0:
        raise ValueError("the batch is empty")
    if len(a) != len(b):
        raise ValueError(f"{len(a)} predictions but {len(b)} targets")
