"""The warm-up by the methods of ufuncs, and by writing into arrays made beforehand."""

import operator
from numbers import Integral

import numpy as np
from numpy.lib.stride_tricks import as_strided


def outer(a, b):
    if np.ndim(a) != 1 or np.ndim(b) != 1:
        raise ValueError(f"vectors only: {np.shape(a)}, {np.shape(b)}")
    return np.multiply.outer(a, b)


def pairwise_sq_dist(a, b):
    match a.shape, b.shape:
        case (n, d), (m, e) if d == e:
            total = np.zeros((n, m, d), np.result_type(a, b))
        case _:
            raise ValueError(f"cannot pair {a.shape} and {b.shape}")
    total += a.reshape(n, 1, d)
    total -= b
    np.square(total, out=total)
    return np.add.reduce(total, axis=-1)


def unbroadcast(g, shape):
    if np.broadcast_shapes(g.shape, shape) != g.shape:
        raise ValueError(f"{shape} is not below {g.shape}")
    while g.ndim > len(shape):
        g = np.add.reduce(g, axis=0)
    for axis in range(g.ndim):
        if shape[axis] == 1:
            g = np.add.reduce(g, axis=axis, keepdims=True)
    return np.asarray(g)


def one_hot(labels, k):
    flat = np.asarray(labels, dtype=np.intp)
    if np.any(np.logical_or(np.less(flat, 0), np.greater_equal(flat, k))):
        raise ValueError(f"labels not in range({k})")
    table = np.zeros((flat.size, k))
    table[np.arange(flat.size), flat] = 1
    return table


def _rows(x):
    if x.ndim - 2 or not x.shape[1]:
        raise ValueError(f"bad rows: {x.shape}")


def row_softmax(x):
    _rows(x)
    scores = np.subtract(x, np.maximum.reduce(x, axis=1, keepdims=True))
    log_total = np.log(np.add.reduce(np.exp(scores), axis=1, keepdims=True))
    return np.exp(scores - log_total)


def first_max(x):
    _rows(x)
    largest = np.equal(x, np.maximum.reduce(x, axis=1, keepdims=True))
    return largest & (np.cumsum(largest, axis=1) == 1)


def batched_matvec(A, x):
    if A.ndim != 3 or A.shape[::2] != x.shape:
        raise ValueError(f"{A.shape} times {x.shape}")
    return np.add.reduce(np.multiply(A, x[:, np.newaxis]), axis=2)


def scatter_add(n, idx, v):
    if len(idx) != len(v) or (len(idx) and (np.min(idx) < 0 or np.max(idx) >= operator.index(n))):
        raise ValueError("indices")
    result = np.zeros_like(v, shape=(n, *v.shape[1:]))
    np.add.at(result, idx, v)
    return result


def running_mean(x, w):
    if x.ndim != 1 or not isinstance(w, Integral) or w not in range(1, len(x) + 1):
        raise ValueError(f"windows of {w} over {x.shape}")
    (step,) = x.strides
    return np.add.reduce(as_strided(x, (len(x) - w + 1, w), (step, step)), axis=1) / x.dtype.type(w)


def patches(x, k):
    if x.ndim != 2 or k not in range(1, min(x.shape) + 1):
        raise ValueError(f"windows of {k} over {x.shape}")
    (h, w), (down, right) = x.shape, x.strides
    return as_strided(x, (h - k + 1, w - k + 1, k, k), (down, right, down, right)).copy()


def causal_mask(t):
    i, j = np.indices((t, t))
    return np.less_equal(j, i)


def standardise(x):
    if len(x.shape) != 2 or x.shape[0] == 0:
        raise ValueError(f"bad rows: {x.shape}")
    result = np.array(x)
    result -= np.mean(x, axis=0, keepdims=True)
    deviation = np.sqrt(np.mean(np.square(result), axis=0))
    same = np.logical_and.reduce(x == x[:1], axis=0)
    result[:, same] = 0
    deviation[same] = 1
    result /= deviation
    return result
