"""Milestone 5 made fast: strided views, a few images at a time, patches laid out twice.

It stands on the reference's `tensor.py` and `training.py`, which it takes a node's `Tensor._node`
from. A view of all patches serves convolution and pooling alike; nothing is kept from forward to
backward that can be laid out again, and a block of images fits the processor's cache.
"""

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


def _output_size(size: int, kernel: int, stride: int, padding: int) -> int:
    if kernel < 1 or stride < 1 or padding < 0:
        raise ValueError(f"impossible: kernel {kernel}, stride {stride}, padding {padding}")
    if size + 2 * padding < kernel:
        raise ValueError(f"a window of {kernel} does not fit into {size} + 2 * {padding}")
    return (size + 2 * padding - kernel) // stride + 1


def _patches(x: Array, kernel: int, stride: int, padding: int) -> Array:
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


def _put_back(patches: Array, x_shape: Shape, stride: int, padding: int) -> Array:
    n, c, h, w = x_shape
    kernel, (oh, ow) = patches.shape[2], patches.shape[4:]
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), patches.dtype)
    for i in range(kernel):
        for j in range(kernel):
            rows, columns = slice(i, i + stride * oh, stride), slice(j, j + stride * ow, stride)
            padded[:, :, rows, columns] += patches[:, :, i, j]
    return padded[:, :, padding : padding + h, padding : padding + w]


def im2col(x: Array, kernel: int, stride: int = 1, padding: int = 0) -> Array:
    patches = _patches(x, kernel, stride, padding)
    n, c, _, _, oh, ow = patches.shape
    return patches.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, c * kernel * kernel)


def col2im(cols: Array, x_shape: Shape, kernel: int, stride: int = 1, padding: int = 0) -> Array:
    if len(x_shape) != 4:
        raise ValueError(f"x_shape must be (N, C, H, W), got {x_shape}")
    n, c, h, w = x_shape
    oh, ow = (_output_size(size, kernel, stride, padding) for size in (h, w))
    if cols.shape != (n * oh * ow, c * kernel * kernel):
        raise ValueError(f"patches of images {x_shape} do not have the shape {cols.shape}")
    patches = cols.reshape(n, oh, ow, c, kernel, kernel).transpose(0, 3, 4, 5, 1, 2)
    return _put_back(patches, x_shape, stride, padding)


def conv2d(x: Tensor, weight: Tensor, bias: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
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


def max_pool2d(x: Tensor, kernel: int, stride: int | None = None) -> Tensor:
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
