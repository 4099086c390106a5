# %% [markdown]
# # Warm-up: NumPy
#
# Twelve small functions without a loop. Each is a piece that a milestone needs later.
#
# Theory, tasks with their points, and a worked example: `handouts/w_numpy.md`.

# %%
"""Warm-up: twelve pieces of later milestones, each in a few lines of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = tuple[int, ...]


def require(condition: bool, message: str) -> None:
    """Raise a ValueError unless `condition` holds; given, for your own tests of bad input."""
    if not condition:
        raise ValueError(message)


# %% [markdown]
# ## Broadcasting
#
# Two shapes are compared from the right. Axes fit where they are equal or one of them is 1;
# an axis of 1, or one that is not there, is repeated. `x[:, None]` puts an axis of 1 in.


# %%
def outer(a: Array, b: Array) -> Array:
    """Multiply every entry of one vector by every entry of another.

    Parameters
    ----------
    a : float ndarray of shape (N,)
    b : float ndarray of shape (M,), of a's dtype

    Returns
    -------
    ndarray of shape (N, M), of a's dtype
        Entry i, j is a[i] b[j].

    Raises
    ------
    ValueError
        If a or b does not have exactly one axis.

    Examples
    --------
    >>> outer(np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0]))
    array([[ 3.,  4.,  5.],
           [ 6.,  8., 10.]])
    """
    ### BEGIN SOLUTION
    require(a.ndim == b.ndim == 1, f"want two vectors, got shapes {a.shape} and {b.shape}")
    return a[:, None] * b
    ### END SOLUTION


def pairwise_sq_dist(a: Array, b: Array) -> Array:
    """Squared distance of every point of one set to every point of another.

    Parameters
    ----------
    a : float ndarray of shape (N, D)
    b : float ndarray of shape (M, D), of a's dtype

    Returns
    -------
    ndarray of shape (N, M), of a's dtype
        Entry i, j is the sum over d of (a[i, d] - b[j, d]) ** 2: computed from the differences,
        so that it is right, too, for points near each other and far from 0.

    Raises
    ------
    ValueError
        If a or b does not have two axes, or the points of one have more coordinates.

    Examples
    --------
    >>> pairwise_sq_dist(np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[0.0, 4.0]]))
    array([[16.],
           [25.]])
    """
    ### BEGIN SOLUTION
    require(a.ndim == b.ndim == 2, f"want two matrices, got shapes {a.shape} and {b.shape}")
    require(a.shape[1] == b.shape[1], f"points of {a.shape[1]} and of {b.shape[1]} coordinates")
    return ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2)  # (N, M, D) -> (N, M)
    ### END SOLUTION


def unbroadcast(g: Array, shape: Shape) -> Array:
    """Sum an array back to the shape that broadcasting stretched to that of the array.

    Parameters
    ----------
    g : float ndarray
    shape : tuple of int
        A shape that broadcasts to g's: `np.broadcast_to(x, g.shape)` works for x of that shape.

    Returns
    -------
    ndarray of shape `shape`, of g's dtype
        Every entry is the sum of the entries of g that it was repeated to.

    Raises
    ------
    ValueError
        If `shape` does not broadcast to g's shape.

    Examples
    --------
    >>> unbroadcast(np.ones((2, 3, 4)), (3, 1))
    array([[8.],
           [8.],
           [8.]])
    """
    ### BEGIN SOLUTION
    np.broadcast_to(np.empty(shape, bool), g.shape)  # raises the ValueError
    added = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(added)))
    return g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)
    ### END SOLUTION


# %% [markdown]
# ## Labels and scores


# %%
def one_hot(labels: Array, k: int) -> Array:
    """Write each label as a row with a single 1.

    Parameters
    ----------
    labels : int64 ndarray of shape (N,)
        Classes from 0 to k - 1; no labels give no rows.
    k : int >= 1
        The number of classes.

    Returns
    -------
    float64 ndarray of shape (N, k)
        Row i is 1 in column labels[i] and 0 elsewhere.

    Raises
    ------
    ValueError
        If a label is below 0, or k and above.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    ### BEGIN SOLUTION
    require(bool(np.all((labels >= 0) & (labels < k))), f"labels must lie from 0 to {k - 1}")
    return (labels[:, None] == np.arange(k)).astype(np.float64)
    ### END SOLUTION


