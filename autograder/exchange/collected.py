"""What `collect` keeps beside the submissions: what became of each file, and when work came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

from autograder.course.keys import CourseError
from autograder.course.spreadsheet import read_spreadsheet
from autograder.exchange.layouts import Student
from autograder.intake.rules import COLLECTED, TIMES
from autograder.reports.gradebook import escape_formula, write_table
from autograder.stop import Stop

TIME_COLUMNS = ("submission", "milestone", "submitted", "late")
LATE = "LATE"  # as Canvas writes it

Times = Mapping[tuple[str, str], tuple[datetime | None, bool]]


@dataclass(frozen=True)
class Fate:
    """A row of the table: a file of a download, and what became of it.

    Attributes
    ----------
    file : str
        Its path in the download.
    system, student, number, members : str
        Which platform, and whom it names.
    submission : str
        The student's folder; '' where there is none.
    became : str
        In words, or the path that it has now.
    sha256 : str
        Of its content.
    target, submitted : str
        The path that it had at home, and when it came, in UTC.
    """

    file: str
    system: str = ""
    student: str = ""
    number: str = ""
    members: str = ""
    submission: str = ""
    became: str = ""
    sha256: str = ""
    target: str = ""
    submitted: str = ""

    @property
    def owner(self) -> tuple[str, str, str]:
        """Whose it is, as `owner_of` tells."""
        return self.system, self.student, self.number


FATE_COLUMNS = tuple(field.name for field in fields(Fate))


def owner_of(system: str, student: Student) -> tuple[str, str, str]:
    """Return what tells a student from all others in the table, which shows no formulas."""
    return system, escape_formula(student.name), escape_formula(student.number)


def read_fates(inbox: Path) -> list[Fate]:
    """Return the rows that earlier runs wrote; a `Stop` where the table is damaged."""
    file = inbox / COLLECTED
    if not file.exists():
        return []
    rows = _read_rows(file, FATE_COLUMNS)
    return [Fate(**row) for row in rows]


def write_fates(inbox: Path, fates: Iterable[Fate]) -> None:
    """Write the table anew."""
    write_table(FATE_COLUMNS, map(astuple, fates), inbox / COLLECTED)


def write_times(inbox: Path, known: Times, new: Times) -> None:
    """Write when work came, by submission and milestone.

    Rows that are there stay, whoever wrote them: a `known` time adds what is missing, a `new` one
    takes the place of the time of work before.
    """
    file = inbox / TIMES
    there = {
        (row["submission"], row["milestone"]): (row["submitted"], row["late"])
        for row in (_read_rows(file, TIME_COLUMNS) if file.exists() else [])
    }
    rows = _format_times(known) | there | _format_times(new)
    cells = [[*key, *value] for key, value in sorted(rows.items()) if any(value)]
    if cells or there:
        write_table(TIME_COLUMNS, cells, file, ("submission",))


def _format_times(times: Times) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        key: (when.isoformat() if when else "", LATE * late) for key, (when, late) in times.items()
    }


def _read_rows(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        rows = read_spreadsheet(file).rows
    except CourseError as problem:
        raise Stop(
            "{problem}; move it away, and collect into a new folder", problem=problem
        ) from None
    return [{column: row.cells.get(column, "") for column in columns} for row in rows]
