"""A course folder that nbgrader takes as it is, and scores in its gradebook.

``source/m1/engine.ipynb`` holds the solution, cell by cell, and after it one locked graded cell
per check, which calls the kit. nbgrader's own preprocessors make of it what students get.
"""

import hashlib
import os
import shutil
import sqlite3
import sysconfig
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    NbGraderPreprocessor,
    SaveCells,
)
from sqlalchemy import Engine, event
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from autograder.course import load_course
from autograder.exchange.assignments import BEGIN, KERNEL, PERCENT, PLACEHOLDER, name_missing
from autograder.exchange.graded import fill, grade_id
from autograder.exchange.illustrations import Picture, attach_pictures
from autograder.files import write_atomically
from autograder.reports.adjusted import adjust_score
from autograder.reports.adjustments import NONE, Adjustment, Adjustments
from autograder.reports.reviews import Review
from autograder.score import MilestoneScore, Score, public_id
from autograder.templates import render

SCHEMA_VERSION = 3
SECONDS = 600  # before nbgrader gives a cell up, where a kernel runs it
WAIT = 5.0  # seconds for another process to let go of the gradebook
OURS = "neural_network_kit"  # marks a notebook that a later export may replace


class Unfit(Exception):
    """Something stands in the way of the export; the sentence says what."""


@dataclass(frozen=True)
class Exercise:
    """One milestone as an nbgrader assignment.

    Attributes
    ----------
    id : str
        ``m1``: the assignment's name.
    module : str
        ``engine``: the notebook's.
    solution : str
        The reference, in jupytext's percent format.
    checks : tuple
        Id, title and points (with the hidden twin's) of every check.
    person_points : float
        What a person may add for its prose.
    questions : tuple of str
        What that person asks of it.
    pictures : tuple of Picture
        Those of the handout, for the first cell.
    """

    id: str
    module: str
    solution: str
    checks: tuple[tuple[str, str, float], ...]
    person_points: float = 0.0
    questions: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


class NamedStubs(NbGraderPreprocessor):
    """Lets every stub that `ClearSolutions` left say what is missing."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Name the stubs of one cell."""
        if cell.cell_type == "code" and PLACEHOLDER in cell.source:
            part = load_course().part(resources["nbgrader"]["assignment"])
            cell["source"] = name_missing(cell.source, part.name)
        return cell, resources


def _generate_steps() -> list[type[NbGraderPreprocessor]]:
    """Return nbgrader's own steps from source to release, with the stubs named."""
    from nbgrader.converters import GenerateAssignment  # noqa: PLC0415 - a second to import

    steps = list(GenerateAssignment.class_traits()["preprocessors"].default())
    steps.insert(steps.index(ClearSolutions) + 1, NamedStubs)
    return steps


def __getattr__(name: str) -> Any:
    if name == "GENERATE":
        return _generate_steps()
    raise AttributeError(name)


def source(exercise: Exercise) -> NotebookNode:
    """Return the instructor's notebook of one milestone."""
    parts = jupytext.reads(exercise.solution, PERCENT).cells
    attach_pictures(parts[0], exercise.pictures)
    cells = [_source_cell(exercise.id, place, cell) for place, cell in enumerate(parts)]
    if exercise.id != "m1":
        cells.insert(0, _kit_cell(f"{exercise.id}-kit", render("nbgrader_first_cell.py.j2")))
    cells += _list_kit_cells(exercise)
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _list_kit_cells(exercise: Exercise) -> list[NotebookNode]:
    cells = [cell for check in exercise.checks for cell in _graded_cells(*check)]
    return [*cells, _person_cell(exercise)] if exercise.person_points else cells


