"""Shifts are cuts from a padded image; a rotation is a matrix of weights, pixels by pixels."""

import functools
import math

import numpy as np
from tensor import Tensor, cross_entropy
from training import SGD, Linear, Module, Tanh, batches


def four(images):
    if np.ndim(images) != 4:
        raise ValueError("(N, C, H, W), please")
    return images.shape


def shift(images, dy, dx):
    _, _, h, w = four(images)
    dy, dx = max(-h, min(h, dy)), max(-w, min(w, dx))
    around = np.pad(images, ((0, 0), (0, 0), (h, h), (w, w)))
    return np.ascontiguousarray(around[:, :, h - dy : 2 * h - dy, w - dx : 2 * w - dx])


@functools.lru_cache(maxsize=64)
def turning(h, w, degrees):
    weights = np.zeros((h * w, h * w))
    s, c = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    for y in range(h):
        for x in range(w):
            v, u = y - (h - 1) / 2, x - (w - 1) / 2
            row, column = (h - 1) / 2 + s * u + c * v, (w - 1) / 2 + c * u - s * v
            for r in range(h):
                for k in range(w):
                    near = max(0.0, 1 - abs(row - r)) * max(0.0, 1 - abs(column - k))
                    weights[y * w + x, r * w + k] = near
    return weights


def rotate(images, degrees):
    n, c, h, w = four(images)
    flat = images.reshape(n * c, h * w) @ turning(h, w, float(degrees)).T
    return flat.reshape(n, c, h, w).astype(images.dtype)


def add_noise(images, scale, rng):
    four(images)
    if scale < 0:
        raise ValueError("noise of a negative deviation")
    noisy = rng.normal(images, scale) if scale else images
    return np.minimum(np.maximum(noisy, 0), 1).astype(images.dtype)


def augment(x, y, rng):
    if len(y) != four(x)[0]:
        raise ValueError("labels and images differ in number")
    moved = [shift(one[None], *rng.integers(-2, 3, 2).tolist())[0] for one in x]
    return np.stack(moved) if moved else x.copy(), y


class Reader(Module):
    def __init__(self, pixels, classes, rng):
        self.one = Linear(pixels, 160, init="glorot", rng=rng)
        self.bend = Tanh()
        self.two = Linear(160, classes, init="glorot", rng=rng)

    def __call__(self, x):
        x = x.data if isinstance(x, Tensor) else x
        return self.two(self.bend(self.one(np.array(x).reshape(len(x), -1))))


def train_augmented(x, y, seed):
    n, c, h, w = four(x)
    if c != 1 or n < 1 or np.shape(y) != (n,):
        raise ValueError("one channel, one label an image, and at least one of them")
    rng = np.random.default_rng(seed)
    model = Reader(h * w, y.max() + 1, rng)
    sgd = SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    for epoch in range(45):
        sgd.lr = 0.1 if epoch < 35 else 0.02
        for xs, ys in batches(x, y, 25, rng):
            xs, ys = augment(xs, ys, rng)
            model.zero_grad()
            cross_entropy(model(xs), ys).backward()
            sgd.step()
    model.eval()
    return model
