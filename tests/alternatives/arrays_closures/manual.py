"""Forward leaves a closure behind, and backward calls it."""

import numpy as np


def early(*_):
    raise RuntimeError("call forward first")


def demand(truth, what):
    if not truth:
        raise ValueError(what)


class Layer:
    def __init__(self):
        self._back = early
        self._parameters, self._gradients = [], []

    def backward(self, g):
        return self._back(g)

    def parameters(self):
        return list(self._parameters)

    def gradients(self):
        if len(self._gradients) < len(self._parameters):
            early()
        return list(self._gradients)


class Linear(Layer):
    def __init__(self, nin, nout, rng):
        super().__init__()
        demand(min(nin, nout) >= 1, "a layer needs inputs and outputs")
        self._parameters = [rng.standard_normal((nin, nout)) / np.sqrt(nin), np.zeros((nout,))]

    def forward(self, x):
        w, b = self._parameters
        demand(x.ndim == 2 and x.shape[1] == w.shape[0], "x does not fit the weight")
        out = np.einsum("ni,io->no", x, w) + b

        def back(g):
            demand(g.shape == out.shape, "g does not fit the outputs")
            self._gradients = [np.einsum("ni,no->io", x, g), np.einsum("no->o", g)]
            return np.einsum("no,io->ni", g, w)

        self._back = back
        return out


class Tanh(Layer):
    def forward(self, x):
        def back(g):
            demand(g.shape == x.shape, "g does not fit x")
            return g / np.cosh(np.clip(x, -300, 300)) ** 2

        self._back = back
        return np.tanh(x)


class MLP(Layer):
    def __init__(self, sizes, rng):
        super().__init__()
        demand(len(sizes) > 1, "an MLP needs at least two sizes")
        layers = []
        for i in range(len(sizes) - 1):
            if i:
                layers.append(Tanh())
            layers.append(Linear(sizes[i], sizes[i + 1], rng))
        self._layers = layers

    def forward(self, x):
        backs = []
        for layer in self._layers:
            x = layer.forward(x)
            backs.append(layer.backward)

        def back(g):
            for step in backs[::-1]:
                g = step(g)
            return g

        self._back = back
        return x

    def parameters(self):
        return sum((layer.parameters() for layer in self._layers), [])

    def gradients(self):
        return sum((layer.gradients() for layer in self._layers), [])


def mean_squared_error(out, y):
    demand(out.shape == y.shape and out.size > 0, "out and y differ in shape")
    return float(np.mean(np.square(out - y))), (out - y) * (2.0 / out.size)


def cross_entropy(out, y):
    demand(out.ndim == 2 and len(out) > 0, "logits are (N, C)")
    n, c = out.shape
    demand(y.shape == (n,), "one class a row")
    demand(all(0 <= k < c for k in y.tolist()), "no such class")
    log_sums = np.logaddexp.reduce(out, axis=1)
    hot = np.eye(c)[y]
    return float(np.mean(log_sums - (out * hot).sum(axis=1))), (
        np.exp(out - log_sums[:, None]) - hot
    ) / n


def fit(model, x, y, loss, epochs, batch_size, lr, momentum=0.0, rng=None):
    demand(0 < len(x) == len(y), "x and y differ in length, or are empty")
    demand(epochs > 0 and batch_size > 0, "nothing to do")
    velocity, history = {}, []
    for _ in range(epochs):
        rows = list(range(len(x)))
        if rng is not None:
            rng.shuffle(rows)
        losses = []
        while rows:
            batch, rows = rows[:batch_size], rows[batch_size:]
            value, g = loss(model.forward(x[batch]), y[batch])
            losses.append(value)
            model.backward(g)
            for k, (p, dp) in enumerate(zip(model.parameters(), model.gradients())):
                velocity[k] = momentum * velocity.get(k, 0.0) + dp
                p -= lr * velocity[k]
        history.append(sum(losses) / len(losses))
    return history