def _person_cell(exercise: Exercise) -> NotebookNode:
    """Return the cell that a person grades by hand: nbgrader calls it a task."""
    lines = "\n".join(f"- {question}" for question in exercise.questions)
    head = f"**{exercise.id}, read by a person** ({exercise.person_points:g} points)"
    name = _person_grade_id(exercise.id)
    cell = nbformat.v4.new_markdown_cell(f"{head}:\n\n{lines}", id=name)
    cell["metadata"] = _cell_metadata(name)
    cell["metadata"]["nbgrader"] |= {"task": True, "points": exercise.person_points}
    return cell


def _person_grade_id(unit: str) -> str:
    return f"{grade_id(unit)}-by-person"


def _source_cell(milestone: str, place: int, cell: NotebookNode) -> NotebookNode:
    cell["id"] = _cell_id(f"{milestone}-{place:02d}")
    is_task = cell.cell_type == "code" and BEGIN in cell.source
    cell["metadata"] = _cell_metadata(f"cell-{place:02d}", solution=is_task, locked=not is_task)
    return cell


def _graded_cells(check: str, title: str, points: float) -> list[NotebookNode]:
    name = grade_id(check)
    heading = nbformat.v4.new_markdown_cell(
        f"**{check}** ({points:g} points): {title}", id=_cell_id(f"{name[:55]}-title")
    )
    heading["metadata"] = _cell_metadata(f"{name}-title")
    text = render("nbgrader_graded_cell.py.j2", check=check)
    return [heading, _kit_cell(name, text, points)]


def _kit_cell(name: str, text: str, points: float | None = None) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(text, id=_cell_id(name))
    cell["metadata"] = _cell_metadata(name, grade=points is not None)
    if points is not None:
        cell["metadata"]["nbgrader"]["points"] = points
    return cell


def _cell_id(name: str) -> str:
    """Return `name` as nbformat takes it: short, and without a dot."""
    return name.replace(".", "-")[:64]


def _cell_metadata(
    name: str, *, grade: bool = False, solution: bool = False, locked: bool = True
) -> dict[str, Any]:
    facts = {
        "grade": grade, "grade_id": name, "locked": locked, "schema_version": SCHEMA_VERSION,
        "solution": solution, "task": False,
    }  # fmt: skip
    return {"nbgrader": facts}


def make_course(exercises: Sequence[Exercise], folder: Path) -> list[Path]:
    """Write the course folder: configuration and sources; what is there is never overwritten.

    Raises
    ------
    Unfit
        When a file is there with other content.
    """
    config = render("nbgrader_config.py.j2", placeholder=PLACEHOLDER, seconds=SECONDS)
    texts = {folder / "nbgrader_config.py": f"{config}\n"}
    for exercise in exercises:
        file = folder / "source" / exercise.id / f"{exercise.module}.ipynb"
        texts[file] = nbformat.writes(source(exercise)) + "\n"
    for file, text in texts.items():
        if file.exists() and file.read_text() != text:
            raise Unfit(f"{file} is there with other content; move it away, or name another --out")
    for file, text in texts.items():
        write_atomically(file, text.encode())
    return list(texts)


def record_scores(
    exercises: Sequence[Exercise],
    scores: Sequence[Score],
    folder: Path,
    reviews: Mapping[str, Mapping[str, Review]] | None = None,
    adjustments: Adjustments = NONE,
) -> dict[str, str]:
    """Write assignments and scores into the course's ``gradebook.db``.

    A person's `reviews`, by name and unit, become manual scores and comments; what is adjusted
    becomes the extra credit of a check's cell, or of the last where it is of a whole milestone.

    formgrader lists a submission only where a graded notebook of it lies, so there is one for each:
    the checks, with what they say.

    Returns
    -------
    dict
        Names that had to change, with the new ones: nbgrader makes folders of names, and
        writes them unquoted into its CSV.

    Raises
    ------
    Unfit
        When the gradebook is locked, or does not fit these checks, or a score the course.
    """
    file = folder / "gradebook.db"
    _require_milestones(exercises, scores)
    _require_unlocked(file)
    ids = {score.submission.id: student_id(score.submission.id) for score in scores}
    used = {part.id for score in scores for part in score.parts}
    own = [exercise for exercise in exercises if exercise.id in used]
    try:
        with (
            warnings.catch_warnings(),
            _scripts_on_path(),
            _gradebook_path(file) as place,
            Gradebook(f"sqlite:///{place}") as book,
        ):
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, about its own code
            for exercise in own:
                _save_cells(book, exercise, place)
            for score in scores:
                name = score.submission.id
                rows = adjustments.find_rows(name)
                _save_score(book, ids[name], score, (reviews or {}).get(name, {}), rows)
    except (SQLAlchemyError, RuntimeError) as problem:
        reason = str(problem).partition("\n")[0]
        raise Unfit(f"{file}: {reason}; run it again, what is written is kept") from None
    for score in scores:
        name = score.submission.id
        graded = folder / "autograded" / ids[name]
        _write_graded(own, score, graded, adjustments.find_rows(name))
    return {name: id for name, id in ids.items() if name != id}


