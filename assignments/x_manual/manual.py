# %% [markdown]
# # Extra: a network without autograd
#
# An engine finds gradients for any program. A network of a few kinds of layers does not need one:
# each layer knows its own derivative, and `backward` calls them in reverse. This is how networks
# were written before engines, and how kernels are written today.

# %%
"""Extra unit: a multilayer perceptron in plain NumPy, with every gradient by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Loss = Callable[[Array, Array], tuple[float, Array]]


# %% [markdown]
# ## Layers
#
# A layer has four methods. `forward(x)` computes, and keeps what `backward` needs. `backward(g)`
# takes the gradient of the loss by the output, keeps the gradients of the layer's own parameters,
# and returns the gradient by the input. `parameters()` and `gradients()` list arrays in one order.

# %%
class Linear:
    """x @ weight + bias.

    Parameters
    ----------
    nin, nout : int >= 1
    rng : numpy.random.Generator
        Draws the weight, normal with mean 0 and standard deviation 1/sqrt(nin); the bias begins
        at 0.

    Raises
    ------
    ValueError
        If a size is below 1.

    Examples
    --------
    >>> layer = Linear(2, 3, np.random.default_rng(0))
    >>> [p.shape for p in layer.parameters()]
    [(2, 3), (3,)]
    >>> out = layer.forward(np.ones((4, 2)))
    >>> layer.backward(np.ones((4, 3))).shape, layer.gradients()[1].tolist()
    ((4, 2), [4.0, 4.0, 4.0])
    """

    def __init__(self, nin: int, nout: int, rng: np.random.Generator) -> None:
        """Draw the parameters, in float64."""
        raise NotImplementedError("unit x.manual: Linear.__init__")

    def forward(self, x: Array) -> Array:
        """Return the outputs, of shape (N, nout), for x of shape (N, nin), and remember x.

        A ValueError if x is not of that shape. x is left as it is.
        """
        raise NotImplementedError("unit x.manual: Linear.forward")

    def backward(self, g: Array) -> Array:
        """Take the gradient by the outputs of the last forward; return that by its x.

        The gradients of weight and bias replace those of an earlier call: nothing adds up. A
        RuntimeError before the first forward; a ValueError if g has not the shape of the outputs.
        g is left as it is.
        """
        raise NotImplementedError("unit x.manual: Linear.backward")

    def parameters(self) -> list[Array]:
        """Weight (nin, nout) and bias (nout,): the arrays themselves.

        Whoever writes into them (`p -= ...`, `p[...] = ...`) changes the layer.
        """
        raise NotImplementedError("unit x.manual: Linear.parameters")

    def gradients(self) -> list[Array]:
        """Gradients that the last backward found, in the order of `parameters`.

        A RuntimeError before the first backward.
        """
        raise NotImplementedError("unit x.manual: Linear.gradients")


class Tanh:
    """The tanh of every entry, whatever the shape; it has no parameters.

    Examples
    --------
    >>> layer = Tanh()
    >>> layer.forward(np.array([[0.0, 0.5]])).round(4).tolist()
    [[0.0, 0.4621]]
    >>> layer.backward(np.array([[1.0, 2.0]])).round(4).tolist()
    [[1.0, 1.5729]]
    """

    def __init__(self) -> None:
        """Make a layer that has seen nothing."""
        raise NotImplementedError("unit x.manual: Tanh.__init__")

    def forward(self, x: Array) -> Array:
        """Return tanh(x), and keep what backward needs. x is left as it is."""
        raise NotImplementedError("unit x.manual: Tanh.forward")

    def backward(self, g: Array) -> Array:
        """Return the gradient by the x of the last forward.

        A RuntimeError before the first forward; a ValueError if g has another shape than x. g is
        left as it is.
        """
        raise NotImplementedError("unit x.manual: Tanh.backward")

    def parameters(self) -> list[Array]:
        """Nothing: an empty list."""
        raise NotImplementedError("unit x.manual: Tanh.parameters")

    def gradients(self) -> list[Array]:
        """Nothing: an empty list."""
        raise NotImplementedError("unit x.manual: Tanh.gradients")


class MLP:
    """Linear layers with a Tanh between each two; no Tanh after the last.

    Parameters
    ----------
    sizes : sequence of at least two ints
        Inputs, then the outputs of each Linear: [2, 16, 3] has one hidden layer.
    rng : numpy.random.Generator
        Draws all weights, each as `Linear` does.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or one is below 1.

    Examples
    --------
    >>> model = MLP([2, 16, 3], np.random.default_rng(0))
    >>> model.forward(np.zeros((5, 2))).shape
    (5, 3)
    >>> [p.shape for p in model.parameters()]
    [(2, 16), (16,), (16, 3), (3,)]
    """

    def __init__(self, sizes: Sequence[int], rng: np.random.Generator) -> None:
        """Make the layers."""
        raise NotImplementedError("unit x.manual: MLP.__init__")

    def forward(self, x: Array) -> Array:
        """Return the outputs (N, sizes[-1]) for x of shape (N, sizes[0]).

        A ValueError if x is not of that shape.
        """
        raise NotImplementedError("unit x.manual: MLP.forward")

    def backward(self, g: Array) -> Array:
        """Take the gradient by the outputs of the last forward; return that by its x.

        Errors as in `Linear.backward`.
        """
        raise NotImplementedError("unit x.manual: MLP.backward")

    def parameters(self) -> list[Array]:
        """Weight and bias of each Linear, from the first to the last: the arrays themselves."""
        raise NotImplementedError("unit x.manual: MLP.parameters")

    def gradients(self) -> list[Array]:
        """Gradients that the last backward found, in the order of `parameters`.

        A RuntimeError before the first backward.
        """
        raise NotImplementedError("unit x.manual: MLP.gradients")


# %% [markdown]
# ## Losses
#
# A loss returns two things: its value, and its gradient by the outputs, which is where `backward`
# begins.

# %%
def mean_squared_error(out: Array, y: Array) -> tuple[float, Array]:
    """Mean over all entries of (out - y)^2, and its gradient by out.

    Parameters
    ----------
    out, y : ndarrays of one shape
        Left as they are.

    Returns
    -------
    loss : float
    gradient : ndarray of out's shape

    Raises
    ------
    ValueError
        If the shapes differ ((N, 1) and (N,) do), or there is no entry.

    Examples
    --------
    >>> loss, g = mean_squared_error(np.array([[1.0], [2.0]]), np.array([[0.0], [4.0]]))
    >>> loss, g.tolist()
    (2.5, [[1.0], [-2.0]])
    """
    raise NotImplementedError("unit x.manual: mean_squared_error")


def cross_entropy(out: Array, y: Array) -> tuple[float, Array]:
    """Mean over the rows of -log softmax(out)[class], and its gradient by out.

    Logits of any size are fine: 1000 gives no infinity.

    Parameters
    ----------
    out : ndarray of shape (N, C)
        Logits; left as they are.
    y : ndarray of shape (N,), integers
        Classes, each in [0, C).

    Returns
    -------
    loss : float
    gradient : ndarray of shape (N, C)

    Raises
    ------
    ValueError
        If out is not (N, C), y is not (N,), N is 0, or a class is not in [0, C).

    Examples
    --------
    >>> loss, g = cross_entropy(np.zeros((1, 2)), np.array([1]))
    >>> round(loss, 4), g.tolist()
    (0.6931, [[0.5, -0.5]])
    """
    raise NotImplementedError("unit x.manual: cross_entropy")


# %% [markdown]
# ## Training
#
# Forward, loss, backward, step. With momentum m a step of rate lr is
#
#     v = m v + gradient          v begins at 0, for every parameter
#     parameter = parameter - lr v

# %%
def fit(
    model: Any,
    x: Array,
    y: Array,
    loss: Loss,
    epochs: int,
    batch_size: int,
    lr: float,
    momentum: float = 0.0,
    rng: np.random.Generator | None = None,
) -> list[float]:
    """Train a model by SGD with momentum.

    Parameters
    ----------
    model : object with forward, backward, parameters and gradients
        Only these four are called. Its parameters are changed in place.
    x : ndarray of shape (N, ...)
    y : ndarray of shape (N, ...)
        What `loss` takes beside the outputs. Both are left as they are.
    loss : callable
        `loss(outputs, y of the batch)` gives (value, gradient by the outputs).
    epochs, batch_size : int >= 1
        The last batch of an epoch holds what is left.
    lr, momentum : float
    rng : numpy.random.Generator, optional
        Every epoch goes through all rows once, in an order that it draws anew; without it, in the
        order given.

    Returns
    -------
    list of float
        For each epoch the mean of its batches' losses, each taken before its step.

    Raises
    ------
    ValueError
        If x and y differ in length, are empty, or epochs or batch_size is below 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.uniform(-1, 1, (32, 1))
    >>> losses = fit(MLP([1, 8, 1], rng), x, x**2, mean_squared_error, 200, 8, 0.1, 0.9, rng)
    >>> len(losses), losses[-1] < 0.01
    (200, True)
    """
    raise NotImplementedError("unit x.manual: fit")


# %% [markdown]
# ## Try it

# %%
if __name__ == "__main__":
    draw = np.random.default_rng(0)
    points = draw.uniform(-np.pi, np.pi, (128, 1))
    network = MLP([1, 24, 1], draw)
    curve = fit(network, points, np.sin(points), mean_squared_error, 400, 16, 0.05, 0.9, draw)
    print("mean squared error of the sine:", curve[-1])
