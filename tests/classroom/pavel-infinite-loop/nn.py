"""Neural net, Pavel N."""
import numpy as np

from engine import Value


class Module:
    def parameters(self):
        return []

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    FUNCTIONS = {"tanh": Value.tanh, "relu": Value.relu, "sigmoid": Value.sigmoid, "linear": None}

    def __init__(self, nin, activation="tanh", rng=None):
        if activation not in self.FUNCTIONS:
            raise ValueError(f"no such activation: {activation}")
        rng = np.random.default_rng() if rng is None else rng
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.function = self.FUNCTIONS[activation]

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError(f"{len(self.w)} inputs wanted, {len(x)} given")
        z = self.b
        for i in range(len(x)):
            z = z + self.w[i] * x[i]
        return self.function(z) if self.function else z

    def parameters(self):
        return [*self.w, self.b]


class Layer(Module):
    def __init__(self, nin, nout, activation="tanh", rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.neurons = [Neuron(nin, activation, rng) for _ in range(nout)]

    def __call__(self, x):
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.layers = []
        for nout in nouts[:-1]:
            self.layers.append(Layer(nin, nout, activation, rng))
            nin = nout
        self.layers.append(Layer(nin, nouts[-1], output_activation, rng))

    def __call__(self, x):
        for layer in self.layers:
            x = layer([x] if isinstance(x, Value) else x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


def _same_length(a, b):
    if len(a) != len(b):
        raise ValueError(f"{len(a)} != {len(b)}")
    if len(a) == 0:
        raise ValueError("no data")


def squared_error(predictions, targets):
    _same_length(predictions, targets)
    total = Value(0.0)
    for p, t in zip(predictions, targets):
        if isinstance(p, list):
            total = total + squared_error(p, t)
        else:
            d = p - t
            total = total + d * d
    return total


def hinge_loss(scores, targets):
    _same_length(scores, targets)
    total = Value(0.0)
    for s, y in zip(scores, targets):
        total = total + (1 - s * y).relu()
    return total * (1 / len(scores))


def l2_penalty(parameters, alpha):
    total = Value(0.0)
    for p in parameters:
        total = total + p ** 2
    return total * alpha


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    _same_length(xs, ys)
    losses = []
    for epoch in range(epochs):
        total = loss([model(x) for x in xs], ys)
        if alpha:
            total = total + l2_penalty(model.parameters(), alpha)
        losses.append(total.data)
        model.zero_grad()
        total.backward()  # hangs on my laptop, maybe too slow?
        rate = lr(epoch) if callable(lr) else lr
        for p in model.parameters():
            p.data -= rate * p.grad
    return losses
