"""Comparing what a worker sent with what was wanted: forms first, numbers after."""

from typing import Any

import numpy as np
import pytest

from autograder.numerics.compare import (
    as_floats,
    brief,
    close,
    close_at,
    relative_errors,
    require_list,
    same,
)
from autograder.numerics.failure import WrongAnswer


@pytest.mark.parametrize(
    ("got", "shape", "message"),
    [
        (True, (), "x: got True, wanted a number"),
        ([True, False], (2,), "x: got [True, False], wanted numbers of shape (2,)"),
        (None, (), "x: got None, wanted a number"),
        ("1.0", (), "x: got '1.0', wanted a number"),
        (1j, (), "x: got 1j, wanted a number"),
        ({}, (), "x: got {}, wanted a number"),
        ([1.0, 2.0], (3,), "x: got shape (2,), wanted (3,)"),
        ([1.0], (), "x: got shape (1,), wanted ()"),
        ([[1.0], [2.0, 3.0]], (2, 2), "x: got lists of unequal length, wanted shape (2, 2)"),
        (float("nan"), (), "x: got nan, wanted finite numbers"),
        ([1.0, float("inf")], (2,), "x: got [1, inf], wanted finite numbers"),
        (10**400, (), f"x: got {repr(10**400)[:200]}, wanted a number"),
    ],
)  # fmt: skip
def test_what_is_no_finite_number_of_the_shape_fails(
    got: Any, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(WrongAnswer) as failed:
        as_floats(got, shape, "x")
    assert failed.value.message == message


@pytest.mark.parametrize("got", [2, np.float32(2.0), np.int64(2), np.array(2, np.uint8)])
def test_numbers_of_every_kind_become_float64(got: Any) -> None:
    array = as_floats(got, (), "x")
    assert (array.dtype, float(array)) == (np.dtype(np.float64), 2.0)


def test_errors_are_relative_to_large_numbers_and_absolute_near_zero() -> None:
    got, want = np.array([1e6 + 1.0, 1e-3, -5.0]), np.array([1e6, 0.0, -4.0])
    np.testing.assert_allclose(relative_errors(got, want), [1e-6, 1e-3, 0.25])


def test_close_returns_the_largest_error() -> None:
    assert close([1.0, 2.0 + 1e-7], [1.0, 2.0], "x") == pytest.approx(5e-8)
    assert close([], np.zeros(0), "x") == 0.0


@pytest.mark.parametrize("off", [1.1e-6, -1.1e-6])
def test_close_fails_just_above_its_tolerance(off: float) -> None:
    close([1.0, 0.5 + off * 0.8], [1.0, 0.5], "x")
    with pytest.raises(WrongAnswer):
        close([1.0, 0.5 + off], [1.0, 0.5], "x")


def test_close_names_the_worst_entry_and_keeps_both_sides() -> None:
    with pytest.raises(WrongAnswer) as failed:
        close([[1.0, 2.5], [3.0, 9.0]], [[1.0, 2.0], [3.0, 4.0]], "w.grad", 0.01, " at a = 1")
    assert failed.value.message == "w.grad[1, 1] is 9, wanted 4 at a = 1"
    assert (failed.value.want, failed.value.near) == ([[1.0, 2.0], [3.0, 4.0]], 0.01)
    assert failed.value.got == [[1.0, 2.5], [3.0, 9.0]]


def test_an_index_goes_where_the_braces_are() -> None:
    with pytest.raises(WrongAnswer, match=r"^weight 1 of x is 3, wanted 2$"):
        close([1.0, 3.0], [1.0, 2.0], "weight {} of x")


def test_close_at_names_the_point_of_the_worst_entry() -> None:
    points = np.array([[1.0, 2.0], [3.0, 4.0]])
    got, want = [[2.0, 1.0], [12.0, 5.0]], [[2.0, 1.0], [12.0, 4.0]]
    assert close_at(want, want, ["a.grad", "b.grad"], ["a", "b"], points) == 0.0
    with pytest.raises(WrongAnswer, match=r"^b.grad is 5, wanted 4 at a = 3, b = 4$"):
        close_at(got, want, ["a.grad", "b.grad"], ["a", "b"], points)


@pytest.mark.parametrize(("got", "want"), [(True, 1), (1, True), (1.0, 1), ("a", "b"), ([1], (1,))])
def test_same_wants_type_and_value(got: Any, want: Any) -> None:
    same(want, want, "x")
    with pytest.raises(WrongAnswer, match="^x is "):
        same(got, want, "x")


def test_listed_wants_a_list_of_the_length() -> None:
    assert require_list([1, 2], 2, "rows") == [1, 2]
    with pytest.raises(WrongAnswer, match="^rows: got 3 of them, wanted 2$"):
        require_list([1, 2, 3], 2, "rows")
    with pytest.raises(WrongAnswer, match="^rows: got 'ab', wanted 2$"):
        require_list("ab", 2, "rows")


def test_long_lists_are_cut_and_counted() -> None:
    assert brief([0.5] * 9) == f"[{', '.join(['0.5'] * 8)}, ... 9 in all]"
    assert brief(np.array([1.0, 2.0])) == "[1, 2]"
