"""Names, cells and locks of the nbgrader export; and what its graded cells call."""

import json
import sqlite3
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from autograder import notebook
from autograder.course import load_course
from autograder.exchange import nbgrader, nbgrader_source
from autograder.intake.notebook import reduce_notebook
from autograder.judge.spec import list_checks
from autograder.run import notebook_checks
from autograder.score import score_milestone
from tests.conftest import ROOT

CHECK = list_checks("m2", load_course().milestone("m2").checks)[0].id


@pytest.mark.parametrize("name", ["ada", "ada-perfect", "a.b@c_d", "Zoë"])
def test_plain_names_stay(name: str) -> None:
    assert nbgrader.student_id(name) == name


@pytest.mark.parametrize("name", ["=1+1", "a,b", 'a"b', "😀", "-x", "@x", "", "a/b", "a b", "\n"])
def test_other_names_become_safe_and_stay_apart(name: str) -> None:
    id = nbgrader.student_id(name)
    assert id != nbgrader.student_id(f"{name} ")
    assert all(char.isalnum() or char in "_.@-" for char in id)
    assert id[0].isalnum() or id[0] == "_"


def test_a_locked_gradebook_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nbgrader, "WAIT", 0.1)
    other = sqlite3.connect(tmp_path / "gradebook.db")
    other.execute("CREATE TABLE t (x)")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(nbgrader.Unfit, match=r"locked; another program may be using it"):
        nbgrader.record_scores([], [], tmp_path)
    other.close()


def test_a_missing_program_of_nbgrader_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nbgrader.shutil, "which", lambda name: None)
    with pytest.raises(nbgrader.Unfit, match="'pip install alembic' fixes it"):
        nbgrader.record_scores([], [], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_score_of_a_milestone_that_the_course_lacks_is_one_clear_line(tmp_path: Path) -> None:
    score = SimpleNamespace(
        submission=SimpleNamespace(id="ada"), parts=[score_milestone("m9", "Nine", [])]
    )
    with pytest.raises(nbgrader.Unfit, match="ada was graded in m9, which this course does not"):
        nbgrader.record_scores([], [score], tmp_path)  # type: ignore[list-item]
    assert list(tmp_path.iterdir()) == []


def test_cells_that_call_the_kit_are_no_part_of_the_work() -> None:
    exercise = nbgrader_source.Exercise("m2", "nn", "x = 1\n", (("m2.neuron", "A neuron", 4.0),))
    book = nbformat.writes(nbgrader_source.make_source(exercise)).encode()
    sources = [cell["source"] for cell in json.loads(reduce_notebook(book))["cells"]]
    assert sources == ["", "x = 1", ""]


def test_an_answer_that_is_graded_by_hand_is_part_of_the_work() -> None:
    cell = nbformat.v4.new_code_cell("x = 1")
    cell.metadata["nbgrader"] = {"grade": True, "solution": True, "grade_id": "why"}
    book = nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()
    assert json.loads(reduce_notebook(book))["cells"][0]["source"] == "x = 1"


def work(folder: Path) -> Path:
    """Milestone 1 as a notebook in its folder, milestone 2 in the one beside."""
    for id, milestone, module in (
        ("m1", "m1_scalar_autograd", "engine"),
        ("m2", "m2_scalar_mlp", "nn"),
    ):
        (folder / id).mkdir()
        text = (ROOT / "solutions" / milestone / f"{module}.py").read_text()
        cells = [nbformat.v4.new_code_cell(text)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / id / f"{module}.ipynb")
    return folder / "m2"


def test_earlier_milestones_are_found_in_their_own_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = work(tmp_path)
    found = notebook_checks.check_notebook("m2", here, frozenset({CHECK}), hidden=False)
    assert [(one.id, one.status) for one in found] == [(CHECK, "passed")]
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(sys, "path", [*sys.path])
    notebook.find_earlier_work()
    engine = __import__("engine")
    monkeypatch.delitem(sys.modules, "engine")
    assert float(engine.Value(2.0).data) == 2.0
    assert sys.modules["autograder.notebook"] is notebook  # and no stand-in


def test_a_link_is_nobodys_work(tmp_path: Path) -> None:
    here = work(tmp_path)
    (tmp_path / "m1/engine.ipynb").rename(tmp_path / "secret")
    (here / "engine.ipynb").symlink_to(tmp_path / "secret")
    assert set(notebook_checks._find_modules("m2", here)) == {"nn"}


def test_passes_raises_what_the_check_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = work(tmp_path)
    file = tmp_path / "m1/engine.ipynb"
    monkeypatch.chdir(here.parent / "m1")
    notebook.passes("m1.shared_add", hidden=True)
    file.write_text(file.read_text().replace(".grad += ", ".grad = "))
    with pytest.raises(notebook.NotPassed, match="m1.shared_add: failed") as caught:
        notebook.passes("m1.shared_add")
    assert "assign-not-accumulate" in caught.value._render_traceback_()[-1]
