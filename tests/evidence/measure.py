"""The reference graded as `grade` grades it, reduced to what it reached and what that cost."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Milestone
from autograder.data import registry, store
from autograder.intake.submission import Entry
from autograder.judge.outcome import CheckRun
from autograder.numerics.thresholds import AT_LEAST, Result, find_results
from autograder.run.configure import best_isolation, launcher_for, make_settings
from autograder.run.datasets import NEEDED
from autograder.run.entry import staged_submission
from autograder.run.grade import Grade, grade_submission
from autograder.sandbox.handle import Launcher, WorkerHandle
from tests.implementations import write_reference

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 25.0  # for the quick profile of milestones 1 to 4, on two cores


@dataclass(frozen=True)
class Line:
    """One thing that a training run had to reach; of a check and its twin, what was worse.

    Attributes
    ----------
    check : str
        ``m4.classifier``.
    result : Result
        What was reached, and the threshold that the check holds.
    seconds : float
        Of the check, the judge's part included.
    epoch_seconds : float or None
        Of one epoch, where the check knows how many there are.
    peak_mb : float
        Of the worker.
    """

    check: str
    result: Result
    seconds: float
    epoch_seconds: float | None
    peak_mb: float


@dataclass(frozen=True)
class Total:
    """What a milestone got, or all of them."""

    points: float
    max_points: float
    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Profile:
    """The reference in one profile.

    Attributes
    ----------
    name : str
        ``quick`` or ``full``.
    isolation : str
        What was in force.
    totals : dict
        By milestone id, and ``all``.
    lines : list of Line
        In the order of the checks.
    lost : dict
        Check id to message, of all that did not pass; empty for a right kit.
    """

    name: str
    isolation: str
    totals: dict[str, Total]
    lines: list[Line]
    lost: dict[str, str]


class Counted:
    """A launcher that tells how many workers it has started: one per check that is asked."""

    def __init__(self, launcher: Launcher, tell: Callable[[], None]) -> None:
        self.launcher = launcher
        self.tell = tell

    def start_worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> WorkerHandle:
        """Return a worker of the other launcher."""
        self.tell()
        return self.launcher.start_worker(submission, cpu_seconds, memory_mb)

    def close(self) -> None:
        """Nothing: the other launcher is not ours to end."""


def measured(course: Course, profile: str, tell: Callable[[], None]) -> Profile:
    """Grade the reference of all milestones; `tell` is called as each check begins."""
    graded = _graded(course, profile, tell)
    score = graded.score
    lost = {check.id: check.message for check in score.checks if check.status != "passed"}
    totals = {one.id: _total(one, graded) for one in course.milestones}
    whole = Total(score.points, score.max_points, score.timing.seconds, score.timing.peak_memory_mb)
    return Profile(
        profile, score.environment.isolation, totals | {"all": whole},
        list(_lines(graded.runs)), lost,
    )  # fmt: skip


def _graded(course: Course, profile: str, tell: Callable[[], None]) -> Grade:
    how = make_settings(course, profile, best_isolation(), hidden=True)
    counted = Counted(launcher_for(how, course.milestones), tell)
    with tempfile.TemporaryDirectory() as raw:
        entry = Entry("reference", write_reference(course.milestones, Path(raw)))
        with staged_submission(entry, course.modules) as submission:
            return grade_submission(submission, course.milestones, how, counted)


def _total(milestone: Milestone, graded: Grade) -> Total:
    score = next(one for one in graded.score.milestones if one.id == milestone.id)
    runs = [run for run in graded.runs if run.listed.id.startswith(f"{milestone.id}.")]
    seconds, peak = sum(run.seconds for run in runs), max(run.peak_memory_mb for run in runs)
    return Total(score.points, score.max_points, seconds, peak)


def _lines(runs: Sequence[CheckRun]) -> Iterator[Line]:
    halves = defaultdict(list)
    for run in runs:
        halves[run.listed.id].append(run)
    for id, both in halves.items():
        seconds, peak = max(run.seconds for run in both), max(run.peak_memory_mb for run in both)
        epoch = max(run.clock.get("seconds_per_epoch", 0.0) for run in both) or None
        for result in _worst(both):
            yield Line(id, result, seconds, epoch, peak)


def _worst(runs: Sequence[CheckRun]) -> list[Result]:
    """Return each result of a check and its twin once; those that only one has, too."""
    found: dict[str, Result] = {}
    for run in runs:
        for result in find_results(run.result.measurements | run.clock):
            other = found.get(result.name, result)
            is_worse = result.got < other.got if result.side == AT_LEAST else result.got > other.got
            found[result.name] = result if is_worse else other
    return list(found.values())


def absent(course: Course) -> list[str]:
    """Return the data sets that the full profile needs and that are not here."""
    data_store, known = store.open_store(course.grading.data_dir), registry.load_registry()
    needed = dict.fromkeys(NEEDED[one.id] for one in course.milestones if one.id in NEEDED)
    return [name for name in needed if not data_store.holds(known.dataset(name))]


def cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
