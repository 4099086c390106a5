"""Scores in nbgrader's gradebook, all at once: its own functions take a second a student.

The tables are nbgrader's; what stands in a row is what its functions would write.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import bindparam, select

from autograder.course.roster import NOBODY, Person
from autograder.exchange.graded import person_grade_id, sum_by_cell
from autograder.reports.adjusted import adjust_score
from autograder.reports.adjustments import Adjustment
from autograder.reports.reviews import Review
from autograder.score import MilestoneScore, Score

BREAKING = re.compile(r'[,"\r\n]+|^[=+@-]+')  # nbgrader writes names into its CSV unquoted
AT_ONCE = 500  # values in a query


@dataclass(frozen=True)
class Handed:
    """A student's part in a submission.

    Attributes
    ----------
    name : str
        The submission's, or a group member's.
    person : Person or None
        Who it is, where the roster says so.
    submitted : mapping
        Milestone to when it came.
    late_percent : mapping
        Milestone to what lateness takes of its points.
    more_time : mapping
        Milestone to the time after its deadline that costs nothing.
    """

    name: str
    person: Person | None = None
    submitted: Mapping[str, datetime] = field(default_factory=dict)
    late_percent: Mapping[str, float] = field(default_factory=dict)
    more_time: Mapping[str, timedelta] = field(default_factory=dict)


@dataclass(frozen=True)
class StudentRow:
    """What is written of one student: by nbgrader's name, with the score and what persons say."""

    id: str
    handed: Handed
    score: Score
    reviews: Mapping[str, Review]
    adjustments: Sequence[Adjustment] = ()


class AssignmentCells:
    """The cells of one assignment, as the gradebook has them: name to id, by kind."""

    def __init__(self, book: Gradebook, assignment: str, module: str) -> None:
        notebook = book.find_notebook(module, assignment)
        self.assignment, self.notebook = notebook.assignment.id, notebook.id
        scored = [*notebook.grade_cells, *notebook.task_cells]
        spoken = [*notebook.solution_cells, *notebook.task_cells]
        self.grades = {cell.name: cell.id for cell in scored}
        self.comments = {cell.name: cell.id for cell in spoken}


