"""An odd inbox through ``grade`` and ``grade --dry-run``: points, rows, notes and pages."""

import csv
import html
import json
import unicodedata
from pathlib import Path

import pytest

from autograder.cli import grade
from autograder.stop import Stop
from tests.e2e.test_commands import autograder
from tests.unit.intake.hand_ins import lay, notebook, solved, stub, zipped

ENGINE, NN = solved("engine"), solved("nn")
ZOE = unicodedata.normalize("NFD", "Zoë")
MISNAMED = [f"misnamed {number}" for number in range(1, 8)]
INBOX = {
    **{f"ada/work/{module}.py": stub(module) for module in ("engine", "nn")},
    "ada/notebooks/engine.ipynb": notebook(ENGINE),
    "ada/notebooks/nn.ipynb": stub("nn", ".ipynb"),
    f"{ZOE} /attempt 1/engine.py": stub("engine").replace(b"\n", b"\r\n"),
    f"{ZOE} /final/engine.py": ENGINE,
    "Jane Doe_12345_assignsubmission_file_/work.zip": zipped({"hw/engine.py": ENGINE}),
    "doe_LATE_101_2001_engine.py": ENGINE,
    "doe_LATE_101_2002_nn-1.py": NN,
    "bob_engine.py.txt": ENGINE,
    "fay": zipped({"engine.py": ENGINE}),
    "ned/Engine.py": ENGINE,
    "ned/nn.py": NN,
    "a\x1b[31mb.py": ENGINE,
    **{f"{name}/my_engine.py": ENGINE for name in MISNAMED},
    "essay.docx": b"PK\x03\x04",
    "page.html": b"<html>",
    "Thumbs.db": b"",
}
FULL = ["Jane Doe", "Zoë", "a\\x1b[31mb", "ada", "bob_engine", "doe", "fay", "ned"]
COURSE = """
version = 1
[groups]
"Zoë" = ["zoe@x"]
[late]
times = "times.csv"
percent_a_day = 10
[[milestones]]
id = "m1"
deadline = 2026-10-01T00:00:00Z
"""
TIMES = "submission,submitted\nZoë ,2026-10-01T20:00:00Z\n"
CHOICES = [
    "Zoë: engine.py is there twice: final/engine.py, attempt 1/engine.py; final/engine.py was "
    "taken: a stub never goes before work",
    "ada: engine.py is there twice: notebooks/engine.ipynb, work/engine.py; "
    "notebooks/engine.ipynb was taken: a stub never goes before work",
    "ned: Engine.py was taken as engine.py",
]
LEFT_OUT = [
    "essay.docx is not graded: an archive that is cut off or broken: fetch it again",
    "page.html is not graded: neither Python, a notebook nor an archive of them",
]
TAKEN = [
    "a\\x1b[31mb.py was taken as engine.py",
    "bob_engine.py.txt was taken as engine.py",
    "fay was taken as .zip",
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The inbox, graded by a course's own file."""
    place = tmp_path_factory.mktemp("odd")
    lay(place / "in", INBOX)
    (place / "course.toml").write_text(COURSE)
    (place / "times.csv").write_text(TIMES)
    done = autograder("grade", "in", "--out", "out", "--course", "course.toml", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    return place, done.stdout


def test_right_work_in_an_odd_wrapping_has_its_points(graded: tuple[Path, str]) -> None:
    with (graded[0] / "out/grades.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    points = {row["submission"]: float(row["points"]) for row in rows}
    assert points == dict.fromkeys(FULL, 100.0) | dict.fromkeys(MISNAMED, 0.0)
    late = {row["submission"]: (row["student"], row["m1_late_percent"]) for row in rows}
    assert late["Zoë"] == ("zoe@x", "10.0")


def test_a_score_keeps_where_its_files_lay(graded: tuple[Path, str]) -> None:
    scores = [json.loads(file.read_text()) for file in (graded[0] / "out").glob("*/score.json")]
    files = {score["submission"]["id"]: score["submission"]["files"] for score in scores}
    assert files["ada"] == ["notebooks/engine.ipynb", "notebooks/nn.ipynb"]
    assert files["Zoë"] == ["final/engine.py"]
    assert files["Jane Doe"] == ["work.zip/hw/engine.py"]
    assert files["doe"] == ["doe_LATE_101_2001_engine.py", "doe_LATE_101_2002_nn-1.py"]
    assert files["bob_engine"] == ["bob_engine.py.txt"]
    assert files["a\\x1b[31mb"] == ["a\\x1b[31mb.py"]


def test_notes_name_everything_the_terminal_only_some(graded: tuple[Path, str]) -> None:
    place, told = graded
    lines = [line[6:] for line in told.splitlines() if line.startswith("note: ")]
    joined = "files of one sender are one submission, by their names: doe"
    assert lines[: 1 + 2 + 3 + 3] == [joined, *LEFT_OUT, *TAKEN, *CHOICES]
    assert lines[9].startswith("misnamed 1 has none of engine.py")
    assert lines[14] == "2 more such in out/index.html"
    assert "\x1b" not in told
    page = html.unescape((place / "out/index.html").read_text())
    flat = page.replace("<details><summary>", "").replace("</summary>", "</li>")  # what is folded
    assert all(f"<li>{name} has none of" in flat for name in MISNAMED)
    assert all(f"<li>{line}</li>" in flat for line in lines if "more such" not in line)
    assert "\x1b" not in page


def test_a_dry_run_tells_the_same_and_writes_nothing(graded: tuple[Path, str]) -> None:
    place, told = graded
    before = sorted(place.rglob("*"))
    done = autograder("grade", "in", "--dry-run", "--course", "course.toml", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(place.rglob("*")) == before
    rows = {
        line[:10].strip(): line[12:] for line in done.stdout.splitlines() if line[10:12] == "  "
    }
    assert rows["ada"].strip() == "notebooks/engine.ipynb, notebooks/nn.ipynb"
    assert rows["ned"].strip() == "Engine.py as engine.py, nn.py"
    assert f"\ndry run: {len(FULL) + len(MISNAMED)} submissions; nothing was graded" in done.stdout
    notes = [line for line in done.stdout.splitlines() if line.startswith("note: ")]
    graded_notes = [line for line in told.splitlines() if line.startswith("note: ")]
    assert notes[:14] == graded_notes[:14]
    assert [name for name in MISNAMED if any(f"{name} has none" in n for n in notes)] == MISNAMED


def run(path: Path, out: Path | None, dry_run: bool) -> int:
    return grade.run(path, out, None, None, None, None, None, False, dry_run=dry_run)


@pytest.mark.parametrize("path", ["in", "in/all.zip"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_class_in_one_zip_is_refused_with_what_to_do(
    tmp_path: Path, path: str, dry_run: bool
) -> None:
    files = {f"all/{who}/engine.py": ENGINE for who in ("amy", "ben")}
    lay(tmp_path, {"in/all.zip": zipped(files)})
    told = "in/all.zip seems to hold the work of 2 people: amy, ben. Unpack it, and grade the"
    with pytest.raises(Stop, match=told) as stop:
        run(tmp_path / path, tmp_path / "out", dry_run)
    assert stop.value.code == 2
    assert not (tmp_path / "out").exists()


def test_scores_need_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="Missing option '--out': .* --dry-run") as stop:
        run(tmp_path, None, False)
    assert stop.value.code == 2


def test_scores_do_not_lie_among_the_submissions(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="holds the submissions: name another folder") as stop:
        run(tmp_path, tmp_path / "." / "", False)
    assert stop.value.code == 2
