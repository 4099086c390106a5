# %% [markdown]
# # Unit x.activations: leaky ReLU, swish, GELU
#
# Three curves that replace ReLU where a derivative of exactly 0 hurts. Each is a line; what takes
# care is both ends: a network in trouble hands over numbers of any size, and no answer may be NaN.

# %%
"""Unit x.activations: leaky ReLU, swish and GELU on Tensors."""

from __future__ import annotations

import math

import numpy as np
from tensor import Tensor


# %% [markdown]
# ## Three activations
#
# Each takes a Tensor of any shape and returns a Tensor of its shape and dtype, through which
# `backward` goes. x from -1e4 to 1e4 gives finite numbers, forward and backward, and NumPy warns of
# nothing.

# %%
def leaky_relu(x: Tensor, slope: float = 0.01) -> Tensor:
    """Return x where x > 0, and slope x elsewhere.

    Parameters
    ----------
    x : Tensor
        Of any shape, float32 or float64, entries from -1e4 to 1e4.
    slope : float in [0, 1]

    Returns
    -------
    Tensor
        Of x's shape and dtype. The derivative is 1 where x > 0, and `slope` elsewhere: at exactly 0
        too, as in PyTorch.

    Raises
    ------
    ValueError
        If slope is not in [0, 1].

    Examples
    --------
    >>> x = Tensor([-2.0, 0.0, 3.0])
    >>> out = leaky_relu(x, slope=0.5)
    >>> out.backward(np.ones(3))
    >>> out.data.tolist(), x.grad.tolist()
    ([-1.0, 0.0, 3.0], [0.5, 0.5, 1.0])
    """
    raise NotImplementedError("unit x.activations: leaky_relu")


def swish(x: Tensor) -> Tensor:
    """Return x sigmoid(x), also called SiLU.

    Parameters
    ----------
    x : Tensor
        Of any shape, float32 or float64, entries from -1e4 to 1e4.

    Returns
    -------
    Tensor
        Of x's shape and dtype. Near x for large x, near 0 for very negative ones.

    Examples
    --------
    >>> swish(Tensor(np.array([0.0, 2.0, 1e4]))).data.round(4).tolist()
    [0.0, 1.7616, 10000.0]
    """
    raise NotImplementedError("unit x.activations: swish")


def gelu(x: Tensor) -> Tensor:
    """Return the tanh form of GELU: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).

    This is PyTorch's ``gelu(x, approximate="tanh")``, the one of GPT-2. The exact GELU, x times the
    normal distribution function of x, differs from it by up to 5e-4: it is not what is asked for.

    Parameters
    ----------
    x : Tensor
        Of any shape, float32 or float64, entries from -1e4 to 1e4.

    Returns
    -------
    Tensor
        Of x's shape and dtype. Near x for large x, near 0 for very negative ones.

    Examples
    --------
    >>> gelu(Tensor(np.array([0.0, 1.0, 1e4]))).data.round(4).tolist()
    [0.0, 0.8412, 10000.0]
    """
    raise NotImplementedError("unit x.activations: gelu")
