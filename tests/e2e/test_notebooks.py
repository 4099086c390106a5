"""From the stub notebooks to full marks, as a learner goes who works in notebooks."""

from pathlib import Path

import jupytext
import nbformat
import pytest

from autograder.cli import start
from autograder.course import Course, Milestone, load
from autograder.exchange.assignments import PERCENT
from tests.conftest import ROOT, Judge

MILESTONES = load().milestones
IDS = [milestone.id for milestone in MILESTONES]


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh workspace, with the solutions pasted into its stubs' cells."""
    folder = tmp_path_factory.mktemp("notebooks")
    start.run(folder, notebook=True)
    for milestone in MILESTONES:
        paste(milestone, folder / f"{milestone.module}.ipynb")
    return folder


def paste(milestone: Milestone, notebook: Path) -> None:
    """Put the reference's text into each cell that lacks something; leave the others alone."""
    text = (ROOT / "solutions" / milestone.folder / f"{milestone.module}.py").read_text()
    answers = jupytext.reads(text, PERCENT).cells
    book = nbformat.read(notebook, as_version=4)
    lacking = 0
    for cell, answer in zip(book.cells, answers, strict=False):
        if "NotImplementedError" in cell.source:
            lacking += 1
            cell.source = answer.source
    assert lacking > 0
    nbformat.write(book, notebook)


@pytest.mark.parametrize("id", IDS)
def test_stubs_with_solutions_pasted_in_get_all_public_points(
    judge: Judge, solved: Path, id: str
) -> None:
    score = judge(solved, id, hidden=False).score
    assert {c.id: c.message for c in score.checks if c.status != "passed"} == {}
    assert score.points == score.max_points == 75.0


def test_the_workspace_is_notebooks_only(solved: Path, course: Course) -> None:
    assert {file.name for file in solved.iterdir() if file.is_file()} == {
        f"{module}.ipynb" for module in course.modules
    }
