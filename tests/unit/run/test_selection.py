"""What was typed, and what is meant."""

import pytest

from autograder.course import load_course
from autograder.run import selection
from autograder.stop import Stop


@pytest.mark.parametrize(
    ("word", "id"),
    [
        ("m1.tanh", "m1.tanh"),
        ("M1.Tanh", "m1.tanh"),
        ("shared_add", "m1.shared_add"),
        ("Shared_Add", "m1.shared_add"),
        ("w.outer", "w.outer"),
        ("W.Hand.Loss", "w.hand.loss"),
    ],
)
def test_one_check_is_meant(word: str, id: str) -> None:
    assert selection.find_check(word).id == id
    assert selection.choose_checks(load_course(), [word]).only == {id}


def test_a_milestone_in_capitals() -> None:
    whole = selection.choose_checks(load_course(), ["M1"])
    assert [one.id for one in whole.milestones] == ["m1"]
    assert whole == selection.choose_checks(load_course(), ["m1"])
    with pytest.raises(Stop, match="wanted one check such as m1.tanh, got 'm1'"):
        selection.find_check("M1")


def test_a_unit_stands_for_those_below_it_and_its_check_for_none_of_them() -> None:
    course = load_course()
    assert [one.id for one in selection.choose_checks(course, ["w"]).milestones] == ["w", "w.hand"]
    for word, owner in (("w.outer", "w"), ("w.hand.loss", "w.hand")):
        assert [one.id for one in selection.choose_checks(course, [word]).milestones] == [owner]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("m1.tahn", r"no check 'm1.tahn'; did you mean m1\.tanh\?"),
        ("m1.nosuch", r"no check 'm1.nosuch'; there are m1\.add, .*, \.\.\.$"),
        ("nosuch", "no milestone 'nosuch'; there are m1, m2"),
        ("overfit_batch", r"did you mean m2\.overfit_batch or m3\.overfit_batch or .*\?"),
    ],
)
def test_what_is_not_clear_is_not_guessed(word: str, told: str) -> None:
    with pytest.raises(Stop, match=told):
        selection.find_check(word)
