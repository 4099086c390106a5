"""What stands below the table of `grade`: what a person should look at, though nothing failed."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.test_commands import REFERENCE, autograder


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A class of whom some named their files as they liked."""
    folder = tmp_path_factory.mktemp("class")
    for name in ("wrongname", "empty"):
        (folder / "inbox" / name).mkdir(parents=True)
    (folder / "inbox/rita.py").write_text(REFERENCE)
    (folder / "inbox/wrongname/my_engine.py").write_text(REFERENCE)
    shutil.copy(ROOT / "tests/classroom/quinn-notebook/engine.ipynb", folder / "inbox/pia a.ipynb")
    result = autograder(
        "grade", "inbox", "--out", "g", "--milestone", "m1", cwd=folder, AUTOGRADER_SECRET=""
    )
    assert result.returncode == 0, result.stderr
    return folder, result.stdout


def looks(text: str) -> list[str]:
    return [line.removeprefix("note: ") for line in text.splitlines() if line.startswith("note: ")]


def test_right_work_under_another_name_is_graded_or_spoken_of(graded: tuple[Path, str]) -> None:
    folder, told = graded
    with (folder / "g/grades.csv").open() as stream:
        points = {row["submission"]: float(row["points"]) for row in csv.DictReader(stream)}
    assert points == {"rita": 100.0, "pia a": 100.0, "wrongname": 0.0, "empty": 0.0}
    assert looks(told)[:4] == [
        "pia a.ipynb was taken as engine.ipynb",
        "rita.py was taken as engine.py",
        "wrongname has none of engine.py, nn.py, tensor.py, training.py, conv.py, ...; "
        "it has my_engine.py. Rename it, then run again",
        "empty has no .py and no .ipynb",
    ]
    score = json.loads((folder / "g/wrongname/score.json").read_text())
    assert score["milestones"][0]["checks"][0]["message"] == (
        "engine.py was not handed in (handed in: my_engine.py)"
    )


COURSE = """
version = 1
[groups]
team-1 = ["ada"]
[late]
times = "times.csv"
"""


def test_without_a_secret_hidden_inputs_can_be_foreseen(graded: tuple[Path, str]) -> None:
    told = "no course secret is set, so hidden inputs can be foreseen; set AUTOGRADER_SECRET"
    assert looks(graded[1])[-1] == told


def test_a_run_on_a_part_of_the_class_says_what_it_leaves_out(graded: tuple[Path, str]) -> None:
    folder, _ = graded
    shutil.copytree(folder / "g", folder / "g5")
    due = "[[milestones]]\nid = 'm1'\n[[milestones]]\nid = 'm2'\ndeadline = 2026-10-01T00:00:00Z\n"
    (folder / "course.toml").write_text(f"{COURSE}{due}")
    (folder / "times.csv").write_text("submission,submitted\nghost,2026-10-01T01:00:00Z\n")
    command = ("grade", "inbox/rita.py", "--out", "g5", "--course", "course.toml")
    result = autograder(*command, "--milestone", "m2", cwd=folder, AUTOGRADER_SECRET="s")
    assert looks(result.stdout) == [
        "rita.py was taken as engine.py",
        "g5 holds 3 more scores that are not of this run: empty, pia a, wrongname; "
        "grades.csv and index.html list this run only, export lists all",
        "these scores were of m1 before, now of m2",
        "1 submission has no time in times.csv and counts as on time: rita",
        "times.csv names what is not in this run: ghost",
        "group team-1 is not a submission of this run",
    ]


def test_an_export_with_a_course_is_the_table_of_grade(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "a b", "b"):  # as files the first two are the other way round
        (tmp_path / f"in/{name}.py").write_text("")
    (tmp_path / "course.toml").write_text(
        f"{COURSE}[[milestones]]\nid = 'm1'\ndeadline = 2026-10-01T00:00:00Z\n"
    )
    (tmp_path / "times.csv").write_text("submission,submitted\nb,2026-10-01T01:00:00Z\n")
    own = ("--course", "course.toml")
    graded = autograder("grade", "in", "--out", "g", *own, cwd=tmp_path)
    assert graded.returncode == 0, graded.stderr
    exported = autograder("export", "csv", "g", "--out", "x.csv", *own, cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr
    table = (tmp_path / "g/grades.csv").read_text()
    assert (tmp_path / "x.csv").read_text() == table
    told = list(csv.DictReader(table.splitlines()))
    assert [(row["student"], row["m1_late_percent"]) for row in told] == [
        ("a", "0.0"), ("a b", "0.0"), ("b", "10.0"),
    ]  # fmt: skip
