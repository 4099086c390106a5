"""Neurons, layers and the training loop, on top of engine.Value."""

import numpy as np
from engine import Value


class Module:
    """Anything with parameters. Parts are listed in self.parts."""

    parts = ()

    def parameters(self):
        found = []
        for part in self.parts:
            found.extend([part] if isinstance(part, Value) else part.parameters())
        return found

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    def __init__(self, nin, activation="tanh", rng=None):
        if activation not in ("tanh", "relu", "sigmoid", "linear"):
            raise ValueError("activation must be tanh, relu, sigmoid or linear")
        if rng is None:
            rng = np.random.default_rng()
        self.w = []
        for _ in range(nin):
            self.w.append(Value(2 * rng.random() - 1))
        self.b = Value(0)
        self.squash = activation

    @property
    def parts(self):
        return [*self.w, self.b]

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError("wrong number of inputs: " + str(len(x)))
        z = Value(0.0)
        for i in reversed(range(len(x))):
            z = x[i] * self.w[i] + z
        z = z + self.b
        if self.squash == "tanh":
            return z.tanh()
        if self.squash == "relu":
            return z.relu()
        if self.squash == "sigmoid":
            return z.sigmoid()
        return z


class Layer(Module):
    def __init__(self, nin, nout, activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.parts = []
        for _ in range(nout):
            self.parts.append(Neuron(nin, activation, rng))

    def __call__(self, x):
        if len(self.parts) == 1:
            return self.parts[0](x)
        return [neuron(x) for neuron in self.parts]


class MLP(Module):
    def __init__(self, nin, nouts, activation="tanh", output_activation="tanh", rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.parts = []
        for depth, nout in enumerate(nouts, start=1):
            kind = output_activation if depth == len(nouts) else activation
            self.parts.append(Layer(nin, nout, kind, rng))
            nin = nout

    def __call__(self, x):
        for layer in self.parts:
            if isinstance(x, Value):
                x = [x]
            x = layer(x)
        return x


def _several(x):
    return not isinstance(x, Value) and np.ndim(x) > 0


def squared_error(predictions, targets):
    predictions, targets = list(predictions), list(targets)
    if not predictions:
        raise ValueError("squared_error needs at least one prediction")
    if len(predictions) != len(targets):
        raise ValueError("as many targets as predictions, please")
    terms = []
    for prediction, target in zip(predictions, targets, strict=True):
        if _several(prediction) or _several(target):
            terms.append(squared_error(prediction, target))
        else:
            terms.append((target - prediction) ** 2)
    return sum(reversed(terms), Value(0))


def hinge_loss(scores, targets):
    scores, targets = list(scores), list(targets)
    if len(scores) == 0 or len(scores) != len(targets):
        message = "hinge_loss of {} scores and {} targets"
        raise ValueError(message.format(len(scores), len(targets)))
    total = Value(0)
    for score, target in zip(scores, targets, strict=True):
        total += (1 - score * target).relu()
    return total / len(scores)


def l2_penalty(parameters, alpha):
    total = Value(0)
    for p in parameters:
        total += alpha * p * p
    return total


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} inputs, {len(ys)} targets")
    losses = []
    for epoch in range(epochs):
        predictions = list(map(model, xs))
        cost = loss(predictions, ys)
        if alpha != 0:
            cost = cost + l2_penalty(model.parameters(), alpha)
        losses.append(cost.data)
        model.zero_grad()
        cost.backward()
        step = lr(epoch) if callable(lr) else lr
        for p in model.parameters():
            p.data = p.data - step * p.grad
    return losses
