"""A learner's trainings on two cores: the same results, whatever happens to the second judge."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.intake.submission import Entry
from autograder.run import two_cores
from autograder.run.configure import learner_settings
from autograder.run.entry import grade_entry
from autograder.score import CheckResult
from tests.conftest import ROOT

IDS = frozenset({"m2.neuron", "m2.four_points", "m2.overfit_batch", "m2.hinge_loss"})
LONG = ["m2.four_points", "m2.overfit_batch"]
Check = Callable[[Path, int], list[CheckResult]]


@pytest.fixture
def check(course: Course) -> Check:
    """Check the second milestone of a folder with that many cores."""

    def run(folder: Path, cores: int) -> list[CheckResult]:
        settings = replace(learner_settings(course, None, IDS), cores=cores)
        entry = Entry("ada", folder)
        return grade_entry(entry, [course.part("m2")], course.modules, settings).score.checks

    return run


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Note the checks that this process runs, session by session."""
    usual, sessions = two_cores.Work.run, []
    own = os.getpid()

    def run(self, ids, launcher, session):  # type: ignore[no-untyped-def]
        if os.getpid() == own:
            sessions.append(sorted(ids))
        return usual(self, ids, launcher, session)

    monkeypatch.setattr(two_cores.Work, "run", run)
    return sessions


def test_two_judges_say_what_one_says(
    check: Check, reference: Path, judged: list[list[str]]
) -> None:
    both = check(reference, 2)
    assert judged[0] == sorted(IDS - {*LONG})
    assert len(judged) <= 2  # the other one took at least one of the trainings
    assert {each.status for each in both} == {"passed"}
    assert both == check(reference, 1)


def test_what_keeps_checks_from_starting_holds_for_trainings(
    check: Check, write: Callable[..., Path], judged: list[list[str]]
) -> None:
    engine = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    folder = write(engine=engine, nn="raise ValueError(1)\n")
    both = check(folder, 2)
    assert judged[1:] == [LONG]
    assert both == check(folder, 1)
    assert [each.status for each in both] == ["failed", "blocked", "blocked", "blocked"]


def test_a_second_judge_that_is_killed_loses_nothing(
    check: Check, reference: Path, monkeypatch: pytest.MonkeyPatch, judged: list[list[str]]
) -> None:
    usual = two_cores._SecondJudge.receive

    def receive(self):  # type: ignore[no-untyped-def]
        os.kill(self.process.pid, signal.SIGKILL)
        return usual(self)

    monkeypatch.setattr(two_cores._SecondJudge, "receive", receive)
    monkeypatch.setattr(two_cores._SecondJudge, "take", take_nothing_here(os.getpid()))
    assert {each.status for each in check(reference, 2)} == {"passed"}
    assert judged[-1] == LONG


def take_nothing_here(own: int):  # type: ignore[no-untyped-def]
    usual = two_cores._SecondJudge.take

    def take(self):  # type: ignore[no-untyped-def]
        return "" if os.getpid() == own else usual(self)

    return take
