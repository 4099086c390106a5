"""A loop over the places of the kernel: at each, a slice of the image with steps."""

import numpy as np
from tensor import Tensor
from training import SGD, Dropout, Linear, Module, ReLU, Sequential, cosine_schedule, fit


def out_size(length, kernel, stride, padding):
    return (length + 2 * padding - kernel) // stride + 1


def check_window(shape, kernel, stride, padding):
    if len(shape) != 4:
        raise ValueError("images are (N, C, H, W), not %s" % (tuple(shape),))
    if kernel < 1 or stride < 1 or padding < 0:
        raise ValueError("kernel and stride are at least 1, padding at least 0")
    oh = out_size(shape[2], kernel, stride, padding)
    ow = out_size(shape[3], kernel, stride, padding)
    if oh < 1 or ow < 1:
        raise ValueError("the window does not fit into the image")
    return oh, ow


def pad(x, padding):
    if padding == 0:
        return x
    n, c, h, w = x.shape
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), dtype=x.dtype)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    return padded


def unpad(x, padding):
    if padding == 0:
        return x
    return x[:, :, padding:-padding, padding:-padding]


def offsets(kernel, stride, oh, ow):
    """For every place of the kernel the pixels that it meets, as two slices."""
    for i in range(kernel):
        rows = slice(i, i + stride * oh, stride)
        for j in range(kernel):
            yield i, j, rows, slice(j, j + stride * ow, stride)


def im2col(x, kernel, stride=1, padding=0):
    x = np.asarray(x)
    oh, ow = check_window(x.shape, kernel, stride, padding)
    n, c, h, w = x.shape
    image = pad(x, padding)
    cols = np.empty((n, c, kernel, kernel, oh, ow), dtype=x.dtype)
    for i in range(kernel):
        i_max = i + stride * oh
        for j in range(kernel):
            j_max = j + stride * ow
            cols[:, :, i, j, :, :] = image[:, :, i:i_max:stride, j:j_max:stride]
    return cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, -1)


def col2im(cols, x_shape, kernel, stride=1, padding=0):
    oh, ow = check_window(x_shape, kernel, stride, padding)
    n, c, h, w = x_shape
    cols = np.asarray(cols)
    if cols.shape != (n * oh * ow, c * kernel * kernel):
        raise ValueError("these columns are not of such images")
    cols = cols.reshape(n, oh, ow, c, kernel, kernel).transpose(0, 3, 4, 5, 1, 2)
    image = np.zeros((n, c, h + 2 * padding, w + 2 * padding), dtype=cols.dtype)
    for i in range(kernel):
        i_max = i + stride * oh
        for j in range(kernel):
            j_max = j + stride * ow
            image[:, :, i:i_max:stride, j:j_max:stride] += cols[:, :, i, j, :, :]
    return unpad(image, padding)


def conv2d(x, weight, bias, stride=1, padding=0):
    if len(weight.shape) != 4 or weight.shape[2] != weight.shape[3]:
        raise ValueError("kernels are (O, C, k, k)")
    n_out, n_in, kernel, _ = weight.shape
    oh, ow = check_window(x.shape, kernel, stride, padding)
    if x.shape[1] != n_in:
        raise ValueError("%d channels, but kernels for %d" % (x.shape[1], n_in))
    if bias.shape != (n_out,):
        raise ValueError("there is one bias a kernel")
    image = pad(x.data, padding)
    n = len(image)
    out = np.zeros((n, n_out, oh * ow), dtype=np.result_type(x.data, weight.data))
    for i, j, rows, columns in offsets(kernel, stride, oh, ow):
        pixels = image[:, :, rows, columns].reshape(n, n_in, oh * ow)
        out += weight.data[:, :, i, j] @ pixels
    out += bias.data[:, None]

    def grad_x(g):
        g = g.reshape(n, n_out, oh * ow)
        dx = np.zeros(image.shape, dtype=g.dtype)
        for i, j, rows, columns in offsets(kernel, stride, oh, ow):
            share = weight.data[:, :, i, j].T @ g
            dx[:, :, rows, columns] += share.reshape(n, n_in, oh, ow)
        return unpad(dx, padding)

    def grad_w(g):
        g = g.reshape(n, n_out, oh * ow)
        dw = np.zeros(weight.shape, dtype=g.dtype)
        for i, j, rows, columns in offsets(kernel, stride, oh, ow):
            pixels = image[:, :, rows, columns].reshape(n, n_in, oh * ow)
            dw[:, :, i, j] = (g @ pixels.transpose(0, 2, 1)).sum(axis=0)
        return dw

    def grad_b(g):
        return g.sum(axis=(0, 2, 3))

    out = out.reshape(n, n_out, oh, ow)
    return Tensor._node(out, (x, grad_x), (weight, grad_w), (bias, grad_b))


