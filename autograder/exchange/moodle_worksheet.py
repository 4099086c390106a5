"""Moodle's grading worksheet, the grades filled in: it is uploaded as it is, nothing is mapped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.course.roster import Roster
from autograder.course.spreadsheet import read_spreadsheet
from autograder.exchange.platform_grades import MOST, Grade
from autograder.reports.gradebook import escape_formula, write_table
from autograder.reports.register import Register
from autograder.stop import Stop

NEEDED = ("Identifier", "Grade", "Last modified (grade)")  # Moodle takes no other for a worksheet
FEEDBACK = "Feedback comments"  # a column where the assignment has feedback comments
MAXIMUM = "maximum grade"  # its case differs between versions


def is_worksheet(roster: Roster) -> bool:
    """Whether the roster is a grading worksheet."""
    return {*NEEDED} <= {*read_spreadsheet(roster.file).columns}


def name_as_there(grades: Sequence[Grade], sheet: Roster, register: Register) -> list[Grade]:
    """Return grades by names that the worksheet knows: it has no logins, a roster may."""
    return [replace(grade, student=_find_name(grade.student, sheet, register)) for grade in grades]


def _find_name(student: str, sheet: Roster, register: Register) -> str:
    person = register.find_person(student)
    names = (student, person.email, person.id, person.name)
    return next((name for name in names if name and sheet.person(name)), student)


def write_worksheet(
    grades: Sequence[Grade],
    roster: Roster,
    parts: Sequence[str],
    possible: Mapping[str, float],
    file: Path,
) -> None:
    """Write the worksheet with the points of one part, and a comment where there is none yet.

    Points are scaled to the maximum grade that stands in it. Rows without a hand-in stay as they
    are.
    """
    if len(parts) != 1:
        raise Stop(
            "a grading worksheet holds one assignment: say which milestone it is for, --column "
            "{part}=Grade",
            part=parts[0],
        )
    table = read_spreadsheet(roster.file)
    by_line = {one.line: grade for grade in grades if (one := roster.person(grade.student))}
    top = next((name for name in table.columns if name.casefold() == MAXIMUM), "")
    for row in table.rows:
        points = by_line[row.line].points.get(parts[0]) if row.line in by_line else None
        if points is not None:
            most = _read_number(row.cells.get(top, "")) or possible.get(parts[0], MOST)
            share = points / (possible.get(parts[0]) or MOST)
            row.cells["Grade"] = f"{round(most * share, 2):.2f}"
            if FEEDBACK in table.columns and not row.cells.get(FEEDBACK):
                row.cells[FEEDBACK] = escape_formula(by_line[row.line].remarks.get(parts[0], ""))
    rows = [[row.cells.get(name, "") for name in table.columns] for row in table.rows]
    write_table(table.columns, rows, file, table.columns)


def _read_number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0
