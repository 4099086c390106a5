"""Milestone 3: what its first operations are asked, and what a right gradient of max may be."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.checks.m3_tensor_autograd.operations import AT_EDGES, OPERATIONS
from tests.conftest import ROOT, Judge


def test_operations_are_asked_before_broadcasting_with_operands_of_one_shape() -> None:
    """Who has not written `unbroadcast` yet is right so far."""
    rows = [row for param in OPERATIONS for row in param.values[0]]
    rows += [row for param in AT_EDGES for row in param.values[0][0]]
    assert len(rows) > 20
    for program, inputs in rows:
        shapes = {part.partition(":")[2] for part in inputs.split()}
        assert len(shapes) == 1, (program, inputs)


@pytest.mark.parametrize(
    ("share", "status"),
    [
        ("np.cumsum(largest, axis=axis) * largest == 1 if axis == 1 else SHARED", "passed"),
        ("SHARED", "passed"),
        ("largest.astype(x.dtype)", "failed"),
        ("SHARED * 0.5", "failed"),
    ],
)
def test_equal_largest_elements_share_or_one_has_it_all(
    judge: Judge, write: Callable[..., Path], share: str, status: str
) -> None:
    source = (ROOT / "solutions/m3_tensor_autograd/tensor.py").read_text()
    own = re.search(r"share = (.*)\n", source)
    assert own
    share = share.replace("SHARED", f"({own[1]})")
    text = source.replace(own[0], f"share = {share}\n")
    (check,) = judge(
        write(tensor=text), "m3", hidden=False, only=frozenset({"m3.max_axes"})
    ).score.checks
    assert check.status == status