class GradebookWriter:
    """Writes the scores of students; those that are there are brought up to date.

    Parameters
    ----------
    book : Gradebook
        With the assignments.
    cells : mapping
        Assignment to its cells.
    """

    def __init__(self, book: Gradebook, cells: Mapping[str, AssignmentCells]) -> None:
        self.db = book.db
        self.cells = cells

    def write(self, rows: Sequence[StudentRow]) -> None:
        """Write all rows, or none."""
        self._write_students(rows)
        pairs = [(row, part) for row in rows for part in row.score.parts]
        homes = self._write_submissions(pairs)
        self._write_grades(pairs, homes)
        self._write_comments(pairs, homes)
        self.db.commit()

    def _write_students(self, rows: Sequence[StudentRow]) -> None:
        known = {*self.db.scalars(select(Student.id))}
        facts = {row.id: _describe_student(row) for row in rows}
        self._insert(Student, [one for id, one in facts.items() if id not in known])
        named = [one for id, one in facts.items() if id in known and any([*one.values()][1:])]
        self._update(Student, named)

    def _write_submissions(
        self, pairs: Sequence[tuple[StudentRow, MilestoneScore]]
    ) -> dict[tuple[str, str], str]:
        """Return the submitted notebook of each student and assignment."""
        there = self._find_submissions()
        new, old, books, late, given = [], [], [], [], []
        homes: dict[tuple[str, str], str] = {}
        for row, part in pairs:
            cells = self.cells[part.id]
            when = _to_utc(row.handed.submitted.get(part.id))
            lost = _find_penalty(row.handed, part)
            more = row.handed.more_time.get(part.id) or None
            own, home = there.get((row.id, cells.notebook), ("", ""))
            if own:
                old.append({"id": own, "timestamp": when})
                late.append({"id": home, "late_submission_penalty": lost})
                if part.id in row.handed.more_time:
                    given.append({"id": own, "extension": more})
            else:
                own, home = new_uuid(), new_uuid()
                facts = {"student_id": row.id, "assignment_id": cells.assignment}
                new.append({"id": own, "timestamp": when, "extension": more, **facts})
                facts = {"assignment_id": own, "notebook_id": cells.notebook}
                books.append({"id": home, "late_submission_penalty": lost, **facts})
            homes[row.id, part.id] = home
        self._insert(SubmittedAssignment, new)
        self._insert(SubmittedNotebook, books)
        self._update(SubmittedAssignment, [one for one in old if one["timestamp"]])
        self._update(SubmittedAssignment, given)
        self._update(SubmittedNotebook, late)
        return homes

    def _find_submissions(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return ids of submission and submitted notebook, by student and notebook."""
        query = select(
            SubmittedAssignment.student_id,
            SubmittedNotebook.notebook_id,
            SubmittedAssignment.id,
            SubmittedNotebook.id,
        ).join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        return {(student, book): (own, home) for student, book, own, home in self.db.execute(query)}

    def _write_grades(
        self, pairs: Sequence[tuple[StudentRow, MilestoneScore]], homes: Mapping[Any, str]
    ) -> None:
        there = self._find_rows(Grade, Grade.manual_score, [*homes.values()])
        credits = self._find_rows(Grade, Grade.extra_credit, [*homes.values()])
        added = {row.id: find_added_points(row.score, row.adjustments) for row, _ in pairs}
        new, old = [], []
        for row, part in pairs:
            earned = sum_by_cell(part.checks)
            by_person, review = person_grade_id(part.id), row.reviews.get(part.id)
            for name, cell in self.cells[part.id].grades.items():
                place = homes[row.id, part.id], cell
                id, manual = there.get(place, ("", None))
                _, credit = credits.get(place, ("", None))
                is_asked = name == by_person
                if is_asked and review:
                    manual = review.points
                facts = {
                    "auto_score": earned.get(name, 0.0),
                    "manual_score": manual,
                    "needs_manual_grade": (manual is None) == is_asked,
                    "extra_credit": added[row.id].get(name, credit),
                }
                if id:
                    old.append({"id": id, **facts})
                else:
                    home = {"notebook_id": homes[row.id, part.id], "cell_id": cell}
                    new.append({"id": new_uuid(), **facts, **home})
        self._insert(Grade, new)
        self._update(Grade, old)

    def _write_comments(
        self, pairs: Sequence[tuple[StudentRow, MilestoneScore]], homes: Mapping[Any, str]
    ) -> None:
        there = self._find_rows(Comment, Comment.manual_comment, [*homes.values()])
        new, old = [], []
        for row, part in pairs:
            review = row.reviews.get(part.id)
            for name, cell in self.cells[part.id].comments.items():
                said = review.because if review and name == person_grade_id(part.id) else None
                home = homes[row.id, part.id]
                id, before = there.get((home, cell), ("", None))
                if not id:
                    facts = {"notebook_id": home, "cell_id": cell, "manual_comment": said}
                    new.append({"id": new_uuid(), **facts})
                elif said and said != before:
                    old.append({"id": id, "manual_comment": said})
        self._insert(Comment, new)
        self._update(Comment, old)

    def _find_rows(
        self, table: Any, value: Any, homes: Sequence[str]
    ) -> dict[tuple[str, str], tuple[str, Any]]:
        """Return the rows of submitted notebooks: id and one value, by notebook and cell."""
        found = {}
        for some in _split(homes):
            query = select(table.notebook_id, table.cell_id, table.id, value)
            for home, cell, id, known in self.db.execute(query.where(table.notebook_id.in_(some))):
                found[home, cell] = id, known
        return found

    def _insert(self, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self.db.execute(table.__table__.insert(), rows)

    def _update(self, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            names = [name for name in rows[0] if name != "id"]
            columns = table.__table__
            change = columns.update().where(columns.c.id == bindparam("row"))
            change = change.values({name: bindparam(f"new_{name}") for name in names})
            renamed = [{f"new_{n}": one[n] for n in names} | {"row": one["id"]} for one in rows]
            self.db.execute(change, renamed)


def find_added_points(score: Score, rows: Sequence[Adjustment]) -> dict[str, float]:
    """Return what people added to each graded cell: that of a check, or a milestone's last."""
    added_by_cell: dict[str, float] = {}
    shown = [row for row in rows if not is_left_out(row)]
    for before, after in zip(score.parts, adjust_score(score, shown).parts, strict=True):
        was, now = sum_by_cell(before.checks), sum_by_cell(after.checks)
        moved = {name: round(now[name] - was[name], 2) for name in now}
        moved = {name: added for name, added in moved.items() if added}
        rest = round(after.points - before.points - sum(moved.values()), 2)
        if rest and now:
            last = [*now][-1]
            moved[last] = round(moved.get(last, 0.0) + rest, 2)
        added_by_cell |= moved
    return added_by_cell


def is_left_out(row: Adjustment) -> bool:
    """Whether nbgrader has no place for it: for what is excused, and for a whole submission."""
    return row.excuse or not row.on


def _describe_student(row: StudentRow) -> dict[str, Any]:
    person = row.handed.person or NOBODY
    first, last = person.split_name
    facts = {"first_name": first, "last_name": last, "email": person.email}
    plain = {name: BREAKING.sub(" ", value).strip() or None for name, value in facts.items()}
    return {"id": row.id, **plain, "lms_user_id": person.id or None}


def _find_penalty(handed: Handed, part: MilestoneScore) -> float | None:
    percent = handed.late_percent.get(part.id, 0.0)
    return round(part.points * percent / 100, 2) if percent else None


def _to_utc(when: datetime | None) -> datetime | None:
    """Return a time as nbgrader keeps it: in UTC, and without saying so."""
    return when.astimezone(UTC).replace(tzinfo=None) if when else None


def _split(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
