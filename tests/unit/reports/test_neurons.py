"""The network by hand on a page: what is right, what follows, what is wrong, and no more."""

import re

import pytest

from autograder.numerics.hand_network import STEPS, compute_numbers, draw_exercise
from autograder.reports.feedback import render_feedback
from autograder.reports.neurons import CORNERS, describe_cells, draw_cells, judge_cells
from autograder.score import CheckResult, Score
from tests.conftest import Judge

NAME = "Ada Lovelace"


def result(key: str, status: str = "passed", message: str = "", **measured: str) -> CheckResult:
    return CheckResult(
        f"w.hand.{key}", key, "golden", "public", status, 1.0, 1.0, message, measurements=measured  # type: ignore[arg-type]
    )  # fmt: skip


def test_every_number_has_a_place() -> None:
    assert {*CORNERS} == {*STEPS}


def test_states_are_those_of_the_checks() -> None:
    checks = [
        result("s1", "failed", "s1 is -0.24: that is not w11 x1 + w12 x2 + b1 of your exercise"),
        result("h1", follows_from="s1"),
        result("s2"),
        result("y", "missing"),
    ]
    cells = judge_cells(checks)
    assert cells["s1"] == ("-0.24", "wrong")
    assert cells["h1"] == ("", "follows")
    assert cells["s2"] == ("", "right")
    assert cells["y"] == cells["loss"] == ("", "open")
    assert judge_cells(checks, {"s2": -1.43})["s2"] == ("-1.430", "right")
    told = describe_cells(cells)
    assert told.startswith("Right: s2; right, since they follow from a wrong one: h1; wrong: s1;")
    svg = draw_cells(cells)
    assert svg.count("#d0342c") == 1
    assert f'aria-label="The network by hand. {told}"' in svg


@pytest.mark.parametrize("checks", [[], [result("s1", "missing")], [result("x", "passed")]])
def test_without_a_judgement_there_is_no_picture(checks: list[CheckResult]) -> None:
    assert judge_cells(checks) == {}


def test_a_message_cannot_put_markup_on_a_page() -> None:
    cells = judge_cells([result("s1", "failed", "s1 is <script>: that is not")], {})
    assert cells["s1"] == ("", "wrong")
    assert "<script" not in draw_cells(cells)


def test_feedback_marks_what_is_wrong_and_tells_no_right_number(
    judge: Judge, write: object
) -> None:
    right = compute_numbers(draw_exercise(NAME))
    numbers = {key: round(number, 3) for key, number in right.items()} | {"s1": 9.5}
    source = f"def my_name():\n    return {NAME!r}\n\n\ndef my_numbers():\n    return {numbers!r}\n"
    score: Score = judge(write(by_hand=source), "w.hand", hidden=False).score  # type: ignore[operator]
    page = render_feedback(score)
    (svg,) = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert svg.count("#d0342c") == 1
    assert ">s1 9.500<" in svg or ">s1 9.5<" in svg
    shown = {float(number) for number in re.findall(r">\w+ (-?\d[\d.]*)</text>", svg)}
    assert shown == {9.5}
