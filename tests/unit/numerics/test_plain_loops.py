"""The judge's twelve functions of the warm-up: NumPy's own numbers, and some done by hand."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from autograder.numerics import plain_loops

RNG = np.random.default_rng(3)
A, B, X = RNG.normal(size=(3, 2)), RNG.normal(size=(4, 2)), RNG.normal(size=(5, 4))
G, STACK = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(3, 5, 2))
LABELS = np.array([2, 0, 2, 1])


def test_products_are_numpys() -> None:
    assert np.allclose(plain_loops.outer(A[:, 0], B[:, 1]), np.outer(A[:, 0], B[:, 1]))
    assert np.allclose(plain_loops.batched_matvec(STACK, A), np.einsum("bnm,bm->bn", STACK, A))
    distances = ((A[:, None] - B) ** 2).sum(axis=2)
    assert np.allclose(plain_loops.pairwise_sq_dist(A, B), distances)


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (1, 4), (2, 3, 4), (2, 1, 1), (1, 3, 1)])
def test_what_broadcasting_repeats_is_summed(shape: tuple[int, ...]) -> None:
    sums = plain_loops.unbroadcast(G, shape)
    x = RNG.normal(size=shape)
    assert sums.shape == shape
    assert np.isclose((np.broadcast_to(x, G.shape) * G).sum(), (x * sums).sum())


def test_rows_of_labels_and_scores() -> None:
    assert plain_loops.one_hot(LABELS, 3).tolist() == np.eye(3)[LABELS].tolist()
    assert np.allclose(plain_loops.row_softmax(X), np.exp(X) / np.exp(X).sum(axis=1)[:, None])
    assert plain_loops.row_softmax(np.array([[1e4, 0.0], [-1e4, -1e4]])).tolist() == [
        [1, 0],
        [0.5, 0.5],
    ]
    marked = plain_loops.first_max(np.array([[1.0, 5.0, 5.0], [-2.0, -3.0, -2.0]]))
    assert marked.tolist() == [[False, True, False], [True, False, False]]


def test_rows_are_added_by_index() -> None:
    wanted = np.zeros((3, 4))
    np.add.at(wanted, LABELS, X[:4])
    assert np.allclose(plain_loops.scatter_add(3, LABELS, X[:4]), wanted)
    assert plain_loops.scatter_add(2, np.array([1, 1]), np.array([1.0, 2.0])).tolist() == [0, 3]


def test_windows_are_numpys() -> None:
    means = sliding_window_view(X[:, 0], 2).mean(axis=1)
    assert np.allclose(plain_loops.running_mean(X[:, 0], 2), means)
    assert np.array_equal(plain_loops.patches(X, 3), sliding_window_view(X, (3, 3)))


def test_masks_and_columns() -> None:
    assert np.array_equal(plain_loops.causal_mask(4), np.tri(4, dtype=bool))
    got = plain_loops.standardise(np.column_stack([X, np.full(5, 0.1)]))
    assert np.allclose(got[:, :4], (X - X.mean(axis=0)) / X.std(axis=0))
    assert got[:, 4].tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("result", "shape"),
    [
        (plain_loops.outer(np.zeros(0), B[:, 0]), (0, 4)),
        (plain_loops.pairwise_sq_dist(A[:0], B), (0, 4)),
        (plain_loops.pairwise_sq_dist(A[:, :0], B[:, :0]), (3, 4)),
        (plain_loops.unbroadcast(G[:0], (3, 1)), (3, 1)),
        (plain_loops.one_hot(LABELS[:0], 3), (0, 3)),
        (plain_loops.row_softmax(X[:0]), (0, 4)),
        (plain_loops.batched_matvec(STACK[:0], A[:0]), (0, 5)),
        (plain_loops.scatter_add(2, LABELS[:0], X[:0]), (2, 4)),
        (plain_loops.causal_mask(0), (0, 0)),
    ],
)
def test_what_is_empty_keeps_its_shape(result: np.ndarray, shape: tuple[int, ...]) -> None:
    assert result.shape == shape
    assert not result.any()
