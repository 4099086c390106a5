# Ada K. -- Milestone 2

import numpy as np
from engine import Value

KNOWN = ["tanh", "relu", "sigmoid", "linear"]


class Module:
    def parameters(self):
        return []

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    def __init__(self, nin, activation="tanh", rng=None):
        if activation not in KNOWN:
            raise ValueError(f"activation {activation!r} unknown, choose from {KNOWN}")
        if rng is None:
            rng = np.random.default_rng()
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.activation = activation

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError(f"neuron with {len(self.w)} weights got {len(x)} inputs")
        s = self.b
        for wi, xi in zip(self.w, x):
            s = s + wi * xi
        if self.activation == "linear":
            return s
        return getattr(s, self.activation)()

    def parameters(self):
        return self.w + [self.b]


class Layer(Module):
    def __init__(self, nin, nout, activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.neurons = [Neuron(nin, activation, rng) for _ in range(nout)]

    def __call__(self, x):
        outs = [n(x) for n in self.neurons]
        if len(outs) == 1:
            return outs[0]
        return outs

    def parameters(self):
        params = []
        for n in self.neurons:
            params.extend(n.parameters())
        return params


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.layers = []
        size = nin
        for i, nout in enumerate(nouts):
            act = output_activation if i == len(nouts) - 1 else activation
            self.layers.append(Layer(size, nout, act, rng))
            size = nout

    def __call__(self, x):
        for layer in self.layers:
            if isinstance(x, Value):  # the layer before had only one neuron
                x = [x]
            x = layer(x)
        return x

    def parameters(self):
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params


def check_lengths(a, b):
    if len(a) == 0:
        raise ValueError("empty batch")
    if len(a) != len(b):
        raise ValueError(f"different lengths: {len(a)} and {len(b)}")


def squared_error(predictions, targets):
    check_lengths(predictions, targets)
    total = Value(0.0)
    for p, t in zip(predictions, targets):
        if isinstance(p, (list, tuple)):
            total = total + squared_error(p, t)
        else:
            total = total + (p - t) ** 2
    return total


def hinge_loss(scores, targets):
    check_lengths(scores, targets)
    total = Value(0.0)
    for s, y in zip(scores, targets):
        total = total + (1 - y * s).relu()
    return total / len(scores)


def l2_penalty(parameters, alpha):
    total = Value(0.0)
    for p in parameters:
        total = total + p * p
    return total * alpha


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    check_lengths(xs, ys)
    losses = []
    for epoch in range(epochs):
        # forward
        predictions = [model(x) for x in xs]
        L = loss(predictions, ys)
        if alpha != 0.0:
            L = L + l2_penalty(model.parameters(), alpha)
        losses.append(L.data)  # before the update!
        # backward
        model.zero_grad()
        L.backward()
        # update
        step = lr(epoch) if callable(lr) else lr
        for p in model.parameters():
            p.data -= step * p.grad
    return losses


if __name__ == "__main__":
    xs = [[2, 3, -1], [3, -1, 0.5], [0.5, 1, 1], [1, 1, -1]]
    ys = [1, -1, -1, 1]
    m = MLP(3, [4, 4, 1])
    print(len(m.parameters()))  # 41
    print(fit(m, xs, ys, 200, 0.05)[-1])
