"""A kernel as VS Code starts it: at the root of the workspace, with no word from Jupyter."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.cli import start
from autograder.course import load_course
from autograder.exchange.assignments import FIRST_CELL
from autograder.templates import text
from tests.e2e.test_notebooks import paste
from tests.real_kernel import RealKernel, start_kernel

FIRST = text(FIRST_CELL)
M1, M2 = load_course().milestones[:2]
NAMED = "if '__vsc_ipynb_file__' not in globals():\n    __vsc_ipynb_file__ = {!r}"
WHERE = (
    "import os, engine, sys; print(os.getcwd(), engine.__file__, 'JPY_SESSION_NAME' in os.environ)"
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is opened as a whole: notebooks of the course lie in one below it."""
    root = tmp_path_factory.mktemp("workspace").resolve()
    start.run(root / "my-network", notebook=True)
    for part in (M1, M2):
        paste(part, root / "my-network" / f"{part.module}.ipynb")
    (root / "plots").mkdir()
    return root


@pytest.fixture(scope="module")
def cells(workspace: Path) -> list[str]:
    """The code of nn.ipynb without its first and its last cell."""
    book = nbformat.read(workspace / "my-network/nn.ipynb", 4)
    return [cell.source for cell in book.cells if cell.cell_type == "code"][1:-1]


@pytest.fixture(scope="module")
def at_root(workspace: Path) -> Iterator[RealKernel]:
    """``jupyter.notebookFileRoot`` is the workspace, and the kernel is told the notebook's path."""
    with start_kernel(workspace) as kernel:
        assert kernel.run(NAMED.format(str(workspace / "my-network/nn.ipynb")), silent=True) == []
        yield kernel


def test_earlier_work_is_found_beside_the_notebook_that_vscode_names(
    at_root: RealKernel, workspace: Path
) -> None:
    home = workspace / "my-network"
    said = f"note: this kernel runs in {workspace}; earlier notebooks are taken from {home}"
    assert at_root.print(FIRST) == said
    assert at_root.print(WHERE) == f"{workspace} {home / 'engine.ipynb'} False"
    assert at_root.print("from engine import Value; print(Value(2.0).tanh().data)")[:6] == "0.9640"


def test_checks_judge_the_kernel_and_the_saved_notebook(
    at_root: RealKernel, workspace: Path, cells: list[str]
) -> None:
    for cell in cells:
        assert at_root.print(cell) == ""
    shown = at_root.run("%check m2.neuron")[-1]
    assert "3 of 3 public points" in shown.text
    numbers = [f"[{4 + place}]" for place in range(len(cells))]
    assert f"judged as this kernel ran it, cells {', '.join(numbers)}" in shown.text
    assert "save" not in shown.text.replace("the saved file is what counts", "")
    assert at_root.print("%hint m2.neuron").startswith("m2.neuron: ")
    assert (workspace / "my-network/progress.json").is_file()
    assert not (workspace / "progress.json").exists()


def test_the_page_is_that_of_the_notebooks_folder(at_root: RealKernel) -> None:
    page = "import re, urllib.request; address = re.search('http\\S+', '{}')[0]"
    address = at_root.print("%explore --no-browser").split()[-1]
    title = (
        "print(re.findall('<title>.*?</title>', urllib.request.urlopen(address).read().decode()))"
    )
    assert "my-network" in at_root.print(f"{page.format(address)}\n{title}")


def test_without_a_name_the_one_folder_with_notebooks_is_taken(workspace: Path) -> None:
    with start_kernel(workspace) as kernel:
        assert "earlier notebooks are taken from" in kernel.print(FIRST)
        assert kernel.print(WHERE).split()[1] == str(workspace / "my-network/engine.ipynb")
        assert "1.5 of 1.5 public points" in kernel.run("%check m1.tanh")[-1].text


def test_a_kernel_beside_its_notebook_says_nothing_of_folders(
    workspace: Path, tmp_path: Path
) -> None:
    home = tmp_path / "my-network"
    shutil.copytree(workspace / "my-network", home)
    with start_kernel(home) as kernel:
        kernel.run(NAMED.format(str(home / "nn.ipynb")), silent=True)
        assert kernel.print(FIRST) == ""
        assert kernel.print(WHERE).split()[:2] == [str(home), str(home / "engine.ipynb")]
        kernel.run(f"import os; os.chdir({os.sep!r})")
        assert "1.5 of 1.5 public points" in kernel.run("%check m1.tanh")[-1].text
