"""The judge's own twelve functions of the warm-up: plain loops over numbers, in float64."""

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shape = Sequence[int]


def outer(a: Floats, b: Floats) -> Floats:
    """Return a[i] b[j]: (N, M)."""
    rows = [[x * y for y in b.tolist()] for x in a.tolist()]
    return np.array(rows, np.float64).reshape(len(a), len(b))


def pairwise_sq_dist(a: Floats, b: Floats) -> Floats:
    """Return the squared distance of each row of a to each of b: (N, M)."""
    rows = [
        [math.fsum((p - q) ** 2 for p, q in zip(x, y, strict=True)) for y in b.tolist()]
        for x in a.tolist()
    ]
    return np.array(rows, np.float64).reshape(len(a), len(b))


def unbroadcast(g: Floats, shape: Shape) -> Floats:
    """Return, for each entry of `shape`, the sum of those of g that it is repeated to."""
    sums = dict.fromkeys(product(*map(range, shape)), 0.0)
    more = g.ndim - len(shape)
    for index, number in zip(product(*map(range, g.shape)), g.ravel().tolist(), strict=True):
        kept = index[more:]
        sums[tuple(0 if n == 1 else i for i, n in zip(kept, shape, strict=True))] += number
    return np.array(list(sums.values())).reshape(tuple(shape))


def one_hot(labels: Integers, k: int) -> Floats:
    """Return a row with a single 1 for each label: (N, k)."""
    out = np.zeros((len(labels), k))
    for row, label in enumerate(labels.tolist()):
        out[row, label] = 1.0
    return out


def row_softmax(x: Floats) -> Floats:
    """Return the probabilities of each row: (N, K)."""
    rows = []
    for row in x.tolist():
        powers = [math.exp(score - max(row)) for score in row]
        rows.append([power / math.fsum(powers) for power in powers])
    return np.array(rows, np.float64).reshape(x.shape)


def first_max(x: Floats) -> Flags:
    """Return True at the first largest entry of each row: (N, K)."""
    out = np.zeros(x.shape, np.bool_)
    for row, numbers in enumerate(x.tolist()):
        out[row, numbers.index(max(numbers))] = True
    return out


def batched_matvec(matrices: Floats, x: Floats) -> Floats:
    """Return each matrix times its own vector: (B, N)."""
    rows = [
        [math.fsum(w * v for w, v in zip(row, vector, strict=True)) for row in matrix]
        for matrix, vector in zip(matrices.tolist(), x.tolist(), strict=True)
    ]
    return np.array(rows, np.float64).reshape(matrices.shape[:2])


def scatter_add(n: int, idx: Integers, v: Floats) -> Floats:
    """Return zeros to which v[i] was added in row idx[i]: (n,) or (n, D)."""
    out = np.zeros((n, *v.shape[1:]))
    for index, row in zip(idx.tolist(), v, strict=True):
        out[index] += row
    return out


def running_mean(x: Floats, w: int) -> Floats:
    """Return the mean of each w entries in a row: (T - w + 1,)."""
    numbers = x.tolist()
    return np.array([math.fsum(numbers[i : i + w]) / w for i in range(len(numbers) - w + 1)])


def patches(x: Floats, k: int) -> Floats:
    """Return all windows of k x k: (H - k + 1, W - k + 1, k, k)."""
    high, wide = (n - k + 1 for n in x.shape)
    out = np.zeros((high, wide, k, k))
    for y, z, i, j in product(range(high), range(wide), range(k), range(k)):
        out[y, z, i, j] = x[y + i, z + j]
    return out


def causal_mask(t: int) -> Flags:
    """Return True where a position may look at another: (t, t)."""
    rows = [[j <= i for j in range(t)] for i in range(t)]
    return np.array(rows, np.bool_).reshape(t, t)


def standardise(x: Floats) -> Floats:
    """Return columns of mean 0 and deviation 1; one of equal entries is 0: (N, D)."""
    out = np.zeros(x.shape)
    for column, numbers in enumerate(x.T.tolist()):
        mean = math.fsum(numbers) / len(numbers)
        spread = math.sqrt(math.fsum((n - mean) ** 2 for n in numbers) / len(numbers))
        if max(numbers) > min(numbers):
            out[:, column] = [(n - mean) / spread for n in numbers]
    return out
