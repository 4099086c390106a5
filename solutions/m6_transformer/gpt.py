# %% [markdown]
# # Milestone 6: a tiny GPT
#
# A model that reads a text and guesses its next character, on your own `Tensor` from milestone 3
# and your own layers from milestone 4: tokenizer, batches, a bigram baseline, embeddings, layer
# normalisation, causal self-attention, blocks, Adam, sampling, training.

# %%
"""Milestone 6: a character-level transformer, from its tokenizer to its samples."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tensor import Tensor, cross_entropy
from training import Linear, Module, cosine_schedule

Array = NDArray[Any]

# %% [markdown]
# ## Text as numbers


# %%
class CharTokenizer:
    """One id for each character of a text, in sorted order of the characters.

    Parameters
    ----------
    text : str

    Attributes
    ----------
    vocab_size : int

    Raises
    ------
    ValueError
        If the text is empty.

    Examples
    --------
    >>> tokenizer = CharTokenizer("hello")
    >>> tokenizer.vocab_size, tokenizer.encode("hole")
    (4, [1, 3, 2, 0])
    >>> tokenizer.decode([1, 0])
    'he'
    """

    def __init__(self, text: str) -> None:
        ### BEGIN SOLUTION
        if not text:
            raise ValueError("a tokenizer needs a text with at least one character")
        self.characters = sorted(set(text))
        self.ids = {character: i for i, character in enumerate(self.characters)}
        self.vocab_size = len(self.characters)
        ### END SOLUTION

    def encode(self, text: str) -> list[int]:
        """Ids of the characters; a ValueError if one of them was not in the first text."""
        ### BEGIN SOLUTION
        if unknown := sorted(set(text) - self.ids.keys()):
            raise ValueError(f"not in the vocabulary: {unknown}")
        return [self.ids[character] for character in text]
        ### END SOLUTION

    def decode(self, ids: Iterable[int]) -> str:
        """Text of the ids; a ValueError if one of them is not in [0, vocab_size)."""
        ### BEGIN SOLUTION
        ids = [int(i) for i in ids]
        if wrong := [i for i in ids if not 0 <= i < self.vocab_size]:
            raise ValueError(f"ids must lie in [0, {self.vocab_size}), got {wrong}")
        return "".join(self.characters[i] for i in ids)
        ### END SOLUTION


def get_batch(
    tokens: Array, block_size: int, batch_size: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw windows of a text, each with the same window one character later.

    Every window that lies inside the text is equally likely, the first and the last included.

    Parameters
    ----------
    tokens : integer ndarray of shape (N,)
    block_size, batch_size : int >= 1
        T and B.
    rng : numpy.random.Generator

    Returns
    -------
    x, y : integer ndarrays of shape (B, T)
        `y[:, t]` is the token that follows `x[:, t]` in the text.

    Raises
    ------
    ValueError
        If there are fewer than block_size + 1 tokens.

    Examples
    --------
    >>> x, y = get_batch(np.arange(5), block_size=4, batch_size=2, rng=np.random.default_rng(0))
    >>> x.tolist(), y.tolist()
    ([[0, 1, 2, 3], [0, 1, 2, 3]], [[1, 2, 3, 4], [1, 2, 3, 4]])
    """
    ### BEGIN SOLUTION
    tokens = np.asarray(tokens)
    if block_size < 1 or len(tokens) <= block_size:
        raise ValueError(f"{len(tokens)} tokens hold no window of {block_size} and its successor")
    starts = rng.integers(0, len(tokens) - block_size, batch_size)
    x = np.stack([tokens[i : i + block_size] for i in starts])  # (B, T)
    y = np.stack([tokens[i + 1 : i + 1 + block_size] for i in starts])  # (B, T)
    return x, y
    ### END SOLUTION


# %% [markdown]
# ## Tables: embeddings, and the baseline
#
# A row of a table for each id. Where an id comes twice, its row gets both gradients.


