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
BLOCK = 1 << 16  # numbers that conv2d lays out at a time: few enough for the processor's cache

# %% [markdown]
# ## Patches
#
# Images are `(N, C, H, W)`: number, channels, height, width. A window of `kernel` x `kernel` goes
# over the padded image in steps of `stride`; it stops where it would reach over the edge:
#
#     OH = (H + 2 padding - kernel) // stride + 1        OW likewise
#
# The helpers with an underscore are a suggestion: how you divide the work is up to you.


# %%
def _output_size(size: int, kernel: int, stride: int, padding: int) -> int:
    """How many windows fit along one side.

    A ValueError if kernel or stride is below 1, padding below 0, or not even one fits.
    """
    ### BEGIN SOLUTION
    if kernel < 1 or stride < 1 or padding < 0:
        raise ValueError(f"impossible: kernel {kernel}, stride {stride}, padding {padding}")
    if size + 2 * padding < kernel:
        raise ValueError(f"a window of {kernel} does not fit into {size} + 2 * {padding}")
    return (size + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


def _patches(x: Array, kernel: int, stride: int, padding: int) -> Array:
    """Every patch of every image: (N, C, kernel, kernel, OH, OW).

    Entry [n, c, i, j, y, z] is the padded image n at channel c, row `y * stride + i`, column
    `z * stride + j`. A view where that is possible: not to be written to.
    """
    ### BEGIN SOLUTION
    if x.ndim != 4:
        raise ValueError(f"images must be (N, C, H, W), got shape {x.shape}")
    n, c, h, w = x.shape
    _output_size(min(h, w), kernel, stride, padding)  # raises where no window fits
    if padding:
        padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), x.dtype)
        padded[:, :, padding : padding + h, padding : padding + w] = x
        x = padded
    windows = sliding_window_view(x, (kernel, kernel), axis=(2, 3))  # (N, C, rows, cols, k, k)
    return windows[:, :, ::stride, ::stride].transpose(0, 1, 4, 5, 2, 3)
    ### END SOLUTION


def _put_back(patches: Array, x_shape: Shape, stride: int, padding: int) -> Array:
    """Add every entry of the patches to the pixel that it came from: `_patches` backwards.

    Pixels that lie in several patches get a sum; what falls on the padding is dropped.
    """
    ### BEGIN SOLUTION
    n, c, h, w = x_shape
    kernel, (oh, ow) = patches.shape[2], patches.shape[4:]
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), patches.dtype)
    for i in range(kernel):
        for j in range(kernel):
            rows, columns = slice(i, i + stride * oh, stride), slice(j, j + stride * ow, stride)
            padded[:, :, rows, columns] += patches[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    patches = _patches(x, kernel, stride, padding)
    n, c, _, _, oh, ow = patches.shape
    return patches.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, c * kernel * kernel)
    ### END SOLUTION


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
        If cols is not of the shape that im2col gives for `x_shape`, or a number is out of range.

    Examples
    --------
    >>> col2im(np.ones((4, 4)), (1, 1, 3, 3), kernel=2)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    ### BEGIN SOLUTION
    if len(x_shape) != 4:
        raise ValueError(f"x_shape must be (N, C, H, W), got {x_shape}")
    n, c, h, w = x_shape
    oh, ow = (_output_size(size, kernel, stride, padding) for size in (h, w))
    if cols.shape != (n * oh * ow, c * kernel * kernel):
        raise ValueError(f"patches of images {x_shape} do not have the shape {cols.shape}")
    patches = cols.reshape(n, oh, ow, c, kernel, kernel).transpose(0, 3, 4, 5, 1, 2)
    return _put_back(patches, x_shape, stride, padding)
    ### END SOLUTION


