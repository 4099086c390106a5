"""When work was handed in, from the file that ``late.times`` names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.course.course import Course
from autograder.course.keys import CourseError
from autograder.course.spreadsheet import Row, read_spreadsheet
from autograder.course.zones import add_zone
from autograder.words import plain_name

ALL = ""  # in place of a milestone: those that have no row of their own


@dataclass(frozen=True)
class Times:
    """The rows of a file of times.

    Attributes
    ----------
    rows : mapping
        Submission, its name in plain form, to milestone, or ``ALL``, to its time.
    called_late : frozenset of str
        Submissions, in plain form, that a platform calls late without a time.
    """

    rows: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    called_late: frozenset[str] = frozenset()

    def find_time(self, submission: str, milestone: str) -> datetime | None:
        """Return when a milestone of a submission came; None where the file lacks it."""
        times = self.rows.get(plain_name(submission), {})
        return times.get(milestone, times.get(ALL))

    def lacks(self, submission: str, milestones: Sequence[str]) -> bool:
        """Whether one of these milestones has no time."""
        return any(self.find_time(submission, id) is None for id in milestones)


def read_times(course: Course, folder: Path) -> Times:
    """Return the times of `course`, whose file lies in `folder`.

    Raises
    ------
    CourseError
        With the line that cannot be read.
    """
    if not course.late.times:
        return Times()
    file = folder / course.late.times
    rows: dict[str, dict[str, datetime]] = {}
    read = _read_rows(file)
    for row in filter(_needs_time, read):
        try:
            name, milestone, when = _parse_row(row.cells, course)
            if milestone in rows.setdefault(name, {}):
                raise CourseError("{name!r} is listed twice; keep the row that counts", name=name)
            rows[name][milestone] = when
        except CourseError as problem:
            raise CourseError(
                "{file}, line {line}: {problem}", file=file, line=row.line, problem=problem
            ) from None
    late = [row.cells.get("submission", "") for row in read if not _needs_time(row)]
    return Times(rows, frozenset(map(plain_name, late)))


def _read_rows(file: Path) -> list[Row]:
    try:
        return read_spreadsheet(file).rows
    except CourseError as problem:
        raise CourseError("late.times: {problem}", problem=problem) from None


def _needs_time(row: Row) -> bool:
    """Whether a row has a time, or has to; `collect` lists others, which a platform calls late."""
    return bool(row.cells.get("submitted") or not row.cells.get("late"))


def _parse_row(row: Mapping[str, str], course: Course) -> tuple[str, str, datetime]:
    try:
        when = datetime.fromisoformat(row["submitted"])
        name = plain_name(row["submission"])
    except (KeyError, ValueError, TypeError):
        raise CourseError(
            "wanted columns submission and submitted, such as 2026-10-01T23:59:00+02:00"
        ) from None
    when = add_zone(when, course.late.zone, is_due=False)
    if when.tzinfo is None:
        raise CourseError("{time} has no time zone; add +02:00", time=row["submitted"])
    return name, _parse_milestone(row, course), when


def _parse_milestone(row: Mapping[str, str], course: Course) -> str:
    id = row.get("milestone") or ALL
    try:
        return id and course.milestone(id).id
    except LookupError as problem:
        raise CourseError(problem.args[0]) from None
