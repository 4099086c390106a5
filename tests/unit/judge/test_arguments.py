"""What a check's function gets, by the names of its parameters."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course import Course
from autograder.intake.submission import Submission
from autograder.judge.arguments import MAKERS, Arguments, UnknownParameter
from autograder.judge.running import RunningCheck
from autograder.judge.settings import Settings
from autograder.judge.spec import CodedCheck, find_checks

SUBMISSION = Submission("ada", Path(), "ab" * 32, (), {})
SETTINGS = Settings(seed=7, secret="a secret", run_seconds=12.0)


def part(rng: Any, visibility: str) -> tuple[str, int]:
    """Make an argument of that name for the checks of this module."""
    return visibility, int(rng.integers(1000))


@pytest.fixture
def listed(course: Course) -> CodedCheck:
    milestone = course.milestone("m1")
    return find_checks("m1", milestone.checks)[0]


def given(listed: CodedCheck, function: Any, visibility: Any = "public", **row: Any) -> Any:
    milestone = SimpleNamespace(id="m1", name="milestone 1", module="engine")
    running = RunningCheck(listed.listed, milestone, visibility)
    arguments = Arguments(running, SUBMISSION, SETTINGS)
    return running, arguments.make(replace(listed, function=function, row=row))


def test_a_check_gets_what_it_names_and_nothing_else(listed: CodedCheck) -> None:
    def check_some(measure: Any, clock: Any, profile: Any, run_seconds: Any, case: Any) -> None:
        measure["x"] = 1.0

    running, arguments = given(listed, check_some, case="of its row")
    assert arguments == {
        "measure": {}, "clock": {}, "profile": "quick", "run_seconds": 12.0, "case": "of its row",
    }  # fmt: skip
    check_some(**arguments)
    assert running.measurements == {"x": 1.0}


@pytest.mark.parametrize("visibility", ["public", "hidden"])
def test_a_helper_of_its_module_draws_from_the_same_generator(
    listed: CodedCheck, visibility: str
) -> None:
    def check_drawn(part: Any, rng: Any) -> None: ...

    _, arguments = given(listed, check_drawn, visibility)
    draw = SETTINGS.check_generator(listed.listed.id, visibility, SUBMISSION)
    assert arguments["part"] == (visibility, int(draw.integers(1000)))
    assert arguments["rng"].random() == draw.random()


def test_a_parameter_that_nobody_makes_is_a_fault_of_the_check(listed: CodedCheck) -> None:
    def check_lost(ask: Any, tmp_path: Any) -> None: ...

    with pytest.raises(UnknownParameter, match="check_lost takes 'tmp_path'; wanted one of ask, "):
        given(listed, check_lost)


def test_every_check_can_be_given_what_it_takes(course: Course) -> None:
    names = {
        (check.listed.id, name)
        for milestone in course.parts
        for check in find_checks(milestone.id, milestone.checks)
        for name in check.parameters
        if name not in MAKERS and name not in check.function.__globals__
    }
    assert names == set()
