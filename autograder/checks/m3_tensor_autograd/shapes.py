"""The same elements in another arrangement."""

import pytest

from autograder.checks.m3_tensor_autograd.common import (
    Measure,
    Rng,
    Rows,
    agrees,
    cases,
    programs,
)
from autograder.judge.questions import Ask

SHAPES = [
    programs(
        "reshape",
        "Tensor.reshape",
        ("out = x.reshape({m}, {n})", "x:n,m"),
        ("out = x.reshape(-1)", "x:n,m"),
        ("out = x.reshape({p}, -1, {n}) * y", "x:n,p,m y:n"),
        ("out = x.reshape({n}, 1)", "x:n"),
        ("out = x.reshape(1) * 2", "x:"),
    ),
    programs(
        "transpose",
        "Tensor.transpose",
        ("out = x.transpose(1, 2, 0)", "x:n,m,k"),
        ("out = x.transpose(2, 0, 1)", "x:p,n,m"),
        ("out = x.transpose(0, 2, 1)", "x:n,m,k"),
        ("out = x.T", "x:n,m"),
        ("out = x.transpose()", "x:n,m,k"),
        ("out = x.T * y", "x:n,m,p y:n"),
        ("out = x.transpose(3, 1, 0, 2)", "x:p,n,m,3"),
        ("out = x.T", "x:n"),
    ),
    programs(
        "slices",
        "Tensor.__getitem__",
        ("out = x[1:]", "x:n,m"),
        ("out = x[:, ::2]", "x:n,m"),
        ("out = x[..., 0]", "x:p,n,m"),
        ("out = x[1] * y", "x:n,m y:m"),
        ("out = x[-1, 1:]", "x:n,m"),
        ("out = x[::-1]", "x:k"),
        ("out = x[:, None] * y", "x:n y:m"),
        ("out = x[1:] * x[:-1]", "x:k"),
    ),
    programs(
        "repeated_index",
        "Tensor.__getitem__",
        ("out = x[np.array([0, 2, 2])]", "x:n,m"),
        ("out = x[np.array([1, 1, 1, 0])] * y", "x:n y:4"),
        ("out = x[np.array([[0, 1], [1, 1]])]", "x:n,m"),
        ("out = x[np.array([0, 2, 0]), np.array([1, 0, 1])]", "x:n,m"),
        ("out = x[:, np.array([2, 2, 0])]", "x:p,m"),
        ("out = x[np.array([2, 0, 1])]", "x:n,m"),
    ),
    programs(
        "views",
        "Tensor.transpose Tensor.reshape Tensor.__getitem__",
        ("out = x.T.reshape({m}, {n})", "x:n,m"),
        ("out = x.T.reshape(-1) * y.T.reshape(-1)", "x:n,m y:n,m"),
        ("out = x.T @ y.T", "x:k,n y:m,k"),
        ("out = x[::2].T @ y[::2]", "x:n,m y:n,k"),
        ("out = x.T[1:].T.sum(axis=0)", "x:n,m"),
        ("out = (x.T + y).T.reshape(-1)", "x:n,m y:m,1"),
        ("out = x.transpose(1, 0, 2).reshape({n}, -1)", "x:p,n,m"),
    ),
]


@pytest.mark.parametrize("rows", SHAPES)
def check_shape(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))