@contextmanager
def _scripts_on_path() -> Iterator[None]:
    """Let nbgrader find its `alembic`, also where the environment is not activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        if shutil.which("alembic") is None:
            raise Unfit("nbgrader's program alembic is missing: 'pip install alembic' fixes it")
        yield
    finally:
        os.environ["PATH"] = before


@contextmanager
def _gradebook_path(file: Path) -> Iterator[Path]:
    """Give the gradebook to write to: itself, or a new one that is moved there when it is whole."""
    if file.exists():
        yield file
        return
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".gradebook-") as place:
        event.listen(Engine, "connect", _turn_off_sync)
        try:
            yield Path(place) / file.name
        finally:
            event.remove(Engine, "connect", _turn_off_sync)
        (Path(place) / file.name).replace(file)


def _turn_off_sync(connection: sqlite3.Connection, _: object) -> None:
    """Do not wait for the disk at each of a thousand small commits."""
    connection.execute("PRAGMA synchronous = OFF")


def _require_milestones(exercises: Sequence[Exercise], scores: Sequence[Score]) -> None:
    known = {exercise.id for exercise in exercises}
    for score in scores:
        if other := [one.id for one in score.parts if one.id not in known]:
            raise Unfit(
                f"{score.submission.id} was graded in {', '.join(other)}, which this course does "
                "not use: export with the course file that it was graded with, or grade again"
            )


def _require_unlocked(file: Path) -> None:
    if not file.exists():
        return
    try:
        book = sqlite3.connect(file, timeout=WAIT)
        try:
            book.execute("BEGIN IMMEDIATE")
            book.rollback()
        finally:
            book.close()
    except sqlite3.Error as problem:
        raise Unfit(
            f"{file}: {problem}; another program may be using it: close it and run this again"
        ) from None


def student_id(name: str) -> str:
    """Return `name` as nbgrader can bear it: one folder, no comma, quote or formula."""
    plain = "".join(char if char.isalnum() or char in "_.@-" else "_" for char in name)
    safe = plain.encode()[:100].decode(errors="ignore").lstrip("-.@")
    if safe == name and safe:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{safe or 'student'}-{digest}"


def _save_cells(book: Gradebook, exercise: Exercise, file: Path) -> None:
    """Tell the gradebook of one assignment, by the steps that generate_assignment takes."""
    book.update_or_create_assignment(exercise.id)
    facts = {
        "assignment": exercise.id, "notebook": exercise.module, "student": ".",
        "db_url": f"sqlite:///{file}",
    }  # fmt: skip
    cells, resources = source(exercise), {"nbgrader": facts}
    steps: list[Callable[[], Any]] = [
        LockCells,
        lambda: ClearSolutions(code_stub={"python": PLACEHOLDER}),
        NamedStubs,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
    ]
    for step in steps:
        cells, resources = step().preprocess(cells, resources)


def is_left_out(row: Adjustment) -> bool:
    """Whether nbgrader has no place for it: for what is excused, and for a whole submission."""
    return row.excuse or not row.on


def _save_score(
    book: Gradebook,
    student: str,
    score: Score,
    reviews: Mapping[str, Review],
    rows: Sequence[Adjustment],
) -> None:
    book.update_or_create_student(student)
    added_by_cell = _find_added_points(score, [row for row in rows if not is_left_out(row)])
    for milestone in score.parts:
        earned = _points_by_cell(milestone)
        submission = book.update_or_create_submission(milestone.id, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = earned.get(grade.name, 0.0)
                grade.needs_manual_grade = grade.manual_score is not None
                grade.extra_credit = added_by_cell.get(grade.name, grade.extra_credit)
            _save_review(notebook, milestone.id, reviews.get(milestone.id))
    book.db.commit()


def _find_added_points(score: Score, rows: Sequence[Adjustment]) -> dict[str, float]:
    """Return what people added to each graded cell: that of a check, or a milestone's last."""
    added_by_cell: dict[str, float] = {}
    for before, after in zip(score.parts, adjust_score(score, rows).parts, strict=True):
        was, now = _points_by_cell(before), _points_by_cell(after)
        moved = {name: round(now[name] - was[name], 2) for name in now}
        moved = {name: added for name, added in moved.items() if added}
        rest = round(after.points - before.points - sum(moved.values()), 2)
        if rest and now:
            last = [*now][-1]
            moved[last] = round(moved.get(last, 0.0) + rest, 2)
        added_by_cell |= moved
    return added_by_cell


