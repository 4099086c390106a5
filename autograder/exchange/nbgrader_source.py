"""The instructor's notebook of a milestone: the solution cell by cell, then a cell per check."""

from dataclasses import dataclass
from datetime import datetime

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.course.tasks import Task
from autograder.exchange.assignments import BEGIN, KERNEL, PERCENT
from autograder.exchange.graded import cell_metadata, grade_id, person_grade_id
from autograder.exchange.illustrations import Picture, attach_pictures
from autograder.templates import render


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
    tasks : tuple of Task
        Those of the handout: each has a place for comments.
    deadline : datetime or None
        When it is due.
    """

    id: str
    module: str
    solution: str
    checks: tuple[tuple[str, str, float], ...]
    person_points: float = 0.0
    questions: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tasks: tuple[Task, ...] = ()
    deadline: datetime | None = None


def make_source(exercise: Exercise) -> NotebookNode:
    """Return the instructor's notebook of one milestone."""
    parts = jupytext.reads(exercise.solution, PERCENT).cells
    attach_pictures(parts[0], exercise.pictures)
    cells = [_source_cell(exercise.id, index, cell) for index, cell in enumerate(parts)]
    if exercise.id != "m1":
        cells.insert(0, _kit_cell(f"{exercise.id}-kit", render("nbgrader_first_cell.py.j2")))
    cells += list_kit_cells(exercise)
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def list_kit_cells(exercise: Exercise) -> list[NotebookNode]:
    """Return a graded cell for each check, with its heading, and the one that a person grades."""
    cells = [cell for check in exercise.checks for cell in _graded_cells(*check)]
    return [*cells, _person_cell(exercise)] if exercise.person_points else cells


def _person_cell(exercise: Exercise) -> NotebookNode:
    """Return the cell that a person grades by hand: nbgrader calls it a task."""
    lines = "\n".join(f"- {question}" for question in exercise.questions)
    head = f"**{exercise.id}, read by a person** ({exercise.person_points:g} points)"
    name = person_grade_id(exercise.id)
    cell = nbformat.v4.new_markdown_cell(f"{head}:\n\n{lines}", id=name)
    cell["metadata"] = cell_metadata(name)
    cell["metadata"]["nbgrader"] |= {"task": True, "points": exercise.person_points}
    return cell


def _source_cell(milestone: str, index: int, cell: NotebookNode) -> NotebookNode:
    cell["id"] = cell_id(f"{milestone}-{index:02d}")
    is_task = cell.cell_type == "code" and BEGIN in cell.source
    cell["metadata"] = cell_metadata(f"cell-{index:02d}", solution=is_task, locked=not is_task)
    return cell


def _graded_cells(check: str, title: str, points: float) -> list[NotebookNode]:
    name = grade_id(check)
    heading = nbformat.v4.new_markdown_cell(
        f"**{check}** ({points:g} points): {title}", id=cell_id(f"{name[:55]}-title")
    )
    heading["metadata"] = cell_metadata(f"{name}-title")
    text = render("nbgrader_graded_cell.py.j2", check=check)
    return [heading, _kit_cell(name, text, points)]


def _kit_cell(name: str, text: str, points: float | None = None) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(text, id=cell_id(name))
    cell["metadata"] = cell_metadata(name, grade=points is not None)
    if points is not None:
        cell["metadata"]["nbgrader"]["points"] = points
    return cell


def cell_id(name: str) -> str:
    """Return `name` as nbformat takes it: short, and without a dot."""
    return name.replace(".", "-")[:64]
