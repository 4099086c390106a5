"""``grades.csv``: one row a submission, for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.score import Score

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so


def write(scores: Sequence[Score], file: Path) -> None:
    """Write the points of every submission, in total and by milestone."""
    ids = sorted({milestone.id for score in scores for milestone in score.milestones})
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    table.writerow(["submission", "points", "max_points", *ids, "isolation", "sha256"])
    table.writerows(_row(score, ids) for score in scores)
    write_atomically(file, text.getvalue().encode("utf-8", "replace"))


def _row(score: Score, ids: Sequence[str]) -> list[str | float]:
    points = {milestone.id: milestone.points for milestone in score.milestones}
    about = [score.environment.isolation, score.submission.sha256]
    by_milestone = [points.get(id, 0.0) for id in ids]
    return [safe(score.submission.id), score.points, score.max_points, *by_milestone, *about]


def safe(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
