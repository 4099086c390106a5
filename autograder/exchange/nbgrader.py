"""A course folder that nbgrader takes as it is, and scores in its gradebook.

``source/m1/engine.ipynb`` holds the solution, cell by cell, and after it one locked graded cell
per check, which calls the kit. nbgrader's own preprocessors make of it what students get.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import sysconfig
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
from autograder.course.course import Late
from autograder.course.tasks import list_tasks
from autograder.exchange.assignments import KERNEL, PLACEHOLDER, name_missing
from autograder.exchange.graded import cell_metadata, fill
from autograder.exchange.nbgrader_gradebook import (
    AssignmentCells,
    GradebookWriter,
    Handed,
    StudentRow,
)
from autograder.exchange.nbgrader_source import Exercise, cell_id, list_kit_cells, make_source
from autograder.exchange.nbgrader_work import Cell, list_code_cells, list_task_cells, task_cell_name
from autograder.files import write_atomically
from autograder.reports.adjustments import Adjustment
from autograder.reports.register import Register
from autograder.score import MilestoneScore, Score
from autograder.stop import Refusal
from autograder.templates import render
from autograder.words import Phrase

SECONDS = 600  # before nbgrader gives a cell up, where a kernel runs it
WAIT = 5.0  # seconds for another process to let go of the gradebook
OURS = "neural_network_kit"  # marks a notebook that a later export may replace


class Unfit(Refusal):
    """Something stands in the way of the export; the sentence says what."""


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


class SaveCellsAndTasks(SaveCells):
    """Tells the gradebook of the tasks too: comments on them stand in cells that only graders see.

    `generate_assignment` and the export have to tell the same.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Save the cells of one notebook."""
        part = load_course().part(resources["nbgrader"]["assignment"])
        self.task_names = [task_cell_name(task) for task in list_tasks(part)]
        return super().preprocess(nb, resources)

    def _create_notebook(self, nb: NotebookNode) -> None:
        self.new_solution_cells |= {name: {} for name in self.task_names}
        super()._create_notebook(nb)


def _generate_steps() -> list[type[NbGraderPreprocessor]]:
    """Return nbgrader's own steps from source to release, with the stubs named."""
    from nbgrader.converters import GenerateAssignment  # noqa: PLC0415 - a second to import

    steps = list(GenerateAssignment.class_traits()["preprocessors"].default())
    steps.insert(steps.index(ClearSolutions) + 1, NamedStubs)
    return [SaveCellsAndTasks if step is SaveCells else step for step in steps]


def __getattr__(name: str) -> Any:
    if name == "GENERATE":
        return _generate_steps()
    raise AttributeError(name)


def make_course(
    exercises: Sequence[Exercise], folder: Path, late: Late | None = None
) -> list[Path]:
    """Write the course folder: configuration and sources; what is there is never overwritten.

    What lateness costs stands in the configuration.

    Raises
    ------
    Unfit
        When a file is there with other content.
    """
    config = render(
        "nbgrader_config.py.j2", placeholder=PLACEHOLDER, seconds=SECONDS, late=late or Late()
    )
    texts = {folder / "nbgrader_config.py": f"{config}\n"}
    for exercise in exercises:
        file = folder / "source" / exercise.id / f"{exercise.module}.ipynb"
        texts[file] = nbformat.writes(make_source(exercise)) + "\n"
    for file, text in texts.items():
        if file.exists() and file.read_text() != text:
            raise Unfit(
                "{file} is there with other content; move it away, or name another --out", file=file
            )
    for file, text in texts.items():
        write_atomically(file, text.encode())
    return list(texts)


