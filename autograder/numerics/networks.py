"""The judge's own networks: plain NumPy, all samples at once, parameters as one flat vector."""

from collections.abc import Callable, Iterator, Sequence

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
    out = np.broadcast_to(x, (*weights.shape[:-1], *x.shape))
    for kind, block in _layer_blocks(size, kinds, weights):
        out = _layer_outputs(kind, block, out)
    return out


def _layer_blocks(
    size: Sequence[int], kinds: Kinds, weights: Floats
) -> Iterator[tuple[str, Floats]]:
    """Yield the activation and the weights (..., nout, nin + 1) of each layer, biases last."""
    start = 0
    for layer, (nin, nout) in enumerate(zip(size, size[1:], strict=False)):
        block = weights[..., start : start + (nin + 1) * nout]
        kind = kinds[layer == len(size) - 2]
        yield kind, block.reshape(*weights.shape[:-1], nout, nin + 1)
        start += (nin + 1) * nout


def _layer_outputs(kind: str, block: Floats, x: Floats) -> Floats:
    nin = block.shape[-1] - 1
    return activate(kind, x @ block[..., :nin].swapaxes(-1, -2) + block[..., None, :, nin])


SLOPES: dict[str, Callable[[Floats], Floats]] = {  # of an activation, by its output
    "linear": np.ones_like,
    "relu": lambda out: (out > 0.0).astype(np.float64),
    "sigmoid": lambda out: out * (1.0 - out),
    "tanh": lambda out: 1.0 - out**2,
}


def loss_gradient(
    size: Sequence[int], kinds: Kinds, weights: Floats, x: Floats, y: Floats, loss: str
) -> Floats:
    """Return the gradient of a loss by every weight (P,) of an MLP of one output.

    At a kink it is that of the flat side, where central differences would give half of the step.
    """
    blocks, signals = list(_layer_blocks(size, kinds, weights)), [np.asarray(x)]
    for kind, block in blocks:
        signals.append(np.asarray(_layer_outputs(kind, block, signals[-1])))
    cotangent = LOSS_SLOPES[loss](signals[-1][:, 0], y)[:, None]
    gradients: list[Floats] = []
    for (kind, block), below, out in zip(
        blocks[::-1], signals[-2::-1], signals[:0:-1], strict=True
    ):
        cotangent = cotangent * SLOPES[kind](out)
        rows = np.column_stack([below, np.ones(len(below))])
        gradients.insert(0, (cotangent.T @ rows).ravel())
        cotangent = cotangent @ block[:, :-1]
    return np.concatenate(gradients)


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
LOSS_SLOPES: dict[str, Callable[[Floats, Floats], Floats]] = {  # by the outputs
    "squared_error": lambda outs, y: 2.0 * (outs - y),
    "hinge_loss": lambda outs, y: np.where(y * outs < 1.0, -y, 0.0) / len(y),
}
