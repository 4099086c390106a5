"""Milestone 6, tuned: embedding, layer norm and attention are one node each, derived by hand.

It needs the reference's tensor.py, whose `Tensor._node` makes the nodes, and its training.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tensor import Tensor, cross_entropy
from training import Linear, Module, cosine_schedule

Array = NDArray[Any]


class CharTokenizer:
    def __init__(self, text: str) -> None:
        if not text:
            raise ValueError("a tokenizer needs a text with at least one character")
        self.characters = sorted(set(text))
        self.ids = {character: place for place, character in enumerate(self.characters)}
        self.vocab_size = len(self.characters)

    def encode(self, text: str) -> list[int]:
        if unknown := sorted(set(text) - self.ids.keys()):
            raise ValueError(f"not in the vocabulary: {unknown}")
        return [self.ids[character] for character in text]

    def decode(self, ids: Iterable[int]) -> str:
        ids = [int(place) for place in ids]
        if not all(0 <= place < self.vocab_size for place in ids):
            raise ValueError(
                f"ids must lie in [0, {self.vocab_size}), got {min(ids)} to {max(ids)}"
            )
        return "".join(self.characters[place] for place in ids)


def get_batch(
    tokens: Array, block_size: int, batch_size: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    tokens = np.asarray(tokens)
    if block_size < 1 or len(tokens) <= block_size:
        raise ValueError(f"{len(tokens)} tokens hold no window of {block_size} and its successor")
    starts = rng.integers(0, len(tokens) - block_size, batch_size)
    places = starts[:, None] + np.arange(block_size)  # (B, T)
    return tokens[places], tokens[places + 1]


class Embedding(Module):
    def __init__(self, n: int, dim: int, rng: np.random.Generator | None = None) -> None:
        if n < 1 or dim < 1:
            raise ValueError(f"Embedding needs sizes of at least 1, got {n} and {dim}")
        draw = (rng or np.random.default_rng()).standard_normal((n, dim))
        self.weight = Tensor((0.1 * draw).astype(np.float32))

    def __call__(self, ids: ArrayLike) -> Tensor:
        ids = _ids(ids, len(self.weight.data))
        table = self.weight.data

        def vjp(g: Array) -> Array:
            taken = np.zeros((ids.size, len(table)), table.dtype)  # one-hot rows
            taken[np.arange(ids.size), ids.ravel()] = 1
            return taken.T @ g.reshape(ids.size, -1)  # a product beats np.add.at by far

        return Tensor._node(table[ids], (self.weight, vjp))


def _ids(ids: ArrayLike, count: int) -> Array:
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise TypeError(f"ids must be integers, got {ids.dtype}")
    if ids.size and not 0 <= ids.min() <= ids.max() < count:
        raise ValueError(f"ids must lie in [0, {count}), got {ids.min()} to {ids.max()}")
    return ids


class Bigram(Module):
    def __init__(self, vocab_size: int, rng: np.random.Generator | None = None) -> None:
        self.table = Embedding(vocab_size, vocab_size, rng)

    def __call__(self, ids: ArrayLike) -> Tensor:
        return self.table(ids)


class LayerNorm(Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        if dim < 1:
            raise ValueError(f"LayerNorm needs a size of at least 1, got {dim}")
        self.gain = Tensor(np.ones(dim, np.float32))
        self.bias = Tensor(np.zeros(dim, np.float32))
        self.eps = eps

    def __call__(self, x: Tensor) -> Tensor:
        gain = self.gain.data
        if x.shape[-1:] != gain.shape:
            raise ValueError(f"this LayerNorm takes (..., {gain.size}), got {x.shape}")
        centred = x.data - _row_means(x.data)
        scale = 1 / np.sqrt(_row_means(centred * centred) + self.eps)  # (..., 1)
        normal = centred * scale

        def by_x(g: Array) -> Array:
            g = g * gain
            return (g - _row_means(g) - normal * _row_means(g * normal)) * scale

        return Tensor._node(
            normal * gain + self.bias.data,
            (x, by_x),
            (self.gain, lambda g: _row_sum(g * normal)),
            (self.bias, _row_sum),
        )


def _row_means(x: Array) -> Array:
    """Mean of each row, as a product: several times faster than `mean(-1)` on short rows."""
    ones = np.full((x.shape[-1], 1), 1 / x.shape[-1], x.dtype)
    return x @ ones


def _row_sum(x: Array) -> Array:
    """Sum over all axes but the last."""
    rows = x.reshape(-1, x.shape[-1])
    return np.ones(len(rows), x.dtype) @ rows


class CausalSelfAttention(Module):
    def __init__(self, n_embd: int, n_head: int, rng: np.random.Generator | None = None) -> None:
        if n_head < 1 or n_embd < 1 or n_embd % n_head:
            raise ValueError(f"{n_head} heads cannot share {n_embd} components equally")
        rng = rng or np.random.default_rng()
        self.n_head = n_head
        self.qkv = Linear(n_embd, 3 * n_embd, init="glorot", rng=rng)
        self.proj = Linear(n_embd, n_embd, init="glorot", rng=rng)

    def __call__(self, x: Tensor) -> Tensor:
        if len(x.shape) != 3:
            raise ValueError(f"attention takes (B, T, n_embd), got {x.shape}")
        return self.proj(_attend(self.qkv(x), self.n_head))


def _attend(qkv: Tensor, n_head: int) -> Tensor:
    """Masked attention of all heads at once, as one node: (B, T, 3 C) -> (B, T, C)."""
    b, t, c3 = qkv.shape
    heads = (b, t, 3, n_head, c3 // (3 * n_head))
    q, k, v = np.ascontiguousarray(qkv.data.reshape(heads).transpose(2, 0, 3, 1, 4))
    scale = 1 / math.sqrt(heads[-1])
    p = _causal_softmax((q * q.dtype.type(scale)) @ k.swapaxes(-1, -2))  # (B, H, T, T)

    def vjp(g: Array) -> Array:
        g = np.ascontiguousarray(g.reshape(b, t, *heads[3:]).swapaxes(1, 2))  # (B, H, T, D)
        found = np.empty((3, *q.shape), q.dtype)
        by_p = g @ v.swapaxes(-1, -2)
        row = (g * out).sum(axis=-1, keepdims=True)  # the sum of by_p * p, at T / D of the cost
        by_p -= row
        by_p *= p
        by_p *= q.dtype.type(scale)  # now by the scores
        np.matmul(by_p, k, out=found[0])
        np.matmul(by_p.swapaxes(-1, -2), q, out=found[1])
        np.matmul(p.swapaxes(-1, -2), g, out=found[2])
        return found.transpose(1, 3, 0, 2, 4).reshape(b, t, c3)

    out = p @ v  # (B, H, T, D)
    return Tensor._node(out.swapaxes(1, 2).reshape(b, t, c3 // 3), (qkv, vjp))


def _causal_softmax(scores: Array) -> Array:
    """Softmax of each row of (..., T, T) over the places up to its own, in place."""
    t = scores.shape[-1]
    scores += np.triu(np.full((t, t), -np.inf, scores.dtype), 1)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


class Block(Module):
    def __init__(self, n_embd: int, n_head: int, rng: np.random.Generator | None = None) -> None:
        rng = rng or np.random.default_rng()
        self.ln1 = LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd, n_head, rng)
        self.ln2 = LayerNorm(n_embd)
        self.fc = Linear(n_embd, 4 * n_embd, rng=rng)
        self.out = Linear(4 * n_embd, n_embd, init="glorot", rng=rng)

    def __call__(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln1(x))
        return x + self.out(self.fc(self.ln2(x)).relu())


class GPT(Module):
    def __init__(
        self, vocab_size: int, block_size: int, n_layer: int, n_head: int, n_embd: int,
        rng: np.random.Generator | None = None,
    ) -> None:  # fmt: skip
        rng = rng or np.random.default_rng()
        self.block_size = block_size
        self.token_embedding = Embedding(vocab_size, n_embd, rng)
        self.position_embedding = Embedding(block_size, n_embd, rng)
        self.blocks = [Block(n_embd, n_head, rng) for _ in range(n_layer)]
        self.ln_f = LayerNorm(n_embd)
        self.head = Linear(n_embd, vocab_size, init="glorot", rng=rng)
        self.head.weight.data *= np.float32(0.1)

    def __call__(self, ids: ArrayLike) -> Tensor:
        ids = np.asarray(ids)
        if ids.ndim != 2 or not 1 <= ids.shape[1] <= self.block_size:
            raise ValueError(f"want ids (B, T), T in [1, {self.block_size}], got {ids.shape}")
        places = np.arange(ids.shape[1])
        x = self.token_embedding(ids) + self.position_embedding(places)  # (B, T, C) + (T, C)
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))

    def generate(
        self,
        ids: Sequence[int],
        max_new_tokens: int,
        temperature: float = 1.0,
        rng: np.random.Generator | None = None,
    ) -> list[int]:
        rng = rng or np.random.default_rng()
        if np.ndim(ids) != 1 or len(ids) == 0:
            raise ValueError("generate needs a row of ids, at least one")
        if not temperature > 0:
            raise ValueError(f"temperature must be above 0, got {temperature}")
        text = [int(token) for token in ids]
        for _ in range(max_new_tokens):
            logits = self(np.array([text[-self.block_size :]])).data[0, -1].astype(np.float64)
            weights = np.exp((logits - logits.max()) / temperature)
            text.append(int(rng.choice(len(weights), p=weights / weights.sum())))
        return text


class Adam:
    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("Adam got no parameters")
        if not (lr >= 0 and eps > 0 and all(0 <= beta < 1 for beta in betas)):
            raise ValueError(f"want lr >= 0, betas in [0, 1), eps > 0; got {lr}, {betas}, {eps}")
        self.lr, self.betas, self.eps = lr, betas, eps
        self.steps = 0
        self.means = [np.zeros_like(p.data) for p in self.parameters]
        self.squares = [np.zeros_like(p.data) for p in self.parameters]

    def step(self) -> None:
        self.steps += 1
        b1, b2 = self.betas
        rate = self.lr / (1 - b1**self.steps)
        correction = 1 / math.sqrt(1 - b2**self.steps)
        for place, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            m, v = self.means[place], self.squares[place]
            m *= b1
            m += (1 - b1) * p.grad
            v *= b2
            v += (1 - b2) * p.grad**2
            p.data -= rate * m / (correction * np.sqrt(v) + self.eps)

    def zero_grad(self) -> None:
        for p in self.parameters:
            p.grad = None


def clip_grad_norm(parameters: Iterable[Tensor], max_norm: float) -> float:
    if not max_norm > 0:
        raise ValueError(f"max_norm must be above 0, got {max_norm}")
    moved = [p for p in parameters if p.grad is not None]
    norm = math.sqrt(sum(float(np.vdot(p.grad, p.grad)) for p in moved))
    if norm > max_norm:
        for p in moved:
            p.grad *= max_norm / norm
    return norm


def train_gpt(
    tokens: Array, vocab_size: int, seed: int, block_size: int = 64, max_steps: int = 2000
) -> GPT:
    rng = np.random.default_rng(seed)
    model = GPT(vocab_size, block_size, n_layer=3, n_head=4, n_embd=64, rng=rng)
    parameters = model.parameters()
    optimizer = Adam(parameters, lr=0.0, betas=(0.9, 0.99))
    rate = cosine_schedule(4e-3, max_steps, warmup=max_steps // 20)
    for step in range(max_steps):
        x, y = get_batch(tokens, block_size, 16, rng)
        optimizer.lr = rate(step)
        optimizer.zero_grad()
        cross_entropy(model(x).reshape(-1, vocab_size), y.ravel()).backward()
        clip_grad_norm(parameters, 1.0)
        optimizer.step()
    return model
