# %% [markdown]
# # Milestone 5: convolution
#
# A convolution looks at every patch of an image with the same weights. Laid out as a matrix,
# patches times weights is one product: that is all of `conv2d`. The rest is taking patches out of
# images, and putting gradients back where the patches came from.

# %%
"""Milestone 5: patches, convolution, pooling, and a network that reads digits with them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from tensor import Tensor
from training import SGD, Dropout, Linear, Module, ReLU, Sequential, cosine_schedule, fit

Array = NDArray[Any]
Shape = tuple[int, ...]
Rng = np.random.Generator


# %% [markdown]
# ## Patches
#
# Images are `(N, C, H, W)`: number, channels, height, width. A window of `kernel` x `kernel` goes
# over the padded image in steps of `stride`; it stops where it would reach over the edge:
#
#     OH = (H + 2 padding - kernel) // stride + 1        OW likewise
#
# The helper with an underscore is a suggestion: how you divide the work is up to you.

# %%
def _output_size(x_shape: Shape, kernel: int, stride: int, padding: int) -> tuple[int, int]:
    """How many windows fit into an image, down and along: (OH, OW).

    A ValueError if x_shape is not (N, C, H, W), kernel or stride is below 1, padding below 0, or
    not even one window fits.
    """
    raise NotImplementedError("milestone 5: _output_size")


def im2col(x: Array, kernel: int, stride: int = 1, padding: int = 0) -> Array:
    """Lay out patches as the rows of a matrix.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Left as it is; it need not be contiguous.
    kernel, stride : int >= 1
    padding : int >= 0
        Rows and columns of zeros on each of the four sides.

    Returns
    -------
    ndarray of shape (N*OH*OW, C*kernel*kernel), of x's dtype
        Rows go through images, then rows, then columns of the map; within a row come channels,
        then rows, then columns of the patch.

    Raises
    ------
    ValueError
        If x does not have four axes, a number is out of its range, or no window fits.

    Examples
    --------
    >>> im2col(np.arange(12.0).reshape(1, 1, 3, 4), kernel=2, stride=2)
    array([[0., 1., 4., 5.],
           [2., 3., 6., 7.]])
    """
    raise NotImplementedError("milestone 5: im2col")


def col2im(cols: Array, x_shape: Shape, kernel: int, stride: int = 1, padding: int = 0) -> Array:
    """Put the rows that `im2col` made back into images; where patches overlap, add.

    It is im2col's adjoint: for every x and y, sum(im2col(x) * y) equals sum(x * col2im(y)). That
    makes it the way that gradients take back.

    Parameters
    ----------
    cols : ndarray of shape (N*OH*OW, C*kernel*kernel)
    x_shape : (N, C, H, W)
    kernel, stride, padding : int
        As in `im2col`.

    Returns
    -------
    ndarray of shape `x_shape`, of cols' dtype

    Raises
    ------
    ValueError
        If cols is not of the shape that im2col gives for `x_shape`, a number is out of range, or
        `x_shape` is not four numbers.

    Examples
    --------
    >>> col2im(np.ones((4, 4)), (1, 1, 3, 3), kernel=2)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    raise NotImplementedError("milestone 5: col2im")


# %% [markdown]
# ## Convolution
#
# What the field calls convolution is a cross-correlation: the kernel is not flipped.
#
#     out[n, o, y, z] = bias[o] + sum over c, i, j of
#                       weight[o, c, i, j] * padded[n, c, y stride + i, z stride + j]
#
# With every patch as a row of C k k numbers, and every kernel as another, that is a product of two
# matrices. `Tensor._node(result, (operand, vjp), ...)` of milestone 3 makes one node of it.

