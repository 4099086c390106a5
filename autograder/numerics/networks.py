"""The judge's own networks: plain NumPy, all samples at once, parameters as one flat vector."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autograder.data.points import make_moons as make_moons  # noqa: PLC0414  (lent to checks)
from autograder.numerics import small
from autograder.numerics.programs import real

Floats = NDArray[np.float64]
Kinds = tuple[str, str]  # the activation of hidden layers, and of the last


def count_parameters(size: Sequence[int]) -> int:
    """Return how many parameters an MLP of these layer sizes has."""
    return sum((nin + 1) * nout for nin, nout in zip(size, size[1:], strict=False))


def draw_parameters(size: Sequence[int], rng: np.random.Generator) -> Floats:
    """Return weights uniform in [-1, 1] and biases near 0, in the contract's order."""
    numbers = small.uncut_generator(rng).uniform(-1.0, 1.0, count_parameters(size))
    return small.shorten_numbers(rng, np.where(bias_mask(size), 0.1, 1.0) * numbers)


def bias_mask(size: Sequence[int]) -> NDArray[np.bool_]:
    """Return which entries of the flat parameter vector are biases."""
    rows = [
        np.tile(np.arange(nin + 1) == nin, nout) for nin, nout in zip(size, size[1:], strict=False)
    ]
    return np.concatenate(rows)


def mlp_outputs(size: Sequence[int], kinds: Kinds, weights: Floats, x: Floats) -> Floats:
    """Return the outputs of an MLP.

    Parameters
    ----------
    size : sequence of int
        Inputs, then the outputs of each layer.
    kinds : (str, str)
        Activations.
    weights : ndarray, shape (..., P)
        Neuron by neuron, weights then bias; leading axes are separate networks.
    x : ndarray, shape (N, size[0])

    Returns
    -------
    ndarray, shape (..., N, size[-1])
    """
    out, start = np.broadcast_to(x, (*weights.shape[:-1], *x.shape)), 0
    for layer, (nin, nout) in enumerate(zip(size, size[1:], strict=False)):
        block = weights[..., start : start + (nin + 1) * nout]
        block = block.reshape(*weights.shape[:-1], nout, nin + 1)
        out = out @ block[..., :nin].swapaxes(-1, -2) + block[..., None, :, nin]
        out = activate(kinds[layer == len(size) - 2], out)
        start += (nin + 1) * nout
    return out


def activate(kind: str, x: Floats) -> Floats:
    """Return ``tanh``, ``relu``, ``sigmoid`` or ``linear`` of x."""
    return x if kind == "linear" else np.asarray(getattr(real(x), kind)())


def squared_error(outs: Floats, y: Floats) -> Floats:
    """Return the sum of squared differences over the last axis."""
    return np.asarray(((outs - y) ** 2).sum(axis=-1))


def hinge_loss(outs: Floats, y: Floats) -> Floats:
    """Return the mean of max(0, 1 - y s) over the last axis."""
    return np.asarray(np.maximum(0.0, 1.0 - y * outs).mean(axis=-1))


LOSSES = {"squared_error": squared_error, "hinge_loss": hinge_loss}
