"""What a course's own file makes of scores: deadlines, weights, groups."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from autograder.course import Course, Milestone, course, load, policy, times
from autograder.course.times import Times
from autograder.reports import notes
from autograder.reports.gradebook import Standings
from autograder.score import Score


def standings(found: Course) -> Standings | None:
    """Return what makes of a score what the course's own file says; None without such a file."""
    if not _is_own():
        return None
    came = _times()

    def of(score: Score) -> Sequence[policy.Standing]:
        shares = {one.id: one.points / one.max_points for one in score.milestones if one.max_points}
        return policy.standings(found, score.submission.id, shares, came)

    return of


def looks(found: Course, names: Sequence[str], graded: Sequence[Milestone]) -> list[str]:
    """Return what of times and groups meets no submission of these names, and the reverse."""
    if not _is_own():
        return []
    file, came = found.late.times, _times()
    due = [milestone.id for milestone in graded if milestone.deadline]
    return [
        *notes.untimed(file, [name for name in names if file and came.lacks(name, due)]),
        *notes.absent(file, [name for name in came.rows if name not in names]),
        *notes.groups([name for name in found.groups if name not in names]),
    ]


def _is_own() -> bool:
    return course.file().resolve() != course.DEFAULT.resolve()


def _times() -> Times:
    return _read(course.file().resolve())


@cache
def _read(file: Path) -> Times:
    return times.read(load(file), file.parent)