# %%
def conv2d(x: Tensor, weight: Tensor, bias: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """Convolve images with O kernels.

    Parameters
    ----------
    x : Tensor of shape (N, C, H, W)
    weight : Tensor of shape (O, C, k, k)
    bias : Tensor of shape (O,)
    stride : int >= 1
    padding : int >= 0
        Rows and columns of zeros on each side.

    Returns
    -------
    Tensor of shape (N, O, OH, OW)
        Of the operands' dtype; `backward` reaches x, weight and bias.

    Raises
    ------
    ValueError
        If the shapes are not as above or do not fit together, a number is out of its range, or no
        window fits.

    Examples
    --------
    >>> x, weight = Tensor(np.ones((1, 2, 3, 4))), Tensor(np.ones((5, 2, 3, 3)))
    >>> out = conv2d(x, weight, Tensor(np.zeros(5)))
    >>> out.shape, float(out.data[0, 0, 0, 0])
    ((1, 5, 1, 2), 18.0)
    """
    raise NotImplementedError("milestone 5: conv2d")


# %% [markdown]
# ## Max-pooling
#
# Of every window, channel by channel, only the largest number goes on. It alone moved the result,
# so it alone gets the gradient; of equal ones the first, row by row.

# %%
def max_pool2d(x: Tensor, kernel: int, stride: int | None = None) -> Tensor:
    """Largest number of each window: (N, C, OH, OW).

    Parameters
    ----------
    x : Tensor of shape (N, C, H, W)
    kernel : int >= 1
    stride : int >= 1, optional
        `kernel` where it is not given. Rows and columns that no window reaches are left out.

    Raises
    ------
    ValueError
        If x does not have four axes, a number is out of its range, or no window fits.

    Examples
    --------
    >>> x = Tensor([[[[1.0, 5.0, 5.0], [2.0, 3.0, 4.0]]]])
    >>> out = max_pool2d(x, kernel=2, stride=1)
    >>> out.backward(np.array([[[[1.0, 10.0]]]]))
    >>> out.data.tolist(), x.grad.tolist()
    ([[[[5.0, 5.0]]]], [[[[0.0, 11.0, 0.0], [0.0, 0.0, 0.0]]]])
    """
    raise NotImplementedError("milestone 5: max_pool2d")


# %% [markdown]
# ## Layers

# %%
def _tensor(x: Tensor | Array) -> Tensor:
    """Images as a Tensor."""
    return x if isinstance(x, Tensor) else Tensor(x)


class Conv2d(Module):
    """Convolution with weights of its own.

    Parameters
    ----------
    nin, nout, kernel, stride : int >= 1
        Channels in and out, side of the window, step.
    padding : int >= 0
    rng : numpy.random.Generator, optional
        Draws the weights: normal, variance 2 / (nin kernel kernel) (He). The bias is zero.
        `np.random.default_rng()` where it is None.

    Attributes
    ----------
    weight : Tensor of shape (nout, nin, kernel, kernel), float32
    bias : Tensor of shape (nout,), float32

    Raises
    ------
    ValueError
        If a number is out of its range or, when called, x does not have nin channels.
    """

    def __init__(
        self, nin: int, nout: int, kernel: int, stride: int = 1, padding: int = 0,
        rng: Rng | None = None,
    ) -> None:  # fmt: skip
        raise NotImplementedError("milestone 5: Conv2d.__init__")

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of shape (N, nin, H, W); the result is (N, nout, OH, OW)."""
        raise NotImplementedError("milestone 5: Conv2d.__call__")


class MaxPool2d(Module):
    """Max-pooling; `stride` is `kernel` where it is not given. A ValueError if one is below 1."""

    def __init__(self, kernel: int, stride: int | None = None) -> None:
        raise NotImplementedError("milestone 5: MaxPool2d.__init__")

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of shape (N, C, H, W); the result is (N, C, OH, OW)."""
        raise NotImplementedError("milestone 5: MaxPool2d.__call__")


class Flatten(Module):
    """All axes but the first become one, in C order: channels, then rows, then columns.

    Examples
    --------
    >>> Flatten()(np.ones((2, 3, 4, 5))).shape
    (2, 60)
    """

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of shape (N, ...); the result is (N, product of the others)."""
        raise NotImplementedError("milestone 5: Flatten.__call__")


# %% [markdown]
# ## A network that reads digits
#
# Convolutions of 3 x 3 with padding 1 keep the size, pooling halves it, and the number of channels
# grows as maps shrink. Your choice of everything, as long as images of 8 x 8 work as well as those
# of 28 x 28.

# %%
def train_cnn(x: Array, y: Array, seed: int) -> Module:
    """Train a convolutional network, the same one for the same seed.

    Parameters
    ----------
    x : float32 ndarray of shape (N, 1, H, W), values in [0, 1]
        H and W are at least 8, and need not be equal.
    y : int64 ndarray of shape (N,)
        Classes from 0.
    seed : int

    Returns
    -------
    Module
        In evaluation mode; maps (N, 1, H, W) to logits, by more than a linear map.

    Raises
    ------
    ValueError
        If x is not (N, 1, H, W) or y not (N,), or there is no sample.
    """
    raise NotImplementedError("milestone 5: train_cnn")
