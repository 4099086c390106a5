"""Every forgery beside its honest base: it passes no check that the base does not pass."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.judge.reading import group_marks
from autograder.run.few_passes import list_few_passes
from autograder.score import CheckResult
from autograder.worker.reading import read_files
from tests.conftest import ROOT, Judge
from tests.forgeries.forgery import FEW_PASSES, GATE, NOT_RUN, PROGRAMS, Forgery
from tests.implementations import write_reference
from tests.mutants.mutants import EVERY_CHECK

MODULES = sorted(file.stem for file in PROGRAMS.parent.glob("[mwcrx]*.py"))
FORGERIES: list[Forgery] = [
    forgery
    for name in MODULES
    for forgery in importlib.import_module(f"tests.forgeries.{name}").FORGERIES
]
TRIED = [forgery for forgery in FORGERIES if EVERY_CHECK or not forgery.slow]
NAMES = [forgery.name for forgery in FORGERIES]


@pytest.fixture
def passed(judge: Judge, course: Course, tmp_path: Path) -> Callable[..., dict[str, CheckResult]]:
    """Return what passes of the checks that a forgery is after: ``passed(forgery, write)``."""

    def grade(forgery: Forgery, write: Callable[[Path, str], Path]) -> dict[str, CheckResult]:
        folder = tmp_path / write.__name__
        folder.mkdir()
        milestone = course.part(forgery.milestone)
        work = write(write_reference(course.steps_to(milestone), folder), milestone.module)
        only = None if EVERY_CHECK else frozenset(forgery.checks)
        checks = judge(work, milestone.id, only=only).score.checks
        assert [check.id for check in checks if check.status == "error"] == []
        assert EVERY_CHECK or {*forgery.checks} == {
            check.id for check in checks if check.visibility == "public"
        }
        return {check.id: check for check in checks if check.points > 0}

    return grade


@pytest.mark.parametrize("forgery", TRIED, ids=lambda forgery: forgery.name)
def test_forgery_gains_nothing_unseen(
    forgery: Forgery, passed: Callable[..., dict[str, CheckResult]]
) -> None:
    forged = passed(forgery, forgery.write)
    honest = passed(forgery, forgery.write_base) if forged or EVERY_CHECK else {}
    assert not {*forgery.checks} <= honest.keys()  # there is something to gain
    gained = forged.keys() - honest.keys()
    if forgery.shown == NOT_RUN:
        assert not any(forged[id].measurements["recomputed"] for id in gained)
    if forgery.shown == FEW_PASSES:
        shown = {use.location for use in list_few_passes([*forged.values()])}
        assert {id.removesuffix("_hidden") for id in gained} <= shown
    ids = {id.removesuffix("_hidden") for id in gained}
    if EVERY_CHECK:
        assert {*forgery.works} <= ids  # no longer than it has to be
    others = ids - {*forgery.works}
    assert (others & {*forgery.checks} if forgery.gains else others) == {*forgery.gains}


@pytest.mark.parametrize("forgery", FORGERIES, ids=NAMES)
def test_what_a_forgery_is_shown_by_stands_in_the_reading(
    forgery: Forgery, course: Course, tmp_path: Path
) -> None:
    part = course.part(forgery.milestone)
    files = {}
    for write in (forgery.write_base, forgery.write):
        folder = tmp_path / write.__name__
        folder.mkdir()
        write(write_reference(course.steps_to(part), folder), part.module)
        names = sorted(file.name for file in folder.glob("*.py"))
        files[write] = [str(use) for use in group_marks(read_files(str(folder), names))]
    assert files[forgery.write_base] == []
    if forgery.shown not in {"", NOT_RUN, FEW_PASSES}:
        assert any(forgery.shown in line for line in files[forgery.write])


def test_every_program_is_in_the_table() -> None:
    there = {path.stem for path in PROGRAMS.iterdir() if path.name != "__pycache__"}
    assert there == {forgery.path.name for forgery in FORGERIES} | {GATE.stem}
    assert len(NAMES) == len({*NAMES})


def test_what_a_forgery_gains_is_said() -> None:
    reference = " ".join((ROOT / "docs" / "reference.md").read_text().split())
    for forgery in FORGERIES:
        assert bool(forgery.gains) == bool(forgery.said) == bool(forgery.shown), forgery.name
        assert forgery.said in reference, forgery.name


def test_what_works_beside_a_forgery_is_another_check() -> None:
    for forgery in FORGERIES:
        assert bool(forgery.works) == bool(forgery.because), forgery.name
        assert not {*forgery.works} & {*forgery.checks}, forgery.name
