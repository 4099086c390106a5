"""Reductions: every axis, both ``keepdims``."""

import numpy as np
import pytest

from autograder.checks.m3_tensor_autograd.common import (
    Measure,
    Rng,
    Rows,
    agrees,
    answers,
    cases,
    part,
    programs,
)
from autograder.judge.questions import Ask
from autograder.numerics.compare import as_floats, brief, close
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import make_case


def _reductions(name: str) -> Rows:
    """Return a case for every axis and keepdims."""
    axes = ("None", "0", "1", "2", "-1", "(0, 1)", "(0, 2)", "(1, 2)", "(-1, 0)", "(0, 1, 2)")
    all_axes = [
        (f"out = x.{name}(axis={axis}, keepdims={keepdims})", "x:p,n,m")
        for axis in axes
        for keepdims in ("False", "True")
    ]
    return [*all_axes, (f"out = x.{name}()", "x:n,m"), (f"out = y * x.{name}(1)", "x:n,m y:n")]


REDUCTIONS = [
    programs("sum_axes", "Tensor.sum", *_reductions("sum")),
    programs("mean_axes", "Tensor.mean", *_reductions("mean")),
    programs("max_axes", "Tensor.max", *_reductions("max")),
]


@pytest.mark.parametrize("rows", REDUCTIONS)
def check_reduction(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))
    if rows[0][0].startswith("out = x.max("):
        _require_shares(ask, rng)


def _require_shares(ask: Ask, rng: Rng) -> None:
    """Fail where equal largest elements get more than the cotangent; one may have it all."""
    x = rng.permuted(np.array([[2.0, 2.0, 2.0, 1.0], [2.0, 2.0, 1.0, 0.0]]), axis=1)
    case = make_case(rng, "out = x.max(axis=1)", {"x": x}, {})
    (answer,) = answers(ask, [case])
    what = f"{case.program} where x = {brief(x)}, with the cotangent {brief(case.cotangent)}"
    close(part(answer, "out"), x.max(axis=1), f"{what}: out")
    grad = as_floats(part(part(answer, "grads"), "x"), x.shape, f"{what}: x.grad")
    is_shared = np.allclose(grad.sum(axis=1), case.cotangent) and not grad[x < 2.0].any()
    if not is_shared:
        raise WrongAnswer(
            f"{what}: x.grad is {brief(grad)}; wanted that the largest elements of each row share "
            "its cotangent, or that one of them has it"
        )
