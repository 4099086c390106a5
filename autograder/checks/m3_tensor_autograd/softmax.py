"""``softmax`` and ``log_softmax``."""

import numpy as np
import pytest

from autograder.checks.m3_tensor_autograd.common import (
    Measure,
    Rng,
    Rows,
    agrees,
    cases,
    matches,
    programs,
)
from autograder.checks.m3_tensor_autograd.operations import MANY
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.tensors import draw_numbers, make_case

SOFTMAX = [
    programs(
        "softmax",
        "Tensor.softmax",
        ("out = x.softmax()", "x:n,m"),
        ("out = x.softmax(axis=0)", "x:n,m"),
        ("out = x.softmax()", "x:k"),
        ("out = x.softmax(axis=1)", "x:p,n,m"),
        ("out = x.softmax(axis=-2) * y", "x:p,n,m y:m"),
    ),
    programs(
        "log_softmax",
        "Tensor.log_softmax",
        ("out = x.log_softmax()", "x:n,m"),
        ("out = x.log_softmax(axis=0)", "x:n,m"),
        ("out = x.log_softmax()", "x:k"),
        ("out = x.log_softmax(axis=1)", "x:p,n,m"),
        ("out = x.log_softmax(axis=-2) * y", "x:p,n,m y:m"),
    ),
]


@pytest.mark.parametrize("rows", SOFTMAX)
def check_softmax(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))


@check("Tensor.softmax Tensor.log_softmax Tensor.tanh Tensor.sigmoid")
def check_large_inputs(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    scales = np.array([[1e4], [1.0], [-1e4], [300.0]])
    rows = scales + draw_numbers(rng, (4, 3))
    far = rng.permutation([1e4, -1e4, 50.0]) + draw_numbers(rng, (3,))
    programs = {
        "out = x.softmax()": rows,
        "out = x.log_softmax()": rows,
        "out = x.softmax(axis=0)": rows.T,
        "out = x.sigmoid()": 0.08 * scales,
        "out = x.tanh()": 0.08 * scales,
        "out = x.softmax() * 2": far,
        "out = x.log_softmax() * 1e-3": far,
    }
    cases = [make_case(rng, program, {"x": x}, {}) for program, x in programs.items()]
    agrees(ask, measure, cases)
    if visibility == "public":
        many = rng.permutation(np.linspace(-1e4, 1e4, MANY[0]))[:, None] + draw_numbers(rng, MANY)
        case = make_case(rng, "out = x.softmax()", {"x": many}, {})
        share = case.out()
        mean = (case.cotangent * share).sum(axis=1, keepdims=True)
        matches(ask, measure, [case], [(share, {"x": share * (case.cotangent - mean)})])
