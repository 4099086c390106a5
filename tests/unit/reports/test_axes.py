"""Axes of pictures: ranges, ticks, and where points lie."""

import pytest

from autograder.reports.axes import span_axis


def test_an_axis_holds_its_numbers_and_has_round_ticks() -> None:
    axis = span_axis([-2.0, 3.0], 0.0, 100.0, margin=0.0)
    assert axis.ticks() == [
        (0.0, "-2"),
        (20.0, "-1"),
        (40.0, "0"),
        (60.0, "1"),
        (80.0, "2"),
        (100.0, "3"),
    ]
    assert axis.position(0.5) == 50.0
    assert axis.holds(3.0)
    assert not axis.holds(3.1)


def test_an_axis_may_run_downwards_as_heights_do_on_a_screen() -> None:
    axis = span_axis([0.0, 10.0], 200.0, 0.0, margin=0.1)
    assert (axis.low, axis.high) == (-1.0, 11.0)
    assert axis.position(-1.0) == 200.0
    assert axis.position(11.0) == 0.0


@pytest.mark.parametrize("numbers", [[], [0.25], [3.0, 3.0], [1e-300], [-7e12, -7e12], [0.1, 0.4]])
def test_every_axis_has_a_few_ticks(numbers: list[float]) -> None:
    axis = span_axis(numbers, 0.0, 300.0)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 8
    assert all(0.0 <= at <= 300.0 for at, _ in ticks)
    assert len({text for _, text in ticks}) == len(ticks)
    assert all(axis.holds(number) for number in numbers)


def test_what_is_far_outside_is_drawn_outside_but_not_so_far() -> None:
    axis = span_axis([0.0, 1.0], 0.0, 100.0, margin=0.0)
    assert (axis.position(1e300), axis.position(-1e300)) == (200.0, -100.0)