def record_scores(
    exercises: Sequence[Exercise],
    scores: Sequence[Score],
    folder: Path,
    register: Register | None = None,
    students: Mapping[str, Sequence[Handed]] | None = None,
    works: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, str]:
    """Write assignments and scores into the course's ``gradebook.db``.

    formgrader lists a submission only where a graded notebook of it lies, so there is one for each:
    the work, and the checks with what they say.

    Parameters
    ----------
    exercises : sequence of Exercise
        The assignments.
    scores : sequence of Score
        What is recorded.
    folder : Path
        The course's.
    register : Register, optional
        What people said and changed: reviews become manual scores and comments; adjustments the
        extra credit of a check's cell, or of the last where they are of a whole milestone.
    students : mapping, optional
        By submission the students behind it: each gets its score.
    works : mapping, optional
        By submission its modules' code, which is shown.

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
    used = {part.id for score in scores for part in score.parts}
    own = [exercise for exercise in exercises if exercise.id in used]
    known = register or Register()
    rows = [
        StudentRow(
            student_id(one.name), one, score, known.find_reviews(score), known.find_changes(score)
        )
        for score in scores
        for name in [score.submission.id]
        for one in (students or {}).get(name) or [Handed(name)]
    ]
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
            cells = {one.id: AssignmentCells(book, one.id, one.module) for one in own}
            GradebookWriter(book, cells).write(rows)
    except (SQLAlchemyError, RuntimeError) as problem:
        reason = str(problem).partition("\n")[0]
        raise Unfit(
            "{file}: {reason}; run it again, what is written is kept",
            file=file,
            reason=Phrase(reason),
        ) from None
    _write_notebooks(own, rows, folder / "autograded", works or {})
    return {row.handed.name: row.id for row in rows if row.handed.name != row.id}


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
                "{id} was graded in {others}, which this course does not use: export with the "
                "course file that it was graded with, or grade again",
                id=score.submission.id,
                others=", ".join(other),
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
            "{file}: {problem}; another program may be using it: close it and run this again",
            file=file,
            problem=problem,
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
    due = {"duedate": exercise.deadline.isoformat()} if exercise.deadline else {}
    book.update_or_create_assignment(exercise.id, **due)
    facts = {
        "assignment": exercise.id, "notebook": exercise.module, "student": ".",
        "db_url": f"sqlite:///{file}",
    }  # fmt: skip
    cells, resources = make_source(exercise), {"nbgrader": facts}
    steps: list[Callable[[], Any]] = [
        LockCells,
        lambda: ClearSolutions(code_stub={"python": PLACEHOLDER}),
        NamedStubs,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCellsAndTasks,
    ]
    for step in steps:
        cells, resources = step().preprocess(cells, resources)


def _write_notebooks(
    exercises: Sequence[Exercise],
    rows: Sequence[StudentRow],
    folder: Path,
    works: Mapping[str, Mapping[str, str]],
) -> None:
    """Write the students' graded notebooks; those that nbgrader made stay.

    They are written as they are, since nbformat takes a minute for 600.
    """
    by_id = {
        exercise.id: (exercise, json.dumps(list_kit_cells(exercise))) for exercise in exercises
    }
    for row in rows:
        work = works.get(row.score.submission.id, {})
        for part in row.score.parts:
            exercise, kit = by_id[part.id]
            file = folder / row.id / exercise.id / f"{exercise.module}.ipynb"
            if not file.exists() or _is_ours(file):
                code = work.get(exercise.module, "")
                own = [one for one in row.adjustments if part.id in (one.on, _part_of(one.on))]
                cells = [_top_cell(part, row.score.submission.sha256, bool(code), own)]
                cells += [*list_task_cells(exercise.tasks, code), *json.loads(kit)]
                fill(cells, part.checks)
                shown = _notebook([*cells, *list_code_cells(exercise.module, code)])
                text = json.dumps(shown, indent=1, sort_keys=True, ensure_ascii=False)
                write_atomically(file, f"{text}\n".encode("utf-8", "replace"))


def _is_ours(file: Path) -> bool:
    try:
        return OURS in json.loads(file.read_bytes())["metadata"]
    except (ValueError, LookupError, TypeError):
        raise Unfit(
            "{file} is not a notebook; move it away and run this again", file=file
        ) from None


def _part_of(check: str) -> str:
    return check.rpartition(".")[0]


def _top_cell(
    milestone: MilestoneScore, sha256: str, has_code: bool, adjustments: Sequence[Adjustment]
) -> Cell:
    text = render(
        "nbgrader_points.md.j2",
        points=milestone.points,
        max_points=milestone.max_points,
        sha256=sha256[:12],
        has_code=has_code,
        adjustments=adjustments,
    )
    metadata = cell_metadata(f"{milestone.id}-shown")
    cell = {"cell_type": "markdown", "id": cell_id(f"{milestone.id}-shown"), "source": text}
    return cell | {"metadata": metadata}


def _notebook(cells: Sequence[Cell]) -> Cell:
    metadata = {"kernelspec": dict(KERNEL), OURS: True}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}
