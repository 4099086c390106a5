"""A grader's own fault: one sentence for people, the traceback in a file beside the score."""

import errno
import json
from pathlib import Path

import pytest

from autograder.cli import check
from autograder.course import load_course
from autograder.intake.submission import Entry
from autograder.run import entry as graded_entry
from autograder.run.configure import learner_settings
from autograder.run.entry import grade_and_write
from autograder.run.faults import write_faults
from autograder.run.results import GradingOrder
from autograder.stop import Stop
from tests.conftest import ROOT

PARTS = ("milestones", "modules", "settings")
WORK = ROOT / "tests/classroom/ada-perfect"


def order(out: Path) -> GradingOrder:
    course = load_course()
    settings = learner_settings(course, None, frozenset({"m1.add"}))
    return GradingOrder(out, [course.milestone("m1")], course.modules, settings)


def broken(*_: object) -> None:
    raise KeyError("course")


def test_grade_keeps_the_traceback_until_the_entry_has_a_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(graded_entry, "grade_for_class", broken)
        outcome = grade_and_write(order(tmp_path), Entry("ada", WORK))
    assert (outcome.score, outcome.fault) == (None, "KeyError: 'course'")
    assert outcome.trace == tmp_path / "ada/fault.txt"
    text = outcome.trace.read_text()
    assert text.startswith("ada: KeyError: 'course'\n\nTraceback (most recent call last):\n")
    assert "in broken" in text
    again = grade_and_write(order(tmp_path), Entry("ada", WORK))
    assert again.score is not None
    assert not (tmp_path / "ada/fault.txt").exists()


def test_check_keeps_the_traceback_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "engine.py").write_text((WORK / "engine.py").read_text())
    monkeypatch.setattr(check, "grade_submission", broken)
    with pytest.raises(
        Stop, match="the grader is at fault: KeyError: 'course'; the traceback is in"
    ) as stop:
        check.run(["m1.add"], tmp_path, None, None)
    assert stop.value.code == 1
    assert "in broken" in (tmp_path / "fault.txt").read_text()


def test_a_check_that_fails_by_the_graders_fault_is_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.checks.m1_scalar_autograd.operations.away_from_zero", broken)
    outcome = grade_and_write(order(tmp_path), Entry("ada", WORK))
    assert outcome.score is not None
    assert outcome.is_fault
    text = (tmp_path / "ada/fault.txt").read_text()
    assert text.startswith("m1.add: the grader itself failed: ")
    assert "in check_add" in text
    assert text.endswith("KeyError: 'course'\n\n")


def test_a_check_that_raises_over_an_answer_fails_and_the_report_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.numerics.compare.relative_errors", broken)
    outcome = grade_and_write(order(tmp_path), Entry("ada", WORK))
    assert outcome.score is not None
    assert not outcome.is_fault
    (check,) = outcome.score.checks
    assert check.status == "failed"
    assert check.message.startswith(
        "the answer to m1.evaluate has a form that this check cannot read (KeyError): got out = ["
    )
    (test,) = json.loads((tmp_path / "ada/report.json").read_text())["tests"]
    assert [place.split(":")[0] for place in test["unreadable"]] == [
        "common.py",
        "compare.py",
        "test_faults.py",
    ]
    assert test["unreadable"][-1].endswith("in broken")
    assert not (tmp_path / "ada/fault.txt").exists()


def test_without_a_fault_a_folder_may_be_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only file system refuses to remove even what is not there."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    score = graded_entry.grade_entry(
        Entry("ada", WORK), *(getattr(order(tmp_path), name) for name in PARTS)
    ).score
    monkeypatch.setattr(Path, "unlink", refuse)
    write_faults(score, tmp_path)
    assert [check.status for check in score.checks] == ["passed"]
    assert [*tmp_path.iterdir()] == []
