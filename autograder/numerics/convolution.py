"""The judge's own convolution and pooling, on a table of indices that plain loops make.

Images are (N, C, H, W), kernels (O, C, k, k). Only the definition is used: no views, no strides.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics import small

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Shape = tuple[int, ...]
Weights = dict[str, Floats]


def output_size(size: int, kernel: int, stride: int, padding: int) -> int:
    """Return how many windows fit along one side."""
    spare = size + 2 * padding - kernel  # how far a window can move
    return 1 + spare // stride


def output_shape(shape: Shape, kernel: int, stride: int, padding: int) -> tuple[int, int]:
    """Return (OH, OW) for images of this shape."""
    high, wide = (output_size(size, kernel, stride, padding) for size in shape[-2:])
    return high, wide


@lru_cache(maxsize=64)  # a learner's network has shapes of its own
def patch_indices(image: Shape, kernel: int, stride: int, padding: int) -> Indices:
    """Return the index of each entry of each patch in the flat image; its size means padding.

    Parameters
    ----------
    image : (C, H, W)

    Returns
    -------
    ndarray, shape (OH*OW, C*kernel*kernel)
    """
    channels, high, wide = image
    indices = []
    for y, z in product(*map(range, output_shape(image, kernel, stride, padding))):
        for c, i, j in product(range(channels), range(kernel), range(kernel)):
            row, column = y * stride + i - padding, z * stride + j - padding
            inside = 0 <= row < high and 0 <= column < wide
            indices.append((c * high + row) * wide + column if inside else channels * high * wide)
    return np.array(indices, np.int64).reshape(-1, channels * kernel * kernel)


def patch_rows(x: Floats, kernel: int, stride: int, padding: int) -> Floats:
    """Return the patches of every image: (N, OH*OW, C*kernel*kernel)."""
    flat = np.concatenate([x.reshape(len(x), -1), np.zeros((len(x), 1))], axis=1)
    return np.asarray(flat[:, patch_indices(x.shape[1:], kernel, stride, padding)])


def im2col(x: Floats, kernel: int, stride: int = 1, padding: int = 0) -> Floats:
    """Return the patches as one matrix: (N*OH*OW, C*kernel*kernel)."""
    patches = patch_rows(x, kernel, stride, padding)
    return patches.reshape(-1, patches.shape[2])


def col2im(cols: Floats, shape: Shape, kernel: int, stride: int = 1, padding: int = 0) -> Floats:
    """Return images of `shape`: every entry of `cols` is added where im2col read it."""
    indices = patch_indices(shape[1:], kernel, stride, padding)
    flat = np.zeros((shape[0], int(np.prod(shape[1:])) + 1))
    of_each_image: Any = (slice(None), indices)
    np.add.at(flat, of_each_image, cols.reshape(shape[0], *indices.shape))
    return flat[:, :-1].reshape(shape)


def conv2d(x: Floats, weight: Floats, bias: Floats, stride: int = 1, padding: int = 0) -> Floats:
    """Return (N, O, OH, OW): sums over each patch, times each kernel, plus its bias."""
    x, weight, bias = np.asarray(x), np.asarray(weight), np.asarray(bias)
    kernel = weight.shape[2]
    sums = patch_rows(x, kernel, stride, padding) @ weight.reshape(len(weight), -1).T + bias
    size = output_shape(x.shape, kernel, stride, padding)
    return np.asarray(sums.transpose(0, 2, 1).reshape(len(x), len(weight), *size))


def pool_windows(x: Floats, kernel: int, stride: int) -> Floats:
    """Return the numbers of every pooling window: (N, C, OH*OW, kernel*kernel)."""
    patches = patch_rows(x, kernel, stride, 0)
    split = patches.reshape(*patches.shape[:2], x.shape[1], kernel * kernel)
    return np.asarray(split.transpose(0, 2, 1, 3))


def max_pool2d(x: Floats, kernel: int, stride: int | None = None) -> Floats:
    """Return the largest number of each window: (N, C, OH, OW)."""
    x, stride = np.asarray(x), stride or kernel
    size = output_shape(x.shape, kernel, stride, 0)
    return np.asarray(pool_windows(x, kernel, stride).max(axis=3).reshape(*x.shape[:2], *size))


def pool_gradient(x: Floats, cotangent: Floats, kernel: int, stride: int | None = None) -> Floats:
    """Return the gradient by x: each window's cotangent goes to its first maximum."""
    windows = pool_windows(x, kernel, stride or kernel)
    first = np.eye(kernel * kernel)[windows.argmax(axis=3)]  # (N, C, OH*OW, kernel*kernel)
    share = first * cotangent.reshape(*windows.shape[:3], 1)
    cols = share.transpose(0, 2, 1, 3).reshape(-1, x.shape[1] * kernel * kernel)
    return col2im(cols, x.shape, kernel, stride or kernel)


def pool_margin(x: Floats, kernel: int, stride: int | None = None) -> float:
    """Return the smallest lead of a maximum over the next in its window."""
    two = np.sort(pool_windows(x, kernel, stride or kernel), axis=3)[..., -2:]
    return float((two[..., 1] - two[..., 0]).min())


# A small network: conv2d (stride 1, padding 1), tanh, pooling by 2, flattened, one linear layer.


def draw_network(
    rng: np.random.Generator, image: Shape, maps: int, kernel: int, classes: int
) -> Weights:
    """Return w (O, C, k, k), b (O,), v (features, classes), c (classes,)."""
    high, wide = (n // 2 for n in output_shape(image, kernel, 1, 1))
    shapes = {"w": (maps, image[0], kernel, kernel), "v": (maps * high * wide, classes)}
    scales = {"w": (image[0] * kernel * kernel) ** -0.5, "v": (maps * high * wide) ** -0.5}
    normal = small.uncut_generator(rng).normal
    kernels = {name: scales[name] * normal(size=shape) for name, shape in shapes.items()}
    biases = {"b": 0.1 * normal(size=maps), "c": 0.1 * normal(size=classes)}
    return {name: small.shorten_numbers(rng, array) for name, array in (kernels | biases).items()}


def network_signals(weights: Mapping[str, Any], x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the maps after tanh, the features and the logits."""
    maps = np.tanh(conv2d(x, weights["w"], weights["b"], 1, 1))
    features = max_pool2d(maps, 2).reshape(len(x), -1)
    return maps, features, np.asarray(features @ weights["v"] + weights["c"])


def network_gradients(weights: Weights, x: Floats, cotangent: Floats) -> Weights:
    """Return the gradients of sum(logits * cotangent) by all weights and by x."""
    maps, features, _ = network_signals(weights, x)
    kernel, count = weights["w"].shape[2], len(weights["w"])
    pooled = (cotangent @ weights["v"].T).reshape(max_pool2d(maps, 2).shape)
    d_maps = pool_gradient(maps, pooled, 2) * (1 - maps**2)
    flat = d_maps.transpose(0, 2, 3, 1).reshape(-1, count)  # (N*OH*OW, O)
    d_cols = flat @ weights["w"].reshape(count, -1)
    return {
        "w": (flat.T @ im2col(x, kernel, 1, 1)).reshape(weights["w"].shape),
        "b": flat.sum(axis=0),
        "v": features.T @ cotangent,
        "c": cotangent.sum(axis=0),
        "x": col2im(d_cols, x.shape, kernel, 1, 1),
    }