# %%
class Embedding(Module):
    """A trainable table with a row for each id.

    Parameters
    ----------
    n, dim : int >= 1
        Rows and their length.
    rng : numpy.random.Generator, optional

    Attributes
    ----------
    weight : Tensor of shape (n, dim), float32
        Small random numbers at first.

    Raises
    ------
    ValueError
        If a size is below 1 or, when called, an id is not in [0, n).
    TypeError
        If ids are not integers.

    Examples
    --------
    >>> table = Embedding(5, 3)
    >>> out = table(np.array([[1, 1, 4]]))
    >>> out.shape
    (1, 3, 3)
    >>> out.backward(np.ones(out.shape))
    >>> table.weight.grad[:, 0].tolist()
    [0.0, 2.0, 0.0, 0.0, 1.0]
    """

    def __init__(self, n: int, dim: int, rng: np.random.Generator | None = None) -> None:
        ### BEGIN SOLUTION
        if n < 1 or dim < 1:
            raise ValueError(f"Embedding needs sizes of at least 1, got {n} and {dim}")
        draw = (rng or np.random.default_rng()).standard_normal((n, dim))
        self.weight = Tensor((0.1 * draw).astype(np.float32))
        ### END SOLUTION

    def __call__(self, ids: ArrayLike) -> Tensor:
        """Rows of ids of any shape (...); the result is (..., dim)."""
        ### BEGIN SOLUTION
        ids, n = np.asarray(ids), self.weight.shape[0]
        if ids.dtype.kind not in "iu":
            raise TypeError(f"ids must be integers, got {ids.dtype}")
        if ids.size and not 0 <= ids.min() <= ids.max() < n:
            raise ValueError(f"ids must lie in [0, {n}), got {ids.min()} to {ids.max()}")
        return self.weight[ids]
        ### END SOLUTION


class Bigram(Module):
    """The baseline: the next character, guessed from the current one alone.

    Its one parameter is a table of shape (vocab_size, vocab_size): row i holds the logits of what
    follows i. Trained on a text, its softmax becomes the counted frequencies.

    Parameters
    ----------
    vocab_size : int >= 1
    rng : numpy.random.Generator, optional

    Examples
    --------
    >>> Bigram(7)(np.array([[3, 0, 3, 6]])).shape
    (1, 4, 7)
    """

    def __init__(self, vocab_size: int, rng: np.random.Generator | None = None) -> None:
        ### BEGIN SOLUTION
        self.table = Embedding(vocab_size, vocab_size, rng)
        ### END SOLUTION

    def __call__(self, ids: ArrayLike) -> Tensor:
        """Logits (B, T, vocab_size) of what follows each of ids (B, T)."""
        ### BEGIN SOLUTION
        return self.table(ids)
        ### END SOLUTION


# %% [markdown]
# ## Layer normalisation
#
# Each vector is brought to mean 0 and variance 1, then stretched and shifted by what is learnt.
# Every element moves the mean and the variance of its vector, so that its gradient has three parts.


