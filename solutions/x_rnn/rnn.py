# %% [markdown]
# # Unit x.rnn: recurrent networks
#
# A transformer sees its whole context at once. A recurrent network reads one step at a time, and
# all it knows of the past is its *state*: a few numbers, handed from step to step. The same weights
# serve all steps, so their gradient is a sum over time.

# %%
"""Unit x.rnn: an RNN and an LSTM with state, and a network that copies what it has read."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from gpt import Adam, clip_grad_norm
from numpy.typing import NDArray
from tensor import Tensor, cross_entropy
from training import Linear, Module

Array = NDArray[Any]
Rng = np.random.Generator

# %% [markdown]
# ## Steps
#
# Sequences are `(B, T, nin)`: number in the batch, steps, features. The helpers with an underscore
# are suggestions. `_stack` needs `Tensor._node(result, (operand, vjp), ...)` of milestone 3, or a
# trick: a sum of products with zeros and ones does it too.


# %%
def _stack(steps: Sequence[Tensor]) -> Tensor:
    """Return T tensors (B, n) as one (B, T, n); each gets its part of the gradient."""
    ### BEGIN SOLUTION
    edges = [(h, lambda g, t=t: g[:, t]) for t, h in enumerate(steps)]
    return Tensor._node(np.stack([h.data for h in steps], axis=1), *edges)
    ### END SOLUTION


def _sequences(x: Tensor | Array, nin: int) -> Tensor:
    """Return x as a Tensor; a ValueError unless it is (B, T, nin) with B and T of at least 1."""
    ### BEGIN SOLUTION
    x = x if isinstance(x, Tensor) else Tensor(x)
    if len(x.shape) != 3 or x.shape[2] != nin or x.data.size == 0:
        raise ValueError(f"want sequences (B, T, {nin}) that are not empty, got {x.shape}")
    return x
    ### END SOLUTION


def _constant(state: Array | None, shape: tuple[int, int], dtype: Any) -> Tensor:
    """Return a state (zeros if there is none) as a Tensor that no gradient goes beyond."""
    ### BEGIN SOLUTION
    state = np.zeros(shape) if state is None else np.asarray(state)
    if state.shape != shape:
        raise ValueError(f"want a state of shape {shape}, got {state.shape}")
    return Tensor(state.astype(dtype))
    ### END SOLUTION


# %% [markdown]
# ## A plain recurrent network


# %%
class RNN(Module):
    """One tanh layer that sees the input and its own last output.

    h_t = tanh(x_t @ w_in + h_{t-1} @ w_hidden + bias), step by step.

    Parameters
    ----------
    nin, nhidden : int >= 1
    rng : numpy.random.Generator
        Draws both weights, uniform in [-1/sqrt(nhidden), 1/sqrt(nhidden)]. The bias is zero.

    Attributes
    ----------
    w_in : Tensor of shape (nin, nhidden), float32
    w_hidden : Tensor of shape (nhidden, nhidden), float32
    bias : Tensor of shape (nhidden,), float32
        These three are the parameters, in this order.

    Raises
    ------
    ValueError
        If a size is below 1 or, when called, a shape is not as it should be.

    Examples
    --------
    >>> model = RNN(3, 4, np.random.default_rng(0))
    >>> out, state = model(np.zeros((2, 5, 3)))
    >>> out.shape, state.shape
    ((2, 5, 4), (2, 4))
    """

    def __init__(self, nin: int, nhidden: int, rng: Rng) -> None:
        ### BEGIN SOLUTION
        self.w_in, self.w_hidden, self.bias = _weights(nin, nhidden, nhidden, rng)
        ### END SOLUTION

    def __call__(self, x: Tensor | Array, state: Array | None = None) -> tuple[Tensor, Array]:
        """Read sequences.

        Parameters
        ----------
        x : Tensor or ndarray of shape (B, T, nin)
            A ValueError if it has another shape, or B or T is 0.
        state : ndarray of shape (B, nhidden), optional
            h before the first step, zeros if not given; left as it is. A ValueError if it has
            another shape.

        Returns
        -------
        outputs : Tensor of shape (B, T, nhidden)
            h after every step; `backward` reaches x and the parameters through all steps.
        state : ndarray of shape (B, nhidden)
            h after the last step, to be handed on. It is a plain array: a gradient ends there.
        """
        ### BEGIN SOLUTION
        nin, n = self.w_in.shape
        x = _sequences(x, nin)
        h = _constant(state, (x.shape[0], n), x.data.dtype)
        given = x @ self.w_in + self.bias  # (B, T, n): all steps in one product
        steps = []
        for t in range(x.shape[1]):
            h = (given[:, t] + h @ self.w_hidden).tanh()
            steps.append(h)
        return _stack(steps), h.data.copy()
        ### END SOLUTION


def _weights(nin: int, nhidden: int, columns: int, rng: Rng) -> tuple[Tensor, Tensor, Tensor]:
    """Return w_in (nin, columns), w_hidden (nhidden, columns) and a bias of zeros (columns,)."""
    ### BEGIN SOLUTION
    if nin < 1 or nhidden < 1:
        raise ValueError(f"sizes must be at least 1, got {nin} and {nhidden}")
    most = 1 / math.sqrt(nhidden)
    w_in, w_hidden = (
        Tensor(rng.uniform(-most, most, (rows, columns)).astype(np.float32))
        for rows in (nin, nhidden)
    )
    return w_in, w_hidden, Tensor(np.zeros(columns, np.float32))
    ### END SOLUTION


# %% [markdown]
# ## LSTM
#
# A plain network multiplies its state by the same matrix in every step: what it knew fades, or
# explodes. The cell of an LSTM is *added to*, and gates decide what to forget, what to take in and
# what to show.


# %%
class LSTM(Module):
    """Long short-term memory.

    z = x_t @ w_in + h_{t-1} @ w_hidden + bias has 4 nhidden columns: in PyTorch's order input gate
    i, forget gate f, candidate g, output gate o, nhidden columns each. Then

        c_t = sigmoid(f) c_{t-1} + sigmoid(i) tanh(g)
        h_t = sigmoid(o) tanh(c_t)

    Parameters
    ----------
    nin, nhidden : int >= 1
    rng : numpy.random.Generator
        Draws both weights, uniform in [-1/sqrt(nhidden), 1/sqrt(nhidden)]. The bias is zero, but
        for the forget gate: there it is 1, so that a new network remembers.

    Attributes
    ----------
    w_in : Tensor of shape (nin, 4 nhidden), float32
    w_hidden : Tensor of shape (nhidden, 4 nhidden), float32
    bias : Tensor of shape (4 nhidden,), float32
        These three are the parameters, in this order.

    Raises
    ------
    ValueError
        If a size is below 1 or, when called, a shape is not as it should be.

    References
    ----------
    S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", 1997; the forget gate: F. A. Gers and
    others, "Learning to Forget", 2000.

    Examples
    --------
    >>> model = LSTM(3, 4, np.random.default_rng(0))
    >>> out, (h, c) = model(np.zeros((2, 5, 3)))
    >>> out.shape, h.shape, c.shape, model.w_in.shape
    ((2, 5, 4), (2, 4), (2, 4), (3, 16))
    """

    def __init__(self, nin: int, nhidden: int, rng: Rng) -> None:
        ### BEGIN SOLUTION
        self.w_in, self.w_hidden, self.bias = _weights(nin, nhidden, 4 * nhidden, rng)
        self.bias.data[nhidden : 2 * nhidden] = 1.0
        ### END SOLUTION

    def __call__(
        self, x: Tensor | Array, state: tuple[Array, Array] | None = None
    ) -> tuple[Tensor, tuple[Array, Array]]:
        """Read sequences.

        Parameters
        ----------
        x : Tensor or ndarray of shape (B, T, nin)
            A ValueError if it has another shape, or B or T is 0.
        state : pair of ndarray of shape (B, nhidden), optional
            (h, c) before the first step, zeros if not given; left as they are. A ValueError if one
            has another shape.

        Returns
        -------
        outputs : Tensor of shape (B, T, nhidden)
            h after every step; `backward` reaches x and the parameters through all steps.
        state : pair of ndarray of shape (B, nhidden)
            (h, c) after the last step, to be handed on. Plain arrays: a gradient ends there.
        """
        ### BEGIN SOLUTION
        nin, n = self.w_in.shape[0], self.w_hidden.shape[0]
        x = _sequences(x, nin)
        h, c = (_constant(part, (x.shape[0], n), x.data.dtype) for part in (state or (None, None)))
        given = x @ self.w_in + self.bias  # (B, T, 4 n)
        steps = []
        for t in range(x.shape[1]):
            z = given[:, t] + h @ self.w_hidden
            i, f, g, o = (z[:, k * n : (k + 1) * n] for k in range(4))
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            steps.append(h)
        return _stack(steps), (h.data.copy(), c.data.copy())
        ### END SOLUTION


# %% [markdown]
# ## Copying
#
# The network reads `length` symbols, then as many blanks; at the first blank it has to say the
# first symbol, at the second the second. All of it has to pass through the state.


# %%
def copy_task(sequences: Array, symbols: int) -> Array:
    """Return what the network reads, one-hot. This function is given.

    Parameters
    ----------
    sequences : integer ndarray of shape (B, length)
        Symbols from 0 to symbols - 1.
    symbols : int

    Returns
    -------
    float32 ndarray of shape (B, 2 length, symbols + 1)
        The symbols, then `length` blanks; the last feature says "blank".

    Examples
    --------
    >>> copy_task(np.array([[1, 0]]), symbols=2)[0].astype(int).tolist()
    [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1]]
    """
    blanks = np.full_like(sequences, symbols)
    return np.eye(symbols + 1, dtype=np.float32)[np.concatenate([sequences, blanks], axis=1)]


def train_copy(symbols: int, length: int, seed: int) -> tuple[LSTM, Linear]:
    """Train an LSTM to repeat what it has read, the same one for the same seed.

    Parameters
    ----------
    symbols, length : int
        3 or 4, and 3: at most 64 sequences. It should take a few seconds.
    seed : int

    Returns
    -------
    model : LSTM
        LSTM(symbols + 1, nhidden, ...) with nhidden of your choice, at most 64.
    readout : Linear
        Linear(nhidden, symbols): the largest of readout(outputs) at step length + t is symbol t.

    Raises
    ------
    ValueError
        If symbols is below 2 or length below 1.
    """
    ### BEGIN SOLUTION
    if symbols < 2 or length < 1:
        raise ValueError(f"want symbols >= 2 and length >= 1, got {symbols} and {length}")
    rng = np.random.default_rng(seed)
    nhidden, steps = 32, 250
    model = LSTM(symbols + 1, nhidden, rng)
    readout = Linear(nhidden, symbols, init="glorot", rng=rng)
    every = np.array(list(itertools.product(range(symbols), repeat=length)))
    x, y = copy_task(every, symbols), every.reshape(-1)
    parameters = [*model.parameters(), *readout.parameters()]
    optimizer = Adam(parameters, lr=0.02)
    for step in range(steps):
        optimizer.lr = 0.02 * (1 - step / steps)
        optimizer.zero_grad()
        outputs, _ = model(x)
        said = outputs[:, length:].reshape(-1, nhidden)
        cross_entropy(readout(said), y).backward()
        clip_grad_norm(parameters, 1.0)
        optimizer.step()
    return model, readout
    ### END SOLUTION
