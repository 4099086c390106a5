# Olga S., group 4, network
from engine import Value
import numpy as np


class Module:
    def parameters(self):
        return []

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    def __init__(self, nin, activation="tanh", rng=None):
        if activation not in ["tanh", "relu", "sigmoid", "linear"]:
            raise ValueError("bad activation: " + str(activation))
        if rng is None:
            rng = np.random.default_rng()
        self.w = [Value(x) for x in rng.uniform(-1, 1, nin)]
        self.b = Value(0)
        self.activation = activation

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError("need " + str(len(self.w)) + " inputs")
        z = sum([w * xi for w, xi in zip(self.w, x)]) + self.b
        if self.activation == "tanh": return z.tanh()
        if self.activation == "relu": return z.relu()
        if self.activation == "sigmoid": return z.sigmoid()
        return z

    def parameters(self):
        return self.w + [self.b]


class Layer(Module):
    def __init__(self, nin, nout, activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.neurons = [Neuron(nin, activation, rng) for i in range(nout)]

    def __call__(self, x):
        y = [n(x) for n in self.neurons]
        return y if len(y) > 1 else y[0]

    def parameters(self):
        return sum([n.parameters() for n in self.neurons], [])


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        sizes = [nin] + list(nouts)
        self.layers = []
        for i in range(len(nouts)):
            last = (i == len(nouts) - 1)
            self.layers.append(Layer(sizes[i], sizes[i + 1], output_activation if last else activation, rng))

    def __call__(self, x):
        for l in self.layers:
            if isinstance(x, Value): x = [x]
            x = l(x)
        return x

    def parameters(self):
        return sum([l.parameters() for l in self.layers], [])


def check_same_size(a, b):
    if len(a) != len(b) or len(a) == 0:
        raise ValueError("lengths: %d and %d" % (len(a), len(b)))


def squared_error(predictions, targets):
    check_same_size(predictions, targets)
    s = Value(0)
    for p, t in zip(predictions, targets):
        s = s + (squared_error(p, t) if isinstance(p, list) else (p - t) ** 2)
    return s


def hinge_loss(scores, targets):
    check_same_size(scores, targets)
    return sum([(1 - y * s).relu() for s, y in zip(scores, targets)]) / len(scores)


def l2_penalty(parameters, alpha):
    return alpha * sum([p ** 2 for p in parameters], Value(0))


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    check_same_size(xs, ys)
    history = []
    for e in range(epochs):
        out = [model(x) for x in xs]
        L = loss(out, ys) + l2_penalty(model.parameters(), alpha)
        history.append(L.data)
        model.zero_grad()
        L.backward()
        step = lr(e) if callable(lr) else lr
        for p in model.parameters():
            p.data -= step * p.grad
    return history
