"""The window is moved by two loops; each place of the map is a product of its own."""

import numpy as np
from tensor import Tensor
from training import SGD, Linear, Module, ReLU, Sequential, cosine_schedule, fit


def map_size(shape, k, s, p):
    if len(shape) != 4:
        raise ValueError(f"images have four axes, not {len(shape)}")
    if k < 1 or s < 1 or p < 0:
        raise ValueError("kernel, stride or padding is out of its range")
    height = (shape[2] + 2 * p - k) // s + 1
    width = (shape[3] + 2 * p - k) // s + 1
    if height < 1 or width < 1:
        raise ValueError("the window does not fit into the image")
    return height, width


def framed(x, p):
    n, c, h, w = x.shape
    frame = np.zeros((n, c, h + 2 * p, w + 2 * p), dtype=x.dtype)
    frame[:, :, p : p + h, p : p + w] = x
    return frame


def unframed(frame, p):
    h, w = frame.shape[2] - 2 * p, frame.shape[3] - 2 * p
    return frame[:, :, p : p + h, p : p + w]


def places(height, width, k, s):
    """The windows: row and column in the map, and the slices of the image."""
    for i in range(height):
        for j in range(width):
            yield i, j, slice(i * s, i * s + k), slice(j * s, j * s + k)


def im2col(x, kernel, stride=1, padding=0):
    height, width = map_size(x.shape, kernel, stride, padding)
    frame = framed(x, padding)
    rows = []
    for image in frame:
        for _, _, down, along in places(height, width, kernel, stride):
            rows.append(image[:, down, along].ravel())
    return np.stack(rows)


def col2im(cols, x_shape, kernel, stride=1, padding=0):
    height, width = map_size(x_shape, kernel, stride, padding)
    n, c, h, w = x_shape
    if cols.shape != (n * height * width, c * kernel * kernel):
        raise ValueError(f"{cols.shape} is not the shape of the patches of {x_shape}")
    frame = np.zeros((n, c, h + 2 * padding, w + 2 * padding), dtype=cols.dtype)
    row = 0
    for image in frame:
        for _, _, down, along in places(height, width, kernel, stride):
            image[:, down, along] += cols[row].reshape(c, kernel, kernel)
            row += 1
    return unframed(frame, padding)


def conv2d(x, weight, bias, stride=1, padding=0):
    if len(x.shape) != 4 or len(weight.shape) != 4:
        raise ValueError("images and weights have four axes")
    maps, channels, k, _ = weight.shape
    if weight.shape[3] != k or channels != x.shape[1] or bias.shape != (maps,):
        raise ValueError(f"{weight.shape} and {bias.shape} do not fit {x.shape}")
    height, width = map_size(x.shape, k, stride, padding)
    frame = framed(x.data, padding)
    w = weight.data
    out = np.zeros((len(frame), maps, height, width), dtype=np.result_type(frame, w))
    for i, j, down, along in places(height, width, k, stride):
        patch = frame[:, :, down, along]
        out[:, :, i, j] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + bias.data

    def for_image(g):
        share = np.zeros_like(frame)
        for i, j, down, along in places(height, width, k, stride):
            share[:, :, down, along] += np.tensordot(g[:, :, i, j], w, axes=1)
        return unframed(share, padding)

    def for_weight(g):
        share = np.zeros_like(w)
        for i, j, down, along in places(height, width, k, stride):
            share += np.tensordot(g[:, :, i, j], frame[:, :, down, along], axes=(0, 0))
        return share

    def for_bias(g):
        return g.sum((0, 2, 3))

    return Tensor._node(out, (x, for_image), (weight, for_weight), (bias, for_bias))


def max_pool2d(x, kernel, stride=None):
    if stride is None:
        stride = kernel
    height, width = map_size(x.shape, kernel, stride, 0)
    n, c = x.shape[:2]
    out = np.zeros((n, c, height, width), dtype=x.data.dtype)
    chosen = {}
    for i, j, down, along in places(height, width, kernel, stride):
        flat = x.data[:, :, down, along].reshape(n, c, -1)
        best = flat.argmax(axis=2)
        out[:, :, i, j] = np.take_along_axis(flat, best[:, :, None], 2)[:, :, 0]
        chosen[i, j] = best

    def for_image(g):
        share = np.zeros_like(x.data)
        image, channel = np.meshgrid(np.arange(n), np.arange(c), indexing="ij")
        for (i, j), best in chosen.items():
            y, z = best // kernel + i * stride, best % kernel + j * stride
            share[image, channel, y, z] += g[:, :, i, j]
        return share

    return Tensor._node(out, (x, for_image))


class Conv2d(Module):
    def __init__(self, nin, nout, kernel, stride=1, padding=0, rng=None):
        if nin < 1 or nout < 1 or kernel < 1 or stride < 1 or padding < 0:
            raise ValueError("a number is out of its range")
        if rng is None:
            rng = np.random.default_rng()
        std = (2.0 / (nin * kernel * kernel)) ** 0.5
        self.weight = Tensor(rng.normal(0, std, (nout, nin, kernel, kernel)).astype(np.float32))
        self.bias = Tensor(np.zeros(nout, dtype=np.float32))
        self.stride, self.padding = stride, padding

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return conv2d(x, self.weight, self.bias, self.stride, self.padding)


class MaxPool2d(Module):
    def __init__(self, kernel, stride=None):
        if kernel < 1 or (stride is not None and stride < 1):
            raise ValueError("kernel and stride are at least 1")
        self.kernel, self.stride = kernel, stride

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return max_pool2d(x, self.kernel, self.stride)


class Flatten(Module):
    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        size = 1
        for length in x.shape[1:]:
            size *= length
        return x.reshape(x.shape[0], size)


def train_cnn(x, y, seed):
    if x.ndim != 4 or x.shape[1] != 1 or y.ndim != 1 or len(x) != len(y) or len(x) == 0:
        raise ValueError("images are (N, 1, H, W), labels (N,)")
    rng = np.random.default_rng(seed)
    sizes = x.shape[2] // 4 * (x.shape[3] // 4)
    model = Sequential(
        Conv2d(1, 8, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Conv2d(8, 16, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(16 * sizes, int(y.max()) + 1, init="glorot", rng=rng),
    )
    epochs = 20
    steps = epochs * -(-len(x) // 16)
    schedule = cosine_schedule(0.03, steps, steps // 20)
    optimizer = SGD(model.parameters(), 0.03, 0.9)
    fit(model, x, y, epochs, 16, optimizer, schedule, rng=rng)
    model.eval()
    return model
