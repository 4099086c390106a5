# %% [markdown]
# # Unit x.norm: batch normalisation
#
# In training, every feature is centred and scaled by what this batch says of it. In evaluation
# there may be no batch: what earlier batches said is used instead. Two modes, two formulas, and one
# pair of running averages between them.

# %%
"""Unit x.norm: batch normalisation of rows and of images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensor import Tensor
from training import Module

Array = NDArray[Any]

# %% [markdown]
# ## Rows
#
# The helper with an underscore is a suggestion. It can serve both classes: they differ in the axes
# over which they average, and in nothing else.


# %%
class BatchNorm1d(Module):
    """Batch normalisation of rows, (N, n).

    In training, with mean and var of each column over the N rows, var the mean squared distance
    from the mean (divided by N), the result is gain (x - mean) / sqrt(var + eps) + bias, and
    `backward` goes through mean and var as well. Then, as in PyTorch,

        running_mean = (1 - momentum) running_mean + momentum mean
        running_var  = (1 - momentum) running_var  + momentum var N / (N - 1)

    In evaluation the same formula has the running statistics instead, which are constants then, and
    do not change: what a row gives does not depend on the other rows.

    Parameters
    ----------
    n : int >= 1
        Columns.
    eps : float > 0
    momentum : float in [0, 1]
        The share of a new batch in the running statistics.

    Attributes
    ----------
    gain, bias : Tensor of shape (n,), float32
        1 and 0 at first; the only parameters, in this order.
    running_mean, running_var : ndarray of shape (n,)
        0 and 1 at first; plain arrays, so that nobody takes them for parameters.

    Raises
    ------
    ValueError
        If a number is out of its range; when called, if x is not (N, n), or in training if there
        is one row or none: one row has no variance.

    Notes
    -----
    The variance is taken of what is centred: float32 rows around 300 that vary by 1 come out right.

    Examples
    --------
    >>> layer = BatchNorm1d(1)
    >>> layer(np.array([[1.0], [3.0], [8.0]])).data.round(3).ravel().tolist()
    [-1.019, -0.34, 1.359]
    >>> layer.eval()
    >>> layer(np.array([[0.4]])).data.round(3).tolist()
    [[0.0]]
    """

    _axes: tuple[int, ...] = (0,)  # over which the statistics are taken

    def __init__(self, n: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        ### BEGIN SOLUTION
        if not (n >= 1 and eps > 0 and 0 <= momentum <= 1):
            raise ValueError(
                f"want n >= 1, eps > 0, momentum in [0, 1]; got {n}, {eps}, {momentum}"
            )
        self.gain = Tensor(np.ones(n, np.float32))
        self.bias = Tensor(np.zeros(n, np.float32))
        self.running_mean = np.zeros(n)
        self.running_var = np.ones(n)
        self.eps, self.momentum = eps, momentum
        ### END SOLUTION

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of the class's shape; the result has it too."""
        ### BEGIN SOLUTION
        x = x if isinstance(x, Tensor) else Tensor(x)
        n = self.gain.shape[0]
        if len(x.shape) != len(self._axes) + 1 or x.shape[1] != n:
            raise ValueError(f"{type(self).__name__}({n}) does not take shape {x.shape}")
        if self.training:
            return self._scale(self._normalise(x))
        mean, var = self._spread(self.running_mean), self._spread(self.running_var)
        factor = 1 / np.sqrt(var + self.eps)
        return self._scale((x - mean.astype(x.data.dtype)) * factor.astype(x.data.dtype))
        ### END SOLUTION

    def _normalise(self, x: Tensor) -> Tensor:
        """Centre and scale by the statistics of this batch, and let the running ones follow."""
        ### BEGIN SOLUTION
        count = x.data.size // x.shape[1]  # numbers behind each mean
        if count < 2:
            raise ValueError(f"there is no variance of {count} value a feature: shape {x.shape}")
        mean = x.mean(axis=self._axes, keepdims=True)
        centred = x - mean
        var = (centred * centred).mean(axis=self._axes, keepdims=True)
        share = self.momentum
        unbiased = var.data.reshape(-1) * (count / (count - 1))
        self.running_mean = (1 - share) * self.running_mean + share * mean.data.reshape(-1)
        self.running_var = (1 - share) * self.running_var + share * unbiased
        return centred / (var + self.eps).sqrt()
        ### END SOLUTION

    def _scale(self, x: Tensor) -> Tensor:
        """Return gain x + bias, feature by feature."""
        ### BEGIN SOLUTION
        shape = self._spread(self.running_mean).shape
        return x * self.gain.reshape(*shape) + self.bias.reshape(*shape)
        ### END SOLUTION

    def _spread(self, features: Array) -> Array:
        """Return features (n,) in the shape that broadcasts over x: (1, n), or (1, n, 1, 1)."""
        ### BEGIN SOLUTION
        return features.reshape(1, -1, *[1] * (len(self._axes) - 1))
        ### END SOLUTION


# %% [markdown]
# ## Images
#
# A channel is one feature, wherever in the image it is seen: its mean is taken over all images and
# all positions.


# %%
class BatchNorm2d(BatchNorm1d):
    """Batch normalisation of images, (N, n, H, W): channel by channel.

    As `BatchNorm1d`, with mean and var of each channel over N, H and W; N H W stands where it has
    N. A ValueError in training, then, where a channel has one value or none: one image of one
    pixel. One image of more pixels is fine.

    Examples
    --------
    >>> out = BatchNorm2d(2)(np.arange(16.0).reshape(2, 2, 2, 2))
    >>> out.shape, out.data.mean(axis=(0, 2, 3)).round(6).tolist()
    ((2, 2, 2, 2), [0.0, 0.0])
    """

    _axes = (0, 2, 3)
