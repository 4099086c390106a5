"""nbgrader itself on the course that `export nbgrader` makes: points, feedback, gradebook."""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.cli import export
from autograder.exchange import graded
from autograder.exchange.graded import sum_by_cell
from autograder.score import write_score
from autograder.stop import Stop
from tests.conftest import ROOT, Judge
from tests.e2e.test_commands import autograder, one_line

APPS = """
import os
import sys
from nbgrader import apps  # once, for all commands: it takes long

for line in sys.argv[1:]:
    name, *arguments = line.split()
    print("==", line, flush=True)
    if not (child := os.fork()):
        getattr(apps, name).launch_instance(arguments)
        sys.exit(0)
    os.waitpid(child, 0)
"""
WRONG = (".grad += ", ".grad = ")
CHEAT = """
import autograder.notebook, sys
autograder.notebook.passes = lambda *a, **k: None
sys.modules["autograder.notebook"] = autograder.notebook
get_ipython().showtraceback = lambda *a, **k: None
"""


def nbgrader(course: Path, *lines: str) -> str:
    own = ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    env = {**os.environ, **{name: str(course / "home") for name in own}}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', '')}"
    (course / "home").mkdir(exist_ok=True)
    command = [sys.executable, "-c", APPS, *lines]
    done = subprocess.run(
        command, cwd=course, env=env, text=True, capture_output=True, check=False, timeout=400
    )
    return done.stdout + done.stderr


def hand_in(
    course: Path, student: str, name: str = "m1/engine", *, wrong: bool = False, cheat: bool = False
) -> Path:
    """Take the released notebook and fill in its solution cells, as a student does."""
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(course / f"source/{name}.ipynb", 4).cells
    }
    released = nbformat.read(course / f"release/{name}.ipynb", 4)
    filled = 0
    for cell in released.cells:
        if cell.metadata.nbgrader.solution:
            filled += 1
            cell.source = answers[cell.metadata.nbgrader.grade_id]
            cell.source = cell.source.replace(*WRONG) if wrong else cell.source
            cell.source += CHEAT if cheat else ""
    assert filled > 0
    file = course / "submitted" / student / f"{name}.ipynb"
    file.parent.mkdir(parents=True)
    nbformat.write(released, file)
    return file


