# %% [markdown]
# # Extra: one network, any array module
#
# NumPy is one of many array modules. The array API standard names the functions that they share:
# code that asks its operands for their module, and calls nothing else, runs on a graphics card
# without a changed line.

# %%
"""Extra unit: a small network that runs on NumPy or on any module of the array API standard."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any  # of whatever module
Params = dict[str, Array]

# %% [markdown]
# ## Which module?
#
# An array of the standard knows its module: `x.__array_namespace__()`. NumPy's do since version 2.


# %%
def array_namespace(*arrays: Array) -> Any:
    """Find the module whose arrays these are.

    Parameters
    ----------
    *arrays : arrays of one module
        At least one.

    Returns
    -------
    module
        Whatever `__array_namespace__()` of each returns.

    Raises
    ------
    TypeError
        If there is no array, one of them has no `__array_namespace__`, or they are of two modules.

    Examples
    --------
    >>> array_namespace(np.ones(2), np.zeros(3)).__name__
    'numpy'
    """
    ### BEGIN SOLUTION
    for array in arrays:
        if not hasattr(array, "__array_namespace__"):
            raise TypeError(f"not an array of the standard: {type(array).__name__}")
    found = [array.__array_namespace__() for array in arrays]
    if not found or any(module is not found[0] for module in found):
        raise TypeError(f"want arrays of one module, got {[module.__name__ for module in found]}")
    return found[0]
    ### END SOLUTION


# %% [markdown]
# ## The network
#
# Two layers, with a tanh between. Parameters are a dict: "w1" (D, H), "b1" (H,), "w2" (H, C) and
# "b2" (C,). Every function computes on the module and the device of its operands, gives arrays of
# that module and device, and leaves its operands as they are.


# %%
def forward(params: Params, x: Array) -> Array:
    """Return the logits tanh(x @ w1 + b1) @ w2 + b2, of shape (N, C), for x of shape (N, D).

    A ValueError if the shapes of x and the parameters do not fit together; a TypeError if they are
    of two modules.

    Examples
    --------
    >>> params = {"w1": np.ones((2, 3)), "b1": np.zeros(3), "w2": np.ones((3, 1)), "b2": np.ones(1)}
    >>> forward(params, np.zeros((4, 2))).tolist()
    [[1.0], [1.0], [1.0], [1.0]]
    """
    ### BEGIN SOLUTION
    return _hidden(params, x) @ params["w2"] + params["b2"]
    ### END SOLUTION


def _hidden(params: Params, x: Array) -> Array:
    """Return tanh(x @ w1 + b1): a suggestion, as all names with an underscore."""
    ### BEGIN SOLUTION
    w1, b1, w2, b2 = (params[name] for name in ("w1", "b1", "w2", "b2"))
    xp = array_namespace(x, w1, b1, w2, b2)
    shapes = [one.shape for one in (x, w1, b1, w2, b2)]
    sizes = x.shape[1:] + b1.shape + b2.shape  # (D, H, C)
    if x.ndim != 2 or len(sizes) != 3 or (w1.shape, w2.shape) != (sizes[:2], sizes[1:]):
        raise ValueError(f"want x (N, D), w1 (D, H), b1 (H,), w2 (H, C), b2 (C,), got {shapes}")
    return xp.tanh(x @ w1 + b1)
    ### END SOLUTION


def cross_entropy(logits: Array, y: Array) -> tuple[Array, Array]:
    """Mean of -log softmax(logits)[class] over the rows, and its gradient by the logits.

    Parameters
    ----------
    logits : array of shape (N, C), real floating
        Any size: 1000 gives no infinity (in float32 neither).
    y : array of shape (N,), integers
        Classes in [0, C), of the same module and device.

    Returns
    -------
    loss : array of shape ()
    gradient : array of shape (N, C)
        Both of the logits' dtype.

    Raises
    ------
    ValueError
        If logits are not (N, C), y is not (N,), or N is 0.
    TypeError
        If the two are of two modules.

    Examples
    --------
    >>> loss, g = cross_entropy(np.zeros((1, 2)), np.array([1]))
    >>> round(float(loss), 4), g.tolist()
    (0.6931, [[0.5, -0.5]])
    """
    ### BEGIN SOLUTION
    xp = array_namespace(logits, y)
    if logits.ndim != 2 or y.shape != logits.shape[:1] or not logits.shape[0]:
        raise ValueError(f"want (N, C) and (N,), N at least 1, got {logits.shape} and {y.shape}")
    n, c = logits.shape
    classes = xp.arange(c, dtype=y.dtype, device=logits.device)
    one_hot = xp.astype(y[:, None] == classes[None, :], logits.dtype)  # (N, C)
    shifted = logits - xp.max(logits, axis=1, keepdims=True)
    log_p = shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True))
    return -xp.sum(log_p * one_hot) / n, (xp.exp(log_p) - one_hot) / n
    ### END SOLUTION


def gradients(params: Params, x: Array, y: Array) -> tuple[Array, Params]:
    """Find the loss of a batch and its gradient by each parameter, by hand.

    Parameters
    ----------
    params : dict of arrays
    x : array of shape (N, D)
    y : array of shape (N,), integers

    Returns
    -------
    loss : array of shape ()
        The cross-entropy of `forward(params, x)` with y.
    gradients : dict
        The keys of params; each of its parameter's shape and dtype.

    Raises
    ------
    ValueError, TypeError
        As in `forward` and `cross_entropy`.
    """
    ### BEGIN SOLUTION
    xp = array_namespace(x, y)
    hidden = _hidden(params, x)  # (N, H)
    loss, g = cross_entropy(forward(params, x), y)  # (N, C)
    g_hidden = (g @ params["w2"].T) * (1 - hidden**2)  # (N, H)
    first = {"w1": x.T @ g_hidden, "b1": xp.sum(g_hidden, axis=0)}
    second = {"w2": hidden.T @ g, "b2": xp.sum(g, axis=0)}
    return loss, first | second
    ### END SOLUTION


def sgd_step(params: Params, grads: Params, lr: float) -> Params:
    """Return new parameters, each lr times its gradient lower, of the same dtype.

    Some modules have no arrays that can be written into: make new ones.

    Raises
    ------
    ValueError
        If the keys of the two differ, or the shapes under one of them.

    Examples
    --------
    >>> sgd_step({"w": np.ones(2)}, {"w": np.array([1.0, 2.0])}, 0.5)["w"].tolist()
    [0.5, 0.0]
    """
    ### BEGIN SOLUTION
    shapes = [{name: a.shape for name, a in one.items()} for one in (params, grads)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"parameters and gradients differ: {shapes[0]} and {shapes[1]}")
    return {name: p - lr * grads[name] for name, p in params.items()}
    ### END SOLUTION


def train(params: Params, x: Array, y: Array, steps: int, lr: float) -> tuple[list[float], Params]:
    """Take steps of gradient descent on a whole batch.

    Returns
    -------
    losses : list of `steps` floats
        Each before its step.
    params : dict
        After the last step; those handed in are left as they are.

    Raises
    ------
    ValueError
        If steps is negative, or as in `gradients`.
    """
    ### BEGIN SOLUTION
    if steps < 0:
        raise ValueError(f"steps must be at least 0, got {steps}")
    losses = []
    for _ in range(steps):
        loss, grads = gradients(params, x, y)
        losses.append(float(loss))
        params = sgd_step(params, grads, lr)
    return losses, params
    ### END SOLUTION


# %% [markdown]
# ## Try it
#
# On a machine with a graphics card, `pip install cupy-cuda12x`; nothing above changes.

# %%
if __name__ == "__main__":
    try:
        import cupy as module
    except ImportError:
        module = np
        print("no CuPy here: NumPy instead")
    draw = np.random.default_rng(0)
    sizes = {"w1": (8, 32), "b1": (32,), "w2": (32, 3), "b2": (3,)}
    start = {name: module.asarray(0.3 * draw.normal(size=shape)) for name, shape in sizes.items()}
    points = draw.normal(size=(200, 8))
    labels = module.asarray(points[:, :3].argmax(axis=1))
    curve, _ = train(start, module.asarray(points), labels, 300, 1.0)
    print(module.__name__, curve[0], "->", curve[-1])
