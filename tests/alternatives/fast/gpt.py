"""Milestone 6, tuned: embedding, layer norm and attention are one node each, derived by hand.

It needs the reference's tensor.py, whose `Tensor._node` makes the nodes, and the training.py
beside it, whose `affine` is a layer and a residual in one node.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tensor import Tensor, cross_entropy
from training import Linear, Module, affine, cosine_schedule, sum_rows

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
        normal = x.data - _row_means(x.data)
        scale = 1 / np.sqrt(_row_means(normal * normal) + self.eps)  # (..., 1)
        normal *= scale
        out = normal * gain
        out += self.bias.data

        def by_x(g: Array) -> Array:
            grad = g * gain
            along = grad * normal
            np.multiply(normal, _row_means(along), out=along)
            grad -= _row_means(grad)
            grad -= along
            grad *= scale
            return grad

        return Tensor._node(
            out,
            (x, by_x),
            (self.gain, lambda g: sum_rows((g * normal).reshape(-1, gain.size))),
            (self.bias, lambda g: sum_rows(g.reshape(-1, gain.size))),
        )


def _row_means(x: Array) -> Array:
    """Mean of each row, as a product: several times faster than `mean(-1)` on short rows."""
    return _row_sums(x) / x.shape[-1]


def _row_sums(x: Array) -> Array:
    width = x.shape[-1]
    return (x.reshape(-1, width) @ np.ones(width, x.dtype)).reshape(*x.shape[:-1], 1)


class CausalSelfAttention(Module):
    def __init__(self, n_embd: int, n_head: int, rng: np.random.Generator | None = None) -> None:
        if n_head < 1 or n_embd < 1 or n_embd % n_head:
            raise ValueError(f"{n_head} heads cannot share {n_embd} components equally")
        rng = rng or np.random.default_rng()
        self.n_head = n_head
        self.qkv = Linear(n_embd, 3 * n_embd, init="glorot", rng=rng)
        self.proj = Linear(n_embd, n_embd, init="glorot", rng=rng)

    def __call__(self, x: Tensor, plus: Tensor | None = None) -> Tensor:
        if len(x.shape) != 3:
            raise ValueError(f"attention takes (B, T, n_embd), got {x.shape}")
        heads = _attend(self.qkv(x), self.n_head)
        return affine(heads, self.proj.weight, self.proj.bias, plus)


def _attend(qkv: Tensor, n_head: int) -> Tensor:
    """Masked attention of all heads at once, as one node: (B, T, 3 C) -> (B, T, C).

    The weights are never divided by their row sums: what is made of them is, at D / T of the cost.
    """
    b, t, c3 = qkv.shape
    heads = (b, t, 3, n_head, c3 // (3 * n_head))
    q, k, v = np.ascontiguousarray(qkv.data.reshape(heads).transpose(2, 0, 3, 1, 4))
    q *= q.dtype.type(1 / math.sqrt(heads[-1]))
    p, total = _causal_weights(q @ k.swapaxes(-1, -2))  # (B, H, T, T), (B, H, T, 1)
    mixed = p @ v  # (B, H, T, D)
    mixed /= total

    def vjp(g: Array) -> Array:
        g = g.reshape(b, t, *heads[3:]).swapaxes(1, 2) / total  # (B, H, T, D)
        by_scores = g @ v.swapaxes(-1, -2)
        by_scores -= _row_sums(g * mixed)  # what softmax subtracts, the sum of by_scores * p
        by_scores *= p
        grad = np.empty(qkv.shape, q.dtype)
        by_q, by_k, by_v = grad.reshape(heads).transpose(2, 0, 3, 1, 4)
        np.matmul(by_scores, k, out=by_q)
        by_q *= q.dtype.type(1 / math.sqrt(heads[-1]))
        np.matmul(by_scores.swapaxes(-1, -2), q, out=by_k)
        np.matmul(p.swapaxes(-1, -2), g, out=by_v)
        return grad

    return Tensor._node(mixed.swapaxes(1, 2).reshape(b, t, c3 // 3), (qkv, vjp))


def _causal_weights(scores: Array) -> tuple[Array, Array]:
    """exp of (..., T, T) up to the diagonal, 0 beyond, and the sums of its rows.

    A row's largest score costs more than its exp. It is only taken off where the sum is of a size
    that could do harm; which, a row decides for itself.
    """
    scores += _future(scores.shape[-1], scores.dtype)
    with np.errstate(over="ignore"):
        p = np.exp(scores)
        total = _row_sums(p)
    strange = ~((total > 1e-6) & (total < 1e6))[..., 0]
    if strange.any():
        rows = scores[strange]
        p[strange] = np.exp(rows - rows.max(axis=-1, keepdims=True))
        total[strange] = p[strange].sum(axis=-1, keepdims=True)
    return p, total


@cache
def _future(t: int, dtype: Any) -> Array:
    return np.triu(np.full((t, t), -np.inf, dtype), 1)


class Block(Module):
    def __init__(self, n_embd: int, n_head: int, rng: np.random.Generator | None = None) -> None:
        rng = rng or np.random.default_rng()
        self.ln1 = LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd, n_head, rng)
        self.ln2 = LayerNorm(n_embd)
        self.fc = Linear(n_embd, 4 * n_embd, rng=rng)
        self.out = Linear(4 * n_embd, n_embd, init="glorot", rng=rng)

    def __call__(self, x: Tensor) -> Tensor:
        x = self.attn(self.ln1(x), plus=x)
        hidden = self.fc(self.ln2(x)).relu()
        return affine(hidden, self.out.weight, self.out.bias, plus=x)


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
        self.ends = np.cumsum([p.data.size for p in self.parameters])
        dtype = np.result_type(*(p.data for p in self.parameters))
        self.mean, self.square = np.zeros((2, self.ends[-1]), dtype)

    def step(self) -> None:
        self.steps += 1
        if all(p.grad is not None for p in self.parameters):
            self._move(self.parameters, slice(None))  # few operations, however many parameters
            return
        for p, end in zip(self.parameters, self.ends):
            if p.grad is not None:
                self._move([p], slice(end - p.data.size, end))

    def _move(self, parameters: Sequence[Tensor], part: slice) -> None:
        b1, b2 = self.betas
        m, v = self.mean[part], self.square[part]
        g = np.concatenate([p.grad.ravel() for p in parameters])
        m *= b1
        m += (1 - b1) * g
        v *= b2
        g *= g
        g *= 1 - b2
        v += g
        move = np.sqrt(v, out=g)
        move /= math.sqrt(1 - b2**self.steps)
        move += self.eps
        np.divide(m, move, out=move)
        move *= self.lr / (1 - b1**self.steps)
        start = 0
        for p in parameters:
            p.data -= move[start : start + p.data.size].reshape(p.shape)
            start += p.data.size

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
