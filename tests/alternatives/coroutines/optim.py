"""Each parameter has a coroutine: a gradient is sent in, a step comes out."""

import math

import numpy as np
from tensor import Tensor


def rms_steps(decay, eps):
    s, step = 0.0, None
    while True:
        g = yield step
        s = decay * s + (1 - decay) * np.square(g)
        step = g / (np.sqrt(s) + eps)


def adam_steps(b1, b2, eps):
    m, v, t, step = 0.0, 0.0, 0, None
    while True:
        g = yield step
        t += 1
        m += (1 - b1) * (g - m)
        v += (1 - b2) * (g * g - v)
        scale = math.sqrt(1 - b2**t)
        step = scale / (1 - b1**t) * m / (np.sqrt(v) + eps * scale)


def nesterov_steps(momentum):
    v, step = 0.0, None
    while True:
        g = yield step
        v = g + momentum * v
        step = g + momentum * v


def demand(holds, what):
    if not holds:
        raise ValueError(what)


class Walker:
    shrink = 0.0

    def __init__(self, parameters, lr, make):
        self.pairs = []
        for p in parameters:
            steps = make()
            next(steps)
            self.pairs.append((p, steps))
        demand(self.pairs, "an optimiser needs parameters")
        demand(lr >= 0, f"negative rate {lr}")
        self.lr = lr

    def step(self):
        for p, steps in self.pairs:
            if p.grad is not None:
                moved = p.data * (1 - self.lr * self.shrink) - self.lr * steps.send(p.grad)
                p.data = moved.astype(p.data.dtype)

    def zero_grad(self):
        for p, _ in self.pairs:
            p.grad = None


class RMSprop(Walker):
    def __init__(self, parameters, lr, decay=0.9, eps=1e-8):
        demand(0 <= decay < 1, f"decay {decay}")
        demand(eps > 0, f"eps {eps}")
        super().__init__(parameters, lr, lambda: rms_steps(decay, eps))


class AdamW(Walker):
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        b1, b2 = betas
        demand(0 <= b1 < 1 and 0 <= b2 < 1, f"betas {betas}")
        demand(eps > 0 and weight_decay >= 0, f"eps {eps}, weight_decay {weight_decay}")
        super().__init__(parameters, lr, lambda: adam_steps(b1, b2, eps))
        self.shrink = weight_decay


class Nesterov(Walker):
    def __init__(self, parameters, lr, momentum):
        demand(0 <= momentum < 1, f"momentum {momentum}")
        super().__init__(parameters, lr, lambda: nesterov_steps(momentum))


def l1_penalty(parameters, alpha):
    parameters = [*parameters]
    demand(parameters and alpha >= 0, "parameters, and an alpha of at least 0")
    total = 0.0
    for p in parameters:
        total = total + (p * Tensor(np.sign(p.data) * alpha)).sum()
    return total
