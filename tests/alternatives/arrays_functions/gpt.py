"""Milestone 6 with Functions of its own, a head at a time, and Adam on one flat vector."""

from __future__ import annotations

import math

import numpy as np
import tensor as engine
from tensor import Function, Tensor
from training import Linear, Module, ReLU, Sequential, _default, cosine_schedule


class CharTokenizer:
    def __init__(self, text):
        alphabet = np.unique(np.array(list(text)))
        if not alphabet.size:
            raise ValueError("CharTokenizer('')")
        self._to_char = dict(enumerate(alphabet.tolist()))
        self._to_id = {char: place for place, char in self._to_char.items()}

    @property
    def vocab_size(self):
        return len(self._to_char)

    def encode(self, text):
        try:
            return [self._to_id[char] for char in text]
        except KeyError as unknown:
            raise ValueError(f"{unknown} is not in the alphabet") from None

    def decode(self, ids):
        try:
            return "".join(self._to_char[int(place)] for place in ids)
        except KeyError as unknown:
            raise ValueError(f"no character has id {unknown}") from None


def get_batch(tokens, block_size, batch_size, rng):
    if len(tokens) < block_size + 1:
        raise ValueError(f"{len(tokens)} tokens are too few for blocks of {block_size}")
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(tokens), block_size + 1)
    chosen = windows[rng.choice(len(windows), batch_size)]
    return chosen[:, :-1].copy(), chosen[:, 1:].copy()


def _ids(ids, rows):
    ids = np.array(ids)
    if ids.dtype.kind not in "ui":
        raise TypeError(f"{ids.dtype} are no ids")
    if ((ids < 0) | (ids >= rows)).any():
        raise ValueError(f"an id is not below {rows}, or negative")
    return ids


class Lookup(Function):
    @staticmethod
    def forward(ctx, table, ids):
        ctx.save(table.shape, ids.reshape(-1))
        return np.take(table, ids, axis=0)

    @staticmethod
    def backward(ctx, gradient):
        shape, ids = ctx.saved
        order = np.argsort(ids, kind="stable")
        rows, first = np.unique(ids[order], return_index=True)
        sums = np.add.reduceat(gradient.reshape(len(ids), -1)[order], first, axis=0)
        table = np.zeros(shape, gradient.dtype)
        table[rows] = sums
        return (table,)


class Embedding(Module):
    def __init__(self, n, dim, rng=None):
        if min(n, dim) < 1:
            raise ValueError(f"Embedding({n}, {dim}) would be empty")
        self.weight = Tensor(np.float32(_default(rng).uniform(-0.1, 0.1, (n, dim))))

    def __call__(self, ids):
        return Lookup.apply(self.weight, ids=_ids(ids, self.weight.shape[0]))


class Bigram(Module):
    def __init__(self, vocab_size, rng=None):
        self.logits = Tensor(np.float32(_default(rng).standard_normal((vocab_size,) * 2) * 0.01))

    def __call__(self, ids):
        return self.logits[_ids(ids, self.logits.shape[0])]


class Standardise(Function):
    @staticmethod
    def forward(ctx, x, eps):
        deviation = np.sqrt(np.var(x, axis=-1, keepdims=True) + eps)
        result = (x - np.mean(x, axis=-1, keepdims=True)) / deviation
        ctx.save(result, deviation)
        return result

    @staticmethod
    def backward(ctx, gradient):
        z, deviation = ctx.saved
        gradient = gradient - gradient.mean(axis=-1, keepdims=True)
        return ((gradient - z * np.mean(gradient * z, axis=-1, keepdims=True)) / deviation,)


class LayerNorm(Module):
    def __init__(self, dim, eps=1e-5):
        if dim < 1:
            raise ValueError("LayerNorm of nothing")
        self.eps = eps
        self.gain = Tensor(np.ones((dim,), dtype=np.float32))
        self.bias = Tensor(np.zeros((dim,), dtype=np.float32))

    def __call__(self, x):
        if x.shape[-1:] != self.gain.shape:
            raise ValueError(f"{x.shape} does not end in {self.gain.shape[0]}")
        return Standardise.apply(x, eps=self.eps) * self.gain + self.bias


class Masked(Function):
    """Scores with minus infinity where the key is later than the query."""

    @staticmethod
    def forward(ctx, scores):
        steps = scores.shape[-1]
        ctx.save(np.tril(np.ones((steps, steps), bool)))
        return np.where(ctx.saved[0], scores, scores.dtype.type(-np.inf))

    @staticmethod
    def backward(ctx, gradient):
        return (np.where(ctx.saved[0], gradient, 0).astype(gradient.dtype),)


