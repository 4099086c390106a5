"""A term in small: collected from three platforms, graded, changed, graded again, handed on.

The fixtures are the term, in its order: ``graded`` is its first half, ``term`` all of it.
"""

import csv
import json
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli import adjust, collect, export
from autograder.course.course import COURSE_VARIABLE, SECRET_VARIABLE
from tests.conftest import ROOT
from tests.e2e.test_commands import autograder
from tests.e2e.test_own_milestone import BLOCKS, NAMES
from tests.unit.exchange.downloads import pack

SAMPLES = ROOT / "tests/classroom"
COURSE = """
version = 1
roster = "roster.csv"
[late]
times = "inbox/times.csv"
percent_a_day = 10
[groups]
"Jane Doe" = ["jdoe", "blee"]
[[milestones]]
id = "m1"
deadline = 2026-10-01T23:59:00+02:00
[[milestones]]
id = "m7"
folder = "my-m7"
module = "newton"
title = "Newton's method"
built = "a root finder"
weight = 0.0
"""
EXTENDED = """
[[extensions]]
submission = "jdoe"
until = 2026-10-03T12:00:00+02:00
because = "ill"
"""
ROSTER = (
    "\ufeffStudent;ID;SIS User ID;SIS Login ID;Section;Email\r\n"
    "Roe, Ana;101;0007;aroe;A1;ana@x.edu\r\n"
    "Doe, Jane;102;0008;jdoe;A1;jane@x.edu\r\n"
    "Lee, Bo;103;=0009;blee;B2;bo@x.edu\r\n"
    "Low, Ada;104;0010;alow;B2;ada@x.edu\r\n"
    "Fox, Tom;105;0011;tfox;B2;tom@x.edu\r\n"
)
LISTED = """
submission_7:
  :submitters:
  - :name: Jane Doe
  - :name: Bo Lee
  :created_at: 2026-10-02 06:00:00.0 Z
"""
GRADE = ("grade", "inbox", "--out", "grades", "--course", "course.toml")


