"""``autograder course``, and which course file the other commands use.

A course's own file is used where ``--course`` or AUTOGRADER_COURSE names it, and never silently: a
``course.toml`` that merely lies in the current folder is spoken of, not read.
"""

import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from autograder.course import Course, Milestone, course, load, policy, times
from autograder.course.times import Times
from autograder.reports import look
from autograder.reports.gradebook import Standings
from autograder.score import Score


def use(file: Path | None) -> None:
    """Let this process, and those it starts, use `file`; None for what the environment names."""
    if file is not None:
        os.environ[course.COURSE_VARIABLE] = str(file.resolve())
    elif not os.environ.get(course.COURSE_VARIABLE) and Path("course.toml").is_file():
        print("autograder: ./course.toml is not used; add --course course.toml", file=sys.stderr)


def run(explain: bool) -> None:
    """Print the keys, or the course in use."""
    if explain:
        _explain()
        return
    found = load()
    print(f"course: {course.file()}")
    total = sum(milestone.weight for milestone in found.milestones) or 1.0
    for one in found.milestones:
        until = f", until {one.deadline.isoformat(' ')}" if one.deadline else ""
        print(f"  {one.id}  {100 * one.weight / total:5.1f} %  {one.title}{until}")
    grading = found.grading
    level = grading.isolation or "as the system offers"
    print(f"profile {grading.profile}, {grading.seconds:g} s a submission, isolation {level}")
    late = found.late
    if late.times:
        file = course.file().resolve().parent / late.times
        print(f"submitted: {file}{'' if file.is_file() else ', not there yet: grade needs it'}")
    print(
        f"late: {late.grace_hours:g} h grace, {late.percent_a_day:g} % a day, "
        f"at most {late.cap_percent:g} %"
    )
    print(f"secret: {'set' if found.secret else 'not set: set AUTOGRADER_SECRET before grading'}")
    print(f"groups: {len(found.groups)}")


def _explain() -> None:
    print("A course's own file holds what differs from these defaults; 'version' is always there.")
    for name, default, meaning in course.documented():
        print(f"\n{name}{f' = {default}' if default else ''}\n  {meaning}")


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
        *look.untimed(file, [name for name in names if file and came.lacks(name, due)]),
        *look.absent(file, [name for name in came.rows if name not in names]),
        *look.groups([name for name in found.groups if name not in names]),
    ]


def _is_own() -> bool:
    return course.file().resolve() != course.DEFAULT.resolve()


def _times() -> Times:
    return _read(course.file().resolve())


@cache
def _read(file: Path) -> Times:
    return times.read(load(file), file.parent)