def row_softmax(x: Array) -> Array:
    """Turn every row of scores into probabilities: exp(x[i, j]) over the sum of its row.

    Parameters
    ----------
    x : float ndarray of shape (N, K)
        Of any size: scores of 10,000 and of -10,000 give no overflow and no NaN.

    Returns
    -------
    ndarray of shape (N, K), of x's dtype
        Every row sums to 1.

    Raises
    ------
    ValueError
        If x does not have two axes, or its rows hold nothing (K = 0).

    Examples
    --------
    >>> row_softmax(np.array([[0.0, 0.0], [0.0, 10000.0]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    ### BEGIN SOLUTION
    require(x.ndim == 2 and x.shape[1] > 0, f"want rows of scores, got shape {x.shape}")
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


def first_max(x: Array) -> Array:
    """Mark the largest entry of every row; of equal ones, the first.

    Parameters
    ----------
    x : float ndarray of shape (N, K)

    Returns
    -------
    bool ndarray of shape (N, K)
        True once a row.

    Raises
    ------
    ValueError
        If x does not have two axes, or its rows hold nothing (K = 0).

    Examples
    --------
    >>> first_max(np.array([[1.0, 5.0, 5.0], [-3.0, -2.0, -9.0]]))
    array([[False,  True, False],
           [False,  True, False]])
    """
    ### BEGIN SOLUTION
    require(x.ndim == 2 and x.shape[1] > 0, f"want rows of numbers, got shape {x.shape}")
    return x.argmax(axis=1)[:, None] == np.arange(x.shape[1])
    ### END SOLUTION


# %% [markdown]
# ## Products and sums by index


# %%
def batched_matvec(A: Array, x: Array) -> Array:
    """Multiply each matrix of a stack by its own vector.

    Parameters
    ----------
    A : float ndarray of shape (B, N, M)
    x : float ndarray of shape (B, M), of A's dtype

    Returns
    -------
    ndarray of shape (B, N), of A's dtype
        Row b is A[b] @ x[b].

    Raises
    ------
    ValueError
        If the shapes are not as above: B and M must be the same in both, 1 does not stretch.

    Examples
    --------
    >>> A = np.array([[[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [1.0, 0.0]]])
    >>> batched_matvec(A, np.array([[1.0, 1.0], [5.0, 6.0]]))
    array([[3., 7.],
           [6., 5.]])
    """
    ### BEGIN SOLUTION
    require(A.ndim == 3 and x.ndim == 2, f"want 3 and 2 axes, got shapes {A.shape} and {x.shape}")
    require(x.shape == (A.shape[0], A.shape[2]), f"{A.shape} and {x.shape} do not fit together")
    return (A @ x[:, :, None])[:, :, 0]  # (B, N, M) @ (B, M, 1) -> (B, N, 1) -> (B, N)
    ### END SOLUTION


def scatter_add(n: int, idx: Array, v: Array) -> Array:
    """Add rows up by index: start from zeros, add v[i] to row idx[i].

    Parameters
    ----------
    n : int >= 0
        The rows of the result.
    idx : int64 ndarray of shape (K,)
        From 0 to n - 1. An index may come twice: then both rows are added.
    v : float ndarray of shape (K,) or (K, D)

    Returns
    -------
    ndarray of shape (n,) or (n, D), of v's dtype

    Raises
    ------
    ValueError
        If an index is below 0, or n and above, or there is not one index for each row of v.

    Examples
    --------
    >>> scatter_add(4, np.array([2, 0, 2]), np.array([1.0, 10.0, 100.0]))
    array([ 10.,   0., 101.,   0.])
    """
    ### BEGIN SOLUTION
    require(idx.shape == v.shape[:1], f"{idx.shape} indices for values of shape {v.shape}")
    require(bool(np.all((idx >= 0) & (idx < n))), f"indices must lie from 0 to {n - 1}")
    out = np.zeros((n, *v.shape[1:]), v.dtype)
    np.add.at(out, idx, v)
    return out
    ### END SOLUTION


# %% [markdown]
# ## Windows
#
# `sliding_window_view(x, k)` lists all windows of an array without copying a number.


# %%
def running_mean(x: Array, w: int) -> Array:
    """Mean of every w entries in a row.

    Parameters
    ----------
    x : float ndarray of shape (T,)
    w : int, 1 <= w <= T

    Returns
    -------
    ndarray of shape (T - w + 1,), of x's dtype
        Entry i is the mean of x[i : i + w], computed from these entries alone: a huge number
        spoils no window that does not hold it.

    Raises
    ------
    ValueError
        If x does not have exactly one axis, or w is below 1 or above T.

    Examples
    --------
    >>> running_mean(np.array([1.0, 3.0, 5.0, 1.0]), 2)
    array([2., 4., 3.])
    """
    ### BEGIN SOLUTION
    require(x.ndim == 1 and 1 <= w <= len(x), f"no windows of {w} in an array of shape {x.shape}")
    return sliding_window_view(x, w).mean(axis=1)
    ### END SOLUTION


def patches(x: Array, k: int) -> Array:
    """All windows of k x k of an image.

    Parameters
    ----------
    x : ndarray of shape (H, W)
    k : int, 1 <= k <= H and W

    Returns
    -------
    ndarray of shape (H - k + 1, W - k + 1, k, k), of x's dtype
        Entry y, z is x[y : y + k, z : z + k]. It may be a view of x.

    Raises
    ------
    ValueError
        If x does not have two axes, k is below 1, or no window fits.

    Examples
    --------
    >>> patches(np.arange(6.0).reshape(2, 3), 2)
    array([[[[0., 1.],
             [3., 4.]],
    <BLANKLINE>
            [[1., 2.],
             [4., 5.]]]])
    """
    ### BEGIN SOLUTION
    require(x.ndim == 2 and 1 <= k <= min(x.shape), f"no windows of {k} in shape {x.shape}")
    return sliding_window_view(x, (k, k))
    ### END SOLUTION


# %% [markdown]
# ## Masks and scales


# %%
def causal_mask(t: int) -> Array:
    """Which of t positions each of them may look at: itself, and those before it.

    Parameters
    ----------
    t : int >= 0

    Returns
    -------
    bool ndarray of shape (t, t)
        Entry i, j is True where j <= i.

    Raises
    ------
    ValueError
        If t is below 0.

    Examples
    --------
    >>> causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])
    """
    ### BEGIN SOLUTION
    require(t >= 0, f"there are no {t} positions")
    return np.arange(t)[:, None] >= np.arange(t)
    ### END SOLUTION


def standardise(x: Array) -> Array:
    """Shift and scale every column to mean 0 and standard deviation 1.

    Parameters
    ----------
    x : float ndarray of shape (N, D)

    Returns
    -------
    ndarray of shape (N, D), of x's dtype
        The deviation is that of the N entries themselves: the root of the mean of their squared
        distances from the mean. No epsilon is added, however small it is; a column whose entries
        are all equal becomes 0.

    Raises
    ------
    ValueError
        If x does not have two axes, or there is no row.

    Examples
    --------
    >>> standardise(np.array([[1.0, 7.0], [3.0, 7.0]]))
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    ### BEGIN SOLUTION
    require(x.ndim == 2 and len(x) > 0, f"want rows of numbers, got shape {x.shape}")
    varies = x.max(axis=0) > x.min(axis=0)  # of equal entries x.std() need not be quite 0
    return np.divide(x - x.mean(axis=0), x.std(axis=0), out=np.zeros_like(x), where=varies)
    ### END SOLUTION