# %%
class LayerNorm(Module):
    """gain * (x - mean) / sqrt(variance + eps) + bias, over the last axis.

    The variance is the mean of the squared deviations (divided by dim).

    Parameters
    ----------
    dim : int >= 1
    eps : float

    Attributes
    ----------
    gain, bias : Tensor of shape (dim,), float32
        Ones and zeros at first.

    Raises
    ------
    ValueError
        If dim is below 1 or, when called, x is not of shape (..., dim).

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer Normalization", 2016.

    Examples
    --------
    >>> LayerNorm(2)(Tensor([[1.0, 3.0]])).data.round(3).tolist()
    [[-1.0, 1.0]]
    """

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        ### BEGIN SOLUTION
        if dim < 1:
            raise ValueError(f"LayerNorm needs a size of at least 1, got {dim}")
        self.gain = Tensor(np.ones(dim, np.float32))
        self.bias = Tensor(np.zeros(dim, np.float32))
        self.eps = eps
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise x of shape (..., dim)."""
        ### BEGIN SOLUTION
        if x.shape[-1:] != self.gain.shape:
            raise ValueError(f"this LayerNorm takes (..., {self.gain.shape[0]}), got {x.shape}")
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = (centred * centred).mean(axis=-1, keepdims=True)  # (..., 1)
        normal = centred / (variance + self.eps).sqrt()
        return self.gain * normal + self.bias
        ### END SOLUTION


# %% [markdown]
# ## Attention
#
# Position t asks (its query) what each position up to t offers (their keys), and takes the values
# of those that fit: softmax(q k^T / sqrt(head size)) v, with the future masked *before* the
# softmax. Heads do this side by side, each on its own slice of the vector.


# %%
class CausalSelfAttention(Module):
    """Multi-head attention in which no position sees a later one.

    Parameters
    ----------
    n_embd, n_head : int >= 1
        n_head divides n_embd; a head has n_embd / n_head components.
    rng : numpy.random.Generator, optional

    Attributes
    ----------
    qkv : Linear(n_embd, 3 n_embd)
        Its output is all of q, then k, then v; in each, head after head.
    proj : Linear(n_embd, n_embd)
        Applied to the heads' results, joined in order.

    Raises
    ------
    ValueError
        If n_head does not divide n_embd or, when called, x is not of shape (B, T, n_embd).

    References
    ----------
    A. Vaswani et al., "Attention Is All You Need", 2017, section 3.2.

    Examples
    --------
    >>> attention = CausalSelfAttention(6, 2)
    >>> attention(Tensor(np.ones((1, 4, 6)))).shape
    (1, 4, 6)
    """

    def __init__(self, n_embd: int, n_head: int, rng: np.random.Generator | None = None) -> None:
        ### BEGIN SOLUTION
        if n_head < 1 or n_embd < 1 or n_embd % n_head:
            raise ValueError(f"{n_head} heads cannot share {n_embd} components equally")
        rng = rng or np.random.default_rng()
        self.n_head = n_head
        self.qkv = Linear(n_embd, 3 * n_embd, init="glorot", rng=rng)
        self.proj = Linear(n_embd, n_embd, init="glorot", rng=rng)
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Let every position of x (B, T, n_embd) look at itself and those before it.

        A change of x at position t changes nothing at the positions before t, to the last bit.
        """
        ### BEGIN SOLUTION
        b, t, c = x.shape  # a ValueError unless there are three
        nh, hs = self.n_head, c // self.n_head
        qkv = self.qkv(x)  # (B, T, 3C)
        q, k, v = [
            qkv[:, :, i * c : (i + 1) * c].reshape(b, t, nh, hs).transpose(0, 2, 1, 3)
            for i in range(3)
        ]  # (B, nh, T, hs) each
        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(hs)  # (B, nh, T, T)
        mask = np.triu(np.full((t, t), -np.inf, np.float32), 1)  # the future, above the diagonal
        weights = (scores + mask).softmax(axis=-1)
        heads = weights @ v  # (B, nh, T, hs)
        return self.proj(heads.transpose(0, 2, 1, 3).reshape(b, t, c))
        ### END SOLUTION


# %% [markdown]
# ## Block and model
#
# A block adds to its input twice: what attention fetched from other positions, and what two layers
# make of each position by itself. Both normalise what they read, and not the sum that runs through.


