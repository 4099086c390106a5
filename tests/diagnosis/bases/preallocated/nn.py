"""A small network, written out with loops."""

import numpy as np
from engine import Value


class Module:
    def parameters(self):
        return []

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    def __init__(self, nin, activation="tanh", rng=None):
        if activation not in ("tanh", "relu", "sigmoid", "linear"):
            raise ValueError(f"unknown activation {activation!r}")
        if rng is None:
            rng = np.random.default_rng()
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.activation = activation

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError(f"expected {len(self.w)} inputs, got {len(x)}")
        act = self.b
        for wi, xi in zip(self.w, x):
            act = act + wi * xi
        if self.activation == "tanh":
            return act.tanh()
        elif self.activation == "relu":
            return act.relu()
        elif self.activation == "sigmoid":
            return act.sigmoid()
        return act

    def parameters(self):
        return self.w + [self.b]


class Layer(Module):
    def __init__(self, nin, nout, activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.neurons = []
        for _ in range(nout):
            self.neurons.append(Neuron(nin, activation, rng))

    def __call__(self, x):
        outs = [n(x) for n in self.neurons]
        return outs[0] if len(outs) == 1 else outs

    def parameters(self):
        params = []
        for neuron in self.neurons:
            params.extend(neuron.parameters())
        return params


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        sz = [nin] + list(nouts)
        self.layers = []
        for i in range(len(nouts)):
            last = i == len(nouts) - 1
            act = output_activation if last else activation
            self.layers.append(Layer(sz[i], sz[i + 1], act, rng))

    def __call__(self, x):
        for layer in self.layers:
            if isinstance(x, Value):
                x = [x]
            x = layer(x)
        return x

    def parameters(self):
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params


def flatten(xs):
    flat = []
    for x in xs:
        if isinstance(x, (list, tuple, np.ndarray)):
            flat.extend(flatten(x))
        else:
            flat.append(x)
    return flat


def check(predictions, targets):
    if len(predictions) != len(targets) or len(predictions) == 0:
        raise ValueError("predictions and targets must have the same length, at least 1")
    for p, t in zip(predictions, targets):
        np_ = len(p) if isinstance(p, (list, tuple)) else None
        nt = len(t) if isinstance(t, (list, tuple, np.ndarray)) else None
        if np_ != nt:
            raise ValueError("a prediction and its target differ in size")
    return flatten(predictions), flatten(targets)


def squared_error(predictions, targets):
    predictions, targets = check(predictions, targets)
    total = Value(0.0)
    for p, t in zip(predictions, targets):
        total = total + (p - t) ** 2
    return total


def hinge_loss(scores, targets):
    scores, targets = check(scores, targets)
    total = Value(0.0)
    for s, y in zip(scores, targets):
        margin = 1 - y * s
        total = total + margin.relu()
    return total / len(scores)


def l2_penalty(parameters, alpha):
    total = Value(0.0)
    for p in parameters:
        total = total + p * p
    return alpha * total


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    losses = []
    for epoch in range(epochs):
        rate = lr(epoch) if callable(lr) else lr
        predictions = [model(x) for x in xs]
        total = loss(predictions, ys)
        if alpha:
            total = total + l2_penalty(model.parameters(), alpha)
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= rate * p.grad
        losses.append(total.data)
    return losses
