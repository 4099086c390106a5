"""A wrong number counts once: what follows from it is right, and said to be."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.numerics.hand_network import STEPS, draw_exercise
from tests.conftest import Judge

NAME = "Grace Hopper"
SOURCE = """nan = float("nan")

def my_name():
    return {name!r}

def my_numbers():
    return {numbers!r}
"""


def work_out(**wrong: float) -> dict[str, float]:
    """Return the numbers of whoever makes these mistakes and goes on from them, rounding."""
    numbers = draw_exercise(NAME)
    for key, step in STEPS.items():
        numbers[key] = wrong.get(key, round(step.formula(numbers), 3))
    return {key: numbers[key] for key in STEPS}


@pytest.fixture
def grade(judge: Judge, write: Callable[..., Path]) -> Callable[..., dict[str, Any]]:
    def run(numbers: Mapping[str, Any], name: object = NAME) -> dict[str, Any]:
        folder = write(by_hand=SOURCE.format(name=name, numbers=dict(numbers)))
        (part,) = judge(folder, "w.hand", hidden=False).score.parts
        return {check.id.removeprefix("w.hand."): check for check in part.checks}

    return run


def failed(checks: Mapping[str, Any]) -> list[str]:
    return [key for key, check in checks.items() if check.status != "passed"]


def test_numbers_rounded_at_every_step_are_right(grade: Callable[..., dict[str, Any]]) -> None:
    checks = grade(work_out())
    assert failed(checks) == []
    assert checks["s1"].measurements == {"name": NAME}


@pytest.mark.parametrize(
    ("wrong", "later"),
    [
        ("s1", ["h1", "y", "loss", "d_y", "d_v2", "d_s1", "d_s2", "d_w12", "d_x1"]),
        ("d_y", ["d_v2", "d_s1", "d_s2", "d_w12", "d_x1"]),
        ("d_x1", []),
    ],
)
def test_a_wrong_number_counts_once(
    grade: Callable[..., dict[str, Any]], wrong: str, later: list[str]
) -> None:
    checks = grade(work_out(**{wrong: 0.123}))
    assert failed(checks) == [wrong]
    told = checks[wrong].message.splitlines()
    assert told[0].startswith(f"{wrong} is 0.123: that is not {STEPS[wrong].text}")
    said = f"counted as right, since they follow from it: {', '.join(later)}"
    assert (told[1] == said) if later else (said.rstrip() not in told)
    followers = [key for key, check in checks.items() if "follows_from" in check.measurements]
    assert followers == later
    assert all(checks[key].measurements["follows_from"] == wrong for key in later)


def test_a_right_number_after_a_wrong_one_is_right(grade: Callable[..., dict[str, Any]]) -> None:
    assert failed(grade({**work_out(), "h1": 0.1, "d_y": 1.0})) == ["h1", "d_y"]


def test_the_right_number_is_not_said(grade: Callable[..., dict[str, Any]]) -> None:
    right = work_out()
    for key, check in grade({**right, "loss": 1.0, "d_v2": 2.0}).items():
        if key in ("loss", "d_v2"):
            assert f"{abs(right[key]):.2f}"[:-1] not in check.message


@pytest.mark.parametrize(
    ("numbers", "name", "said"),
    [
        ({**work_out(), "y": None}, NAME, "y is None, wanted a number to three decimals"),
        ({**work_out(), "y": float("nan")}, NAME, "y is nan, wanted a number to three decimals"),
        ({"s1": 1.0}, NAME, "my_numbers lacks 'y', wanted s1, h1, s2"),
        (work_out(), "  ", "my_name returned a text of 0 letters, wanted 1 to 200"),
        (work_out(), 7, "wanted a text"),
    ],
)
def test_what_is_no_number_or_no_name_is_said(
    grade: Callable[..., dict[str, Any]], numbers: dict[str, Any], name: object, said: str
) -> None:
    check = grade(numbers, name)["y"]
    assert check.status == "failed"
    assert said in check.message