@pytest.fixture(scope="module")
def made(judge: Judge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two graded submissions, one of a difficult name, released and graded."""
    place = tmp_path_factory.mktemp("nbgrader")
    for name in ("ada-perfect", "noah-overwrites-grads"):
        score = judge(ROOT / "tests/classroom" / name, "m1").score
        score.submission.id = '=Noah, "é"' if name.startswith("noah") else name
        folder = place / "grades" / name
        folder.mkdir(parents=True)
        write_score(score, folder / "score.json")
    export.run("nbgrader", place / "grades", place / "course")
    return place / "course"


@pytest.fixture(scope="module")
def told(made: Path) -> str:
    first = nbgrader(made, "GenerateAssignmentApp m1", "GenerateAssignmentApp m2")
    for name in ("m1/engine", "m2/nn"):
        hand_in(made, "right", name)
        hand_in(made, "wrong", name, wrong=name == "m1/engine", cheat=True)
    return first + nbgrader(
        made,
        "AutogradeApp m1",
        "AutogradeApp m2",
        "GenerateFeedbackApp m1",
        "ExportApp",
    )


def points(course: Path, student: str, milestone: str = "m1") -> float:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return float(book.find_submission(milestone, student).score)


def by_cell(course: Path, student: str, milestone: str) -> dict[str, float]:
    """What nbgrader's gradebook says of each graded cell."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        (notebook,) = book.find_submission(milestone, student).notebooks
        return {grade.name: grade.score for grade in notebook.grades}


def test_scores_of_the_kit_are_in_the_gradebook(made: Path) -> None:
    assert points(made, "ada-perfect") == 100.0
    with Gradebook(f"sqlite:///{made / 'gradebook.db'}") as book:
        (noah,) = [student.id for student in book.students if "Noah" in student.id]
        grade = book.find_grade("m1-shared_add", "engine", "m1", noah)
        assert (grade.auto_score, grade.max_score) == (0.0, 4.0)
        assert not grade.needs_manual_grade
        assert book.find_assignment("m1").max_score == 100.0
    assert points(made, noah) == 49.0
    assert noah[0] != "="
    assert not set(noah) & set(",\"' ")


@pytest.mark.parametrize("student", ["right", "wrong"])
def test_nbgrader_gives_the_kits_points(
    made: Path, told: str, judge: Judge, tmp_path: Path, student: str
) -> None:
    for name in ("m1/engine", "m2/nn"):
        shutil.copy(made / "submitted" / student / f"{name}.ipynb", tmp_path)
    own = {one.id: one for one in judge(tmp_path, "m1", "m2").score.milestones}
    wanted = {"right": (100.0, 100.0), "wrong": (49.0, 48.0)}[student]
    assert (own["m1"].points, own["m2"].points) == wanted
    for id, milestone in own.items():
        assert points(made, student, id) == milestone.points, told
        assert by_cell(made, student, id) == sum_by_cell(milestone.checks)


def test_no_cell_writes_to_stderr(made: Path, told: str) -> None:
    books = list((made / "autograded").rglob("*.ipynb"))
    assert len(books) == 4 + 2  # handed in, and graded by the kit
    outputs = [out for book in books for cell in nbformat.read(book, 4).cells
               for out in cell.get("outputs", [])]  # fmt: skip
    assert {out.get("name") for out in outputs if out.output_type == "stream"} == {"stdout"}
    assert "ERROR" not in told
    assert "Traceback" not in told


def test_validate_passes_the_reference_and_names_the_cell_that_fails(made: Path, told: str) -> None:
    for name, is_wrong in (("my-right", False), ("my-wrong", True)):
        file = hand_in(made, name, wrong=is_wrong)
        (made / name).mkdir()
        nbformat.write(with_two_tests(nbformat.read(file, 4)), made / name / file.name)
        shutil.rmtree(made / f"submitted/{name}")
    commands = ("ValidateApp my-right/engine.ipynb", "ValidateApp my-wrong/engine.ipynb")
    right, wrong = nbgrader(made, *commands).split("== ")[1:]
    assert "Success! Your notebook passes all the tests." in right
    assert "VALIDATION FAILED ON 1 CELL(S)!" in wrong
    assert "passes('m1.add')" in wrong
    assert "m1.add: failed" in wrong
    assert "likely mistake: assign-not-accumulate" in wrong


def with_two_tests(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep two graded cells: of the wrong engine only the second is right."""
    facts = [(cell, cell.metadata.nbgrader) for cell in book.cells]
    kept = ("m1-add", "m1-exp")
    book.cells = [cell for cell, its in facts if not its.grade or its.grade_id in kept]
    return book


def test_nothing_of_the_solution_is_released(made: Path, told: str) -> None:
    released = (made / "release/m1/engine.ipynb").read_text()
    assert "SOLUTION" not in released
    assert "HIDDEN" not in released
    assert "hidden=True" not in released
    assert 'NotImplementedError(\\"milestone 1: Value.__add__\\")' in released
    cells = nbformat.reads(released, 4).cells
    graded = [cell.metadata.nbgrader for cell in cells if cell.metadata.nbgrader.grade]
    assert sum(facts.points for facts in graded) == 100
    assert all(facts.locked for facts in graded)


def test_feedback_tells_what_the_kit_tells(made: Path, told: str) -> None:
    page = (made / "feedback/wrong/m1/engine.html").read_text()
    assert "assign-not-accumulate" in page
    assert "a.grad is 1, wanted" in page
    assert "Traceback (most" not in page


def test_nbgraders_csv_has_a_row_a_student(made: Path, told: str) -> None:
    rows = list(csv.DictReader((made / "grades.csv").read_text().splitlines()))
    scores = {row["student_id"]: row["score"] for row in rows if row["assignment"] == "m1"}
    (noah,) = [name for name in scores if "Noah" in name]
    assert scores == {"ada-perfect": "100.0", noah: "49.0", "right": "100.0", "wrong": "49.0"}
    assert {row["max_score"] for row in rows} == {"100.0"}


def test_formgrader_lists_the_kits_scores_too(made: Path, told: str) -> None:
    config = Config({"CourseDirectory": {"root": str(made)}})
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    listed = {one["student"]: one for one in api.get_notebook_submissions("m1", "engine")}
    (noah,) = [name for name in listed if "Noah" in name]
    assert {name: one["score"] for name, one in listed.items()} == {
        "ada-perfect": 100.0, noah: 49.0, "right": 100.0, "wrong": 49.0,
    }  # fmt: skip
    page = (made / f"feedback/{noah}/m1/engine.html").read_text()
    assert "<strong>49 of 100 points</strong>" in page
    assert "a.grad is 1, wanted 3" in page
    shown = nbformat.read(made / f"autograded/{noah}/m1/engine.ipynb", 4)
    nbformat.validate(shown)
    told_of = {cell.metadata.nbgrader.grade_id: cell for cell in shown.cells}
    assert told_of["m1-exp"].outputs[0].text == "m1.exp: passed\n"
    lines = told_of["m1-add"].outputs[0].traceback
    assert lines[0] == "m1.add: failed"
    assert max(map(len, lines)) <= graded.LINE_WIDTH


def test_a_gradebook_that_somebody_uses_is_one_line_and_stays(made: Path, told: str) -> None:
    file = made / "gradebook.db"
    before = file.read_bytes()
    other = sqlite3.connect(file)
    other.execute("BEGIN EXCLUSIVE")
    try:
        done = autograder("export", "nbgrader", "grades", "--out", "course", cwd=made.parent)
    finally:
        other.close()
    said = one_line(done, 1)
    assert "gradebook.db: database is locked; another program may be using it" in said
    assert file.read_bytes() == before
    export.run("nbgrader", made.parent / "grades", made)
    assert points(made, "ada-perfect") == 100.0


def test_an_export_leaves_what_nbgrader_graded(made: Path, told: str) -> None:
    theirs = made / "autograded/wrong/m1/engine.ipynb"
    ours = made / "autograded/ada-perfect/m1/engine.ipynb"
    kept = theirs.read_bytes()
    ours.unlink()
    shutil.copy(theirs, ours)
    export.run("nbgrader", made.parent / "grades", made)
    assert ours.read_bytes() == kept
    ours.unlink()
    export.run("nbgrader", made.parent / "grades", made)
    assert "100 of 100 points" in ours.read_text()


@pytest.mark.parametrize("what", ["", '{"cells": [', "[]", "{}"])
def test_what_is_no_notebook_is_named_and_stays(made: Path, what: str) -> None:
    file = made / "autograded/ada-perfect/m1/engine.ipynb"
    whole = file.read_text()
    file.write_text(what)
    with pytest.raises(Stop, match=r"m1/engine\.ipynb is not a notebook; move it away"):
        export.run("nbgrader", made.parent / "grades", made)
    assert file.read_text() == what
    file.write_text(whole)


def test_an_export_again_keeps_the_gradebook(made: Path, told: str) -> None:
    export.run("nbgrader", made.parent / "grades", made)
    assert points(made, "wrong") == 49.0
    assert points(made, "ada-perfect") == 100.0


def test_an_edited_notebook_is_not_overwritten(made: Path, told: str) -> None:
    file = made / "source/m1/engine.ipynb"
    before = file.read_text()
    edited = json.loads(before)
    edited["cells"].pop()
    file.write_text(json.dumps(edited))
    with pytest.raises(Stop, match="is there with other content"):
        export.run("nbgrader", made.parent / "grades", made)
    assert json.loads(file.read_text()) == edited
    file.write_text(before)