# %% [markdown]
# ## Convolution
#
# What the field calls convolution is a cross-correlation: the kernel is not flipped.
#
#     out[n, o, y, z] = bias[o] + sum over c, i, j of
#                       weight[o, c, i, j] * padded[n, c, y stride + i, z stride + j]
#
# With the weights as a matrix of O rows and the patches of an image as one of C k k rows, that is
# a product. `Tensor._node(result, (operand, vjp), ...)` of milestone 3 makes one node of it.


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
    ### BEGIN SOLUTION
    shapes = x.shape, weight.shape, bias.shape
    fit_together = weight.shape == (*bias.shape, *x.shape[1:2], *2 * weight.shape[-1:])
    if list(map(len, shapes)) != [4, 4, 1] or not fit_together:
        raise ValueError(f"want (N, C, H, W), (O, C, k, k) and (O,); got {shapes}")
    (n, c, _, _), (o, _, k, _) = x.shape, weight.shape
    patches = _patches(x.data, k, stride, padding)  # (N, C, k, k, OH, OW)
    oh, ow = patches.shape[4:]
    kernels = weight.data.reshape(o, c * k * k)
    step = max(1, BLOCK // math.prod(patches.shape[1:]))
    blocks = [slice(start, start + step) for start in range(0, max(n, 1), step)]

    def columns(block: slice) -> Array:  # (images, C k k, OH OW)
        return patches[block].reshape(-1, c * k * k, oh * ow)

    out = np.concatenate([kernels @ columns(b) for b in blocks]).reshape(n, o, oh, ow)
    out += bias.data[:, None, None]

    def vjp_x(g: Array) -> Array:
        g, shape = g.reshape(n, o, oh * ow), x.shape[1:]
        spread = (kernels.T @ g[b] for b in blocks)  # (images, C k k, OH OW) each
        parts = (part.reshape(-1, c, k, k, oh, ow) for part in spread)
        return np.concatenate([_put_back(p, (len(p), *shape), stride, padding) for p in parts])

    def vjp_weight(g: Array) -> Array:
        g = g.reshape(n, o, oh * ow)
        products = np.concatenate([g[b] @ columns(b).transpose(0, 2, 1) for b in blocks])
        return products.sum(axis=0).reshape(weight.shape)  # of (N, O, C k k)

    return Tensor._node(
        out, (x, vjp_x), (weight, vjp_weight), (bias, lambda g: g.sum(axis=(0, 2, 3)))
    )
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    stride = kernel if stride is None else stride
    patches = _patches(x.data, kernel, stride, padding=0)
    places = [(i, j) for i in range(kernel) for j in range(kernel)]
    out = patches[:, :, 0, 0].copy()
    for i, j in places[1:]:  # a maximum of whole maps is far faster than one of small windows
        np.maximum(out, patches[:, :, i, j], out=out)

    def vjp(g: Array) -> Array:
        share = np.zeros(patches.shape, g.dtype)
        free = np.ones(out.shape, bool)  # windows whose first maximum has not come yet
        for i, j in places:
            first = (patches[:, :, i, j] == out) & free
            np.multiply(g, first, out=share[:, :, i, j])
            free &= ~first
        return _put_back(share, x.shape, stride, padding=0)

    return Tensor._node(out, (x, vjp))
    ### END SOLUTION


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
        ### BEGIN SOLUTION
        if nin < 1 or nout < 1:
            raise ValueError(f"Conv2d needs at least one channel in and out, got {nin} and {nout}")
        _output_size(kernel, kernel, stride, padding)  # raises where a number is out of range
        rng = rng or np.random.default_rng()
        fan_in = nin * kernel * kernel
        weight = math.sqrt(2 / fan_in) * rng.standard_normal((nout, nin, kernel, kernel))
        self.weight = Tensor(weight.astype(np.float32))
        self.bias = Tensor(np.zeros(nout, np.float32))
        self.stride = stride
        self.padding = padding
        ### END SOLUTION

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of shape (N, nin, H, W); the result is (N, nout, OH, OW)."""
        ### BEGIN SOLUTION
        return conv2d(_tensor(x), self.weight, self.bias, self.stride, self.padding)
        ### END SOLUTION


class MaxPool2d(Module):
    """Max-pooling; `stride` is `kernel` where it is not given. A ValueError if one is below 1."""

    def __init__(self, kernel: int, stride: int | None = None) -> None:
        ### BEGIN SOLUTION
        _output_size(kernel, kernel, 1 if stride is None else stride, padding=0)
        self.kernel = kernel
        self.stride = stride
        ### END SOLUTION

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of shape (N, C, H, W); the result is (N, C, OH, OW)."""
        ### BEGIN SOLUTION
        return max_pool2d(_tensor(x), self.kernel, self.stride)
        ### END SOLUTION


class Flatten(Module):
    """All axes but the first become one, in C order: channels, then rows, then columns.

    Examples
    --------
    >>> Flatten()(np.ones((2, 3, 4, 5))).shape
    (2, 60)
    """

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of shape (N, ...); the result is (N, product of the others)."""
        ### BEGIN SOLUTION
        x = _tensor(x)
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))
        ### END SOLUTION


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
        In evaluation mode; maps (N, 1, H, W) to logits.

    Raises
    ------
    ValueError
        If x is not (N, 1, H, W) or y not (N,), or there is no sample.
    """
    ### BEGIN SOLUTION
    if x.ndim != 4 or x.shape[1] != 1 or y.shape != (len(x),) or len(x) == 0:
        raise ValueError(f"want x (N, 1, H, W) and y (N,), N > 0; got {x.shape} and {y.shape}")
    rng = np.random.default_rng(seed)
    channels = (16, 32) if len(x) < 10_000 else (8, 16)
    epochs, batch_size = (16, 32) if len(x) < 10_000 else (4, 64)
    features = channels[1] * (x.shape[2] // 4) * (x.shape[3] // 4)
    model = Sequential(
        Conv2d(1, channels[0], kernel=3, padding=1, rng=rng),
        MaxPool2d(2),
        ReLU(),  # after pooling: the same numbers as before it, a quarter of the work
        Conv2d(channels[0], channels[1], kernel=3, padding=1, rng=rng),
        MaxPool2d(2),
        ReLU(),
        Flatten(),
        Dropout(0.2, rng=rng),
        Linear(features, int(y.max()) + 1, init="glorot", rng=rng),
    )
    steps = epochs * math.ceil(len(x) / batch_size)
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    schedule = cosine_schedule(0.05, steps, warmup=steps // 20)
    fit(model, x, y, epochs, batch_size, optimizer, schedule, rng=rng)
    model.eval()
    return model
    ### END SOLUTION
