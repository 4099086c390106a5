"""The form of what a worker sent: arrays among plain values, truths, and what an answer is called."""

from typing import Any

import numpy as np
import pytest

from autograder.numerics.compare import (
    as_floats,
    describe,
    is_equal,
    is_same_array,
    require_count,
    require_flags,
    same,
)
from autograder.numerics.failure import WrongAnswer

ARRAY = np.ones((2, 3))


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (ARRAY, 1),
        (ARRAY, [1, 1]),
        ([ARRAY], [1]),
        ([[1, ARRAY]], [[1, 1]]),
        ([np.zeros(0)], [0]),
        ([{"a": ARRAY}], [{"a": 1}]),
        ({"mean": np.ones(5, bool)}, {"mean": 0.0}),
        (float("nan"), float("nan")),
        (np.array([1]), 1),
    ],
)
def test_arrays_equal_nothing_and_raise_nothing(got: Any, want: Any) -> None:
    assert is_equal(got, want) is False
    with pytest.raises(WrongAnswer, match="^x is "):
        same(got, want, "x")


def test_an_array_without_axes_is_its_number() -> None:
    assert is_equal([np.array(2), {"a": np.array(0.5)}], [2, {"a": 0.5}])
    assert not is_equal(np.array(2.0), 2)


def test_arrays_are_the_same_by_their_numbers() -> None:
    assert is_same_array(ARRAY, ARRAY.copy())
    assert not is_same_array(ARRAY, ARRAY[:, :2])
    assert not is_same_array(ARRAY, 2 * ARRAY)
    assert not is_same_array([1.0, 1.0], [1.0, 1.0])
    assert not is_same_array(None, None)


def test_flags_are_a_list_of_truths() -> None:
    assert require_flags([True, False], "kept") == [True, False]
    for got in (None, True, [1, 0], [True, None], [ARRAY], ARRAY > 0):
        with pytest.raises(WrongAnswer, match="^kept: got .*, wanted a list of True and False$"):
            require_flags(got, "kept")


def test_a_count_is_a_whole_number() -> None:
    assert require_count(0, "passes") == 0
    for got in (None, True, 2.0, -1, "3", [3], ARRAY, np.array(3)):
        with pytest.raises(WrongAnswer, match="^passes: got .*, wanted how many there were$"):
            require_count(got, "passes")


def test_arrays_are_described_by_their_shape() -> None:
    assert describe(np.zeros((2, 0), np.uint8)) == "an array of integers of shape (2, 0)"
    assert describe([ARRAY, ARRAY]) == "a list of 2, each an array of numbers of shape (2, 3)"
    assert describe([np.ones(2), 3.0]) == "[[1, 1], 3]"
    assert describe(np.array(0.5)) == "0.5"


@pytest.mark.parametrize(
    ("got", "shape", "message"),
    [
        (np.ones(300, bool), (), "x: got an array of booleans of shape (300,), wanted a number"),
        (
            [np.ones(2, bool)] * 3,
            (3,),
            "x: got a list of 3, each an array of booleans of shape (2,), wanted numbers of shape (3,)",
        ),
        ([np.ones(2), np.ones(3)], (2, 2), "x: got lists of unequal length, wanted shape (2, 2)"),
    ],
)
def test_arrays_of_another_form_are_no_numbers(
    got: Any, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(WrongAnswer) as failed:
        as_floats(got, shape, "x")
    assert failed.value.message == message
