"""``changes.csv``: whose score a change of the checks moved, and by which check."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.reports.gradebook import Cells, write_table
from autograder.score import Score, find_moved

CHANGE_COLUMNS = (
    "submission",
    "check",
    "points_before",
    "points_after",
    "status_before",
    "status_after",
    "total_before",
    "total_after",
)


def write_changes(before: Mapping[str, Score], after: Sequence[Score], file: Path) -> bool:
    """Write the changes between two gradings of the same work by different checks.

    Returns
    -------
    bool
        Whether there was such a regrade; a file of an earlier one stays otherwise.
    """
    changes = [
        list(list_changes(before[score.submission.id], score))
        for score in after
        if score.submission.id in before and _is_regrade(before[score.submission.id], score)
    ]
    if changes:
        write_table(CHANGE_COLUMNS, (row for rows in changes for row in rows), file)
    return bool(changes)


def _is_regrade(old: Score, new: Score) -> bool:
    is_same_work = old.submission.sha256 == new.submission.sha256
    return is_same_work and old.kit.checks_sha256 != new.kit.checks_sha256


def list_changes(old: Score, new: Score) -> Iterator[Cells]:
    """Yield a row for every check whose points differ; an absent check has 0."""
    for id, before, after in find_moved(old, new):
        points = (before.points if before else 0.0, after.points if after else 0.0)
        status = (before.status if before else "absent", after.status if after else "absent")
        yield [new.submission.id, id, *points, *status, old.points, new.points]
