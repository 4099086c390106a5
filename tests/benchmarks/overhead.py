"""What the grader adds to the learner's own compute: a fixed part, and a part for every check."""

import dataclasses
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from autograder.course import Milestone, load_course
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry
from autograder.judge.settings import Settings
from autograder.run import grade as grading
from autograder.run.configure import best_isolation, limit_threads, make_settings, shared_launcher
from autograder.run.entry import grade_and_write, grade_entry
from autograder.run.results import GradingOrder
from tests.benchmarks.breakdown import TimedLauncher
from tests.benchmarks.direct import Spent, own_compute, record
from tests.benchmarks.measure import REFERENCE, Row, interleaved, milliseconds, timed

ROUNDS = 9
TRIVIAL = frozenset({"m1.neg"})
WAITED = {
    "start": "scratch folder, fork",
    "first answer": "rest of the lock-in, import of the submission, learner's compute",
    "further answers": "learner's compute, transport",
    "end": "kill, reap, remove scratch",
    "judge itself": "pytest, inputs, comparison, staging",
}
TICKS = os.sysconf("SC_CLK_TCK")


class Work(NamedTuple):
    """The reference, and how it is graded."""

    milestone: Milestone
    modules: list[str]
    how: Settings
    place: Path

    @property
    def entry(self) -> Entry:
        """What is handed in."""
        return Entry("reference", REFERENCE)

    def graded(self) -> Spent:
        """Take the whole path: stage, judge, write the score."""
        began = Spent(time.perf_counter(), self._cpu())
        order = GradingOrder(
            self.place / "out", [self.milestone], self.modules, self.how, force=True
        )
        outcome = grade_and_write(order, self.entry)
        assert outcome.score is not None, outcome.fault
        assert outcome.score.points == outcome.score.max_points, "the reference lost points"
        return Spent(time.perf_counter(), self._cpu()) - began

    def _cpu(self) -> float:
        """Return the processor time of this judge, its zygote and all ended workers."""
        zygote = shared_launcher(self.how.isolation, (self.milestone.probes,))
        fields = Path(f"/proc/{zygote.process.pid}/stat").read_text().rpartition(")")[2].split()  # type: ignore[attr-defined]
        return time.process_time() + sum(map(int, fields[11:15])) / TICKS

    def broken_down(self) -> dict[str, float]:
        """Return the seconds spent waiting for each part of a worker's life, and the rest."""
        watched = TimedLauncher(shared_launcher(self.how.isolation, (self.milestone.probes,)))
        with tempfile.TemporaryDirectory() as place, timed() as watch:
            submission = stage_entry(self.entry, self.modules, Path(place).resolve())
            grading.grade_submission(submission, [self.milestone], self.how, watched)
        rest = watch.seconds - sum(watched.seconds.values())
        return {**watched.seconds, "judge itself": rest}

    def questions(self) -> tuple[Path, int]:
        """Return a file of what this work asks of the learner's code, and the number of checks."""
        runs = grade_entry(self.entry, [self.milestone], self.modules, self.how).runs
        file = self.place / f"{len(runs)}.questions"
        record(runs, file)
        return file, len(runs)


def rows() -> list[Row]:
    """Measure grading with all checks and with one, beside the learner's own compute for both."""
    limit_threads()
    course = load_course()
    how = make_settings(course, None, best_isolation(), hidden=True)
    with tempfile.TemporaryDirectory() as place:
        every = Work(course.milestone("m1"), course.modules, how, Path(place))
        one = every._replace(how=dataclasses.replace(how, only=TRIVIAL))
        return _rows(every, one)


def _rows(every: Work, one: Work) -> list[Row]:
    (all_asked, checks), (one_asked, fewest) = every.questions(), one.questions()
    tasks: dict[str, Callable[[], Spent]] = {
        "all": every.graded,
        "all, own": partial(own_compute, REFERENCE, all_asked),
        "one": one.graded,
        "one, own": partial(own_compute, REFERENCE, one_asked),
    }
    spent = interleaved(tasks, ROUNDS)
    more = [a - o for a, o in zip(spent["all"], spent["all, own"], strict=True)]
    less = [a - o for a, o in zip(spent["one"], spent["one, own"], strict=True)]
    return [
        Row(f"m1, {checks} checks: whole run", _wall(spent["all"]), "ms"),
        Row("of that the learner's own compute", _wall(spent["all, own"]), "ms"),
        *_split(more, less, checks, fewest),
        *_breakdown(every, checks),
    ]


def _breakdown(every: Work, checks: int) -> list[Row]:
    rounds = [every.broken_down() for _ in range(ROUNDS)]
    return [
        Row(
            f"of {checks} checks' time: {name}",
            milliseconds([each[name] for each in rounds]),
            "ms",
            note=note,
        )
        for name, note in WAITED.items()
    ]


def _wall(spent: list[Spent]) -> list[float]:
    return milliseconds([each.wall for each in spent])


def _split(more: list[Spent], less: list[Spent], checks: int, fewest: int) -> list[Row]:
    made = []
    for clock, note in (
        ("wall", ""),
        ("cpu", "judge, zygote and workers; other work disturbs it less"),
    ):
        pairs = [(getattr(a, clock), getattr(b, clock)) for a, b in zip(more, less, strict=True)]
        slopes = [(a - b) / (checks - fewest) for a, b in pairs]
        fixed = [b - slope * fewest for (_, b), slope in zip(pairs, slopes, strict=True)]
        targets = ("< 10", "< 150") if clock == "wall" else ("", "")
        made += [
            Row(f"overhead per check, {clock}", milliseconds(slopes), "ms", targets[0], note=note),
            Row(
                f"overhead per submission, {clock}",
                milliseconds(fixed),
                "ms",
                targets[1],
                note=note,
            ),
        ]
    return made
