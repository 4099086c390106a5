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
    raise NotImplementedError("unit x.backend: array_namespace")


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
    raise NotImplementedError("unit x.backend: forward")


def _hidden(params: Params, x: Array) -> Array:
    """Return tanh(x @ w1 + b1): a suggestion, as all names with an underscore."""
    raise NotImplementedError("unit x.backend: _hidden")


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
    raise NotImplementedError("unit x.backend: cross_entropy")


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
    raise NotImplementedError("unit x.backend: gradients")


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
    raise NotImplementedError("unit x.backend: sgd_step")


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
    raise NotImplementedError("unit x.backend: train")


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
