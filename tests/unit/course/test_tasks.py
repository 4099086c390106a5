"""The tasks of the handouts, as the commands show them."""

import pytest

from autograder.course import Part, load_course
from autograder.course.tasks import Task, list_tasks, tasks_by_check
from autograder.judge.spec import list_checks
from tests.conftest import ROOT

PARTS = load_course().parts


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.id)
def test_every_check_is_of_one_task_and_tasks_count_from_1(part: Part) -> None:
    tasks = list_tasks(part)
    assert [task.number for task in tasks] == list(range(1, len(tasks) + 1))
    named = [id for task in tasks for id in task.checks]
    assert sorted(named) == sorted(listed.id for listed in list_checks(part.id, part.checks))
    handout = (ROOT / "solutions" / part.folder / "README.md").read_text()
    for task in tasks:
        assert f"\n| {task.number} | " in handout
        assert task.title in handout.replace("`", "")
        assert "`" not in task.title


def test_a_task_has_its_functions_and_checks() -> None:
    tasks = tasks_by_check(PARTS)
    assert tasks["m1.pow_edges"] == Task(
        4,
        "Value.__pow__, with 0 and negative numbers as base",
        ("Value.__pow__",),
        ("m1.pow", "m1.pow_edges"),
    )
    assert tasks["w.outer"].checks == ("w.outer", "w.outer_at_once")
    assert tasks["x.norm.rows"].name == "task 2"


def test_without_a_handout_there_are_no_tasks() -> None:
    assert list_tasks(Part("m9", "m9_nowhere", "nowhere", "Nothing")) == ()
