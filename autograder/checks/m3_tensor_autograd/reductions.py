"""Reductions: every axis, both ``keepdims``."""

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
