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
    raise NotImplementedError("unit w: outer")


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
    raise NotImplementedError("unit w: pairwise_sq_dist")


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
    raise NotImplementedError("unit w: unbroadcast")


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
    raise NotImplementedError("unit w: one_hot")


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
    raise NotImplementedError("unit w: row_softmax")


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
    raise NotImplementedError("unit w: first_max")


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
    raise NotImplementedError("unit w: batched_matvec")


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
    raise NotImplementedError("unit w: scatter_add")


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
    raise NotImplementedError("unit w: running_mean")


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
    raise NotImplementedError("unit w: patches")


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
    raise NotImplementedError("unit w: causal_mask")


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
    raise NotImplementedError("unit w: standardise")
