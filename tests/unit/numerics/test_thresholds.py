"""A result is judged, noted beside its threshold, and found again."""

import math

import pytest

from autograder.numerics.failure import WrongAnswer
from autograder.numerics.thresholds import (
    AT_LEAST,
    AT_MOST,
    Result,
    at_least,
    at_most,
    find_results,
    note_result,
    time_epochs,
)


def test_a_kept_threshold_is_noted_and_found() -> None:
    measure = {"error": 1e-9}
    at_least(measure, "accuracy", 0.96, 0.95, "100 images")
    at_most(measure, "loss", 0.001, 0.01, "the loss")
    assert measure == {
        "error": 1e-9, "accuracy": 0.96, "accuracy_at_least": 0.95, "loss": 0.001, "loss_at_most": 0.01,
    }  # fmt: skip
    assert find_results(measure) == [
        Result("accuracy", 0.96, AT_LEAST, 0.95), Result("loss", 0.001, AT_MOST, 0.01),
    ]  # fmt: skip


def test_a_missed_threshold_is_told_and_noted() -> None:
    measure: dict[str, float] = {}
    with pytest.raises(WrongAnswer, match=r"94\.96% of 5 images are right, wanted at least 95%"):
        at_least(measure, "accuracy", 0.9496, 0.95, "5 images")
    with pytest.raises(WrongAnswer, match=r"the loss is 0\.02, wanted at most 0\.01"):
        at_most(measure, "loss", 0.02, 0.01, "the loss")
    assert [result.is_reached for result in find_results(measure)] == [False, False]


@pytest.mark.parametrize("side", [AT_LEAST, AT_MOST])
def test_the_threshold_itself_passes(side: str) -> None:
    assert Result("x", 0.5, side, 0.5).is_reached


@pytest.mark.parametrize("side", [AT_LEAST, AT_MOST])
def test_nan_keeps_no_threshold_and_is_not_noted(side: str) -> None:
    measure: dict[str, float] = {}
    assert not note_result(measure, Result("loss", math.nan, side, 1.0))
    assert "loss" not in measure
    assert find_results(measure) == []


def test_infinite_loss_fails() -> None:
    with pytest.raises(WrongAnswer, match="is inf"):
        at_most({}, "loss", math.inf, 1.0, "the loss")


def test_an_epoch_is_a_share_of_the_time() -> None:
    clock: dict[str, float] = {}
    with time_epochs(clock, 1000):
        pass
    assert 0 <= clock["seconds_per_epoch"] < 0.01
