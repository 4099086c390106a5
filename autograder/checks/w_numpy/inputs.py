"""What each function of the warm-up is called with: drawn shapes, and where formulas may fail."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics.tensors import draw_numbers

Rng = np.random.Generator
Arguments = list[Any]  # arrays, numbers; a list of numbers is a shape
Draw = Callable[[Rng, int, int, int], Arguments]
CLASSES, FAR, TINY, SPIKE = 3, 1e6, 1e-6, 1e12
WINDOW = 2  # of patches and running means: it is the same for large inputs


def _draw_labels(rng: Rng, count: int, classes: int) -> NDArray[np.int64]:
    return rng.integers(0, classes, (count,)) if count else np.zeros(0, np.int64)


def _draw_tied(rng: Rng, count: int, wide: int) -> NDArray[np.float64]:
    """Return rows in which the largest number often stands twice, and may be below 0."""
    return rng.integers(-3, 0, (count, wide)).astype(np.float64)


def _draw_scattered(rng: Rng, rows: int, v: NDArray[np.float64]) -> Arguments:
    """Return rows of `v` with an index for each; the first index comes twice."""
    idx = _draw_labels(rng, len(v), max(rows, 1))
    idx[-1:] = idx[:1]
    return [rows, idx, v]


def _draw_image(rng: Rng, high: int, wide: int) -> Arguments:
    x = draw_numbers(rng, (high, wide))
    return [x, min(WINDOW, *x.shape)]


def _draw_curve(rng: Rng, length: int) -> Arguments:
    x = draw_numbers(rng, (length,))
    return [x, min(WINDOW, len(x))]


DRAWS: dict[str, Draw] = {  # of three sizes
    "outer": lambda rng, n, m, _: [draw_numbers(rng, (n,)), draw_numbers(rng, (m,))],
    "pairwise_sq_dist": lambda rng, n, m, d: [
        draw_numbers(rng, (n, d)),
        draw_numbers(rng, (m, d)),
    ],
    "unbroadcast": lambda rng, n, m, d: [draw_numbers(rng, (n, m, d)), [m, 1]],
    "one_hot": lambda rng, n, _, d: [_draw_labels(rng, n, d), d],
    "row_softmax": lambda rng, n, _, d: [draw_numbers(rng, (n, d))],
    "first_max": lambda rng, n, _, d: [_draw_tied(rng, n, d)],
    "batched_matvec": lambda rng, n, m, d: [
        draw_numbers(rng, (n, m, d)),
        draw_numbers(rng, (n, d)),
    ],
    "scatter_add": lambda rng, n, m, d: _draw_scattered(rng, n, draw_numbers(rng, (m, d))),
    "running_mean": lambda rng, n, *_: _draw_curve(rng, n),
    "patches": lambda rng, n, m, _: _draw_image(rng, n, m),
    "causal_mask": lambda _, n, *__: [n],
    "standardise": lambda rng, n, _, d: [draw_numbers(rng, (n, d))],
}
EMPTY = {  # which of the three sizes may be 0
    "outer": (0, 1),
    "pairwise_sq_dist": (0, 1, 2),
    "unbroadcast": (0,),
    "one_hot": (0,),
    "row_softmax": (0,),
    "first_max": (0,),
    "batched_matvec": (0, 1, 2),
    "scatter_add": (1, 2),
    "causal_mask": (0,),
}


def _far_points(rng: Rng) -> list[Arguments]:
    near = draw_numbers(rng, (7, 2))
    return [[FAR + near[:3], FAR + near[3:]], [near[:3], near[:3]]]


def _stretched(rng: Rng) -> list[Arguments]:
    g = draw_numbers(rng, (4, 3, 5))
    n, m, d = g.shape
    shapes = [(n, m, d), (n, 1, d), (1, m, 1), (1, 1, 1), (m, d), (1, d), (d,), (1,), ()]
    return [[g, [*shape]] for shape in shapes]


def _few_classes(rng: Rng) -> list[Arguments]:
    labels = _draw_labels(rng, 6, CLASSES)
    return [[labels, CLASSES + 4], [np.zeros_like(labels), 1], [np.full_like(labels, 2), CLASSES]]


def _large_scores(rng: Rng) -> list[Arguments]:
    x = draw_numbers(rng, (3, 4))
    rows = np.array([[1e4], [-1e4], [0.0]])[: len(x)]
    return [[x + rows], [1e4 * x]]


def _equal_and_negative(rng: Rng) -> list[Arguments]:
    x = draw_numbers(rng, (4, 5))
    return [[np.full_like(x, 2.0)], [-np.abs(x)], [np.zeros_like(x)]]


def _square_stack(rng: Rng) -> list[Arguments]:
    return [[draw_numbers(rng, (3, 3, 3)), draw_numbers(rng, (3, 3))]]


def _vectors_and_repeats(rng: Rng) -> list[Arguments]:
    v = draw_numbers(rng, (6,))
    return [
        _draw_scattered(rng, 4, v),
        [2, np.ones(len(v), np.int64), v],
        [0, np.zeros(0, np.int64), np.zeros(0)],
    ]


def _spikes(rng: Rng) -> list[Arguments]:
    x = draw_numbers(rng, (9,))
    spoilt = np.concatenate([[SPIKE], x])
    return [[x, 1], [x, len(x)], [x, (len(x) + 1) // 2], [spoilt, 2]]


def _other_windows(rng: Rng) -> list[Arguments]:
    x = draw_numbers(rng, (4, 6))
    return [[x, 1], [x, min(3, *x.shape)], [x, min(x.shape)], [x.T, min(x.shape)]]


def _short(_: Rng) -> list[Arguments]:
    return [[1], [2]]


def _odd_columns(rng: Rng) -> list[Arguments]:
    """Return columns far from 0, of tiny spread, and of equal entries: also such as round apart."""
    x = draw_numbers(rng, (5, 4))
    scales, shifts = np.array([1.0, TINY, 0.0, 0.0]), np.array([FAR, 0.0, 0.0, -2.5])
    rounded = np.full((3, 2), 0.1)
    return [[x * scales[: x.shape[1]] + shifts[: x.shape[1]]], [np.full_like(x, 3.0)], [rounded]]


EDGES: dict[str, Callable[[Rng], list[Arguments]]] = {  # where a formula may fail
    "outer": lambda _: [],
    "pairwise_sq_dist": _far_points,
    "unbroadcast": _stretched,
    "one_hot": _few_classes,
    "row_softmax": _large_scores,
    "first_max": _equal_and_negative,
    "batched_matvec": _square_stack,
    "scatter_add": _vectors_and_repeats,
    "running_mean": _spikes,
    "patches": _other_windows,
    "causal_mask": _short,
    "standardise": _odd_columns,
}
