"""Optimisers as pure formulas: (memory, gradient) to (memory, step); one class does the rest."""

import numpy as np


class Rule:
    decoupled = 0

    def __init__(self, parameters, lr):
        self.params = tuple(parameters)
        if len(self.params) == 0 or lr < 0:
            raise ValueError("give parameters, and a rate that is not negative")
        self.lr = lr
        self.memory = {}

    def step(self):
        for k, p in enumerate(self.params):
            g = p.grad
            if g is None:
                continue
            self.memory[k], step = self.rule(self.memory.get(k), g)
            p.data[...] = p.data - self.lr * self.decoupled * p.data - self.lr * step

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.data)


class RMSprop(Rule):
    def __init__(self, parameters, lr, decay=0.9, eps=1e-8):
        Rule.__init__(self, parameters, lr)
        if decay < 0 or decay >= 1 or eps <= 0:
            raise ValueError((decay, eps))

        def rule(s, g):
            s = (1 - decay) * g**2 + (0 if s is None else decay * s)
            return s, g / (s**0.5 + eps)

        self.rule = rule


class AdamW(Rule):
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        Rule.__init__(self, parameters, lr)
        if min(betas) < 0 or max(betas) >= 1 or eps <= 0 or weight_decay < 0:
            raise ValueError((betas, eps, weight_decay))
        self.decoupled = weight_decay
        one, two = betas

        def rule(memory, g):
            m, v, p1, p2 = memory or (0 * g, 0 * g, 1.0, 1.0)
            m, v, p1, p2 = one * m + (1 - one) * g, two * v + (1 - two) * g**2, p1 * one, p2 * two
            return (m, v, p1, p2), m / (1 - p1) / ((v / (1 - p2)) ** 0.5 + eps)

        self.rule = rule


class Nesterov(Rule):
    def __init__(self, parameters, lr, momentum):
        Rule.__init__(self, parameters, lr)
        if momentum < 0 or momentum >= 1:
            raise ValueError(momentum)

        def rule(v, g):
            v = g if v is None else momentum * v + g
            return v, g + momentum * v

        self.rule = rule


def l1_penalty(parameters, alpha):
    parameters = list(parameters)
    if not parameters or alpha < 0:
        raise ValueError("l1_penalty: parameters and alpha >= 0")
    flat = [p.reshape(-1) for p in parameters]
    total = None
    for p in flat:
        part = p.relu().sum() * alpha + (p * -1).relu().sum() * alpha
        total = part if total is None else total + part
    return total
