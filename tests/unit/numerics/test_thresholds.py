"""A result is judged, noted beside its threshold, and found again."""

import math

import pytest

from autograder.numerics.failure import Missed
from autograder.numerics.thresholds import (
    AT_LEAST,
    AT_MOST,
    TRIES,
    Result,
    at_least,
    at_most,
    find_results,
    note_result,
    time_epochs,
    try_again,
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
    with pytest.raises(Missed, match=r"94\.96% of 5 images are right, wanted at least 95%"):
        at_least(measure, "accuracy", 0.9496, 0.95, "5 images")
    with pytest.raises(Missed, match=r"the loss is 0\.02, wanted at most 0\.01"):
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
    with pytest.raises(Missed, match="is inf"):
        at_most({}, "loss", math.inf, 1.0, "the loss")


def test_an_epoch_is_a_share_of_the_time() -> None:
    clock: dict[str, float] = {}
    with time_epochs(clock, 1000):
        pass
    assert 0 <= clock["seconds_per_epoch"] < 0.01


@pytest.mark.parametrize(
    ("got", "told"),
    [
        (0.946, "94.60% of 1,000 images are right, wanted at least 95%: near; train longer"),
        (0.9, "90.00% of 1,000 images are right, wanted at least 95%: near; train longer"),
        (0.89, "89.00% of 1,000 images are right, wanted at least 95%"),
    ],
)
def test_a_share_that_is_nearly_enough_is_called_near(got: float, told: str) -> None:
    with pytest.raises(Missed) as caught:
        at_least({}, "accuracy", got, 0.95, "1,000 images", "train longer")
    assert caught.value.message == told


@pytest.mark.parametrize(
    ("got", "told"),
    [
        (0.014, "the loss is 0.014, wanted at most 0.01: near"),
        (0.016, "the loss is 0.016, wanted at most 0.01"),
        (math.nan, "the loss is nan, wanted at most 0.01"),
    ],
)
def test_a_loss_that_is_nearly_small_enough_is_called_near(got: float, told: str) -> None:
    with pytest.raises(Missed) as caught:
        at_most({}, "loss", got, 0.01, "the loss")
    assert caught.value.message == told


def test_what_is_reached_is_not_near() -> None:
    assert not Result("loss", 0.01, AT_MOST, 0.01).is_near
    assert not Result("accuracy", 0.95, AT_LEAST, 0.95).is_near


def test_an_unlucky_run_is_made_again_and_noted() -> None:
    measure: dict[str, float] = {}
    losses = iter([0.5, 0.2, 0.009, 0.001])
    assert try_again(measure, "loss", AT_MOST, 0.01, lambda: next(losses)) == 0.009
    assert measure == {"first_loss": 0.5}
    assert next(losses) == 0.001  # not asked for


def test_a_lucky_run_is_the_only_one() -> None:
    measure: dict[str, float] = {}
    shares = iter([0.95, 0.1])
    assert try_again(measure, "accuracy", AT_LEAST, 0.95, lambda: next(shares)) == 0.95
    assert (measure, next(shares)) == ({}, 0.1)


def test_work_that_never_gets_there_is_tried_a_few_times() -> None:
    losses: list[float] = []

    def train() -> float:
        losses.append(0.5 + len(losses))
        return losses[-1]

    assert try_again({}, "loss", AT_MOST, 0.01, train) == losses[-1]
    assert len(losses) == TRIES == 3
