"""One function gives the value at any place of an image; a shift and a rotation ask it."""

import numpy as np
from tensor import Tensor, cross_entropy
from training import Linear, Module


def check(images):
    if images.ndim != 4:
        raise ValueError("four axes: images, channels, rows, columns")


def value_at(images, rows, columns):
    """Sum over a frame of zeros around the image."""
    h, w = images.shape[2:]
    framed = np.zeros((*images.shape[:2], h + 2, w + 2))
    framed[:, :, 1:-1, 1:-1] = images
    rows = np.clip(rows + 1, 0, h + 1)
    columns = np.clip(columns + 1, 0, w + 1)
    r = np.minimum(rows.astype(int), h)
    c = np.minimum(columns.astype(int), w)
    down, right = rows - r, columns - c
    upper = framed[:, :, r, c] * (1 - right) + framed[:, :, r, c + 1] * right
    lower = framed[:, :, r + 1, c] * (1 - right) + framed[:, :, r + 1, c + 1] * right
    return (upper * (1 - down) + lower * down).astype(images.dtype)


def grid(images):
    h, w = images.shape[2:]
    return np.meshgrid(np.arange(float(h)), np.arange(float(w)), indexing="ij")


def shift(images, dy, dx):
    check(images)
    y, x = grid(images)
    return value_at(images, y - dy, x - dx)


def rotate(images, degrees):
    check(images)
    y, x = grid(images)
    right, down = x - x.mean(), y - y.mean()
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return value_at(
        images, y.mean() + right * sin + down * cos, x.mean() + right * cos - down * sin
    )


def add_noise(images, scale, rng):
    check(images)
    if scale < 0:
        raise ValueError("scale >= 0")
    out = images + rng.normal(size=images.shape) * scale
    out[out < 0] = 0
    out[out > 1] = 1
    return out.astype(images.dtype)


def augment(x, y, rng):
    check(x)
    if len(x) != len(y):
        raise ValueError("a label for each image")
    out = np.empty_like(x)
    where = rng.integers(0, 25, len(x))
    for place in np.unique(where):
        out[where == place] = shift(x[where == place], place // 5 - 2, place % 5 - 2)
    return add_noise(out, 0.03, rng), y.copy()


class Net(Module):
    def __init__(self, pixels, classes, rng):
        self.hidden = Linear(pixels, 100, rng=rng)
        self.last = Linear(100, classes, init="zeros")

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        n = x.shape[0]
        return self.last(self.hidden(x.reshape(n, x.data.size // n)).relu())


def train_augmented(x, y, seed):
    if x.ndim != 4 or x.shape[1] != 1 or len(x) == 0 or len(x) != len(y):
        raise ValueError("images of one channel with their labels")
    rng = np.random.default_rng(seed)
    model = Net(x[0].size, int(np.max(y)) + 1, rng)
    speeds = [np.zeros_like(p.data) for p in model.parameters()]
    for step in range(900):
        rows = rng.choice(len(x), 32, replace=False) if len(x) > 32 else np.arange(len(x))
        images, labels = augment(x[rows], y[rows], rng)
        model.zero_grad()
        cross_entropy(model(images), labels).backward()
        rate = 0.1 * (1 - step / 900)
        for p, v in zip(model.parameters(), speeds, strict=True):
            v *= 0.9
            v += p.grad
            p.data = p.data - rate * v
    model.eval()
    return model
