"""Which file an import in a kernel takes, and how it is read."""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from autograder import notebook
from autograder.course import load_course
from autograder.exchange.assignments import FIRST_CELL
from autograder.intake.submission import Unusable
from autograder.learning import earlier_work
from autograder.templates import text
from autograder.worker.stand_ins import SHELL
from tests.conftest import ROOT

STUB = (ROOT / "assignments/m1_scalar_autograd/engine.py").read_text()
SOLVED = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
FORMS = (".py", ".ipynb")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in load_course().modules:  # other tests import modules of these names
        monkeypatch.delitem(sys.modules, name, raising=False)
    earlier_work.install_finder(tmp_path)
    yield tmp_path
    earlier_work.forget_modules(tmp_path)


def write(file: Path, *cells: str) -> None:
    book = {"cells": [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]}
    file.write_text(json.dumps(book) if file.suffix == ".ipynb" else "\n".join(cells))


@pytest.mark.parametrize(
    ("py", "ipynb", "taken"),
    [(SOLVED, STUB, ".py"), (STUB, SOLVED, ".ipynb"), (SOLVED, SOLVED, ".py"), (STUB, STUB, ".py")],
    ids=["work in .py", "work in .ipynb", "work in both", "in neither"],
)
def test_of_a_file_and_a_notebook_the_one_is_imported_that_is_graded(
    folder: Path, capsys: pytest.CaptureFixture[str], py: str, ipynb: str, taken: str
) -> None:
    for suffix, source in zip(FORMS, (py, ipynb), strict=True):
        write(folder / f"engine{suffix}", source, f"FORM = {suffix!r}")
    assert taken == import_module("engine").FORM
    earlier_work.print_choices(folder)
    printed = capsys.readouterr().out
    assert printed.startswith("note: engine.py is there twice: ") == (py + ipynb != STUB + STUB)
    assert printed.count("\n") <= 1
    assert f"engine{taken} was taken" in printed or printed == ""


def test_what_is_saved_anew_is_imported_after_the_first_cell(folder: Path) -> None:
    write(folder / "engine.ipynb", "x = 1")
    write(folder / "nn.ipynb", "from engine import x")
    assert import_module("nn").x == 1
    write(folder / "engine.ipynb", "x = 2")
    assert import_module("nn").x == 1
    earlier_work.forget_modules(folder)
    assert import_module("nn").x == 2


def test_a_notebook_is_read_as_it_is_graded(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [
        {"cell_type": "code", "input": "%matplotlib inline\nx = 3\nprint('shown')"},
        {"cell_type": "markdown", "source": "y = 1"},
        {"cell_type": "code", "input": "1 / 0"},
        {"cell_type": "code", "input": ["z = x", " + 1"]},
    ]
    book = {"nbformat": 3, "worksheets": [{"cells": cells}]}
    (folder / "engine.ipynb").write_bytes(json.dumps(book).encode("utf-16"))
    engine = import_module("engine")
    assert (engine.x, engine.z) == (3, 4)
    assert capsys.readouterr().out == ""
    with pytest.raises(Exception, match=r"does not define y; .*engine.ipynb\[2\], line 1: Zero"):
        _ = engine.y


def test_a_notebook_that_cannot_be_read_is_one_sentence(folder: Path) -> None:
    (folder / "engine.ipynb").write_text("")
    with pytest.raises(ImportError) as caught:
        import_module("engine")
    assert str(caught.value) == (
        "engine.ipynb cannot be imported: it is empty; save it in Jupyter, hand in that file"
    )


def test_a_first_cell_without_its_mark_does_not_begin_anew_while_it_is_imported(
    folder: Path,
) -> None:
    write(folder / "engine.ipynb", text(FIRST_CELL), "x = 1")
    write(folder / "nn.py", text(FIRST_CELL), "from engine import x")
    finders = [*sys.meta_path]
    assert import_module("nn").x == 1
    assert sys.meta_path == finders
    assert sys.modules["engine"].x == 1


@pytest.mark.parametrize("module", [None, SHELL], ids=["none", "stand-in"])
def test_without_ipython_the_first_cell_does_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: object
) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    if module:
        monkeypatch.setitem(sys.modules, "IPython", module)
    program: dict[str, object] = {"__name__": "__main__"}
    finders = [*sys.meta_path]
    exec(text(FIRST_CELL), program)
    assert program["set_up_kernel"] is notebook.set_up_kernel
    assert sys.meta_path == finders


def test_in_a_folder_that_is_no_submission_the_file_beside_is_imported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Unusable("it holds more than 500 source files")

    monkeypatch.setattr(earlier_work, "plan_entry", refuse)
    write(folder / "engine.ipynb", "x = 1")
    assert earlier_work.plan_folder(folder) is None
    assert import_module("engine").x == 1


def test_modules_of_others_are_left_alone(folder: Path) -> None:
    json_module = import_module("json")
    write(folder / "json.ipynb", "x = 1")
    assert earlier_work.find_module_file("json", folder) == folder / "json.ipynb"
    earlier_work.forget_modules(folder)
    assert import_module("json") is json_module
