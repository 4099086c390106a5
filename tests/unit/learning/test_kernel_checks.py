"""What is judged of a kernel, and in what the saved notebook is said to differ."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.learning import kernel_checks
from autograder.learning.executed import KernelModule, collect_module, read_cell
from autograder.learning.kernel_checks import check_kernel, compare_saved, name_cells
from autograder.stop import Stop
from tests.conftest import ROOT

NN = (ROOT / "solutions/m2_scalar_mlp/nn.py").read_text()
ENGINE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()


def save(file: Path, *cells: str) -> Path:
    book = {"cells": [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]}
    file.write_text(json.dumps(book))
    return file


def ran(*cells: str) -> tuple[list[str], dict[str, Any]]:
    """Return the history and the names of a kernel that has run `cells`."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells:
        exec(compile(cell, "cell", "exec"), namespace)
    return ["", *cells], namespace


def made(*cells: str) -> KernelModule:
    history, namespace = ran(*cells)
    return collect_module([read_cell(*pair) for pair in enumerate(history)], namespace)


A, B, PLAY = "def a(): 1", "class B: 2", "a()"
SAID = {
    "all is saved": ((A, B), (A, B), []),
    "in another order, with play between": ((PLAY, B, A, "x = 1"), (A, PLAY, B), []),
    "a newer cell": ((A,), (A, B), ["save the notebook: engine.ipynb as saved lacks [2]"]),
    "an older file": (("def a(): 0", B), (A, B), ["save the notebook: engine.ipynb as saved lacks [1]"]),
    "a cell that has not run": ((A, "x = 1", B), (A,), ["run the notebook: what engine.ipynb as saved has in code cell 3 did not run here"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_it_is_said_in_what_the_saved_notebook_differs(tmp_path: Path, case: str) -> None:
    saved, cells, said = SAID[case]
    assert list(compare_saved(made(*cells), save(tmp_path / "engine.ipynb", *saved))) == said


def test_a_notebook_that_is_not_there_or_no_notebook_is_named(tmp_path: Path) -> None:
    file = tmp_path / "engine.ipynb"
    assert list(compare_saved(made(A), file)) == [
        "there is no engine.ipynb in this folder: save this notebook as that; the saved file is "
        "what counts"
    ]
    file.write_text("")
    assert list(compare_saved(made(A), file)) == [
        "engine.ipynb, as it is saved, cannot be graded: it is empty; save it in Jupyter, hand in "
        "that file"
    ]


def test_cells_of_other_modules_of_the_kernel_are_looked_for_in_their_notebooks(
    tmp_path: Path,
) -> None:
    file, other = save(tmp_path / "engine.ipynb", A), save(tmp_path / "nn.ipynb", B)
    assert list(compare_saved(made(A, B), file, [other])) == []


def test_messages_name_cells_as_the_margin_does() -> None:
    message = (
        "x is 1\nlook at nn.ipynb[7]:12 Neuron.__call__, engine.ipynb[2]:3 Value\n"
        "  nn.ipynb[7]:13 in __call__: return x\nthese cells failed: nn.ipynb[8], line 2: NameError"
    )
    assert name_cells(message, ["nn"]) == (
        "x is 1\nlook at cell [7] line 12 Neuron.__call__, engine.ipynb[2]:3 Value\n"
        "  cell [7] line 13 in __call__: return x\nthese cells failed: cell [8], line 2: NameError"
    )
    assert name_cells(message, []) == message


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What would be judged, in place of a judge."""
    seen: dict[str, Any] = {}

    class Empty:
        checks = ()

    def look(ids: list[str], work: Path, *_: Any) -> type[Empty]:
        seen["ids"] = [*ids]
        seen["files"] = {str(f.relative_to(work)): f.read_text() for f in work.rglob("*.*")}
        return Empty

    monkeypatch.setattr(kernel_checks, "judge_elsewhere", look)
    return seen


def test_the_kernels_cells_take_the_place_of_the_saved_notebook(
    tmp_path: Path, judged: dict[str, Any]
) -> None:
    (tmp_path / "engine.py").write_text(ENGINE)
    (tmp_path / "helper.py").write_text("x = 1")
    (tmp_path / "nn.py").write_text("as saved")
    save(tmp_path / "nn.ipynb", "as saved")
    cells = ["Value = int", NN.replace("from engine import Value", ""), "MLP(1, [1])"]
    history, names = ran(cells[0], cells[1])
    result = check_kernel([], [*history, cells[2], "%check"], names, tmp_path)
    assert judged["ids"] == ["m2"]
    assert {*judged["files"]} == {"engine.py", "helper.py", "nn.ipynb"}
    sources = [cell["source"] for cell in json.loads(judged["files"]["nn.ipynb"])["cells"]]
    assert sources == cells[:2]
    assert judged["files"]["engine.py"] == ENGINE
    assert result.notes[0] == (
        "judged as this kernel ran it, cells [1], [2]; the saved file is what counts"
    )


def test_earlier_modules_lie_beside_or_in_the_folder_of_their_milestone(
    tmp_path: Path, judged: dict[str, Any]
) -> None:
    here = tmp_path / "m2"
    here.mkdir()
    (tmp_path / "m1").mkdir()
    save(tmp_path / "m1/engine.ipynb", ENGINE)
    save(here / "nn.ipynb", NN)
    result = check_kernel(["m2.neuron"], [""], {}, here)
    assert judged["ids"] == ["m2.neuron"]
    assert {*judged["files"]} == {"engine.ipynb", "nn.ipynb"}
    assert result.notes == ["m2 is judged as saved in nn.ipynb: this kernel defines nothing of it"]


def test_a_module_that_imports_another_is_no_other(tmp_path: Path, judged: dict[str, Any]) -> None:
    """`Module` stands in nn.py and in training.py."""
    cells = ["Tensor = int", "class Module: pass", "class Dropout: pass"]
    history, names = ran(*cells)
    check_kernel([], history, names, tmp_path)
    assert judged["ids"] == ["m4"]


def test_documents_of_a_unit_are_judged_as_saved(tmp_path: Path, judged: dict[str, Any]) -> None:
    (tmp_path / "experiment.toml").write_text("seed = 1")
    save(tmp_path / "experiment.ipynb", "def run(): 1")
    check_kernel(["r"], [""], {}, tmp_path)
    assert judged["files"]["experiment.toml"] == "seed = 1"


def test_where_there_is_nothing_to_judge_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="defined nothing of a milestone yet: run the notebook's cells"):
        check_kernel([], ["", "x = 1"], {"x": 1}, tmp_path)
    with pytest.raises(Stop, match="defined nothing of engine.py, and no engine.ipynb is saved"):
        check_kernel(["m1.tanh"], [""], {}, tmp_path)
    with pytest.raises(Stop, match=r"did you mean m1.tanh\?"):
        check_kernel(["m1.tahn"], [""], {}, tmp_path)


def test_no_file_of_the_folder_takes_the_place_of_a_module_of_the_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pytest.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    history, names = ran(ENGINE)
    (check,) = check_kernel(["m1.tanh"], history, names, tmp_path).score.checks
    assert (check.id, check.status) == ("m1.tanh", "passed")
