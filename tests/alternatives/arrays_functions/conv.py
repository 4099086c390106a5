"""Milestone 5 as Functions with a forward and a backward, on a table of pixel indices."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from tensor import Function, Tensor
from training import (
    SGD,
    Dropout,
    Linear,
    Module,
    ReLU,
    Sequential,
    cosine_schedule,
    fit,
)


def _extent(size, kernel, stride, padding):
    if kernel < 1 or stride < 1 or padding < 0:
        raise ValueError(f"kernel {kernel}, stride {stride}, padding {padding} make no sense")
    room = size + 2 * padding - kernel
    if room < 0:
        raise ValueError(f"kernel {kernel} is too large for {size} pixels, padded by {padding}")
    return room // stride + 1


def _geometry(shape, kernel, stride, padding):
    if len(shape) != 4:
        raise ValueError(f"expected a batch of images, four axes; found {tuple(shape)}")
    return tuple(_extent(size, kernel, stride, padding) for size in shape[2:])


@lru_cache(maxsize=64)
def _lookup(channels, height, width, kernel, stride, padding):
    """(OH*OW, C*k*k) positions in a flat padded image."""
    rows, columns = _geometry((1, channels, height, width), kernel, stride, padding)
    wide = width + 2 * padding
    high = height + 2 * padding
    top_left = (np.arange(rows) * stride * wide)[:, None] + np.arange(columns) * stride
    inside = (
        (np.arange(channels) * high * wide)[:, None, None]
        + (np.arange(kernel) * wide)[:, None]
        + np.arange(kernel)
    )
    table = np.add.outer(top_left.ravel(), inside.ravel())
    table.setflags(write=False)
    return table


def _flat_padded(x, padding):
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return np.pad(x, around).reshape(x.shape[0], -1)


def im2col(x, kernel, stride=1, padding=0):
    _geometry(x.shape, kernel, stride, padding)
    table = _lookup(*x.shape[1:], kernel, stride, padding)
    patches = np.take(_flat_padded(x, padding), table, axis=1)
    return patches.reshape(-1, table.shape[1])


def col2im(cols, x_shape, kernel, stride=1, padding=0):
    rows, columns = _geometry(x_shape, kernel, stride, padding)
    n, c, h, w = x_shape
    if cols.shape != (n * rows * columns, c * kernel**2):
        raise ValueError(f"{cols.shape} cannot be patches of images {tuple(x_shape)}")
    table = _lookup(c, h, w, kernel, stride, padding).ravel()
    pixels = c * (h + 2 * padding) * (w + 2 * padding)
    per_image = cols.reshape(n, -1)
    image = np.stack([np.bincount(table, weights=row, minlength=pixels) for row in per_image])
    image = image.reshape(n, c, h + 2 * padding, w + 2 * padding).astype(cols.dtype)
    return np.ascontiguousarray(image[:, :, padding : padding + h, padding : padding + w])


class Convolution(Function):
    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding):
        match x.shape, weight.shape, bias.shape:
            case (_, cin, *_), (maps, channels, k, side), (count,) if (
                cin == channels and k == side and maps == count
            ):
                pass
            case shapes:
                raise ValueError("x, weight and bias do not go together: {} {} {}".format(*shapes))
        rows, columns = _geometry(x.shape, k, stride, padding)
        patches = im2col(x, k, stride, padding)
        ctx.save(patches, weight, x.shape, stride, padding)
        out = patches.dot(weight.reshape(maps, -1).T)
        out = out + bias
        return np.moveaxis(out.reshape(len(x), rows, columns, maps), 3, 1)

    @staticmethod
    def backward(ctx, gradient):
        patches, weight, shape, stride, padding = ctx.saved
        maps, _, k, _ = weight.shape
        flat = np.moveaxis(gradient, 1, 3).reshape(-1, maps)
        to_patches = flat.dot(weight.reshape(maps, -1))
        to_weight = np.einsum("po,pq->oq", flat, patches, optimize=True)
        return (
            col2im(to_patches, shape, k, stride, padding),
            to_weight.reshape(weight.shape),
            np.add.reduce(flat, axis=0),
        )


class MaxPooling(Function):
    @staticmethod
    def forward(ctx, x, kernel, stride):
        rows, columns = _geometry(x.shape, kernel, stride, 0)
        n, c = x.shape[:2]
        each = im2col(x.reshape(n * c, 1, *x.shape[2:]), kernel, stride)  # one row a window
        best = np.argmax(each, axis=1)
        ctx.save(best, x.shape, each.shape, kernel, stride)
        return np.take_along_axis(each, best[:, None], axis=1).reshape(n, c, rows, columns)

    @staticmethod
    def backward(ctx, gradient):
        best, shape, size, kernel, stride = ctx.saved
        n, c, h, w = shape
        each = np.zeros(size, gradient.dtype)
        each[np.arange(len(best)), best] = gradient.reshape(-1)
        return (col2im(each, (n * c, 1, h, w), kernel, stride).reshape(shape),)


def conv2d(x, weight, bias, stride=1, padding=0):
    return Convolution.apply(x, weight, bias, stride=stride, padding=padding)


def max_pool2d(x, kernel, stride=None):
    return MaxPooling.apply(x, kernel=kernel, stride=kernel if stride is None else stride)


class Conv2d(Module):
    def __init__(self, nin, nout, kernel, stride=1, padding=0, rng=None):
        if min(nin, nout, kernel, stride) < 1 or padding < 0:
            raise ValueError("Conv2d: a size, stride or padding is out of range")
        rng = np.random.default_rng() if rng is None else rng
        limit = (6 / (nin * kernel**2)) ** 0.5
        self.weight = Tensor(np.float32(rng.uniform(-limit, limit, (nout, nin, kernel, kernel))))
        self.bias = Tensor(np.zeros(nout, dtype=np.float32))
        self.options = {"stride": stride, "padding": padding}

    def __call__(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        return conv2d(x, self.weight, self.bias, **self.options)


class MaxPool2d(Module):
    def __init__(self, kernel, stride=None):
        self.window = (kernel, kernel if stride is None else stride)
        if min(self.window) < 1:
            raise ValueError(f"MaxPool2d: {self.window}")

    def __call__(self, x):
        return max_pool2d(x if isinstance(x, Tensor) else Tensor(x), *self.window)


class Flatten(Module):
    def __call__(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        return x.reshape(x.shape[0], -1)


def train_cnn(x, y, seed):
    if x.ndim != 4 or x.shape[1] != 1:
        raise ValueError(f"x must be (N, 1, H, W), not {x.shape}")
    if y.shape != x.shape[:1] or not y.size:
        raise ValueError(f"one label an image, and at least one: {y.shape} for {x.shape}")
    streams = iter(np.random.default_rng(seed).spawn(5))
    many = len(x) >= 10_000
    kernel, maps, epochs, size = (5, 8, 3, 64) if many else (3, 24, 15, 32)
    side = kernel // 2
    features = Sequential(
        Conv2d(1, maps, kernel, padding=side, rng=next(streams)),
        ReLU(),
        MaxPool2d(2),
        Conv2d(maps, 16, kernel, padding=side, rng=next(streams)),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
    )
    width = features(x[:1]).shape[1]
    head = Sequential(
        Dropout(0.25, next(streams)), Linear(width, 1 + int(y.max()), "glorot", next(streams))
    )
    model = Sequential(features, head)
    steps = epochs * -(-len(x) // size)
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    fit(
        model,
        x,
        y,
        epochs,
        size,
        optimizer,
        cosine_schedule(0.05, steps, warmup=steps // 10),
        rng=next(streams),
    )
    return model.eval()