def _save_review(notebook: Any, unit: str, review: Review | None) -> None:
    """Enter a person's points and sentence, or that the prose of a unit waits for them."""
    name = _person_grade_id(unit)
    for grade in (grade for grade in notebook.grades if grade.name == name):
        grade.manual_score = review.points if review else grade.manual_score
        grade.needs_manual_grade = grade.manual_score is None
    for comment in (comment for comment in notebook.comments if comment.name == name):
        comment.manual_comment = review.because if review else comment.manual_comment


def _write_graded(
    exercises: Sequence[Exercise], score: Score, folder: Path, rows: Sequence[Adjustment]
) -> None:
    """Write a student's graded notebooks; those that nbgrader made stay."""
    by_id = {exercise.id: exercise for exercise in exercises}
    for milestone in score.parts:
        exercise = by_id[milestone.id]
        file = folder / exercise.id / f"{exercise.module}.ipynb"
        if not file.exists() or _is_ours(file):
            own = [row for row in rows if exercise.id in (row.on, row.on.rpartition(".")[0])]
            shown = _graded_notebook(exercise, milestone, score.submission.sha256, own)
            write_atomically(file, f"{nbformat.writes(shown)}\n".encode("utf-8", "replace"))


def _is_ours(file: Path) -> bool:
    try:
        return OURS in nbformat.read(file, 4).metadata
    except (ValueError, AttributeError, nbformat.ValidationError):
        raise Unfit(f"{file} is not a notebook; move it away and run this again") from None


def _graded_notebook(
    exercise: Exercise, milestone: MilestoneScore, sha256: str, rows: Sequence[Adjustment]
) -> NotebookNode:
    text = render(
        "nbgrader_points.md.j2",
        points=milestone.points,
        max_points=milestone.max_points,
        sha256=sha256[:12],
        adjustments=rows,
    )
    top = nbformat.v4.new_markdown_cell(text, id=f"{exercise.id}-shown")
    top["metadata"] = _cell_metadata(f"{exercise.id}-shown")
    cells = [top, *_list_kit_cells(exercise)]
    fill(cells, milestone.checks)
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL, OURS: True})


def _points_by_cell(milestone: MilestoneScore) -> dict[str, float]:
    """Return the points of each graded cell: those of a check and of its hidden twin."""
    points: dict[str, float] = {}
    for check in milestone.checks:
        name = grade_id(public_id(check))
        points[name] = round(points.get(name, 0.0) + check.points, 2)
    return points
