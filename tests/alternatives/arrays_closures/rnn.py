"""Cells that take one step; outputs are laid side by side by masks of zeros and ones."""

import numpy as np
from tensor import Tensor, cross_entropy
from training import Linear, Module


class Cells(Module):
    def start(self, nin, nhidden, columns, rng):
        if nin < 1 or nhidden < 1:
            raise ValueError("a layer needs inputs and units")
        far = 1 / np.sqrt(nhidden)
        self.w_in = Tensor(np.float32(rng.uniform(-far, far, size=(nin, columns))))
        self.w_hidden = Tensor(np.float32(rng.uniform(-far, far, size=(nhidden, columns))))
        self.bias = Tensor(np.zeros(columns, np.float32))

    def run(self, x, states):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        nin, n = self.w_in.shape[0], self.w_hidden.shape[0]
        if len(x.shape) != 3 or x.shape[2] != nin:
            raise ValueError(f"not (B, T, {nin}): {x.shape}")
        b, steps, _ = x.shape
        if b < 1 or steps < 1:
            raise ValueError("empty sequences")
        held = []
        for s in states:
            if s is None:
                s = np.zeros((b, n))
            if s.shape != (b, n):
                raise ValueError(f"state {s.shape} for {(b, n)}")
            held.append(Tensor(np.array(s, x.data.dtype)))
        out = None
        for t in range(steps):
            held = self.step(x[:, t, :] @ self.w_in + held[0] @ self.w_hidden + self.bias, held)
            mask = (np.arange(steps) == t).astype(x.data.dtype).reshape(1, steps, 1)
            part = held[0].reshape(b, 1, n) * mask
            out = part if out is None else out + part
        return out, [np.array(s.data) for s in held]


class RNN(Cells):
    def __init__(self, nin, nhidden, rng):
        self.start(nin, nhidden, nhidden, rng)

    def step(self, z, held):
        return [z.tanh()]

    def __call__(self, x, state=None):
        out, (h,) = self.run(x, [state])
        return out, h


class LSTM(Cells):
    def __init__(self, nin, nhidden, rng):
        self.start(nin, nhidden, 4 * nhidden, rng)
        first = np.zeros(4 * nhidden, np.float32)
        first[nhidden:][:nhidden] = 1
        self.bias = Tensor(first)

    def step(self, z, held):
        z = z.reshape(z.shape[0], 4, z.shape[1] // 4)
        memory = z[:, 1].sigmoid() * held[1] + z[:, 0].sigmoid() * z[:, 2].tanh()
        return [z[:, 3].sigmoid() * memory.tanh(), memory]

    def __call__(self, x, state=None):
        out, (h, c) = self.run(x, [None, None] if state is None else state)
        return out, (h, c)


def copy_task(sequences, symbols):
    blanks = np.zeros_like(sequences) + symbols
    whole = np.hstack([sequences, blanks])
    return (whole[:, :, None] == np.arange(symbols + 1)).astype(np.float32)


def train_copy(symbols, length, seed):
    if symbols < 2 or length < 1:
        raise ValueError("train_copy: at least 2 symbols and a length of 1")
    rng = np.random.default_rng(seed)
    model = LSTM(symbols + 1, 24, rng)
    readout = Linear(24, symbols, init="glorot", rng=rng)
    every = np.indices((symbols,) * length).reshape(length, -1).T
    x = copy_task(every, symbols)
    params = [*model.parameters(), *readout.parameters()]
    sizes = [np.zeros(p.shape) for p in params]
    for step in range(300):
        for p in params:
            p.grad = np.zeros_like(p.data)
        out, _ = model(x)
        logits = readout(out[:, length:].reshape(len(every) * length, 24))
        cross_entropy(logits, every.ravel()).backward()
        for p, s in zip(params, sizes, strict=True):
            s *= 0.9
            s += 0.1 * p.grad**2
            rate = 0.01 if step < 200 else 0.003
            p.data -= (rate * p.grad / (np.sqrt(s) + 1e-6)).astype(np.float32)
    return model, readout
