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
        raise NotImplementedError("milestone 6: CharTokenizer.__init__")

    def encode(self, text: str) -> list[int]:
        """Ids of the characters; a ValueError if one of them was not in the first text."""
        raise NotImplementedError("milestone 6: CharTokenizer.encode")

    def decode(self, ids: Iterable[int]) -> str:
        """Text of the ids; a ValueError if one of them is not in [0, vocab_size)."""
        raise NotImplementedError("milestone 6: CharTokenizer.decode")


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
    raise NotImplementedError("milestone 6: get_batch")


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
        raise NotImplementedError("milestone 6: Embedding.__init__")

    def __call__(self, ids: ArrayLike) -> Tensor:
        """Rows of ids of any shape (...); the result is (..., dim)."""
        raise NotImplementedError("milestone 6: Embedding.__call__")


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
        raise NotImplementedError("milestone 6: Bigram.__init__")

    def __call__(self, ids: ArrayLike) -> Tensor:
        """Logits (B, T, vocab_size) of what follows each of ids (B, T)."""
        raise NotImplementedError("milestone 6: Bigram.__call__")


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
        raise NotImplementedError("milestone 6: LayerNorm.__init__")

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise x of shape (..., dim)."""
        raise NotImplementedError("milestone 6: LayerNorm.__call__")


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
        raise NotImplementedError("milestone 6: CausalSelfAttention.__init__")

    def __call__(self, x: Tensor) -> Tensor:
        """Let every position of x (B, T, n_embd) look at itself and those before it.

        A change of x at position t changes nothing at the positions before t, to the last bit.
        """
        raise NotImplementedError("milestone 6: CausalSelfAttention.__call__")


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
        raise NotImplementedError("milestone 6: Block.__init__")

    def __call__(self, x: Tensor) -> Tensor:
        """Apply to x of shape (B, T, n_embd)."""
        raise NotImplementedError("milestone 6: Block.__call__")


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
        raise NotImplementedError("milestone 6: GPT.__init__")

    def __call__(self, ids: ArrayLike) -> Tensor:
        """Logits (B, T, vocab_size) of what follows each of ids (B, T).

        Those at position t depend on the ids up to t only: to the last bit.
        """
        raise NotImplementedError("milestone 6: GPT.__call__")

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
        raise NotImplementedError("milestone 6: GPT.generate")


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
        raise NotImplementedError("milestone 6: Adam.__init__")

    def step(self) -> None:
        """Move every parameter that has a gradient, in place."""
        raise NotImplementedError("milestone 6: Adam.step")

    def zero_grad(self) -> None:
        """Forget the gradients."""
        raise NotImplementedError("milestone 6: Adam.zero_grad")


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
    raise NotImplementedError("milestone 6: clip_grad_norm")


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
    raise NotImplementedError("milestone 6: train_gpt")
