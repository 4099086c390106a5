"""Networks -- Grace H.  (functional style, the classes are thin)"""
from functools import reduce
import numpy as np

from engine import Value

ACT = dict(tanh=Value.tanh, relu=Value.relu, sigmoid=Value.sigmoid, linear=lambda v: v)

as_list = lambda x: [x] if isinstance(x, Value) else list(x)
one_or_many = lambda outs: outs[0] if len(outs) == 1 else outs


class Module:
    def children(self):
        return []

    def parameters(self):
        return [p for c in self.children()
                for p in ([c] if isinstance(c, Value) else c.parameters())]

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    def __init__(self, nin, activation='tanh', rng=None):
        if activation not in ACT:
            raise ValueError('I only know ' + '/'.join(ACT) + ', not ' + str(activation))
        rng = np.random.default_rng() if rng is None else rng
        self.w, self.b = [Value(u) for u in rng.uniform(-1, 1, nin)], Value(0)
        self.act = ACT[activation]

    def children(self):
        return [*self.w, self.b]

    def __call__(self, x):
        x = as_list(x)
        if len(x) != len(self.w):
            raise ValueError('%d weights, %d inputs' % (len(self.w), len(x)))
        return self.act(reduce(lambda s, wx: s + wx[0] * wx[1], zip(self.w, x), self.b))


class Layer(Module):
    def __init__(self, nin, nout, activation='tanh', rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.neurons = [Neuron(nin, activation, rng) for _ in range(nout)]

    def children(self):
        return self.neurons

    def __call__(self, x):
        return one_or_many([n(x) for n in self.neurons])


class MLP(Module):
    def __init__(self, nin, nouts, activation='tanh', output_activation='tanh', rng=None):
        rng = np.random.default_rng() if rng is None else rng
        nouts = list(nouts)
        acts = [activation] * (len(nouts) - 1) + [output_activation]
        self.layers = [Layer(*sizes, act, rng)
                       for *sizes, act in zip([nin] + nouts, nouts, acts)]

    def children(self):
        return self.layers

    def __call__(self, x):
        return reduce(lambda h, layer: layer(h), self.layers, x)


def pairs(ps, ts):
    ps, ts = list(ps), list(ts)
    if len(ps) != len(ts) or not ps:
        raise ValueError('need two non-empty sequences of one length, got %d and %d'
                         % (len(ps), len(ts)))
    return zip(ps, ts)


def squared_error(predictions, targets):
    def one(p, t):
        if isinstance(p, Value) or np.isscalar(p):
            return (p - t) ** 2
        return squared_error(p, t)
    return sum((one(p, t) for p, t in pairs(predictions, targets)), Value(0))


def hinge_loss(scores, targets):
    terms = [(1 - s * y).relu() for s, y in pairs(scores, targets)]
    return sum(terms) / len(terms)


def l2_penalty(parameters, alpha):
    return sum((p ** 2 for p in parameters), Value(0)) * alpha


def fit(model, xs, ys, epochs, lr, loss=squared_error, alpha=0.0):
    def step(epoch):
        cost = loss([model(x) for x, _ in pairs(xs, ys)], ys)
        if alpha:
            cost += l2_penalty(model.parameters(), alpha)
        model.zero_grad()
        cost.backward()
        rate = lr(epoch) if callable(lr) else lr
        for p in model.parameters():
            p.data -= rate * p.grad
        return cost.data
    return [step(epoch) for epoch in range(epochs)]
