"""Submissions per second: a class through the kit's pool, beside the same class through nbgrader."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook  # type: ignore[import-untyped]

from autograder.course import Course, load_course
from autograder.intake.submission import Entry
from autograder.run.configure import best_isolation, limit_threads, make_settings
from autograder.run.entry import grade_and_write, grade_entry
from autograder.run.pool import grade_in_processes
from autograder.run.results import GradingOrder
from tests.benchmarks import nbgrader_course
from tests.benchmarks.measure import REFERENCE, Row, copies, timed

JOBS = 2
COUNT = 16  # for each of our three turns
THEIR_COUNT = 6  # for each way of running nbgrader: it takes seconds per submission
HALVES = ("first", "second")


@dataclass(frozen=True)
class Turn:
    """How long some submissions took."""

    count: int
    wall: float

    @property
    def rate(self) -> float:
        """Submissions per second."""
        return self.count / self.wall

    def without(self, start: "Turn") -> "Turn":
        """Return this turn with the time of one that had nothing to do taken off."""
        return Turn(self.count, max(self.wall - start.wall, 1e-9))


def rows() -> list[Row]:
    """Let nbgrader and the kit grade in turns."""
    limit_threads()
    course = load_course()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        theirs = folder / "nbgrader"
        _course(theirs, course)
        ours = [_ours(folder / "before", course)]
        serial, idle = _serial(theirs), _serial(theirs)  # the second finds everything done
        _require_full(theirs)
        ours.append(_ours(folder / "between", course))
        parallel = _parallel(theirs)
        ours.append(_ours(folder / "after", course))
    return _rows(ours, serial, serial.without(idle), parallel)


def _turn(work: Callable[[], object], count: int) -> Turn:
    with timed() as watch:
        work()
    return Turn(count, watch.seconds)


def _rows(ours: list[Turn], serial: Turn, bare: Turn, parallel: Turn) -> list[Row]:
    mine = f"{COUNT} submissions a turn, hidden twins on; start of pool and zygotes included"
    theirs = f"{THEIR_COUNT} submissions; a cell for each public check, no hidden twins"
    return [
        _speed(f"autograder, {JOBS} workers", ours, mine),
        _speed("nbgrader autograde", [serial], theirs),
        _speed("nbgrader autograde, start-up taken off", [bare]),
        _speed("nbgrader autograde, two processes", [parallel]),
        _ratio("times nbgrader as it is", ours, serial, "> 10"),
        _ratio("times nbgrader, its start-up taken off", ours, bare),
        _ratio("times nbgrader in two processes", ours, parallel),
    ]  # fmt: skip


def _speed(what: str, turns: list[Turn], note: str = "") -> Row:
    rates = [turn.rate for turn in turns]
    return Row(what, rates, "submissions/s", most_is_best=True, note=note)


def _ratio(what: str, ours: list[Turn], theirs: Turn, target: str = "") -> Row:
    return Row(what, [turn.rate / theirs.rate for turn in ours], "x", target, most_is_best=True)


def _ours(folder: Path, course: Course) -> Turn:
    entries = [Entry(place.name, place) for place in copies(folder / "in", COUNT)]
    how = make_settings(course, None, best_isolation(), hidden=True)
    order = GradingOrder(folder / "out", [course.milestone("m1")], course.modules, how, True)
    job = partial(grade_and_write, order)
    outcomes: list[Any] = []

    def work() -> None:
        outcomes.extend(grade_in_processes(entries, job, JOBS, limit_threads))

    turn = _turn(work, COUNT)
    lost = [one for one in outcomes if one.score is None or one.score.points < one.score.max_points]
    assert not lost, lost
    return turn


def _course(folder: Path, course: Course) -> None:
    how = make_settings(course, None, best_isolation(), hidden=False)
    runs = grade_entry(
        Entry("reference", REFERENCE), [course.milestone("m1")], course.modules, how
    ).runs
    ways = ("serial", *HALVES)
    each = {"serial": THEIR_COUNT, **dict.fromkeys(HALVES, THEIR_COUNT // len(HALVES))}
    students = [f"{way}{number}" for way in ways for number in range(each[way])]
    nbgrader_course.make(folder, runs, students)


def _serial(folder: Path) -> Turn:
    return _turn(partial(nbgrader_course.command, folder, *_autograde("serial")), THEIR_COUNT)


def _autograde(who: str) -> tuple[str, ...]:
    return "autograde", nbgrader_course.ASSIGNMENT, f"--student={who}*", "--create"


def _parallel(folder: Path) -> Turn:
    def work() -> None:
        running = [nbgrader_course.start(folder, *_autograde(half)) for half in HALVES]
        told = [process.communicate()[0] for process in running]
        assert not any(process.returncode for process in running), told

    return _turn(work, THEIR_COUNT)


def _require_full(folder: Path) -> None:
    """Make sure that nbgrader really graded: every student has full marks."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        graded = book.assignment_submissions(nbgrader_course.ASSIGNMENT)
        lost = [one.student.id for one in graded if one.score < one.max_score]
        assert graded, "nbgrader graded nothing"
        assert not lost, f"nbgrader took points from {lost}"
