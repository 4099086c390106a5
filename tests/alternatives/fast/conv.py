"""Milestone 5 made fast: inside, images lie as (C, H, W, N), so that every inner loop is a long one.

What goes in and comes out is (N, C, H, W), as a view with other strides. Patches are copies of
whole runs of numbers then, laid out a few rows of the map at a time in one buffer that stays in the
processor's cache; what an operation hands back is an array of its own, which the engine keeps
without a copy. It stands on the reference's `tensor.py`, whose `Tensor._node` makes the nodes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
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


def _output_size(size: int, kernel: int, stride: int, padding: int) -> int:
    if kernel < 1 or stride < 1 or padding < 0:
        raise ValueError(f"impossible: kernel {kernel}, stride {stride}, padding {padding}")
    if size + 2 * padding < kernel:
        raise ValueError(f"a window of {kernel} does not fit into {size} + 2 * {padding}")
    return (size + 2 * padding - kernel) // stride + 1


def _map_size(x_shape: Shape, kernel: int, stride: int, padding: int) -> tuple[int, int]:
    if len(x_shape) != 4:
        raise ValueError(f"images must be (N, C, H, W), got shape {x_shape}")
    oh, ow = (_output_size(size, kernel, stride, padding) for size in x_shape[2:])
    return oh, ow


def _inside(x: Array) -> Array:
    """(N, C, H, W) as (C, H, W, N), contiguous: a copy only where it does not lie like that."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def _new_images(shape: Shape, dtype: Any) -> tuple[Array, Array]:
    """An array (N, C, H, W) that lies as (C, H, W, N), and its contiguous view.

    It is no view itself: an engine that copies views need not copy it.
    """
    n, *rest = shape
    images = np.empty_like(np.empty((*rest, n), dtype).transpose(3, 0, 1, 2))
    return images, images.transpose(1, 2, 3, 0)


def _padded(inside: Array, padding: int) -> Array:
    if not padding:
        return inside
    c, h, w, n = inside.shape
    padded = np.zeros((c, h + 2 * padding, w + 2 * padding, n), inside.dtype)
    padded[:, padding : padding + h, padding : padding + w] = inside
    return padded


def _windows(padded: Array, kernel: int, stride: int) -> Array:
    """All windows of (C, H, W, N), as a view (C, k, k, OH, OW, N)."""
    windows = sliding_window_view(padded, (kernel, kernel), axis=(1, 2), writeable=True)
    return windows[:, ::stride, ::stride].transpose(0, 4, 5, 1, 2, 3)


def im2col(x: Array, kernel: int, stride: int = 1, padding: int = 0) -> Array:
    oh, ow = _map_size(x.shape, kernel, stride, padding)
    n, c, _, _ = x.shape
    windows = _windows(_padded(_inside(x), padding), kernel, stride)
    return windows.transpose(5, 3, 4, 0, 1, 2).reshape(n * oh * ow, c * kernel * kernel)


def col2im(cols: Array, x_shape: Shape, kernel: int, stride: int = 1, padding: int = 0) -> Array:
    oh, ow = _map_size(x_shape, kernel, stride, padding)
    n, c, h, w = x_shape
    if cols.shape != (n * oh * ow, c * kernel * kernel):
        raise ValueError(f"patches of images {x_shape} do not have the shape {cols.shape}")
    patches = cols.reshape(n, oh, ow, c, kernel, kernel).transpose(3, 4, 5, 1, 2, 0)
    padded = np.zeros((c, h + 2 * padding, w + 2 * padding, n), cols.dtype)
    _add_back(_windows(padded, kernel, stride), patches)
    return padded[:, padding : padding + h, padding : padding + w].transpose(3, 0, 1, 2)


def _add_back(windows: Array, patches: Array) -> None:
    """Add (C, k, k, rows, OW, N) to a view of the same shape, of which windows overlap."""
    for i, j in np.ndindex(patches.shape[1:3]):
        windows[:, i, j] += patches[:, i, j]


