"""A term in small: two platforms' downloads in, graded as one class, out to what each imports."""

import csv
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli import collect, export
from autograder.course.course import COURSE_VARIABLE
from tests.conftest import ROOT
from tests.e2e.test_commands import autograder
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
"""
ROSTER = (
    "\ufeffStudent;ID;SIS User ID;SIS Login ID;Section\r\n"
    "Roe, Ana;101;0007;aroe;A1\r\n"
    "Doe, Jane;102;0008;jdoe;A1\r\n"
    "Lee, Bo;103;=0009;blee;B2\r\n"
    "Low, Ada;104;0010;alow;B2\r\n"
)
LISTED = """
submission_7:
  :submitters:
  - :name: Jane Doe
  - :name: Bo Lee
  :created_at: 2026-10-02 06:00:00.0 Z
"""


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two downloads, collected and graded."""
    folder = tmp_path_factory.mktemp("term")
    half = (SAMPLES / "noah-overwrites-grads/engine.py").read_text()
    stub = (SAMPLES / "mina-untouched/engine.py").read_text()
    (folder / "course.toml").write_text(COURSE)
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-16")
    pack(folder / "canvas.zip", {"roeana_101_2001_engine.py": half, "x_9_1_engine.py": stub})
    listed = {"e/submission_metadata.yml": LISTED, "e/submission_7/engine.py": half}
    pack(folder / "gradescope.zip", listed)
    for name in ("canvas.zip", "gradescope.zip"):
        collect.run(folder / name, folder / "inbox", None, None, "m1")
    graded = autograder(
        "grade", "inbox", "--out", "grades", "--course", "course.toml", cwd=folder,
        AUTOGRADER_SECRET="s",
    )  # fmt: skip
    assert graded.returncode == 0, graded.stderr
    (folder / "told").write_text(graded.stdout)
    return folder


@pytest.fixture
def course(term: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COURSE_VARIABLE, str(term / "course.toml"))


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_table_joins_the_roster_and_lateness(term: Path) -> None:
    found = {row["student"]: row for row in rows(term / "grades/grades.csv")}
    shown = {
        name: (row["name"], row["id"], row["section"], row["m1_late_percent"])
        for name, row in found.items()
    }
    assert shown == {
        "roeana": ("Roe, Ana", "0007", "A1", "0.0"),
        "x": ("", "", "", "0.0"),
        "jdoe": ("Doe, Jane", "0008", "A1", "10.0"),
        "blee": ("Lee, Bo", "=0009", "B2", "10.0"),
    }
    assert found["jdoe"]["final_percent"] == "44.1"
    told = (term / "told").read_text()
    assert "note: whose are these? In roster.csv nobody fits, or several do: x\n" in told
    assert "note: 1 of 4 in roster.csv has no hand-in: Low, Ada\n" in told
    title = "<title>Feedback: Doe, Jane (0008), Lee, Bo (=0009)</title>"
    assert title in (term / "grades/feedback/Jane Doe.html").read_text()


def test_canvas_and_moodle_get_the_points_after_lateness(term: Path, course: None) -> None:
    export.run("canvas", term / "grades", term / "canvas.csv", columns=["m1=HW 1 (12)"])
    canvas = {row["SIS User ID"]: row["HW 1 (12)"] for row in rows(term / "canvas.csv")}
    assert canvas == {"": "100.0", "0007": "49.0", "0008": "44.1", "=0009": "44.1"}
    export.run("moodle", term / "grades", term / "moodle.csv", columns=["m1=HW 1"])
    moodle = {row["Username"]: row["HW 1"] for row in rows(term / "moodle.csv")}
    assert moodle == {"aroe": "49.0", "jdoe": "44.1", "blee": "44.1"}


def test_nbgrader_gets_all_of_it(
    term: Path, course: None, capsys: pytest.CaptureFixture[str]
) -> None:
    export.run("nbgrader", term / "grades", term / "nb", inbox=term / "inbox")
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note: ")]
    assert [note[:14] for note in notes] == ["note: whose ar", "note: 1 of 4 i"]
    with Gradebook(f"sqlite:///{term / 'nb/gradebook.db'}") as book:
        jane = book.find_submission("m1", "jdoe")
        assert (jane.score, jane.late_submission_penalty) == (49.0, 4.9)
        assert jane.student.lms_user_id == "0008"
        assert jane.total_seconds_late == 8 * 3600 + 60
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
