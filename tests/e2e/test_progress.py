"""The record through the commands that write and read it."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.course import load_course
from tests.conftest import ROOT
from tests.e2e.test_commands import REFERENCE, WRONG, autograder, one_line

FILE = "progress.json"
OFFER = 'All public checks of m1 pass. Read "Compare ideas" in handouts/m1_scalar_autograd.md'


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("started") / "work"
    assert autograder("start", work).returncode == 0
    return work


@pytest.fixture
def work(started: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(started, tmp_path / "work"))


def test_check_hint_and_status_share_one_record(work: Path) -> None:
    (work / "engine.py").write_text(WRONG)
    assert autograder("check", "m1", cwd=work).returncode == 1
    first = json.loads((work / FILE).read_text())
    assert "m1.mul" in first["passed"]
    assert "m1.shared_add" not in first["passed"]
    assert 0 < first["best"]["m1"]["points"] < first["best"]["m1"]["of"] == 75.0
    assert "m1" in first["last"]

    (work / "engine.py").write_text(REFERENCE)
    passed = autograder("check", "m1", cwd=work)
    assert passed.returncode == 0
    assert passed.stdout.splitlines()[-1] == OFFER
    second = json.loads((work / FILE).read_text())
    assert second["best"]["m1"]["points"] == 75.0
    assert first["passed"].items() <= second["passed"].items()
    assert len(second["passed"]) == 37

    (work / "engine.py").write_text(WRONG)
    autograder("check", "m1", cwd=work)
    autograder("hint", "m2.fit_golden", "--level", "2", cwd=work)
    third = json.loads((work / FILE).read_text())
    assert third["passed"] == second["passed"]
    assert third["best"] == second["best"]
    assert third["last"]["m1"]["points"] == first["last"]["m1"]["points"]
    assert set(third["hints"]["m2.fit_golden"]) == {"1", "2"}

    told = autograder("status", cwd=work)
    assert told.returncode == 0
    most = 75 * len(load_course().milestones)
    assert (
        f"75 of {most} public points, 1 of {len(load_course().milestones)} milestones"
        in told.stdout
    )
    assert f"now {first['last']['m1']['points']:g}" in told.stdout
    assert "m2.fit_golden 1+2" in told.stdout
    assert "Next: m2." in told.stdout
    assert told.stdout.splitlines()[-1] == OFFER


def test_ideas_are_offered_once_all_checks_of_a_milestone_pass(work: Path) -> None:
    (work / "engine.py").write_text(REFERENCE)
    on_the_way = autograder("check", cwd=work)
    assert on_the_way.returncode == 1
    assert "\nm2  " in on_the_way.stdout
    assert on_the_way.stdout.splitlines()[-1] == OFFER
    assert "Compare ideas" not in autograder("check", "m1.add", "m1.mul", cwd=work).stdout

    shutil.rmtree(work / "handouts")
    without = autograder("check", "m1", cwd=work).stdout
    assert without.splitlines()[-1].endswith('"Compare ideas" in the handout m1_scalar_autograd.md')


def test_the_record_survives_a_reset_and_start_again(work: Path) -> None:
    (work / "engine.py").write_text(REFERENCE)
    autograder("check", "m1.tanh", cwd=work)
    before = (work / FILE).read_bytes()
    (work / "engine.py").unlink()
    assert autograder("start", ".", cwd=work).returncode == 0
    assert "NotImplementedError" in (work / "engine.py").read_text()
    assert (work / FILE).read_bytes() == before
    autograder("check", "m1.tanh", cwd=work)
    assert json.loads((work / FILE).read_text())["passed"] == json.loads(before)["passed"]


def test_a_half_written_record_is_one_line_and_kept(work: Path) -> None:
    (work / FILE).write_text('{"version": 1, "pass')
    told = autograder("status", cwd=work)
    assert told.returncode == 0
    assert told.stderr.count("\n") == 1
    assert "is not a record" in told.stderr
    hinted = autograder("hint", "m1.tanh", cwd=work)
    assert hinted.returncode == 0
    assert hinted.stderr.count("\n") == 1
    assert (work / f"{FILE}.unreadable-1").read_text() == '{"version": 1, "pass'
    assert list(json.loads((work / FILE).read_text())["hints"]) == ["m1.tanh"]


def test_where_the_record_cannot_be_written_the_check_still_works(work: Path) -> None:
    (work / "engine.py").write_text(REFERENCE)
    (work / FILE).symlink_to("/proc/nowhere/progress.json")  # read-only even for root
    told = autograder("check", "m1.tanh", cwd=work)
    assert told.returncode == 0
    assert told.stderr.count("\n") == 1
    assert "is not recorded" in told.stderr


def test_no_record_outside_of_workspaces(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(REFERENCE)
    autograder("check", "m1.tanh", cwd=tmp_path)
    autograder("hint", "m1.tanh", cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["engine.py"]
    assert "'autograder start" in one_line(autograder("status", cwd=tmp_path), 2)
    assert not (ROOT / "solutions" / FILE).exists()
