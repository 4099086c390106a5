# %% [markdown]
# # Unit x.backend: one network, any array module
#
# The network of milestone 3's `hand_gradients`, written once more: not for NumPy, but for every
# array module that keeps to the array API standard. CuPy and JAX have NumPy's functions, and arrays
# that NumPy cannot read. So nothing here calls NumPy on an array; it asks the array which module it
# is from, and uses what the standard promises of every module.
#
# For all functions: results are arrays of the module that x, labels or logits are from, of the same
# dtype, on the same device. Nothing is written into an array that was given. No entry leaves its
# module: no `float(x)`, no `np.asarray(x)`, no loop over entries; only `bool` of one truth value,
# in order to refuse bad input.

# %%
"""Unit x.backend: one network for any array module."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = Any  # an array of any module that keeps to the standard
Params = dict[str, Array]


# %% [markdown]
# ## Which module?
#
# Arrays that keep to the standard have a method `__array_namespace__`, which returns their module.

# %%
def array_namespace(*arrays: Array) -> Any:
    """Return the module that all arrays are from, as ``xp``: what to call in place of ``np``.

    Raises
    ------
    TypeError
        If there is no array, if something is no array of a module (a list, a number), or if two
        are from different modules.

    Examples
    --------
    >>> array_namespace(np.ones(2), np.zeros(3)).__name__
    'numpy'
    """
    raise NotImplementedError("unit x.backend: array_namespace")


# %% [markdown]
# ## Parameters
#
# The standard has no random numbers: every module has its own. So NumPy draws, and `xp.asarray`
# takes over. That is the one place where data enters a module.

# %%
def init(
    xp: Any,
    nin: int,
    hidden: int,
    nout: int,
    rng: np.random.Generator | None = None,
    dtype: Any = None,
    device: Any = None,
) -> Params:
    """Return new parameters, arrays of the module `xp`.

    Parameters
    ----------
    xp : module
        As `array_namespace` returns it.
    nin, hidden, nout : int >= 1
        Sizes of the layers.
    rng : Generator
        Of NumPy, for every module: the same seed gives the same numbers in all modules.
    dtype : data type of `xp`
        ``xp.float32`` where it is None.
    device : device of `xp`
        What creation functions of `xp` take as ``device``; None for the usual one.

    Returns
    -------
    dict
        w1 (nin, hidden) and w2 (hidden, nout), normal around 0 with standard deviation
        1 / sqrt(rows); b1 (hidden,) and b2 (nout,), zeros.

    Raises
    ------
    ValueError
        If a size is below 1.

    Examples
    --------
    >>> params = init(np, 4, 3, 2, np.random.default_rng(0))
    >>> {name: (array.shape, str(array.dtype)) for name, array in params.items()}["w1"]
    ((4, 3), 'float32')
    """
    raise NotImplementedError("unit x.backend: init")


# %% [markdown]
# ## Loss

# %%
def one_hot(labels: Array, k: int, dtype: Any) -> Array:
    """Return rows with a 1 at the label and 0 elsewhere, (N, k), of `dtype`.

    Parameters
    ----------
    labels : array of integers, shape (N,)
        Classes from 0 to k - 1; N may be 0.
    k : int
        The number of classes.
    dtype : data type of the labels' module
        Of the result.

    Raises
    ------
    ValueError
        If labels do not have one axis, are not integers (booleans are none), or one of them is no
        class.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3, np.float32).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    raise NotImplementedError("unit x.backend: one_hot")


def softmax_cross_entropy(logits: Array, labels: Array) -> tuple[Array, Array]:
    """Return the loss, and its gradient by the logits.

    Parameters
    ----------
    logits : array, shape (N, K)
        float32 or float64, up to 1e4 in size.
    labels : array of integers, shape (N,)

    Returns
    -------
    loss : array without axes
        The mean over the rows of -log softmax(logits)[label], in nats. An array: whoever wants a
        Python number has to fetch it.
    gradient : array, shape (N, K)

    Raises
    ------
    ValueError
        If logits are not (N, K) with N and K of 1 or more, labels do not have one entry a row, are
        not integers, or one of them is no class.
    TypeError
        If logits and labels are from different modules.

    Examples
    --------
    >>> loss, gradient = softmax_cross_entropy(np.array([[0.0, 0.0]]), np.array([1]))
    >>> round(float(loss), 4), gradient.tolist()
    (0.6931, [[0.5, -0.5]])
    """
    raise NotImplementedError("unit x.backend: softmax_cross_entropy")


# %% [markdown]
# ## The network

# %%
def forward(params: Params, x: Array) -> tuple[Array, Array]:
    """Return the hidden layer tanh(x @ w1 + b1), and the logits: hidden @ w2 + b2.

    Parameters
    ----------
    params : dict
        As `init` returns it.
    x : array, shape (N, nin)
        N may be 0.

    Raises
    ------
    ValueError
        If x is not (N, nin).
    TypeError
        If x is from another module than the parameters.

    Examples
    --------
    >>> params = {"w1": np.ones((2, 1)), "b1": np.zeros(1), "w2": np.ones((1, 3)), "b2": np.ones(3)}
    >>> hidden, logits = forward(params, np.array([[1.0, -1.0]]))
    >>> hidden.tolist(), logits.tolist()
    ([[0.0]], [[1.0, 1.0, 1.0]])
    """
    raise NotImplementedError("unit x.backend: forward")


def loss_and_gradients(params: Params, x: Array, labels: Array) -> tuple[Array, Params]:
    """Return the loss of `softmax_cross_entropy`, and its gradient by each parameter, by hand.

    Gradients have the names and shapes of the parameters. Raises what `forward` and
    `softmax_cross_entropy` raise.

    Examples
    --------
    >>> params = {"w1": np.ones((2, 1)), "b1": np.ones(1), "w2": np.ones((1, 2)), "b2": np.ones(2)}
    >>> loss, gradients = loss_and_gradients(params, np.array([[1.0, -1.0]]), np.array([0]))
    >>> round(float(loss), 4), gradients["b2"].tolist()
    (0.6931, [-0.5, 0.5])
    """
    raise NotImplementedError("unit x.backend: loss_and_gradients")


def sgd_step(params: Params, gradients: Params, lr: float) -> Params:
    """Return new parameters, each ``p - lr * gradient``.

    Parameters
    ----------
    params, gradients : dict
        The same names and shapes; neither is changed, nor an array in it.
    lr : float
        A Python number, finite and above 0.

    Raises
    ------
    ValueError
        If names or shapes differ, or lr is not finite and above 0.

    Examples
    --------
    >>> sgd_step({"b": np.array([1.0, 2.0])}, {"b": np.array([10.0, 0.0])}, 0.1)["b"].tolist()
    [0.0, 2.0]
    """
    raise NotImplementedError("unit x.backend: sgd_step")


def predict(params: Params, x: Array) -> Array:
    """Return the class of the largest logit of each row, integers (N,); raises as `forward`.

    Examples
    --------
    >>> w2 = np.array([[1.0, -1.0]])
    >>> params = {"w1": np.ones((1, 1)), "b1": np.zeros(1), "w2": w2, "b2": np.zeros(2)}
    >>> predict(params, np.array([[3.0], [-3.0]])).tolist()
    [0, 1]
    """
    raise NotImplementedError("unit x.backend: predict")