# %%
class Block(Module):
    """x + attn(ln1(x)), then + out(relu(fc(ln2(x)))): a pre-norm transformer block.

    Parameters
    ----------
    n_embd, n_head : int >= 1
    rng : numpy.random.Generator, optional

    Attributes
    ----------
    ln1, ln2 : LayerNorm(n_embd)
    attn : CausalSelfAttention(n_embd, n_head)
    fc : Linear(n_embd, 4 n_embd)
    out : Linear(4 n_embd, n_embd)

    Examples
    --------
    >>> Block(6, 2)(Tensor(np.ones((1, 4, 6)))).shape
    (1, 4, 6)
    """

    def __init__(self, n_embd: int, n_head: int, rng: np.random.Generator | None = None) -> None:
        ### BEGIN SOLUTION
        rng = rng or np.random.default_rng()
        self.ln1 = LayerNorm(n_embd)
        self.attn = CausalSelfAttention(n_embd, n_head, rng)
        self.ln2 = LayerNorm(n_embd)
        self.fc = Linear(n_embd, 4 * n_embd, rng=rng)
        self.out = Linear(4 * n_embd, n_embd, init="glorot", rng=rng)
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Apply to x of shape (B, T, n_embd)."""
        ### BEGIN SOLUTION
        x = x + self.attn(self.ln1(x))
        return x + self.out(self.fc(self.ln2(x)).relu())
        ### END SOLUTION


class GPT(Module):
    """A decoder-only transformer on ids of characters.

    Token and position embeddings are added, go through the blocks one after the other, a last
    layer norm, and a linear head that gives the logits of the next token. The head starts so small
    that the first loss is within 0.3 of log(vocab_size). Every block adds its nodes to the graph
    of Tensors, so that `backward` of a loss reaches every parameter.

    Parameters
    ----------
    vocab_size, block_size, n_layer, n_head, n_embd : int >= 1
        block_size is the longest context.
    rng : numpy.random.Generator, optional
        Decides the first weights.

    Attributes
    ----------
    token_embedding : Embedding(vocab_size, n_embd)
    position_embedding : Embedding(block_size, n_embd)
    blocks : list of Block(n_embd, n_head)
    ln_f : LayerNorm(n_embd)
    head : Linear(n_embd, vocab_size)

    Raises
    ------
    ValueError
        If n_head does not divide n_embd; when called, if ids are not (B, T) with T in
        [1, block_size], or lie outside the vocabulary.

    References
    ----------
    A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019 (GPT-2).

    Examples
    --------
    >>> model = GPT(vocab_size=5, block_size=8, n_layer=2, n_head=2, n_embd=6)
    >>> model(np.array([[0, 4, 2]])).shape
    (1, 3, 5)
    >>> sum(p.data.size for p in model.parameters())
    1145
    """

    def __init__(
        self, vocab_size: int, block_size: int, n_layer: int, n_head: int, n_embd: int,
        rng: np.random.Generator | None = None,
    ) -> None:  # fmt: skip
        ### BEGIN SOLUTION
        rng = rng or np.random.default_rng()
        self.block_size = block_size
        self.token_embedding = Embedding(vocab_size, n_embd, rng)
        self.position_embedding = Embedding(block_size, n_embd, rng)
        self.blocks = [Block(n_embd, n_head, rng) for _ in range(n_layer)]
        self.ln_f = LayerNorm(n_embd)
        self.head = Linear(n_embd, vocab_size, init="glorot", rng=rng)
        self.head.weight.data *= np.float32(0.1)
        ### END SOLUTION

    def __call__(self, ids: ArrayLike) -> Tensor:
        """Logits (B, T, vocab_size) of what follows each of ids (B, T).

        Those at position t depend on the ids up to t only: to the last bit.
        """
        ### BEGIN SOLUTION
        ids = np.asarray(ids)
        if ids.ndim != 2 or not 1 <= ids.shape[1] <= self.block_size:
            raise ValueError(f"want ids (B, T), T in [1, {self.block_size}], got {ids.shape}")
        positions = np.arange(ids.shape[1])
        x = self.token_embedding(ids) + self.position_embedding(positions)  # (B, T, C) + (T, C)
        for block in self.blocks:
            x = block(x)  # (B, T, C)
        return self.head(self.ln_f(x))  # (B, T, vocab_size)
        ### END SOLUTION

    def generate(
        self,
        ids: Sequence[int],
        max_new_tokens: int,
        temperature: float = 1.0,
        rng: np.random.Generator | None = None,
    ) -> list[int]:
        """Continue a text: draw the next token from softmax(logits / temperature), again and again.

        The model sees the last block_size tokens at most.

        Parameters
        ----------
        ids : sequence of int
            How the text begins: at least one token.
        max_new_tokens : int >= 0
        temperature : float > 0
            Below 1 the likely becomes likelier, above 1 all become alike.
        rng : numpy.random.Generator, optional

        Returns
        -------
        list of int
            A new one: `ids`, which stay as they are, and max_new_tokens more.

        Raises
        ------
        ValueError
            If ids are empty or not in one row, or temperature is not above 0.

        Examples
        --------
        >>> model = GPT(vocab_size=5, block_size=8, n_layer=1, n_head=1, n_embd=4)
        >>> len(model.generate([0, 3], max_new_tokens=20))
        22
        """
        ### BEGIN SOLUTION
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
        ### END SOLUTION


# %% [markdown]
# ## Adam, and clipping
#
# Adam divides a running mean of the gradient by the root of a running mean of its square: each
# parameter gets steps of about lr, however large its gradients are. Both means begin at 0 and are
# corrected for it. Clipping keeps one bad batch from throwing the weights far away.


# %%
class Adam:
    """Adaptive moments, with bias correction.

    m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; at step t, counted from 1:
    p -= lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).

    Parameters
    ----------
    parameters : iterable of Tensor
    lr : float >= 0
        May be changed between steps.
    betas : pair of float in [0, 1)
    eps : float > 0

    Raises
    ------
    ValueError
        If there is no parameter, lr is negative, a beta is not in [0, 1), or eps not above 0.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1.

    Examples
    --------
    >>> p = Tensor([1.0, -3.0])
    >>> optimizer = Adam([p], lr=0.5)
    >>> (p * p).sum().backward()
    >>> optimizer.step()
    >>> p.data.tolist()
    [0.5, -2.5]
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        ### BEGIN SOLUTION
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("Adam got no parameters")
        if not (lr >= 0 and eps > 0 and all(0 <= beta < 1 for beta in betas)):
            raise ValueError(f"want lr >= 0, betas in [0, 1), eps > 0; got {lr}, {betas}, {eps}")
        self.lr, self.betas, self.eps = lr, betas, eps
        self.steps = 0
        self.means = [np.zeros_like(p.data) for p in self.parameters]
        self.squares = [np.zeros_like(p.data) for p in self.parameters]
        ### END SOLUTION

    def step(self) -> None:
        """Move every parameter that has a gradient, in place."""
        ### BEGIN SOLUTION
        self.steps += 1
        b1, b2 = self.betas
        for p, m, v in zip(self.parameters, self.means, self.squares, strict=True):
            if p.grad is None:
                continue
            m[...] = b1 * m + (1 - b1) * p.grad
            v[...] = b2 * v + (1 - b2) * p.grad**2
            mean, square = m / (1 - b1**self.steps), v / (1 - b2**self.steps)
            p.data -= self.lr * mean / (np.sqrt(square) + self.eps)
        ### END SOLUTION

    def zero_grad(self) -> None:
        """Forget the gradients."""
        ### BEGIN SOLUTION
        for p in self.parameters:
            p.grad = None
        ### END SOLUTION


