"""A class graded by a course's own rules, twice: the files that people look at."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from autograder.cli import export, release
from autograder.stop import Stop
from tests.conftest import ROOT
from tests.e2e.test_commands import autograder, one_line

COURSE = """
version = 1
[grading]
isolation = "process"
[groups]
"=team, 1" = ["ada", "=bob"]
[late]
times = "times.csv"
[[milestones]]
id = "m1"
deadline = 2026-10-01T00:00:00Z
"""


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_course_of_ones_own_grades_and_grades_again(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/classroom/noah-overwrites-grads", tmp_path / "in/=team, 1")
    (tmp_path / "course.toml").write_text(COURSE)
    (tmp_path / "times.csv").write_text('submission,submitted\n"=team, 1",2026-10-01T01:00:00Z\n')
    command = ("grade", "in", "--out", "out", "--course", "course.toml", "--similarity")
    first = autograder(*command, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    told = rows(tmp_path / "out/grades.csv")
    assert [(row["student"], row["points"]) for row in told] == [("ada", "49.0"), ("'=bob", "49.0")]
    assert {row["m1_late_percent"] for row in told} == {"10.0"}
    assert {row["final_percent"] for row in told} == {"44.1"}
    assert rows(tmp_path / "out/similarity.csv") == []
    assert "similar: 0 pairs" in first.stdout
    assert not (tmp_path / "out/changes.csv").exists()
    (folder,) = (tmp_path / "out").glob("*/score.json")
    assert (tmp_path / "out/feedback" / f"{folder.parent.name}.html").exists()

    old = json.loads(folder.read_text())
    old["kit"]["checks_sha256"] = "other checks"
    old["milestones"][0]["checks"][0]["points"] += 1  # as if it had passed before
    folder.write_text(json.dumps(old))
    again = autograder(*command, "--force", cwd=tmp_path)
    assert "changes.csv" in again.stdout
    (row,) = rows(tmp_path / "out/changes.csv")
    assert row["submission"] == "'=team, 1"
    assert row["check"] == old["milestones"][0]["checks"][0]["id"]
    assert float(row["points_before"]) - float(row["points_after"]) == 1.0


def test_a_course_file_is_never_used_silently(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text("version = 1\n[[milestones]]\nid = 'm1'\n")
    plain = autograder("course", cwd=tmp_path)
    assert "./course.toml is not used; add --course course.toml" in plain.stderr
    assert "  m2  " in plain.stdout
    named = autograder("course", "--course", "course.toml", cwd=tmp_path)
    assert (named.returncode, named.stderr) == (0, "")
    assert "  m1  100.0 %" in named.stdout
    assert "  m2  " not in named.stdout
    by_variable = autograder("course", cwd=tmp_path, AUTOGRADER_COURSE="course.toml")
    assert (by_variable.stderr, by_variable.stdout) == (
        "",
        named.stdout.replace(str((tmp_path / "course.toml").resolve()), "course.toml"),
    )


def test_a_file_of_times_that_is_not_there_yet_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(COURSE)
    command = ("course", "--course", "own.toml")
    times = tmp_path.resolve() / "times.csv"
    missing = autograder(*command, cwd=tmp_path).stdout
    assert f"submitted: {times}, not there yet: grade needs it\n" in missing
    times.write_text("submission,submitted\n")
    assert f"submitted: {times}\n" in autograder(*command, cwd=tmp_path).stdout


def test_every_key_is_explained() -> None:
    text = autograder("course", "--explain").stdout
    for key in ("grading.secret", "late.cap_percent = 100.0", "milestones.deadline", "groups"):
        assert f"\n{key}" in text


def test_a_wrong_course_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("version = 1\n[late]\ncap_percnt = 3\n")
    told = one_line(autograder("grade", ".", "--out", "o", "--course", "own.toml", cwd=tmp_path), 2)
    assert "there is no key late.cap_percnt; did you mean cap_percent?" in told


def test_required_isolation_is_kept(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("version = 1\n[grading]\nisolation = 'strict'\n")
    command = ("grade", ".", "--out", "o", "--course", "own.toml", "--isolation", "process")
    assert "requires --isolation strict" in one_line(autograder(*command, cwd=tmp_path), 2)


def test_export_as_csv_and_what_is_no_score(tmp_path: Path) -> None:
    wrong = autograder("export", "excel", ".", "--out", "x", cwd=tmp_path)
    assert "there is no format 'excel'" in one_line(wrong, 2)
    assert "there is no score in ." in one_line(
        autograder("export", "csv", ".", "--out", "x", cwd=tmp_path), 2
    )
    (tmp_path / "g/a").mkdir(parents=True)
    (tmp_path / "g/a/score.json").write_text('{"submission": ')
    half = autograder("export", "csv", "g", "--out", "x", cwd=tmp_path)
    assert "grade that submission again" in one_line(half, 1)
    assert not (tmp_path / "x").exists()


def test_where_nothing_can_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "g/a").mkdir(parents=True)
    shutil.copytree(ROOT / "tests/classroom/olga-syntax-error", tmp_path / "in/olga")
    graded = autograder("grade", "in", "--out", "g", "--milestone", "m1", cwd=tmp_path)
    assert graded.returncode == 0
    told = one_line(autograder("export", "csv", "g", "--out", "file/x", cwd=tmp_path), 1)
    assert "cannot write file/x: " in told
    for format in ("nbgrader", "gradescope"):
        with pytest.raises(Stop, match="cannot write .*/file/x: "):
            export.run(format, tmp_path / "g", tmp_path / "file/x")
    with pytest.raises(Stop, match="cannot write .*/file/x: "):
        release.run(tmp_path / "file/x")

    (tmp_path / "g/index.html").unlink()
    (tmp_path / "g/index.html").mkdir()  # something that cannot be replaced
    again = autograder("grade", "in", "--out", "g", "--milestone", "m1", cwd=tmp_path)
    assert again.returncode == 1
    assert again.stderr == (
        "autograder: cannot write g/index.html: Is a directory; "
        "the scores that are there stay; make room there, and run the same command again\n"
    )
