"""Milestone 5 with nothing but a Tensor's own operations: patches are taken by an index.

No derivative is written here at all: padding is a product with a mask, a patch is x[:, places],
and the engine knows the way back.
"""

import math

import numpy as np
from tensor import Tensor
from training import SGD, Linear, Module, ReLU, Sequential, fit, step_decay


def how_many(size, kernel, stride, padding):
    if kernel <= 0:
        raise ValueError("the window needs a size")
    if stride <= 0:
        raise ValueError("the window has to move")
    if padding < 0:
        raise ValueError("padding cannot be negative")
    n = math.floor((size + 2 * padding - kernel) / stride) + 1
    if n < 1:
        raise ValueError("window of %d in an image of %d, padding %d" % (kernel, size, padding))
    return n


seen = {}


def pixels(shape, kernel, stride, padding):
    """Index of every pixel of every patch in the flat image, and 0 where that is padding."""
    if len(shape) != 4:
        raise ValueError("images have four axes, not the shape %s" % (shape,))
    key = (tuple(shape[1:]), kernel, stride, padding)
    if key not in seen:
        _, c, h, w = shape
        oh, ow = how_many(h, kernel, stride, padding), how_many(w, kernel, stride, padding)
        top, left, ch, i, j = np.ix_(range(oh), range(ow), range(c), range(kernel), range(kernel))
        y = top * stride + i - padding
        x = left * stride + j - padding
        inside = (y >= 0) & (y < h) & (x >= 0) & (x < w) & (ch >= 0)
        index = np.where(inside, (ch * h + y) * w + x, 0)
        flat = (oh * ow, c * kernel * kernel)
        seen[key] = oh, ow, index.reshape(flat), inside.reshape(flat)
    return seen[key]


def im2col(x, kernel, stride=1, padding=0):
    _, _, index, inside = pixels(x.shape, kernel, stride, padding)
    flat = np.reshape(x, (len(x), int(np.prod(x.shape[1:]))))
    patches = np.where(inside, flat[:, index], np.zeros((), x.dtype))
    return patches.reshape(len(x) * index.shape[0], index.shape[1])


def col2im(cols, x_shape, kernel, stride=1, padding=0):
    _, _, index, inside = pixels(x_shape, kernel, stride, padding)
    n = x_shape[0]
    if cols.shape != (n * index.shape[0], index.shape[1]):
        raise ValueError("cols have the wrong shape %s" % (cols.shape,))
    image = np.zeros((n, int(np.prod(x_shape[1:]))), cols.dtype)
    np.add.at(image, (slice(None), index[inside]), cols.reshape(n, *index.shape)[:, inside])
    return image.reshape(x_shape)


def patches(x, kernel, stride, padding):
    """im2col of a Tensor, as (N, OH*OW, C*k*k)."""
    _, _, index, inside = pixels(x.shape, kernel, stride, padding)
    taken = x.reshape(x.shape[0], -1)[:, index]
    return taken * inside.astype(x.data.dtype) if padding else taken


def conv2d(x, weight, bias, stride=1, padding=0):
    if len(x.shape) != 4 or len(weight.shape) != 4 or len(bias.shape) != 1:
        raise ValueError("want x (N,C,H,W), weight (O,C,k,k), bias (O,)")
    o, c, k, k2 = weight.shape
    if k != k2 or x.shape[1] != c or bias.shape[0] != o:
        raise ValueError("these do not fit: %s %s %s" % (x.shape, weight.shape, bias.shape))
    oh, ow, _, _ = pixels(x.shape, k, stride, padding)
    out = patches(x, k, stride, padding) @ weight.reshape(o, c * k * k).T + bias
    return out.transpose(0, 2, 1).reshape(x.shape[0], o, oh, ow)


def max_pool2d(x, kernel, stride=None):
    if stride is None:
        stride = kernel
    oh, ow, _, _ = pixels(x.shape, kernel, stride, 0)
    n, c = x.shape[:2]
    windows = patches(x, kernel, stride, 0).reshape(n * oh * ow * c, kernel * kernel)
    # picking by an index gives the gradient to one element, and argmax finds the first
    best = windows[np.arange(windows.shape[0]), windows.data.argmax(axis=1)]
    return best.reshape(n, oh, ow, c).transpose(0, 3, 1, 2)


class Conv2d(Module):
    def __init__(self, nin, nout, kernel, stride=1, padding=0, rng=None):
        if nin <= 0 or nout <= 0 or kernel <= 0 or stride <= 0 or padding < 0:
            raise ValueError("Conv2d cannot be made with these numbers")
        if rng is None:
            rng = np.random.default_rng()
        w = rng.normal(0, math.sqrt(2.0 / (nin * kernel * kernel)), (nout, nin, kernel, kernel))
        self.weight = Tensor(w.astype("float32"))
        self.bias = Tensor(np.zeros(nout, "float32"))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return conv2d(x, self.weight, self.bias, self.stride, self.padding)


class MaxPool2d(Module):
    def __init__(self, kernel, stride=None):
        if kernel <= 0 or (stride is not None and stride <= 0):
            raise ValueError("MaxPool2d cannot be made with these numbers")
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        return max_pool2d(x, self.kernel, self.stride)


class Flatten(Module):
    def forward(self, x):
        return x.reshape(x.shape[0], int(np.prod(x.shape[1:])))


def train_cnn(x, y, seed):
    if x.ndim != 4 or len(x) == 0 or x.shape[1] != 1 or y.ndim != 1 or len(y) != len(x):
        raise ValueError("x is (N, 1, H, W) and y is (N,)")
    rng = np.random.default_rng(seed)
    first, second = (20, 32) if len(x) < 20000 else (8, 16)
    h, w = x.shape[2] // 2 // 2, x.shape[3] // 2 // 2
    model = Sequential(
        Conv2d(1, first, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Conv2d(first, second, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(second * h * w, int(np.max(y)) + 1, init="glorot", rng=rng),
    )
    epochs = 3 if len(x) > 20000 else 15
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    per_epoch = math.ceil(len(x) / 32)
    decay = step_decay(0.05, 0.3, max(1, epochs * per_epoch // 3))
    fit(model, x, y, epochs, 32, optimizer, schedule=decay, rng=rng)
    model.eval()
    return model