def clip_grad_norm(parameters: Iterable[Tensor], max_norm: float) -> float:
    """Scale all gradients by one factor, so that together they are at most max_norm long.

    Parameters
    ----------
    parameters : iterable of Tensor
        Those without a gradient are passed over.
    max_norm : float > 0

    Returns
    -------
    float
        The norm of all gradients taken as one vector, before clipping.

    Raises
    ------
    ValueError
        If max_norm is not above 0.

    Examples
    --------
    >>> p, q = Tensor([0.0]), Tensor([0.0])
    >>> (p * 3.0 + q * 4.0).sum().backward()
    >>> clip_grad_norm([p, q], 1.0)
    5.0
    >>> [round(float(x.grad[0]), 4) for x in (p, q)]
    [0.6, 0.8]
    """
    ### BEGIN SOLUTION
    if not max_norm > 0:
        raise ValueError(f"max_norm must be above 0, got {max_norm}")
    reached = [p for p in parameters if p.grad is not None]
    norm = math.sqrt(sum(float((p.grad**2).sum()) for p in reached))
    if norm > max_norm:
        for p in reached:
            p.grad *= max_norm / norm
    return norm
    ### END SOLUTION


# %% [markdown]
# ## A language model of your own
#
# Your choice of everything but the length of the context and the number of steps.


# %%
def train_gpt(
    tokens: Array, vocab_size: int, seed: int, block_size: int = 64, max_steps: int = 2000
) -> GPT:
    """Train a GPT on a text, the same one for the same seed.

    Parameters
    ----------
    tokens : integer ndarray of shape (N,)
        The training text; hold some of it back if you want to measure.
    vocab_size : int
    seed : int
    block_size : int
        Of the model that is returned.
    max_steps : int
        At most so many optimiser steps.

    Returns
    -------
    GPT

    Raises
    ------
    ValueError
        If there are fewer than block_size + 1 tokens.
    """
    ### BEGIN SOLUTION
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
    ### END SOLUTION
