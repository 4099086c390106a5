"""The milestone that docs/own-milestone.md adds to a course, built from that page."""

import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.cli import release as command
from autograder.course import CourseError, course, load_course
from autograder.exchange import release
from autograder.stop import Stop
from tests.conftest import ROOT
from tests.e2e.test_commands import autograder, one_line

PAGE = (ROOT / "docs/own-milestone.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:python|toml|markdown)\n(.*?)```", PAGE, re.DOTALL)
NAMES = ("newton.py", "probe.py", "checks.py", "checks.toml", "README.md")
ENGINE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text(encoding="utf-8")
WRONG = ("out.data / start.grad", "out.data * start.grad")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The course file of the page, with its folder beside it; it is the one in use."""
    text, *files = BLOCKS
    home = tmp_path / "course" / "my-m7"
    home.mkdir(parents=True)
    for name, block in zip(NAMES, files, strict=True):
        (home / name).write_text(block, encoding="utf-8")
    file = home.parent / "course.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv(course.COURSE_VARIABLE, str(file))
    monkeypatch.setenv(course.SECRET_VARIABLE, "owl")
    return file


def hand_in(inbox: Path, works: Mapping[str, str]) -> Path:
    for name, newton in works.items():
        folder = inbox / name
        folder.mkdir(parents=True)
        (folder / "newton.py").write_text(newton, encoding="utf-8")
        (folder / "engine.py").write_text(ENGINE, encoding="utf-8")
    return inbox


def test_a_class_is_graded_by_it_and_again_when_a_check_changes(own: Path, tmp_path: Path) -> None:
    right = BLOCKS[1]
    inbox = hand_in(tmp_path / "inbox", {"ada": right, "bob": right.replace(*WRONG)})
    grade = ("grade", inbox, "--out", tmp_path / "grades", "--milestone", "m7", "--similarity")
    first = autograder(*grade)
    assert first.returncode == 0, first.stderr
    scores = {
        name: json.loads((tmp_path / "grades" / name / "score.json").read_text())["milestones"][-1]
        for name in ("ada", "bob")
    }
    assert {name: (m["id"], m["points"]) for name, m in scores.items()} == {
        "ada": ("m7", 100.0),
        "bob": ("m7", 10.0),
    }
    assert autograder(*grade).stdout.count("kept") == 2
    checks = own.parent / "my-m7/checks.py"
    checks.write_text(checks.read_text().replace('"the root")', '"the square root")'))
    assert "kept" not in autograder(*grade).stdout


def test_a_learner_is_shown_it_as_the_others(own: Path, tmp_path: Path) -> None:
    work = hand_in(tmp_path / "inbox", {"bob": BLOCKS[1].replace(*WRONG)}) / "bob"
    shown = autograder("check", "m7", "--submission", work).stdout
    assert "x  0.00/37.50  one_step" in shown
    assert "look at newton.py:15 newton" in shown
    assert (
        autograder("hint", "m7.root", cwd=work)
        .stdout.splitlines()[1]
        .endswith("Does every step begin where the one before it ended?")
    )


def test_the_student_kit_has_it_without_its_solution(own: Path, tmp_path: Path) -> None:
    command.run(tmp_path / "out")
    kit = tmp_path / "out" / release.NAME
    stub = (kit / "work/newton.py").read_text()
    assert 'raise NotImplementedError("milestone 7: newton")' in stub
    assert "start.grad" not in stub
    assert "`m7.root` 40" in (kit / "handouts/my_m7.md").read_text()
    (wheel,) = (kit / "kit").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        place = tmp_path / "site"
        archive.extractall(place)
    package = place / "autograder"
    assert (package / "checks/my_m7/checks.py").read_text() == BLOCKS[3]
    assert (package / "worker/probes/my_m7.py").read_text() == BLOCKS[2]
    shipped = (package / "course/course.toml").read_text()
    assert 'id = "m7"\nfolder = "my_m7"\nmodule = "newton"' in shipped
    assert "course/my-m7" not in shipped


def test_a_line_of_its_solution_in_a_handout_stops_the_release(own: Path, tmp_path: Path) -> None:
    readme = own.parent / "my-m7/README.md"
    readme.write_text(readme.read_text() + "\n    x -= out.data / start.grad\n")
    with pytest.raises(Stop, match="nothing was released: 2 lines of solutions"):
        command.run(tmp_path / "out")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('"my-m7"', '"my-m8"', r"milestone m7: there is no folder .*my-m8"),
        ('id = "m7"', 'id = "m6"', r"a milestone of your own is m7, m8 \.\.\.; got 'm6'"),
        ('id = "m7"', 'id = "seven"', r"a milestone of your own is m7, m8 \.\.\.; got 'seven'"),
        ('module = "newton"', 'module = "newton.py"', r"module of m7 is 'newton\.py'; wanted the"),
        ('title = "Newton\'s method"', "", r"wants id, module and title .*; title is None"),
        ("folder =", "foldr =", r"there is no key milestones\.foldr; did you mean folder\?"),
        ("weight = 0.5", "weights = 0.5", r"no key milestones\.weights; did you mean weight\?"),
        ('module = "newton"', 'module = "secant"', r"my-m7 lacks secant\.py; wanted checks\.py, "),
    ],
)
def test_what_the_course_file_says_wrong_is_one_line(
    own: Path, old: str, new: str, wanted: str
) -> None:
    text = own.read_text()
    assert old in text
    own.write_text(text.replace(old, new))
    with pytest.raises(CourseError, match=wanted):
        load_course(own)


def test_checks_that_do_not_add_up_are_one_line(own: Path) -> None:
    table = own.parent / "my-m7/checks.toml"
    table.write_text(table.read_text().replace("points = 40", "points = 41"))
    with pytest.raises(CourseError, match=r"checks\.toml have 101 points; wanted 100 in all"):
        load_course(own)


@pytest.mark.parametrize(
    ("name", "old", "new", "wanted"),
    [
        ("checks.toml", 'kind = "property"', 'kind = "unit"', "m7.one_step is of kind 'unit'"),
        ("checks.toml", '"m7.root"', '"m7.square"', "m7.square: no function or row has that id"),
        ("checks.py", "import numpy as np", "import nunpy as np", "checks.py, line 3: ModuleNotF"),
        ("checks.py", "def check_root(", "def check_root((", "checks.py, line"),
    ],
)
def test_checks_that_cannot_be_used_are_one_line_before_anything_is_graded(
    own: Path, tmp_path: Path, name: str, old: str, new: str, wanted: str
) -> None:
    file = own.parent / "my-m7" / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    inbox = hand_in(tmp_path / "inbox", {"ada": BLOCKS[1]})
    result = autograder("grade", inbox, "--out", tmp_path / "grades")
    assert wanted in one_line(result, 2)
    assert not (tmp_path / "grades/ada").exists()


def test_a_cluster_is_one_line(own: Path, tmp_path: Path) -> None:
    inbox = hand_in(tmp_path / "inbox", {"ada": BLOCKS[1]})
    result = autograder(
        "grade", inbox, "--out", tmp_path / "grades", "--cluster", "tcp://127.0.0.1:1"
    )
    assert "which a cluster's workers do not have" in one_line(result, 2)
