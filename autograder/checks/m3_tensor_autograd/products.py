"""Matrix products."""

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

PRODUCTS = [
    programs(
        "matmul",
        "Tensor.__matmul__",
        ("out = x @ y", "x:n,k y:k,m"),
        ("out = x @ y", "x:p,m y:m,n"),
        ("out = x @ y @ z", "x:n,k y:k,p z:p,m"),
    ),
    programs(
        "matmul_stacks",
        "Tensor.__matmul__",
        ("out = x @ y", "x:3,3,3 y:3,3,3"),
        ("out = x @ y", "x:p,n,k y:p,k,m"),
        ("out = x @ y", "x:p,n,k y:k,m"),
        ("out = x @ y", "x:n,k y:p,k,m"),
        ("out = x @ y", "x:p,1,n,k y:m,k,4"),
        ("out = x @ y", "x:1,n,k y:p,k,m"),
        ("out = x @ y", "x:p,m,n,k y:p,m,k,2"),
    ),
    programs(
        "matmul_vectors",
        "Tensor.__matmul__",
        ("out = x @ y", "x:k y:k,m"),
        ("out = x @ y", "x:n,k y:k"),
        ("out = x @ y", "x:k y:k"),
        ("out = x @ y", "x:p,n,k y:k"),
        ("out = x @ y", "x:k y:p,k,m"),
    ),
    programs(
        "matmul_shared",
        "Tensor.__matmul__",
        ("out = x @ y + x @ z", "x:n,k y:k,m z:k,m"),
        ("out = (x @ y) @ (x @ y).T", "x:n,k y:k,m"),
        ("out = x @ x.T", "x:n,k"),
        ("out = x @ x", "x:n,n"),
    ),
]


@pytest.mark.parametrize("rows", PRODUCTS)
def check_product(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))
