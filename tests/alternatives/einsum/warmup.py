"""The warm-up in index notation: einsum where it can be said, identity matrices elsewhere."""

import numpy as np


def _axes(*pairs):
    for array, wanted in pairs:
        if array.ndim != wanted:
            raise ValueError("wanted %d axes, got shape %s" % (wanted, array.shape))


def outer(a, b):
    _axes((a, 1), (b, 1))
    return np.einsum("n,m->nm", a, b)


def pairwise_sq_dist(a, b):
    _axes((a, 2), (b, 2))
    if a.shape[1] != b.shape[1]:
        raise ValueError("coordinates: %d and %d" % (a.shape[1], b.shape[1]))
    gaps = np.expand_dims(a, 1) - np.expand_dims(b, 0)
    return np.einsum("nmd,nmd->nm", gaps, gaps)


def unbroadcast(g, shape):
    shape = tuple(shape)
    padded = (1,) * (g.ndim - len(shape)) + shape
    if len(padded) != g.ndim or any(p not in (1, n) for p, n in zip(padded, g.shape)):
        raise ValueError("%s does not broadcast to %s" % (shape, g.shape))
    letters = "abcdefghijklmnop"[: g.ndim]
    kept = "".join(c for c, p in zip(letters, padded) if p != 1)
    return np.einsum(letters + "->" + kept, g).reshape(shape)


def one_hot(labels, k):
    if labels.size and not (0 <= labels.min() and labels.max() < k):
        raise ValueError("a label is no class")
    return np.identity(k)[labels]


def row_softmax(x):
    _axes((x, 2))
    if not x.shape[1]:
        raise ValueError("empty rows")
    powers = np.exp(x - np.amax(x, axis=-1)[:, np.newaxis])
    return np.einsum("nk,n->nk", powers, 1 / np.einsum("nk->n", powers))


def first_max(x):
    _axes((x, 2))
    if not x.shape[1]:
        raise ValueError("empty rows")
    return np.identity(x.shape[1], bool)[np.argmax(x, axis=1)]


def batched_matvec(A, x):
    _axes((A, 3), (x, 2))
    if (A.shape[0], A.shape[2]) != x.shape:
        raise ValueError("sizes do not fit")
    return np.einsum("bnm,bm->bn", A, x)


def scatter_add(n, idx, v):
    if idx.shape != v.shape[:1] or ((idx < 0) | (idx >= n)).any():
        raise ValueError("bad indices")
    rows = (np.arange(n)[:, None] == idx).astype(v.dtype)
    return np.einsum("nk,k...->n...", rows, v)


def running_mean(x, w):
    _axes((x, 1))
    if not 0 < w <= x.size:
        raise ValueError("no such window")
    return np.convolve(x, np.full(w, 1 / w, dtype=x.dtype), mode="valid")


def patches(x, k):
    _axes((x, 2))
    if not 0 < k <= min(x.shape):
        raise ValueError("no such window")
    high, wide = x.shape[0] - k + 1, x.shape[1] - k + 1
    rows = np.arange(high)[:, None, None, None] + np.arange(k)[None, None, :, None]
    columns = np.arange(wide)[None, :, None, None] + np.arange(k)[None, None, None, :]
    return x[rows, columns]


def causal_mask(t):
    if t < 0:
        raise ValueError("t")
    return np.tri(t, dtype=bool)


def standardise(x):
    _axes((x, 2))
    if not len(x):
        raise ValueError("no rows")
    centred = x - np.einsum("nd->d", x) / x.dtype.type(len(x))
    centred = centred - centred.mean(0)
    flat = np.ptp(x, axis=0) == 0
    spread = np.sqrt(np.einsum("nd,nd->d", centred, centred) / x.dtype.type(len(x)))
    return np.where(flat, 0, centred / np.where(flat, 1, spread)).astype(x.dtype)
