"""The judge's own transformer in float64: forward, and gradients derived by hand.

Every part is a function of weights by name and an input that returns the output and its pullback:
from the cotangent of the output to that of the input, adding the weights' gradients to a dict.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from autograder.numerics import small

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Weights = dict[str, Floats]
Pullback = Callable[[Floats, Weights], Floats]
Pulled = tuple[Floats, Pullback]
EPS = 1e-5


def linear(w: Weights, name: str, x: Floats) -> Pulled:
    """Return x @ weight + bias."""
    weight = w[f"{name}weight"]

    def back(g: Floats, grads: Weights) -> Floats:
        rows = g.reshape(-1, g.shape[-1])
        grads[f"{name}weight"] = x.reshape(-1, x.shape[-1]).T @ rows
        grads[f"{name}bias"] = rows.sum(axis=0)
        return np.asarray(g @ weight.T)

    return x @ weight + w[f"{name}bias"], back


def layer_norm(w: Weights, name: str, x: Floats, eps: float = EPS) -> Pulled:
    """Return gain * (x - mean) / sqrt(variance + eps) + bias over the last axis."""
    gain = w[f"{name}gain"]
    scale = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    normal = (x - x.mean(axis=-1, keepdims=True)) * scale

    def back(g: Floats, grads: Weights) -> Floats:
        axes = tuple(range(g.ndim - 1))
        grads[f"{name}gain"] = (g * normal).sum(axis=axes)
        grads[f"{name}bias"] = g.sum(axis=axes)
        h = g * gain
        along = normal * (h * normal).mean(axis=-1, keepdims=True)
        return np.asarray((h - h.mean(axis=-1, keepdims=True) - along) * scale)

    return normal * gain + w[f"{name}bias"], back


def relu(x: Floats) -> Pulled:
    """Return max(x, 0)."""
    return np.maximum(x, 0.0), lambda g, grads: g * (x > 0)


def softmax(x: Floats) -> Floats:
    """Return the softmax over the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def attention(w: Weights, name: str, x: Floats, n_head: int) -> Pulled:
    """Return causal multi-head attention of x (B, T, C)."""
    b, t, c = x.shape
    out, back_qkv = linear(w, f"{name}qkv.", x)
    q, k, v = out.reshape(b, t, 3, n_head, c // n_head).transpose(2, 0, 3, 1, 4)  # (B, H, T, D)
    scale = 1 / math.sqrt(c // n_head)
    scores = np.where(np.tri(t, dtype=bool), q @ k.swapaxes(-1, -2) * scale, -np.inf)
    p = softmax(scores)
    joined, back_proj = linear(w, f"{name}proj.", (p @ v).swapaxes(1, 2).reshape(b, t, c))

    def back(g: Floats, grads: Weights) -> Floats:
        g = back_proj(g, grads).reshape(b, t, n_head, -1).swapaxes(1, 2)
        by_share = g @ v.swapaxes(-1, -2)
        by_scores = p * (by_share - (by_share * p).sum(axis=-1, keepdims=True)) * scale
        parts = (by_scores @ k, by_scores.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ g)
        return back_qkv(np.stack(parts).transpose(1, 3, 0, 2, 4).reshape(b, t, 3 * c), grads)

    return joined, back


def block(w: Weights, name: str, x: Floats, n_head: int) -> Pulled:
    """Return a pre-norm block of x (B, T, C)."""
    normal, back_1 = layer_norm(w, f"{name}ln1.", x)
    attended, back_attn = attention(w, f"{name}attn.", normal, n_head)
    middle = x + attended
    normal_2, back_2 = layer_norm(w, f"{name}ln2.", middle)
    wide, back_fc = linear(w, f"{name}fc.", normal_2)
    active, back_relu = relu(wide)
    narrow, back_out = linear(w, f"{name}out.", active)

    def back(g: Floats, grads: Weights) -> Floats:
        inner = back_relu(back_out(g, grads), grads)
        g = g + back_2(back_fc(inner, grads), grads)
        return g + back_1(back_attn(g, grads), grads)

    return middle + narrow, back


def gpt(w: Weights, ids: Ints, n_head: int) -> Pulled:
    """Return the logits (B, T, V) of ids (B, T); the pullback gives the embeddings' cotangent."""
    x = w["token_embedding.weight"][ids] + w["position_embedding.weight"][: ids.shape[1]]
    backs = []
    for number in range(count_blocks(w)):
        x, back_block = block(w, f"blocks[{number}].", x, n_head)
        backs.append(back_block)
    normal, back_ln = layer_norm(w, "ln_f.", x)
    logits, back_head = linear(w, "head.", normal)

    def back(g: Floats, grads: Weights) -> Floats:
        g = back_ln(back_head(g, grads), grads)
        for back_block in reversed(backs):
            g = back_block(g, grads)
        grads["token_embedding.weight"] = np.zeros_like(w["token_embedding.weight"])
        np.add.at(grads["token_embedding.weight"], ids, g)
        grads["position_embedding.weight"] = np.zeros_like(w["position_embedding.weight"])
        grads["position_embedding.weight"][: ids.shape[1]] = g.sum(axis=0)
        return g

    return logits, back


ROWS = 32  # that run together: each keeps all between ids and logits


def gpt_logits(w: Weights, ids: Ints, n_head: int) -> Floats:
    """Return the logits (B, T, V) of ids (B, T), a few rows at a time."""
    parts = [gpt(w, ids[row : row + ROWS], n_head)[0] for row in range(0, len(ids), ROWS)]
    return np.concatenate(parts)


def count_blocks(w: Weights) -> int:
    """Return how many blocks these weights have."""
    return sum(name.startswith("blocks[") and name.endswith("ln1.gain") for name in w)


def pull_back(pulled: Pulled, cotangent: Floats) -> tuple[Floats, Weights]:
    """Return the gradient of sum(out * cotangent) by the input, and by every weight."""
    grads: Weights = {}
    return pulled[1](cotangent, grads), grads


# Weights

Shapes = dict[str, tuple[int, ...]]


def linear_shapes(name: str, nin: int, nout: int) -> Shapes:
    """Return the shapes of a Linear layer."""
    return {f"{name}weight": (nin, nout), f"{name}bias": (nout,)}


def norm_shapes(name: str, dim: int) -> Shapes:
    """Return the shapes of a LayerNorm."""
    return {f"{name}gain": (dim,), f"{name}bias": (dim,)}


def attention_shapes(name: str, n: int) -> Shapes:
    """Return the shapes of an attention layer."""
    return linear_shapes(f"{name}qkv.", n, 3 * n) | linear_shapes(f"{name}proj.", n, n)


def block_shapes(name: str, n: int) -> Shapes:
    """Return the shapes of a block."""
    return {
        **norm_shapes(f"{name}ln1.", n),
        **attention_shapes(f"{name}attn.", n),
        **norm_shapes(f"{name}ln2.", n),
        **linear_shapes(f"{name}fc.", n, 4 * n),
        **linear_shapes(f"{name}out.", 4 * n, n),
    }


def gpt_shapes(vocab: int, block_size: int, n_layer: int, n: int) -> Shapes:
    """Return the shapes of a GPT."""
    shapes: Shapes = {
        "token_embedding.weight": (vocab, n),
        "position_embedding.weight": (block_size, n),
    }
    for number in range(n_layer):
        shapes |= block_shapes(f"blocks[{number}].", n)
    return {**shapes, **norm_shapes("ln_f.", n), **linear_shapes("head.", n, vocab)}


def draw_transformer(rng: np.random.Generator, shapes: Shapes) -> Weights:
    """Return weights large enough that every part of the model shows in its output."""
    uncut = small.uncut_generator(rng)
    return {
        n: small.shorten_numbers(rng, _draw_array(uncut, n, shape)) for n, shape in shapes.items()
    }


def start_transformer(rng: np.random.Generator, shapes: Shapes) -> Weights:
    """Return weights that training may begin with, in float32's numbers."""
    uncut = small.uncut_generator(rng)
    drawn = {name: _start_array(uncut, name, shape) for name, shape in shapes.items()}
    return {name: array.astype(np.float32).astype(np.float64) for name, array in drawn.items()}


def _start_array(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> Floats:
    if len(shape) == 1:
        return np.full(shape, float(name.endswith("gain")))
    spread = 0.1 if "embedding" in name else shape[0] ** -0.5
    return rng.normal(0.0, spread * (0.1 if name.startswith("head") else 1.0), shape)


def _draw_array(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> Floats:
    if name.endswith("gain"):
        return rng.uniform(0.5, 1.5, shape)
    if len(shape) == 1:
        return rng.normal(0.0, 0.3, shape)
    return rng.normal(0.0, 1.0 if "embedding" in name else 1.2 * shape[0] ** -0.5, shape)


# Training and measuring


def cross_entropy(logits: Floats, targets: Ints) -> float:
    """Return the mean of -log softmax(logits) (N, V) at the targets (N,), in nats."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=-1))
    return float((log_sums - shifted[np.arange(len(targets)), targets]).mean())


def bigram_frequencies(tokens: Ints, vocab: int, more: float = 0.0) -> Floats:
    """Return the frequencies (V, V) of the token after each token, every count raised by `more`."""
    counts = np.full((vocab, vocab), more)
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1.0)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300))


def bigram_descent(table: Floats, tokens: Ints, steps: int, lr: float) -> Floats:
    """Return a table of logits (V, V) after plain gradient steps on the pairs of a text."""
    counts = np.zeros(table.shape)
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1.0)
    rows = counts.sum(axis=1, keepdims=True)
    for _ in range(steps):
        table = table - lr * (rows * softmax(table) - counts) / counts.sum()
    return table


def adam_path(
    params: Sequence[Floats],
    slopes: Callable[[list[Floats]], list[Floats]],
    rates: Sequence[float],
    betas: tuple[float, float],
    eps: float,
    max_norm: float = 0.0,
) -> tuple[list[list[Floats]], list[float]]:
    """Return the parameters after every step of Adam, and the gradients' norm before clipping.

    Parameters
    ----------
    params : sequence of ndarray
        The start.
    slopes : callable
        The gradients at the parameters.
    rates : sequence of float
        One per step.
    betas, eps, max_norm : float
        Adam's; the longest that all gradients together may be, 0 for any.
    """
    at, path, norms = list(params), [], []
    m, v = [np.zeros_like(p) for p in at], [np.zeros_like(p) for p in at]
    b1, b2 = betas
    for step, rate in enumerate(rates, start=1):
        gradients = slopes(at)
        norm = math.sqrt(sum(float((g * g).sum()) for g in gradients))
        factor = min(1.0, max_norm / norm) if max_norm else 1.0
        gradients = [factor * g for g in gradients]
        m = [b1 * old + (1 - b1) * g for old, g in zip(m, gradients, strict=True)]
        v = [b2 * old + (1 - b2) * g * g for old, g in zip(v, gradients, strict=True)]
        moves = [
            (mean / (1 - b1**step)) / (np.sqrt(square / (1 - b2**step)) + eps)
            for mean, square in zip(m, v, strict=True)
        ]
        at = [p - rate * move for p, move in zip(at, moves, strict=True)]
        path.append(at)
        norms.append(norm)
    return path, norms


def continue_greedily(
    w: Weights, ids: list[int], count: int, n_head: int
) -> tuple[list[int], float]:
    """Return `ids` continued by the likeliest tokens, and the smallest lead of a token."""
    text, lead = list(ids), math.inf
    size = len(w["position_embedding.weight"])
    for _ in range(count):
        logits = gpt(w, np.array([text[-size:]]), n_head)[0][0, -1]
        first, second = np.sort(logits)[::-1][:2]
        lead = min(lead, float(first - second))
        text.append(int(logits.argmax()))
    return text, lead
