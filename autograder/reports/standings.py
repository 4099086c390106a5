"""From scores to standings by the course's own file: deadlines, weights, groups."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from autograder.course import Course, Milestone, Part, load_course, policy, times
from autograder.course.course import SHIPPED_COURSE, find_course_file
from autograder.course.roster import Roster
from autograder.course.times import Times
from autograder.reports import notes
from autograder.reports.adjusted import measure_work
from autograder.reports.adjustments import NONE, Adjustments
from autograder.reports.register import StandingsRule
from autograder.score import Score
from autograder.words import plain_name


def find_standings_rule(
    course: Course, adjustments: Adjustments = NONE, roster: Roster | None = None
) -> StandingsRule | None:
    """Return the rule of the course's own file, from score to standings; None without a file.

    The rule takes scores as people adjusted them; of a roster of one section, only its students
    have standings.
    """
    if not _has_course_file():
        return None
    submitted = load_times()

    def rule(score: Score) -> Sequence[policy.Standing]:
        name = score.submission.id
        work = measure_work(course, score, adjustments.find_rows(name))
        return policy.compute_standings(course, name, work, submitted, roster)

    return rule


def notes_on_course(course: Course, names: Sequence[str], graded: Sequence[Part]) -> list[str]:
    """Return notes on times and groups without a submission among `names`, and the reverse."""
    if not _has_course_file():
        return []
    file, submitted = course.late.times, load_times()
    known = {plain_name(name) for name in names}
    due = [one.id for one in graded if isinstance(one, Milestone) and one.deadline]
    lacking = [name for name in names if file and submitted.lacks(name, due)]
    late = [name for name in lacking if plain_name(name) in submitted.called_late]
    return [
        *notes.note_called_late(file, late),
        *notes.note_missing_times(file, [name for name in lacking if name not in late]),
        *notes.note_stray_times(file, [name for name in submitted.rows if name not in known]),
        *notes.note_stray_groups([name for name in course.groups if plain_name(name) not in known]),
        *notes.note_stray_extensions(_list_stray_extensions(course, known)),
    ]


def _list_stray_extensions(course: Course, known: Collection[str]) -> list[str]:
    """Return whose extensions are of no submission of this run, and of no member of its group."""
    members = {plain_name(one) for name in known for one in course.find_members(name)}
    names = dict.fromkeys(one.submission for one in course.extensions if one.submission)
    return [name for name in names if plain_name(name) not in {*known, *members}]


def _has_course_file() -> bool:
    return find_course_file().resolve() != SHIPPED_COURSE.resolve()


def load_times() -> Times:
    """Return when work came, as the course's own file says; nothing without one."""
    return _read_times(find_course_file().resolve())


@cache
def _read_times(file: Path) -> Times:
    return times.read_times(load_course(file), file.parent)
