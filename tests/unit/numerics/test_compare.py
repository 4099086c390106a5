"""Comparing what a worker sent with what was wanted: forms first, numbers after."""

import re
from typing import Any

import numpy as np
import pytest

from autograder.numerics.compare import (
    all_true,
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
        ([1.0], (), "x: got shape (1,), wanted a number"),
        ([[1.0], [2.0, 3.0]], (2, 2), "x: got lists of unequal length, wanted shape (2, 2)"),
        (float("nan"), (), "x is nan, wanted a finite number"),
        ([1.0, float("inf")], (2,), "x[1] is inf, wanted a finite number"),
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


@pytest.mark.parametrize(
    ("got", "want", "message"),
    [
        (1.0 / 3.0 + 2e-6, 1.0 / 3.0, "x is 0.333335, wanted 0.333333"),
        (1.11111114, 1.1111111, "x is 1.11111114, wanted 1.1111111"),
        (
            float(np.float32(1.1112677)),
            1.111268,
            "x is 1.1112677, wanted 1.111268 (it differs by 3e-07 relative: computed in float32)",
        ),
        (2.0, 1.0, "x is 2, wanted 1"),
        (1.0 + 2**-52, 1.0, "x is 1.0000000000000002, wanted 1"),
        (float("nan"), 1.0, "x is nan, wanted 1"),
        (float("-inf"), 1e30, "x is -inf, wanted 1e+30"),
    ],
)
def test_two_numbers_that_differ_are_shown_so(got: float, want: float, message: str) -> None:
    with pytest.raises(WrongAnswer) as failed:
        close(got, want, "x", rtol=0.0)
    assert failed.value.message == message


@pytest.mark.parametrize(
    ("got", "want", "message"),
    [
        (1, 1.0, "x is 1, wanted 1.0"),
        ([0.1], [0.1000000001], "x is [0.1], wanted [0.1000000001]"),
        (True, 1, "x is True, wanted 1"),
    ],
)
def test_what_is_not_the_same_never_reads_the_same(got: Any, want: Any, message: str) -> None:
    with pytest.raises(WrongAnswer) as failed:
        same(got, want, "x")
    assert failed.value.message == message


def test_a_claim_that_does_not_hold_is_said_as_one() -> None:
    with pytest.raises(WrongAnswer, match="^it is not true that the layers are equal$"):
        same(False, True, "that the layers are equal")
    with pytest.raises(WrongAnswer, match="^it is true that fit was called$"):
        same(True, False, "whether fit was called")
    with pytest.raises(WrongAnswer, match="^that the layers are equal is None, wanted True$"):
        same(None, True, "that the layers are equal")


def test_conditions_that_do_not_hold_are_named() -> None:
    all_true([True, True], ["a", "b"], "not there")
    with pytest.raises(WrongAnswer, match="^b, c: not there$"):
        all_true([True, False, 1], ["a", "b", "c"], "not there")
    for got in (None, [True], "ab", [True] * 3):
        with pytest.raises(WrongAnswer, match="^wanted an answer about each of a, b, got "):
            all_true(got, ["a", "b"], "not there")


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("the loss of epoch {}", "the loss of each epoch: got shape (1,), wanted (2,)"),
        ("parameters()[{}] after a step", "parameters()[...] after a step: got shape (1,)"),
        ("entry [{}] of w1", "each entry of w1: got shape (1,), wanted (2,)"),
        ("the outputs of RNN: entry ", "the outputs of RNN: got shape (1,), wanted (2,)"),
        ("the gradient by x, which is 0, at entry ", "the gradient by x, which is 0: got shape"),
        ("shift(x, 1, 0): pixel ", "shift(x, 1, 0): got shape (1,), wanted (2,)"),
    ],
)
def test_a_template_is_filled_where_no_entry_is_meant(label: str, told: str) -> None:
    with pytest.raises(WrongAnswer, match=f"^{re.escape(told)}"):
        close([1.0], [1.0, 2.0], label)
    with pytest.raises(WrongAnswer, match=f"^{re.escape(told)}"):
        as_floats([1.0], (2,), label)


def test_the_program_of_several_labels_is_said_once() -> None:
    with pytest.raises(WrongAnswer, match=r"^p = a \* b: a.grad, b.grad: got None"):
        close_at(None, np.ones((1, 2)), ["p = a * b: a.grad", "p = a * b: b.grad"], ["a"], [[1.0]])


def test_what_is_not_finite_is_found_at_its_point() -> None:
    points = np.array([[1.0], [3.0]])
    with pytest.raises(WrongAnswer, match="^out is nan, wanted 4 at a = 3$"):
        close_at([[2.0], [float("nan")]], [[2.0], [4.0]], ["out"], ["a"], points)
