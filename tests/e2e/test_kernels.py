"""Notebooks in a real kernel: earlier notebooks are imported, and checks are asked for inside."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.cli import start
from autograder.course import load_course
from autograder.exchange.assignments import FIRST_CELL
from autograder.templates import text
from tests.conftest import ROOT
from tests.e2e.test_notebooks import paste

COURSE = load_course()
FIRST = text(FIRST_CELL)
LATER = ("training", "conv", "gpt")  # nn is executed by the command
WRONG_ADD = ("self.grad += ", "self.grad = ")


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All notebooks of the course in one folder, with the solutions pasted in."""
    folder = tmp_path_factory.mktemp("solved")
    start.run(folder, notebook=True)
    start.run(folder, notebook=True, extras=["all"])
    for part in COURSE.parts:
        paste(part, folder / f"{part.module}.ipynb")
    return folder


def code_of(notebook: Path) -> list[str]:
    return [c.source for c in nbformat.read(notebook, 4).cells if c.cell_type == "code"]


def execute(cells: list[str], folder: Path, kernel: str = "python3") -> list[NotebookNode]:
    """Run `cells` in one kernel in `folder`, whatever they raise; return them with their outputs."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(
        book, timeout=120, kernel_name=kernel, allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()  # fmt: skip
    return list(book.cells)


def printed(cell: NotebookNode) -> str:
    """Return all that stands below a cell, as text."""
    return "\n".join(
        out.get("text") or out.get("evalue") or out["data"]["text/plain"] for out in cell.outputs
    ).strip()


def html(cell: NotebookNode) -> str:
    return "".join(out.get("data", {}).get("text/html", "") for out in cell.outputs)


@pytest.mark.parametrize("module", LATER)
def test_a_notebook_runs_whole_beside_earlier_notebooks(solved: Path, module: str) -> None:
    *cells, last = code_of(solved / f"{module}.ipynb")
    assert last.startswith("%check m")
    assert not (solved / "engine.py").exists()
    assert [printed(cell) for cell in execute(cells, solved)] == [""] * len(cells)


def test_nbconvert_executes_a_notebook_and_its_check(solved: Path, tmp_path: Path) -> None:
    book = nbformat.read(solved / "nn.ipynb", 4)
    assert book.cells[-1].source == "%check m2"
    book.cells[-1].source = "%check m2.neuron m2.squared_error"
    nbformat.write(book, solved / "short.ipynb")
    command = ["nbconvert", "--to", "notebook", "--execute", "short.ipynb"]
    command += ["--output-dir", str(tmp_path)]
    done = subprocess.run([sys.executable, "-m", *command], cwd=solved, check=False)
    assert done.returncode == 0
    last = nbformat.read(tmp_path / "short.ipynb", 4).cells[-1]
    assert printed(last).startswith("m2  A network of scalars\n  +  3.00/3.00  neuron ")
    assert "5.25 of 5.25 public points" in printed(last)
    assert printed(last).endswith(
        "note: judged as this kernel ran it, cells [2], [3], [4], [5]; the saved file is what counts"
    )


def test_every_notebook_of_the_course_is_imported_in_a_kernel(solved: Path) -> None:
    modules = [part.module for part in COURSE.parts]
    loading = f"print([__import__(name).__file__[-6:] for name in {modules}])"
    names = f"for name in {modules}:\n    for word in vars(__import__(name)): pass"
    cells = execute([FIRST, loading, names, code_of(solved / "compare.ipynb")[1]], solved)
    assert printed(cells[1]) == str([".ipynb"] * len(modules))
    assert [printed(cell) for cell in (cells[0], *cells[2:])] == ["", "", ""]


def hidden_kernel(folder: Path) -> str:
    """Write the specification of a kernel that finds no kit; return its name."""
    start_line = (
        "import sys; sys.modules['autograder'] = None; "
        "from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"
    )
    spec = folder / "kernels" / "bare"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-c", start_line, "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "bare", "language": "python"})
    )
    return "bare"


def test_a_kernel_without_the_kit_is_told_so_in_a_line(
    solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(ROOT / "solutions/m1_scalar_autograd/engine.py", work)
    cells = execute([FIRST, "import engine"], work, hidden_kernel(tmp_path))
    assert printed(cells[0]) == (
        "This kernel lacks the kit. Run 'python3 kit/install.py' in the kit's folder, once (on "
        "Windows 'py kit/install.py'), and choose its .venv as the kernel of this notebook."
    )
    assert [out.output_type for out in cells[0].outputs] == ["stream"]
    assert printed(cells[1]) == ""  # a .py needs no kit


def mixed(solved: Path, folder: Path) -> Path:
    """A folder with engine.py and engine.ipynb, which differ, and nn.ipynb."""
    folder.mkdir()
    for name in ("engine.ipynb", "nn.ipynb"):
        shutil.copy(solved / name, folder)
    text = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    (folder / "engine.py").write_text(f"{text}\nMARK = 'py'\n")
    return folder


def test_commands_judge_what_the_kernel_has_defined(solved: Path, tmp_path: Path) -> None:
    folder = mixed(solved, tmp_path / "mixed")
    mathematics, engine = code_of(folder / "engine.ipynb")[1:3]
    assert engine.count(WRONG_ADD[0]) > 1
    wrong = engine.replace(*WRONG_ADD).replace("other.grad += ", "other.grad = ")
    rewrite = "import pathlib\nfile = pathlib.Path('engine.py')\nfile.write_text("
    steps = {
        "first": FIRST,
        "nothing yet": "%check",
        "as saved": "%check m1.tanh",
        "the .py wins": "from engine import MARK\nprint(MARK)",
        "saved": f"{rewrite}file.read_text().replace(\"'py'\", \"'new'\"))",
        "again": FIRST,
        "what is new": "from engine import MARK\nprint(MARK)",
        **{f"nn {number}": cell for number, cell in enumerate(code_of(folder / "nn.ipynb")[1:-1])},
        "right": "%check m2.neuron",
        "gone": "file.unlink()",
        "imports": mathematics,
        "right engine": engine,
        "wrong engine": wrong,
        "wrong": "%check m1.tanh shared_add",
        "hint": "%hint",
        "more": "%hint m1.tanh 3",
        "patched": "Value.tanh = lambda self: self",
        "made elsewhere": "exec('def made(): pass')\npathlib.Path('engine.ipynb').unlink()",
        "unsaved": "%check m1.tanh",
        "unknown": "%check m1.tahn",
        "level": "%hint m1.tanh 7",
    }  # fmt: skip
    cells = dict(zip(steps, execute([*steps.values()], folder), strict=True))
    shown = {name: printed(cell) for name, cell in cells.items()}
    number = {name: place for place, name in enumerate(steps, start=1)}
    assert shown["first"] == (
        "note: engine.py is there twice: engine.py, engine.ipynb; engine.py was taken: "
        "a .py goes before a notebook"
    )
    assert shown["nothing yet"] == (
        "%check: this kernel has defined nothing of a milestone yet: run the notebook's cells "
        "first, or name what to check: %check m1"
    )
    assert "1.5 of 1.5 public points" in shown["as saved"]
    assert "m1 is judged as saved in engine.py: this kernel defines" in shown["as saved"]
    assert (shown["the .py wins"], shown["what is new"]) == ("py", "new")
    assert "3 of 3 public points" in shown["right"]
    assert "save the notebook" not in shown["right"]
    assert "of 3" in html(cells["right"])
    place = f"cell [{number['wrong engine']}] line "
    assert "m1.shared_add: failed" in shown["wrong"]
    assert f"look at {place}" in shown["wrong"]
    assert "likely mistake: assign-not-accumulate (m1.shared_add)" in shown["wrong"]
    assert "+  1.50/1.50  tanh" in shown["wrong"]
    saying = f"save the notebook: engine.ipynb as saved lacks [{number['wrong engine']}]"
    assert f"note: {saying}" in shown["wrong"]
    for part in (place, "assign-not-accumulate", "%hint m1.shared_add", saying, ">failed</span>"):
        assert part in html(cells["wrong"])
    assert shown["hint"].startswith("m1.shared_add: ")
    assert shown["hint"].endswith("more: %hint m1.shared_add 2")
    assert shown["more"].count("\n") == 3
    assert "m1.tanh: failed" in shown["unsaved"]
    assert "there is no engine.ipynb in this folder: save this notebook as that" in shown["unsaved"]
    assert "not judged: made; no cell of this kernel defines it" in shown["unsaved"]
    assert shown["unknown"] == "%check: there is no check 'm1.tahn'; did you mean m1.tanh?"
    assert shown["level"] == "%hint: the level of a hint is 1, 2 or 3, not 7"