def conv2d(x: Tensor, weight: Tensor, bias: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    shapes = x.shape, weight.shape, bias.shape
    fit_together = weight.shape == (*bias.shape, *x.shape[1:2], *2 * weight.shape[-1:])
    if list(map(len, shapes)) != [4, 4, 1] or not fit_together:
        raise ValueError(f"want (N, C, H, W), (O, C, k, k) and (O,); got {shapes}")
    (n, c, h, w), (o, _, k, _) = x.shape, weight.shape
    oh, ow = _map_size(x.shape, k, stride, padding)
    padded = _padded(_inside(x.data), padding)
    windows = _windows(padded, k, stride)  # (C, k, k, OH, OW, N)
    kernels = weight.data.reshape(o, c * k * k)
    dtype = np.result_type(x.data, kernels, bias.data)
    step = max(1, BLOCK // max(1, c * k * k * ow * n))  # rows of the map

    def blocks() -> Iterator[tuple[slice, Array]]:
        """Slices of rows, each with a buffer for its patches: the same memory again and again."""
        buffer = np.empty(c * k * k * min(step, oh) * ow * n, dtype)
        for start in range(0, oh, step):
            rows = min(step, oh - start)
            patches = buffer[: c * k * k * rows * ow * n].reshape(c, k, k, rows, ow, n)
            yield slice(start, start + rows), patches

    out, inside = _new_images((n, o, oh, ow), dtype)
    for rows, patches in blocks():
        np.copyto(patches, windows[:, :, :, rows])
        block = inside[:, rows].reshape(o, -1)
        np.matmul(kernels, patches.reshape(c * k * k, -1), out=block)
        block += bias.data[:, None]

    def vjp_x(g: Array) -> Array:
        g = _inside(g)
        grown = np.zeros_like(padded, dtype=dtype)
        back = _windows(grown, k, stride)
        for rows, patches in blocks():
            np.matmul(kernels.T, g[:, rows].reshape(o, -1), out=patches.reshape(c * k * k, -1))
            _add_back(back[:, :, :, rows], patches)
        grad, view = _new_images(x.shape, dtype)
        view[...] = grown[:, padding : padding + h, padding : padding + w]
        return grad

    def vjp_weight(g: Array) -> Array:
        g, grad = _inside(g), np.zeros((o, c * k * k), dtype)
        for rows, patches in blocks():
            np.copyto(patches, windows[:, :, :, rows])
            grad += g[:, rows].reshape(o, -1) @ patches.reshape(c * k * k, -1).T
        return grad.reshape(weight.shape)

    def vjp_bias(g: Array) -> Array:
        return _inside(g).reshape(o, -1) @ np.ones(oh * ow * n, dtype)  # a product adds faster

    return Tensor._node(out, (x, vjp_x), (weight, vjp_weight), (bias, vjp_bias))


def max_pool2d(x: Tensor, kernel: int, stride: int | None = None) -> Tensor:
    stride = kernel if stride is None else stride
    oh, ow = _map_size(x.shape, kernel, stride, padding=0)
    n, c, _, _ = x.shape
    windows = _windows(_inside(x.data), kernel, stride)  # (C, k, k, OH, OW, N)
    places = list(np.ndindex(kernel, kernel))
    out, largest = _new_images((n, c, oh, ow), x.data.dtype)
    largest[...] = windows[:, 0, 0]
    for i, j in places[1:]:
        np.maximum(largest, windows[:, i, j], out=largest)

    def vjp(g: Array) -> Array:
        grad, view = _new_images(x.shape, g.dtype)
        back = _windows(view, kernel, stride)
        for channel, share in enumerate(_inside(g)):  # one at a time fits the cache
            view[channel] = 0
            free = np.ones(share.shape, bool)  # windows whose first maximum has not come yet
            for i, j in places:
                first = windows[channel, i, j] == largest[channel]
                first &= free
                free ^= first
                place = back[channel, i, j]
                if stride >= kernel:  # nothing was added there before
                    np.multiply(share, first, out=place)
                else:
                    place += share * first
        return grad

    return Tensor._node(out, (x, vjp))


def _tensor(x: Tensor | Array) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


class Conv2d(Module):
    def __init__(
        self, nin: int, nout: int, kernel: int, stride: int = 1, padding: int = 0,
        rng: Rng | None = None,
    ) -> None:  # fmt: skip
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

    def __call__(self, x: Tensor | Array) -> Tensor:
        return conv2d(_tensor(x), self.weight, self.bias, self.stride, self.padding)


class MaxPool2d(Module):
    def __init__(self, kernel: int, stride: int | None = None) -> None:
        _output_size(kernel, kernel, 1 if stride is None else stride, padding=0)
        self.kernel = kernel
        self.stride = stride

    def __call__(self, x: Tensor | Array) -> Tensor:
        return max_pool2d(_tensor(x), self.kernel, self.stride)


class Flatten(Module):
    def __call__(self, x: Tensor | Array) -> Tensor:
        x = _tensor(x)
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))


def train_cnn(x: Array, y: Array, seed: int) -> Module:
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
