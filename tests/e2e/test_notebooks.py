"""From the stub notebooks to full marks, as a learner goes who works in notebooks.

To keep it short, what trains for long is left to EVERY_CHECK=1.
"""

import shlex
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

from autograder.cli import start
from autograder.course import Course, Milestone, Part, load_course
from autograder.exchange.assignments import FIRST_CELL, PERCENT
from autograder.intake.notebook import read_code_cells
from autograder.run.entry import learner_entry, staged_submission
from autograder.templates import text
from autograder.worker.imports import GRADED_WITH
from tests.conftest import ROOT, Judge
from tests.e2e.test_commands import autograder
from tests.mutants import mutants

MILESTONES = load_course().milestones
IDS = [milestone.id for milestone in MILESTONES]


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh workspace, with the solutions pasted into its stubs' cells."""
    folder = tmp_path_factory.mktemp("notebooks")
    start.run(folder, notebook=True)
    for milestone in MILESTONES:
        paste(milestone, folder / f"{milestone.module}.ipynb")
    return folder


def paste(milestone: Part, notebook: Path) -> None:
    """Put the reference's text into each cell that lacks something; leave the others alone."""
    solution = (ROOT / "solutions" / milestone.folder / f"{milestone.module}.py").read_text()
    answers = jupytext.reads(solution, PERCENT).cells
    book = nbformat.read(notebook, as_version=4)
    lacking = 0
    cells = [cell for cell in book.cells if not cell.id.endswith("-kit")]
    for cell, answer in zip(cells, answers, strict=False):
        if "NotImplementedError" in cell.source:
            lacking += 1
            cell.source = answer.source
    assert lacking > 0
    nbformat.write(book, notebook)


@pytest.mark.parametrize("milestone", MILESTONES, ids=IDS)
def test_stubs_with_solutions_pasted_in_get_all_public_points(
    judge: Judge, solved: Path, milestone: Milestone
) -> None:
    only = None if mutants.EVERY_CHECK else mutants.short(milestone)
    score = judge(solved, milestone.id, hidden=False, only=only).score
    assert {c.id: c.message for c in score.checks if c.status != "passed"} == {}
    assert score.points == score.max_points > (60.0 if only else 74.0)


def test_the_workspace_is_notebooks_only(solved: Path, course: Course) -> None:
    assert {file.name for file in solved.iterdir() if file.is_file()} == {
        f"{milestone.module}.ipynb" for milestone in course.milestones
    }


def notebook(folder: Path, *cells: str) -> Path:
    """A notebook as it is saved: outputs, prose between the cells."""
    book = nbformat.v4.new_notebook()
    for cell in cells:
        code = nbformat.v4.new_code_cell(cell)
        code.outputs = [nbformat.v4.new_output("stream", name="stderr", text="left over")]
        book.cells += [nbformat.v4.new_markdown_cell("# prose"), code]
    folder.mkdir()
    nbformat.write(book, folder / "engine.ipynb")
    return folder


ENGINE = (ROOT / "tests/classroom/ada-perfect/engine.py").read_text()
MAGICS = (
    "%matplotlib inline\n!pip install x\nprint?\nfiles = !ls\nrest = (7\n    % 5)\nassert rest == 2"
)


def test_magics_and_outputs_take_nothing_away(judge: Judge, tmp_path: Path) -> None:
    score = judge(notebook(tmp_path / "a", MAGICS, f"%%time\n{ENGINE}", "%%bash\nls"), "m1").score
    assert score.points == 100.0


@pytest.mark.parametrize("is_notebook", [True, False], ids=["notebook", "module"])
def test_the_first_cell_without_its_mark_takes_nothing_away(
    judge: Judge, tmp_path: Path, is_notebook: bool
) -> None:
    first = text(FIRST_CELL)
    folder = notebook(tmp_path / "a", first, ENGINE, "%check m1")
    if not is_notebook:
        (folder / "engine.ipynb").unlink()
        (folder / "engine.py").write_text(f"{first}\n{ENGINE}")
    only = frozenset({"m1.tanh", "m1.hand_worked"})
    score = judge(folder, "m1", only=only).score
    assert [check.status for check in score.checks] == ["passed"] * 4


def test_the_first_cell_as_it_is_handed_out_is_empty_when_it_is_graded() -> None:
    for file in sorted((ROOT / "assignments").glob("*/*.ipynb")):
        first, *others = read_code_cells(file.read_bytes())
        assert first == ""
        assert all(text(FIRST_CELL) not in cell for cell in others)
        book = nbformat.read(file, as_version=4)
        code = [cell.source for cell in book.cells if cell.cell_type == "code"]
        assert code[0] == text(FIRST_CELL).strip()
        assert code[-1].startswith("%check ") == (file.name != "compare.ipynb")


def edited(old: str, new: str) -> str:
    assert ENGINE.count(old) == 1
    return ENGINE.replace(old, new)


TANH = "def tanh(self):"
MISTAKES = {  # the cell with the engine is the third
    "raised": (edited(TANH, f"{TANH}\n        1 / 0"), "x = 1",
               "ZeroDivisionError: division by zero\n  engine.ipynb[3]:127 in tanh: 1 / 0"),
    "no such name": (edited(TANH, f"{TANH}\n        return nothing(self)"), "x = 1",
                     "NameError: name 'nothing' is not defined\n"
                     "  engine.ipynb[3]:127 in tanh: return nothing(self)"),
    "forbidden": (edited(TANH, f"{TANH}\n        return torch.tanh(self)"), "x = 1\nimport torch",
                  "NameError: name 'torch' is not defined; these cells failed: engine.ipynb[2], "
                  "line 2: ModuleNotFoundError: no module named 'torch': only the standard library, "
                  "NumPy and files handed in can be imported\n"
                  "  engine.ipynb[3]:127 in tanh: return torch.tanh(self)"),
    "syntax": (edited(TANH, "def tanh(self:"), "x = 1",
               "CellFailed: engine.ipynb does not define Value; these cells failed: "
               f"engine.ipynb[3], line 126: SyntaxError: '(' was never closed ({GRADED_WITH})"),
    "while it ran": (f"x = 2\ny = [0][1]\n{ENGINE}", "x = 1",
                     "CellFailed: engine.ipynb does not define Value; these cells failed: "
                     "engine.ipynb[3], line 2: IndexError: list index out of range"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_cell_and_line(judge: Judge, tmp_path: Path, mistake: str) -> None:
    engine, before, told = MISTAKES[mistake]
    folder = notebook(tmp_path / "a", "import math", before, engine)
    (check,) = judge(folder, "m1", hidden=False, only=frozenset({"m1.tanh"})).score.checks
    assert (check.status, check.message) == ("failed", told)


def test_the_script_of_repro_runs_on_modules_made_of_notebooks(tmp_path: Path) -> None:
    wrong = ENGINE.replace(
        "other.grad += self.data * out.grad", "other.grad = self.data * out.grad"
    )
    assert wrong != ENGINE
    work = notebook(tmp_path / "work", f"%matplotlib inline\n{wrong}")
    written = autograder("repro", "m1.shared_mul", cwd=work)
    typed = shlex.split(written.stdout.partition(": run it with: python ")[2])
    assert typed == ["repro_m1_shared_mul.py", "repro_modules"]
    done = run_python(*typed, cwd=work)
    assert done.returncode == 1, done.stderr
    assert "wanted:" in done.stdout
    with staged_submission(learner_entry(work), load_course().modules) as copy:
        assert copy.files == ("engine.ipynb",)


def run_python(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
