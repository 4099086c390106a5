"""One node for a whole sequence: forward and backward are loops over arrays."""

import itertools

import numpy as np
from gpt import Adam
from tensor import Tensor, cross_entropy
from training import Linear, Module


class _Recurrent(Module):
    gates = 1

    def __init__(self, nin, nhidden, rng):
        if min(nin, nhidden) < 1:
            raise ValueError(f"sizes {nin}, {nhidden}")
        a = nhidden**-0.5
        for name, rows in (("w_in", nin), ("w_hidden", nhidden)):
            drawn = (2 * rng.random((rows, self.gates * nhidden)) - 1) * a
            setattr(self, name, Tensor(drawn.astype("float32")))
        self.bias = Tensor(np.zeros(self.gates * nhidden, "float32"))
        self.n = nhidden

    def __call__(self, x, state=None):
        x = x if isinstance(x, Tensor) else Tensor(x)
        xs = x.data
        if xs.ndim != 3 or 0 in xs.shape or xs.shape[2] != self.w_in.shape[0]:
            raise ValueError(f"sequences of shape {xs.shape}")
        start = self.unpack(state, (len(xs), self.n), xs.dtype)
        w, u, b = self.w_in.data, self.w_hidden.data, self.bias.data
        tape, now = [], start
        for t in range(xs.shape[1]):
            now, kept = self.forward(xs[:, t] @ w + now[0] @ u + b, now)
            tape.append((now[0], kept))
        out = np.stack([h for h, _ in tape], axis=1)

        memo = {}

        def back(g):
            if memo.get("of") is g:
                return memo
            carry = [np.zeros_like(part) for part in now]
            dz = np.zeros((*xs.shape[:2], len(b)), out.dtype)
            for t in reversed(range(len(tape))):
                carry[0] = carry[0] + g[:, t]
                dz[:, t], carry = self.backward(tape[t][1], carry)
                carry[0] = carry[0] + dz[:, t] @ u.T
            before = np.concatenate([start[0][:, None], out[:, :-1]], axis=1)
            memo.update(of=g, dz=dz, before=before)
            return memo

        node = Tensor._node(
            out,
            (x, lambda g: back(g)["dz"] @ w.T),
            (self.w_in, lambda g: np.einsum("bti,btj->ij", xs, back(g)["dz"])),
            (self.w_hidden, lambda g: np.einsum("bti,btj->ij", back(g)["before"], back(g)["dz"])),
            (self.bias, lambda g: back(g)["dz"].sum(axis=(0, 1))),
        )
        return node, self.pack([np.array(part) for part in now])

    def fit_state(self, part, shape, dtype):
        if np.shape(part) != shape:
            raise ValueError(f"a state of shape {np.shape(part)}, not {shape}")
        return np.array(part, dtype)


class RNN(_Recurrent):
    def unpack(self, state, shape, dtype):
        return [self.fit_state(np.zeros(shape) if state is None else state, shape, dtype)]

    def pack(self, parts):
        return parts[0]

    def forward(self, z, now):
        h = np.tanh(z)
        return [h], h

    def backward(self, h, carry):
        return carry[0] * (1 - h * h), [np.zeros_like(h)]


def squash(x):
    return 0.5 + 0.5 * np.tanh(x / 2)


class LSTM(_Recurrent):
    gates = 4

    def __init__(self, nin, nhidden, rng):
        super().__init__(nin, nhidden, rng)
        self.bias.data.reshape(4, -1)[1] += 1

    def unpack(self, state, shape, dtype):
        parts = (np.zeros(shape),) * 2 if state is None else state
        return [self.fit_state(part, shape, dtype) for part in parts]

    def pack(self, parts):
        return tuple(parts)

    def forward(self, z, now):
        i, f, g, o = np.hsplit(z, 4)
        i, f, g, o = squash(i), squash(f), np.tanh(g), squash(o)
        c = f * now[1] + i * g
        tc = np.tanh(c)
        return [o * tc, c], (i, f, g, o, now[1], tc)

    def backward(self, kept, carry):
        i, f, g, o, c0, tc = kept
        dh, dc = carry
        dc = dc + dh * o * (1 - tc * tc)
        parts = (
            dc * g * i * (1 - i),
            dc * c0 * f * (1 - f),
            dc * i * (1 - g * g),
            dh * tc * o * (1 - o),
        )
        return np.hstack(parts), [np.zeros_like(dh), dc * f]


def copy_task(sequences, symbols):
    b, k = sequences.shape
    x = np.zeros((b, 2 * k, symbols + 1), np.float32)
    x[:, k:, symbols] = 1
    np.put_along_axis(x[:, :k], sequences[:, :, None], 1, axis=2)
    return x


def train_copy(symbols, length, seed):
    if symbols < 2 or length < 1:
        raise ValueError("nothing to copy")
    rng = np.random.default_rng(seed)
    model, last = LSTM(symbols + 1, 40, rng), Linear(40, symbols, rng=rng)
    weights = model.parameters() + last.parameters()
    adam = Adam(weights, lr=0.01)
    every = np.array([*itertools.product(range(symbols), repeat=length)])
    for _ in range(400):
        rows = rng.permutation(len(every))
        adam.zero_grad()
        out, _ = model(copy_task(every[rows], symbols))
        logits = last(out[:, length:].reshape(-1, 40))
        cross_entropy(logits, every[rows].ravel()).backward()
        adam.step()
    return model, last
