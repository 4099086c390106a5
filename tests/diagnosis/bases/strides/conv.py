"""Windows by strides, and einsum for every product; the image's gradient is a convolution too."""

import numpy as np
from numpy.lib.stride_tricks import as_strided
from tensor import Tensor
from training import SGD, Linear, Module, ReLU, Sequential, fit, step_decay


def number_of_windows(size, k, s):
    return 1 + (size - k) // s


def windows(image, k, s):
    """A view (N, C, OH, OW, k, k); nothing is copied."""
    n, c, h, w = image.shape
    sn, sc, sh, sw = image.strides
    shape = (n, c, number_of_windows(h, k, s), number_of_windows(w, k, s), k, k)
    return as_strided(image, shape, (sn, sc, sh * s, sw * s, sh, sw), writeable=False)


def validate(shape, k, s, p):
    if len(shape) != 4:
        raise ValueError("expected four axes, got %d" % len(shape))
    if k < 1:
        raise ValueError("kernel is %d" % k)
    if s < 1:
        raise ValueError("stride is %d" % s)
    if p < 0:
        raise ValueError("padding is %d" % p)
    if min(shape[2], shape[3]) + 2 * p < k:
        raise ValueError("a window of %d is larger than the image" % k)


def surround(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kernel, stride=1, padding=0):
    validate(np.shape(x), kernel, stride, padding)
    view = windows(surround(x, padding), kernel, stride)
    return np.einsum("ncyxij->nyxcij", view).reshape(-1, x.shape[1] * kernel**2)


def col2im(cols, x_shape, kernel, stride=1, padding=0):
    validate(x_shape, kernel, stride, padding)
    n, c, h, w = x_shape
    image = np.zeros((n, c, h + 2 * padding, w + 2 * padding), cols.dtype)
    oh = number_of_windows(h + 2 * padding, kernel, stride)
    ow = number_of_windows(w + 2 * padding, kernel, stride)
    if cols.shape != (n * oh * ow, c * kernel**2):
        raise ValueError("cols %s are not of images %s" % (cols.shape, tuple(x_shape)))
    patches = cols.reshape(n, oh, ow, c, kernel, kernel)
    for y in range(oh):
        for x in range(ow):
            top, left = y * stride, x * stride
            image[:, :, top : top + kernel, left : left + kernel] += patches[:, y, x]
    return image[:, :, padding : padding + h, padding : padding + w]


def spread(g, stride, k, height, width):
    """The cotangent with stride - 1 zeros between its numbers, and a margin of k - 1."""
    n, o, oh, ow = g.shape
    wide = np.zeros((n, o, height + k - 1, width + k - 1), g.dtype)
    wide[:, :, k - 1 : k - 1 + oh * stride : stride, k - 1 : k - 1 + ow * stride : stride] = g
    return wide


def conv2d(x, weight, bias, stride=1, padding=0):
    if len(weight.shape) != 4 or weight.shape[2] != weight.shape[3]:
        raise ValueError("weight must be (O, C, k, k)")
    k = weight.shape[2]
    validate(x.shape, k, stride, padding)
    if weight.shape[1] != x.shape[1] or bias.shape != weight.shape[:1]:
        raise ValueError("image, weight and bias do not fit together")
    image = surround(x.data, padding)
    view = windows(image, k, stride)
    out = np.einsum("ncyxij,ocij->noyx", view, weight.data, optimize=True)
    out = out + bias.data.reshape(1, -1, 1, 1)
    h, w = x.shape[2:]

    def to_image(g):
        wide = spread(g, stride, k, image.shape[2], image.shape[3])
        turned = weight.data[:, :, ::-1, ::-1]
        full = np.einsum("noyxij,ocij->ncyx", windows(wide, k, 1), turned, optimize=True)
        return full[:, :, padding : padding + h, padding : padding + w]

    def to_weight(g):
        return np.einsum("noyx,ncyxij->ocij", g, view, optimize=True)

    def to_bias(g):
        return np.einsum("noyx->o", g)

    return Tensor._node(out, (x, to_image), (weight, to_weight), (bias, to_bias))


def max_pool2d(x, kernel, stride=None):
    stride = kernel if stride is None else stride
    validate(x.shape, kernel, stride, 0)
    n, c, h, w = x.shape
    view = windows(x.data, kernel, stride)
    oh, ow = view.shape[2:4]
    flat = view.reshape(n, c, oh, ow, kernel * kernel)
    winner = np.argmax(flat, axis=-1)
    out = np.take_along_axis(flat, winner[..., None], axis=-1)[..., 0]
    dy, dx = np.divmod(winner, kernel)
    y = np.arange(oh).reshape(-1, 1) * stride + dy
    z = np.arange(ow) * stride + dx
    ni, ci = np.ogrid[:n, :c]

    def to_image(g):
        grad = np.zeros(x.shape, g.dtype)
        np.add.at(grad, (ni[..., None, None], ci[..., None, None], y, z), g)
        return grad

    return Tensor._node(out, (x, to_image))


class Conv2d(Module):
    def __init__(self, nin, nout, kernel, stride=1, padding=0, rng=None):
        if min(nin, nout, kernel, stride) < 1 or padding < 0:
            raise ValueError("sizes start at 1, padding at 0")
        rng = rng or np.random.default_rng()
        variance = 2.0 / (nin * kernel**2)
        w = rng.normal(0.0, variance**0.5, size=(nout, nin, kernel, kernel))
        self.weight = Tensor(np.float32(w))
        self.bias = Tensor(np.zeros(nout, np.float32))
        self.settings = {"stride": stride, "padding": padding}

    def __call__(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        return conv2d(x, self.weight, self.bias, **self.settings)


class MaxPool2d(Module):
    def __init__(self, kernel, stride=None):
        self.kernel, self.stride = kernel, kernel if stride is None else stride
        if self.kernel < 1 or self.stride < 1:
            raise ValueError("sizes start at 1")

    def __call__(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        return max_pool2d(x, self.kernel, self.stride)


class Flatten(Module):
    def __call__(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        return x.reshape(x.shape[0], -1)


def train_cnn(x, y, seed):
    if np.ndim(x) != 4 or np.shape(x)[1] != 1:
        raise ValueError("x must be (N, 1, H, W)")
    if np.shape(y) != np.shape(x)[:1] or len(y) == 0:
        raise ValueError("y must be (N,), and N above 0")
    rng = np.random.default_rng(seed)
    height, width = x.shape[2:]
    model = Sequential(
        Conv2d(1, 12, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Conv2d(12, 24, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(24 * (height // 4) * (width // 4), 64, rng=rng),
        ReLU(),
        Linear(64, int(np.max(y)) + 1, rng=rng),
    )
    epochs = 20 if len(x) < 10000 else 2
    per_epoch = (len(x) + 31) // 32
    optimizer = SGD(model.parameters(), 0.05, momentum=0.9, weight_decay=5e-4)
    fit(
        model,
        x,
        y,
        epochs,
        32,
        optimizer,
        step_decay(0.05, 0.3, per_epoch * epochs // 4 + 1),
        rng=rng,
    )
    model.eval()
    return model