def max_pool2d(x, kernel, stride=None):
    if stride is None:
        stride = kernel
    oh, ow = check_window(x.shape, kernel, stride, 0)
    n, c, h, w = x.shape
    best = np.full((n, c, oh, ow), -np.inf, dtype=x.data.dtype)
    winner = np.zeros((n, c, oh, ow), dtype=int)
    for i, j, rows, columns in offsets(kernel, stride, oh, ow):
        candidate = x.data[:, :, rows, columns]
        better = candidate > best
        best = np.where(better, candidate, best)
        winner[better] = i * kernel + j

    def grad_x(g):
        dx = np.zeros(x.shape, dtype=g.dtype)
        for i, j, rows, columns in offsets(kernel, stride, oh, ow):
            won = winner == i * kernel + j
            dx[:, :, rows, columns] += g * won
        return dx

    return Tensor._node(best, (x, grad_x))


class Conv2d(Module):
    def __init__(self, nin, nout, kernel, stride=1, padding=0, rng=None):
        if nin < 1 or nout < 1 or kernel < 1 or stride < 1 or padding < 0:
            raise ValueError("a size is out of range")
        if rng is None:
            rng = np.random.default_rng()
        self.stride = stride
        self.padding = padding
        fan_in = nin * kernel * kernel
        weight = rng.standard_normal((nout, nin, kernel, kernel)) * np.sqrt(2 / fan_in)
        self.weight = Tensor(weight.astype(np.float32))
        self.bias = Tensor(np.zeros(nout, dtype=np.float32))

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return conv2d(x, self.weight, self.bias, self.stride, self.padding)


class MaxPool2d(Module):
    def __init__(self, kernel, stride=None):
        if stride is None:
            stride = kernel
        if kernel < 1 or stride < 1:
            raise ValueError("kernel and stride are at least 1")
        self.kernel = kernel
        self.stride = stride

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return max_pool2d(x, self.kernel, self.stride)


class Flatten(Module):
    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        features = 1
        for size in x.shape[1:]:
            features *= size
        return x.reshape(x.shape[0], features)


def train_cnn(x, y, seed):
    x = np.asarray(x)
    y = np.asarray(y)
    if x.ndim != 4 or x.shape[1] != 1:
        raise ValueError("images are (N, 1, H, W)")
    if y.shape != (len(x),) or len(x) == 0:
        raise ValueError("every image needs a label")
    rng = np.random.default_rng(seed)
    h, w = x.shape[2] // 2 // 2, x.shape[3] // 2 // 2
    model = Sequential(
        Conv2d(1, 16, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Conv2d(16, 32, 3, padding=1, rng=rng),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Dropout(0.2, rng=rng),
        Linear(32 * h * w, int(y.max()) + 1, rng=rng),
    )
    epochs = 20 if len(x) < 10000 else 2
    steps = epochs * -(-len(x) // 32)
    optimizer = SGD(model.parameters(), 0.05, momentum=0.9, weight_decay=1e-4)
    schedule = cosine_schedule(0.05, steps, steps // 10)
    fit(model, x.astype(np.float32), y, epochs, 32, optimizer, schedule, rng=rng)
    model.eval()
    return model
