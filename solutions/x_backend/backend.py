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
    ### BEGIN SOLUTION
    for array in arrays:
        if not hasattr(array, "__array_namespace__"):
            raise TypeError(f"want arrays that know their module, got {type(array).__name__}")
    modules = {array.__array_namespace__() for array in arrays}
    if len(modules) != 1:
        names = sorted(module.__name__ for module in modules)
        raise TypeError(f"want arrays of one module, got {names}")
    return modules.pop()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    if min(nin, hidden, nout) < 1:
        raise ValueError(f"want sizes of 1 or more, got {nin}, {hidden}, {nout}")
    rng = np.random.default_rng() if rng is None else rng
    kind = {"dtype": xp.float32 if dtype is None else dtype, "device": device}

    def draw(rows: int, columns: int) -> Array:
        return xp.asarray(rng.normal(size=(rows, columns)) / math.sqrt(rows), **kind)

    return {
        "w1": draw(nin, hidden),
        "b1": xp.zeros(hidden, **kind),
        "w2": draw(hidden, nout),
        "b2": xp.zeros(nout, **kind),
    }
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    xp = array_namespace(labels)
    if labels.ndim != 1 or not xp.isdtype(labels.dtype, "integral"):
        raise ValueError(f"want integers of shape (N,), got {labels.dtype} of {labels.shape}")
    if bool(xp.any((labels < 0) | (labels >= k))):
        raise ValueError(f"a label is not in 0 to {k - 1}")
    classes = xp.arange(k, dtype=labels.dtype, device=labels.device)
    return xp.astype(labels[:, None] == classes, dtype)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    xp = array_namespace(logits, labels)
    if logits.ndim != 2 or 0 in logits.shape or labels.shape != logits.shape[:1]:
        raise ValueError(f"logits of shape {logits.shape} and labels of {labels.shape} do not fit")
    n, k = logits.shape
    wanted = one_hot(labels, k, logits.dtype)
    shifted = logits - xp.max(logits, axis=1, keepdims=True)
    log_p = shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True))
    return -xp.sum(wanted * log_p) / n, (xp.exp(log_p) - wanted) / n
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    xp = array_namespace(x, *params.values())
    if x.ndim != 2 or x.shape[1] != params["w1"].shape[0]:
        raise ValueError(f"x of shape {x.shape} does not fit w1 of {params['w1'].shape}")
    hidden = xp.tanh(x @ params["w1"] + params["b1"])
    return hidden, hidden @ params["w2"] + params["b2"]
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    xp = array_namespace(x, labels)
    hidden, logits = forward(params, x)
    loss, d_logits = softmax_cross_entropy(logits, labels)
    d_hidden = d_logits @ params["w2"].T * (1 - hidden * hidden)
    return loss, {
        "w1": x.T @ d_hidden,
        "b1": xp.sum(d_hidden, axis=0),
        "w2": hidden.T @ d_logits,
        "b2": xp.sum(d_logits, axis=0),
    }
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    if not 0 < lr < math.inf:
        raise ValueError(f"want a finite lr above 0, got {lr}")
    shapes, slopes = ({k: a.shape for k, a in each.items()} for each in (params, gradients))
    if shapes != slopes:
        raise ValueError(f"want gradients of {shapes}, got {slopes}")
    return {name: array - lr * gradients[name] for name, array in params.items()}
    ### END SOLUTION


def predict(params: Params, x: Array) -> Array:
    """Return the class of the largest logit of each row, integers (N,); raises as `forward`.

    Examples
    --------
    >>> w2 = np.array([[1.0, -1.0]])
    >>> params = {"w1": np.ones((1, 1)), "b1": np.zeros(1), "w2": w2, "b2": np.zeros(2)}
    >>> predict(params, np.array([[3.0], [-3.0]])).tolist()
    [0, 1]
    """
    ### BEGIN SOLUTION
    xp = array_namespace(x)
    return xp.argmax(forward(params, x)[1], axis=1)
    ### END SOLUTION
