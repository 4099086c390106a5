"""One array holds all numbers of a network; layers are views of it, and a step is one line."""

import numpy as np


class Linear:
    def __init__(self, nin, nout, rng=None, memory=None, slopes=None):
        if not (nin > 0 and nout > 0):
            raise ValueError("sizes begin at 1")
        # bias below the weight: x gets a column of ones
        shape = (nin + 1, nout)
        self.block = (np.zeros((nin + 1) * nout) if memory is None else memory).reshape(shape)
        self.slope = (np.zeros((nin + 1) * nout) if slopes is None else slopes).reshape(shape)
        self.block[:-1] = rng.normal(size=(nin, nout), scale=1 / nin**0.5)
        self.rows = None
        self.went_back = False

    def forward(self, x):
        if np.ndim(x) != 2 or x.shape[-1] + 1 != self.block.shape[0]:
            raise ValueError(f"{np.shape(x)} does not fit {self.block[:-1].shape}")
        self.rows = np.hstack([x, np.ones((len(x), 1))])
        return self.rows @ self.block

    def backward(self, g):
        if self.rows is None:
            raise RuntimeError("nothing went forward")
        if np.shape(g) != (self.rows.shape[0], self.block.shape[1]):
            raise ValueError("this gradient is of another shape than the outputs")
        np.matmul(self.rows.T, g, out=self.slope)
        self.went_back = True
        return (g @ self.block.T)[:, :-1]

    def parameters(self):
        return [self.block[:-1], self.block[-1]]

    def gradients(self):
        if not self.went_back:
            raise RuntimeError("nothing went backward")
        return [self.slope[:-1], self.slope[-1]]


class Tanh:
    slope = None

    def forward(self, x):
        e = np.tanh(x)
        self.slope = (1 + e) * (1 - e)
        return e

    def backward(self, g):
        if self.slope is None:
            raise RuntimeError("nothing went forward")
        if self.slope.shape != np.shape(g):
            raise ValueError("this gradient is of another shape than the outputs")
        return self.slope * g

    def parameters(self):
        return ()

    gradients = parameters


class MLP:
    def __init__(self, sizes, rng):
        sizes = list(sizes)
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError("at least two sizes, none below 1")
        counts = [(a + 1) * b for a, b in zip(sizes, sizes[1:])]
        ends = np.cumsum(counts)
        self.memory, self.slopes = np.zeros((2, ends[-1]))
        self.first, self.rest = None, []
        for a, b, n, end in zip(sizes, sizes[1:], counts, ends):
            here = slice(end - n, end)
            layer = Linear(a, b, rng, self.memory[here], self.slopes[here])
            if self.first is None:
                self.first = layer
            else:
                self.rest.append((Tanh(), layer))

    def forward(self, x):
        out = self.first.forward(x)
        for tanh, linear in self.rest:
            out = linear.forward(tanh.forward(out))
        return out

    def backward(self, g):
        for tanh, linear in reversed(self.rest):
            g = tanh.backward(linear.backward(g))
        return self.first.backward(g)

    def linears(self):
        return [self.first, *(linear for _, linear in self.rest)]

    def parameters(self):
        return tuple(p for layer in self.linears() for p in layer.parameters())

    def gradients(self):
        return tuple(g for layer in self.linears() for g in layer.gradients())


def mean_squared_error(out, y):
    if np.shape(out) != np.shape(y):
        raise ValueError("two shapes")
    d = np.subtract(out, y)
    if d.size == 0:
        raise ValueError("a mean of nothing")
    return float(np.vdot(d, d) / d.size), d * 2 / d.size


def cross_entropy(out, y):
    if np.ndim(out) != 2 or len(out) == 0 or np.shape(y) != np.shape(out)[:1]:
        raise ValueError("logits (N, C), classes (N,)")
    if not set(np.unique(y)) <= set(range(out.shape[1])):
        raise ValueError("a class that no column stands for")
    e = np.exp(out.T - out.max(axis=1))  # (C, N)
    p = (e / e.sum(axis=0)).T
    g = p.copy()
    np.subtract.at(g, (np.arange(len(y)), y), 1)
    top = out.max(axis=1)
    logs = top + np.log(e.sum(axis=0)) - np.take_along_axis(out, y[:, None], 1)[:, 0]
    return float(np.average(logs)), g / len(out)


def fit(model, x, y, loss, epochs, batch_size, lr, momentum=0.0, rng=None):
    if not (len(x) == len(y) and len(x) and epochs >= 1 and batch_size >= 1):
        raise ValueError("nothing to fit")
    moving = None
    told = np.zeros(epochs)
    for epoch in range(epochs):
        order = rng.permutation(len(x)) if rng else np.r_[: len(x)]
        parts = np.split(order, range(batch_size, len(x), batch_size))
        for part in parts:
            value, g = loss(model.forward(x[part]), y[part])
            told[epoch] += value / len(parts)
            model.backward(g)
            if moving is None:
                moving = [np.zeros_like(p) for p in model.parameters()]
            for v, p, dp in zip(moving, model.parameters(), model.gradients()):
                np.multiply(v, momentum, out=v)
                np.add(v, dp, out=v)
                np.subtract(p, lr * v, out=p)
    return told.tolist()
