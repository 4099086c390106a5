"""``grades.csv``: one row per submission, for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course.policy import Standing
from autograder.files import write_atomically
from autograder.score import Score, UnusualUse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet would run what begins so


StandingsRule = Callable[[Score], Sequence[Standing]]


def write_gradebook(
    scores: Sequence[Score],
    file: Path,
    rule: StandingsRule | None = None,
    unusual: Mapping[str, Sequence[UnusualUse]] | None = None,
) -> None:
    """Write the points of every submission by name, in total and by milestone.

    A milestone that was not graded is an empty cell. With `unusual`, by name of the submission,
    there is a column of it. With a `rule` there is a row per student, and its columns come last.
    """
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    more = ["student", "final_percent", *(f"{id}_late_percent" for id in ids)] if rule else []
    marks = ["unusual"] if unusual is not None else []
    columns = ["submission", "points", "max_points", *ids, "isolation", "sha256", *marks, *more]
    table.writerow(columns)
    rows = [
        (score.submission.id, [*_score_cells(score, ids), *_list_marks(score, unusual), *extra])
        for score in scores
        for extra in _standing_cells(score, ids, rule)
    ]
    table.writerows(cells for _, cells in sorted(rows, key=lambda row: row[0]))
    write_atomically(file, text.getvalue().encode("utf-8", "replace"))


def _standing_cells(
    score: Score, ids: Sequence[str], rule: StandingsRule | None
) -> Iterator[list[str | float]]:
    if rule is None:
        yield []
        return
    for standing in rule(score):
        late = [standing.late_percent.get(id, "") for id in ids]
        yield [escape_formula(standing.student), standing.final_percent, *late]


def _score_cells(score: Score, ids: Sequence[str]) -> list[str | float]:
    points = {milestone.id: milestone.points for milestone in score.milestones}
    totals: list[str | float] = [
        escape_formula(score.submission.id),
        score.points,
        score.max_points,
    ]
    by_milestone = [points.get(id, "") for id in ids]
    return [*totals, *by_milestone, score.environment.isolation, score.submission.sha256]


def _list_marks(score: Score, unusual: Mapping[str, Sequence[UnusualUse]] | None) -> Iterator[str]:
    if unusual is not None:
        yield escape_formula("; ".join(map(str, unusual.get(score.submission.id, ()))))


def escape_formula(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
