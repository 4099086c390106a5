"""``grades.csv``: one row a submission, for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from autograder.files import write_atomically
from autograder.score import Score

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet would run what begins so


class Standing(Protocol):
    """What a course makes of one submission, for one student."""

    @property
    def student(self) -> str:
        """Who."""

    @property
    def late_percent(self) -> dict[str, float]:
        """Milestone to what lateness costs."""

    @property
    def final_percent(self) -> float:
        """After weights and lateness."""


Standings = Callable[[Score], Sequence[Standing]]


def write(scores: Sequence[Score], file: Path, standings: Standings | None = None) -> None:
    """Write the points of every submission by name, in total and by milestone.

    A milestone that was not graded is an empty cell. With `standings` there is a row a student,
    and its columns come last.
    """
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    more = ["student", "final_percent", *(f"{id}_late_percent" for id in ids)] if standings else []
    table.writerow(["submission", "points", "max_points", *ids, "isolation", "sha256", *more])
    for score in sorted(scores, key=lambda score: score.submission.id):
        for extra in _extra(score, ids, standings):
            table.writerow([*_row(score, ids), *extra])
    write_atomically(file, text.getvalue().encode("utf-8", "replace"))


def _extra(
    score: Score, ids: Sequence[str], standings: Standings | None
) -> Iterator[list[str | float]]:
    if standings is None:
        yield []
        return
    for one in standings(score):
        late = [one.late_percent.get(id, "") for id in ids]
        yield [safe(one.student), one.final_percent, *late]


def _row(score: Score, ids: Sequence[str]) -> list[str | float]:
    points = {milestone.id: milestone.points for milestone in score.milestones}
    about = [score.environment.isolation, score.submission.sha256]
    by_milestone = [points.get(id, "") for id in ids]
    return [safe(score.submission.id), score.points, score.max_points, *by_milestone, *about]


def safe(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
