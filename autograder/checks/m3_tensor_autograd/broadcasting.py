"""Broadcasting, and operands that are not Tensors."""

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

BROADCAST = "unbroadcast Tensor.__add__ Tensor.__mul__ Tensor.__sub__ Tensor.__truediv__"
BROADCASTING = [
    programs(
        "broadcast_outer",
        "Tensor.__add__",
        ("out = x + y", "x:n,1 y:1,m"),
        ("out = x * y", "x:n,1 y:1,m"),
        ("out = x - y", "x:1,m y:n,1"),
        ("out = x / y", "x:n,1 y:1,m"),
        ("out = x + y", "x:n,m y:n,1"),
        ("out = x * y", "x:1,m y:n,m"),
        look=BROADCAST,
    ),
    programs(
        "broadcast_vector",
        "Tensor.__add__",
        ("out = x + y", "x:k y:p,n,k"),
        ("out = x * y", "x:p,n,k y:k"),
        ("out = x - y", "x:n,n y:n"),
        ("out = x / y", "x:m y:m,m"),
        ("out = x + y", "x:n,m y:m"),
        ("out = x * y", "x:n,k y:p,n,k"),
        ("out = x ** y", "x+:n,m y:m"),
        look=f"{BROADCAST} Tensor.__pow__",
    ),
    programs(
        "broadcast_scalar",
        "Tensor.__add__",
        ("out = x + y", "x: y:n,m"),
        ("out = x * y", "x:n,m y:"),
        ("out = x - y", "x: y:k"),
        ("out = x / y", "x:n,m y:"),
        ("out = x * y", "x: y:"),
        look=BROADCAST,
    ),
    programs(
        "size_one_axes",
        "Tensor.__mul__",
        ("out = x * y", "x:n,1,m y:k,1"),
        ("out = x + y", "x:1 y:n,m"),
        ("out = x * y", "x:1,1 y:1,1"),
        ("out = x - y", "x:1,n y:1,n"),
        ("out = x + y", "x:1,1,m y:n,k,1"),
        ("out = x / y", "x:1,n y:1"),
        look=BROADCAST,
    ),
    programs(
        "empty_axes",
        "Tensor.__add__",
        ("out = x + y", "x:0,m y:m"),
        ("out = x.sum(axis=0) + y", "x:0,m y:m"),
        ("out = (x * y).sum()", "x:0,m y:1"),
        ("out = x @ y", "x:0,k y:k,m"),
        ("out = x.relu().sum(axis=1)", "x:n,0"),
        ("out = x[2:2] * y", "x:n y:"),
        look=f"{BROADCAST} Tensor.sum Tensor.__matmul__ Tensor.relu Tensor.__getitem__",
    ),
    programs(
        "numbers",
        "Tensor.__radd__ Tensor.__rsub__ Tensor.__rmul__ Tensor.__rtruediv__ Tensor.__rpow__",
        ("out = x + 2.5", "x:n,m"),
        ("out = x - 3", "x:k"),
        ("out = x * 1.5", "x:n,m"),
        ("out = x / 4", "x:k"),
        ("out = 2.5 + x", "x:n,m"),
        ("out = 3 - x", "x:n,m"),
        ("out = 1.5 * x", "x:k"),
        ("out = 2 / x", "x:n,m"),
        ("out = 2 ** x", "x:k"),
        ("out = sum([x, x * y])", "x:k y:k"),
    ),
    programs(
        "arrays",
        "Tensor.__radd__ Tensor.__rsub__ Tensor.__rmul__ Tensor.__rmatmul__",
        ("out = A + x", "A:n,m x:n,m"),
        ("out = A - x", "A:n,m x:m"),
        ("out = A * x", "A:m x:n,m"),
        ("out = A / x", "A:n,1 x:1,m"),
        ("out = A @ x", "A:n,k x:k,m"),
        ("out = x + A", "x:n,m A:m"),
        ("out = x - A", "x:m A:n,m"),
        ("out = x / A", "x:n,1 A:m"),
        ("out = x @ A", "x:n,k A:k,m"),
        ("out = A * x * A", "A:p,n,m x:m"),
    ),
]


@pytest.mark.parametrize("rows", BROADCASTING)
def check_broadcasting(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))