def grade_class(folder: Path) -> str:
    done = autograder(*GRADE, cwd=folder, AUTOGRADER_SECRET="s")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a milestone of its own and three downloads, collected and graded."""
    folder = tmp_path_factory.mktemp("graded")
    half = (SAMPLES / "noah-overwrites-grads/engine.py").read_text()
    stub = (SAMPLES / "mina-untouched/engine.py").read_text()
    (folder / "course.toml").write_text(COURSE)
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-16")
    (folder / "my-m7").mkdir()
    for name, block in zip(NAMES, BLOCKS[1:], strict=True):
        (folder / "my-m7" / name).write_text(block)
    right = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
    newton = {"tfox/m7/newton.py": BLOCKS[1], "tfox/m1/engine.py": right}
    canvas = {"roeana_101_2001_engine.py": half, "x_9_1_engine.py": stub}
    gradescope = {"e/submission_metadata.yml": LISTED, "e/submission_7/engine.py": half}
    nbgrader = {f"submitted/{name}": text for name, text in newton.items()}
    for name, files in {"canvas": canvas, "gradescope": gradescope, "nbgrader": nbgrader}.items():
        pack(folder / f"{name}.zip", files)
        one = None if name == "nbgrader" else "m1"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(COURSE_VARIABLE, str(folder / "course.toml"))
            collect.run(folder / f"{name}.zip", folder / "inbox", None, None, one)
    (folder / "told").write_text(grade_class(folder))
    return folder


@pytest.fixture(scope="module")
def term(graded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What follows: more time, points by hand, a check that is changed, and a regrade."""
    folder = tmp_path_factory.mktemp("term") / "course"
    shutil.copytree(graded, folder)
    (folder / "course.toml").write_text(COURSE + EXTENDED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(COURSE_VARIABLE, str(folder / "course.toml"))
        adjust.run(folder / "grades", "roeana", ["m1", "+2"], None, False, "One sign.", "kim")
    checks = folder / "my-m7/checks.py"
    checks.write_text(checks.read_text().replace("np.sqrt(squares)", "np.cbrt(squares)"))
    (folder / "told").write_text(grade_class(folder))
    return folder


@pytest.fixture
def course(term: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COURSE_VARIABLE, str(term / "course.toml"))
    monkeypatch.setenv(SECRET_VARIABLE, "s")


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def finals(folder: Path) -> dict[str, str]:
    return {row["student"]: row["final_percent"] for row in rows(folder / "grades/grades.csv")}


def test_the_table_joins_the_roster_and_lateness(graded: Path) -> None:
    found = {row["student"]: row for row in rows(graded / "grades/grades.csv")}
    shown = {
        name: (row["name"], row["id"], row["section"], row["m1_late_percent"])
        for name, row in found.items()
    }
    assert shown == {
        "roeana": ("Roe, Ana", "0007", "A1", "0.0"),
        "x": ("", "", "", "0.0"),
        "jdoe": ("Doe, Jane", "0008", "A1", "10.0"),
        "blee": ("Lee, Bo", "=0009", "B2", "10.0"),
        "tfox": ("Fox, Tom", "0011", "B2", "0.0"),
    }
    told = (graded / "told").read_text()
    assert "note: whose are these? In roster.csv nobody fits, or several do: x\n" in told
    assert "note: 1 of 5 in roster.csv has no hand-in: Low, Ada\n" in told
    title = "<title>Feedback: Doe, Jane (0008), Lee, Bo (=0009)</title>"
    assert title in (graded / "grades/feedback/Jane Doe.html").read_text()


def test_more_time_points_by_hand_and_a_changed_check_all_count(graded: Path, term: Path) -> None:
    before = {"roeana": "49.0", "x": "0.0", "jdoe": "44.1", "blee": "44.1", "tfox": "100.0"}
    assert finals(graded) == before
    assert finals(term) == before | {"roeana": "51.0", "jdoe": "49.0"}
    assert [
        (row["submission"], row["check"], row["points_before"], row["points_after"])
        for row in rows(term / "grades/changes.csv")
    ] == [("tfox", "m7.root", "30.0", "0.0"), ("tfox", "m7.root_hidden", "10.0", "0.0")]
    history = [
        json.loads(line) for line in (term / "grades/tfox/history.jsonl").read_text().splitlines()
    ]
    assert [(event["points"], event.get("why", [])) for event in history] == [
        (200.0, []),
        (160.0, ["checks"]),
    ]


def test_canvas_and_moodle_get_the_points_after_lateness(term: Path, course: None) -> None:
    export.run("canvas", term / "grades", term / "canvas.csv", columns=["m1=HW 1 (12)"])
    canvas = {row["SIS User ID"]: row["HW 1 (12)"] for row in rows(term / "canvas.csv")}
    assert canvas == {"": "100.0", "0007": "51.0", "0008": "49.0", "=0009": "44.1", "0011": "100.0"}
    export.run("moodle", term / "grades", term / "moodle.csv", columns=["m1=HW 1"])
    moodle = {row["Username"]: row["HW 1"] for row in rows(term / "moodle.csv")}
    assert moodle == {"aroe": "51.0", "jdoe": "49.0", "blee": "44.1", "tfox": "100.0"}


def test_gradescope_and_one_table_get_them_too(term: Path, course: None) -> None:
    export.run("gradescope", term / "grades", term / "upload")
    result = json.loads((term / "upload/results/roeana.json").read_text())
    assert result["score"] == 51.0
    assert "One sign. (kim, " in json.dumps(result)
    export.run("csv", term / "grades", term / "all.csv", section="A1")
    assert {row["id"]: row["final_percent"] for row in rows(term / "all.csv")} == {
        "0007": "51.0",
        "0008": "49.0",
    }


def test_nbgrader_gets_all_of_it(
    term: Path, course: None, capsys: pytest.CaptureFixture[str]
) -> None:
    export.run("nbgrader", term / "grades", term / "nb", inbox=term / "inbox")
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note: ")]
    assert [note[:14] for note in notes] == ["note: whose ar", "note: 1 of 5 i"]
    with Gradebook(f"sqlite:///{term / 'nb/gradebook.db'}") as book:
        jane, bo, ana = (book.find_submission("m1", name) for name in ("jdoe", "blee", "roeana"))
        assert (jane.score, jane.late_submission_penalty) == (49.0, 0.0)
        assert (bo.score, bo.late_submission_penalty) == (49.0, 4.9)
        assert ana.score == 51.0
        assert jane.student.lms_user_id == "0008"
        assert bo.total_seconds_late == 8 * 3600 + 60
    shown = (term / "nb/autograded/blee/m1/engine.ipynb").read_text()
    assert "noah b.  HW1" in shown


def test_a_later_download_adds_what_is_new(
    term: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(term / "inbox", tmp_path / "inbox")
    stub = (SAMPLES / "mina-untouched/engine.py").read_text()
    pack(tmp_path / "c.zip", {"roeana_LATE_101_2009_engine-1.py": stub})
    collect.run(tmp_path / "c.zip", tmp_path / "inbox", None, None, "m1")
    assert "newer; the one before is in .earlier/1" in capsys.readouterr().out
    kept = tmp_path / "inbox/roeana/.earlier/1/engine.py"
    assert kept.read_text() == (term / "inbox/roeana/engine.py").read_text()
    found = {row["submission"]: row["late"] for row in rows(tmp_path / "inbox/times.csv")}
    assert found == {"roeana": "LATE", "Jane Doe": ""}
