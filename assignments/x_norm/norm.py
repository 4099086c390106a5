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
        raise NotImplementedError("unit x.norm: BatchNorm1d.__init__")

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of the class's shape; the result has it too."""
        raise NotImplementedError("unit x.norm: BatchNorm1d.__call__")

    def _normalise(self, x: Tensor) -> Tensor:
        """Centre and scale by the statistics of this batch, and let the running ones follow."""
        raise NotImplementedError("unit x.norm: BatchNorm1d._normalise")

    def _scale(self, x: Tensor) -> Tensor:
        """Return gain x + bias, feature by feature."""
        raise NotImplementedError("unit x.norm: BatchNorm1d._scale")

    def _spread(self, features: Array) -> Array:
        """Return features (n,) in the shape that broadcasts over x: (1, n), or (1, n, 1, 1)."""
        raise NotImplementedError("unit x.norm: BatchNorm1d._spread")


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