class CausalSelfAttention(Module):
    def __init__(self, n_embd, n_head, rng=None):
        size, rest = divmod(n_embd, max(n_head, 1))
        if rest or n_head < 1:
            raise ValueError(f"{n_embd} / {n_head} heads is not whole")
        rng = _default(rng)
        self.size, self.n_embd = size, n_embd
        self.qkv = Linear(n_embd, 3 * n_embd, "glorot", rng)
        self.proj = Linear(n_embd, n_embd, "glorot", rng)

    def _head(self, mixed, start):
        q, k, v = (
            mixed[:, :, part * self.n_embd + start : part * self.n_embd + start + self.size]
            for part in range(3)
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(self.size)
        return Masked.apply(scores).softmax() @ v

    def __call__(self, x):
        mixed = self.qkv(x)
        starts = range(0, self.n_embd, self.size)
        weight = self.proj.weight
        parts = [self._head(mixed, start) @ weight[start : start + self.size] for start in starts]
        return sum(parts[1:], parts[0]) + self.proj.bias


class Block(Module):
    def __init__(self, n_embd, n_head, rng=None):
        rng = _default(rng)
        self.ln1 = LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd, n_head, rng)
        self.ln2 = LayerNorm(n_embd)
        self.fc = Linear(n_embd, 4 * n_embd, "he", rng)
        self.out = Linear(4 * n_embd, n_embd, "glorot", rng)
        self.think = Sequential(self.ln2, self.fc, ReLU(), self.out)

    def __call__(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.think(x)


class GPT(Module):
    def __init__(self, vocab_size, block_size, n_layer, n_head, n_embd, rng=None):
        rng = _default(rng)
        self.block_size = block_size
        self.token_embedding = Embedding(vocab_size, n_embd, rng)
        self.position_embedding = Embedding(block_size, n_embd, rng)
        self.blocks = [Block(n_embd, n_head, rng) for _ in range(n_layer)]
        self.ln_f = LayerNorm(n_embd)
        self.head = Linear(n_embd, vocab_size, "glorot", rng)
        self.head.weight.data *= np.float32(0.05)

    def __call__(self, ids):
        match np.shape(ids):
            case (_, length) if 0 < length <= self.block_size:
                x = self.token_embedding(ids) + self.position_embedding.weight[:length]
            case shape:
                raise ValueError(f"ids of shape {shape} for a block of {self.block_size}")
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))

    def generate(self, ids, max_new_tokens, temperature=1.0, rng=None):
        text, rng = np.array(ids, dtype=np.int64), _default(rng)
        if text.ndim != 1 or text.size == 0:
            raise ValueError("generate: a row of ids is needed")
        if not temperature > 0:
            raise ValueError("generate: temperature <= 0")
        for _ in range(max_new_tokens):
            scores = self(text[None, -self.block_size :]).data[0, -1] / temperature
            noise = rng.gumbel(size=scores.shape)  # the largest of logits and noise is a draw
            text = np.append(text, np.argmax(scores + noise))
        return text.tolist()


class Adam:
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.lr, self.betas, self.eps = list(parameters), lr, betas, eps
        for wrong, name in (
            (not self.parameters, "parameters"),
            (lr < 0, "lr"),
            (any(not 0 <= beta < 1 for beta in betas), "betas"),
            (eps <= 0, "eps"),
        ):
            if wrong:
                raise ValueError(f"Adam: unusable {name}")
        self._cuts = np.cumsum([p.data.size for p in self.parameters])[:-1]
        total = sum(p.data.size for p in self.parameters)
        self._moments = np.zeros((2, total))
        self._done = 0

    def step(self):
        flat = [
            np.zeros(p.data.size) if p.grad is None else p.grad.ravel() for p in self.parameters
        ]
        gradient = np.concatenate(flat)
        self._done += 1
        for moment, power, beta in zip(self._moments, (gradient, gradient**2), self.betas):
            moment += (1 - beta) * (power - moment)
        first, second = (
            moment / (1 - beta**self._done) for moment, beta in zip(self._moments, self.betas)
        )
        moves = np.split(self.lr * first / (np.sqrt(second) + self.eps), self._cuts)
        for p, move in zip(self.parameters, moves):
            p.data -= move.reshape(p.shape).astype(p.data.dtype)

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None


def clip_grad_norm(parameters, max_norm):
    if not max_norm > 0:
        raise ValueError("clip_grad_norm: max_norm <= 0")
    with_grad = [p for p in parameters if p.grad is not None]
    norm = math.hypot(*(float(np.linalg.norm(p.grad)) for p in with_grad))
    if norm > max_norm:
        for p in with_grad:
            p.grad *= max_norm / norm
    return norm


def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    weights, windows = np.random.default_rng(seed).spawn(2)
    model = GPT(vocab_size, block_size, 3, 4, 48, weights)
    optimizer = Adam(model.parameters(), lr=5e-3, betas=(0.9, 0.99))
    rate = cosine_schedule(5e-3, max_steps, max_steps // 10)
    for step in range(max_steps):
        optimizer.lr = rate(step)
        optimizer.zero_grad()
        x, y = get_batch(tokens, block_size, 12, windows)
        engine.cross_entropy(model(x).reshape(-1, vocab_size), y.reshape(-1)).backward()
        clip_grad_norm(optimizer.parameters, 1.0)
        optimizer.step()
    return model
