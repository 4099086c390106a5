"""One node an activation: value and derivative by hand."""

import numpy as np
from tensor import Tensor


def elementwise(x, value, derivative):
    dtype = x.data.dtype
    return Tensor._node(
        np.asarray(value, dtype), (x, lambda g: (g * derivative()).astype(dtype, copy=False))
    )


def leaky_relu(x, slope=0.01):
    if slope < 0 or slope > 1:
        raise ValueError(f"leaky_relu: slope {slope}")
    z = x.data
    return elementwise(
        x, np.maximum(z, 0) + slope * np.minimum(z, 0), lambda: (z > 0) * (1 - slope) + slope
    )


def logistic(z):
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1.0) / (1.0 + e)


def swish(x):
    z = x.data
    s = logistic(z)
    return elementwise(x, z * s, lambda: s * (1 + z * (1 - s)))


def gelu(x):
    z = x.data
    root = np.sqrt(2 / np.pi)
    gate = logistic(2 * root * (z + 0.044715 * z**3))
    inner = 2 * root * (1 + 3 * 0.044715 * z * z)
    return elementwise(x, z * gate, lambda: gate + z * gate * (1 - gate) * inner)
