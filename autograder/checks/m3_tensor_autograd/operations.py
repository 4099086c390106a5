"""One operation each, element by element."""

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

OPERATIONS = [
    programs("add", "Tensor.__add__", ("out = x + y", "x:n,m y:n,m"), ("out = x + y", "x:k y:k")),
    programs(
        "mul",
        "Tensor.__mul__",
        ("out = x * y", "x:n,m y:n,m"),
        ("out = x * y * z", "x:p,k y:p,k z:p,k"),
    ),
    programs("neg", "Tensor.__neg__", ("out = -x", "x:n,m"), ("out = -(-x) * y", "x:k y:k")),
    programs(
        "sub",
        "Tensor.__sub__",
        ("out = x - y", "x:n,m y:n,m"),
        ("out = (x - y) - z", "x:k y:k z:k"),
    ),
    programs(
        "div",
        "Tensor.__truediv__",
        ("out = x / y", "x:n,m y:n,m"),
        ("out = x / y / z", "x:k y:k z:k"),
    ),
    programs(
        "pow",
        "Tensor.__pow__",
        ("out = x ** 3", "x:n,m"),
        ("out = x ** 2", "x:k"),
        ("out = x ** -1", "x:n,m"),
        ("out = x ** 0.5", "x+:n,m"),
        ("out = x ** 1", "x:k"),
        ("out = x ** y", "x+:n,m y:n,m"),
        ("out = x ** y", "x+:n,m y:m"),
    ),
    programs("exp", "Tensor.exp", ("out = x.exp()", "x:n,m"), ("out = x.exp() * y", "x:k y:k")),
    programs("log", "Tensor.log", ("out = x.log()", "x+:n,m"), ("out = x.log() * y", "x+:k y:k")),
    programs(
        "sqrt", "Tensor.sqrt", ("out = x.sqrt()", "x+:n,m"), ("out = x.sqrt() * y", "x+:k y:k")
    ),
    programs("tanh", "Tensor.tanh", ("out = x.tanh()", "x:n,m"), ("out = x.tanh() * y", "x:k y:k")),
    programs("relu", "Tensor.relu", ("out = x.relu()", "x:n,m"), ("out = x.relu() * y", "x:k y:k")),
    programs(
        "sigmoid",
        "Tensor.sigmoid",
        ("out = x.sigmoid()", "x:n,m"),
        ("out = x.sigmoid() * y", "x:k y:k"),
    ),
]


@pytest.mark.parametrize("rows", OPERATIONS)
def check_operation(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))
