"""Earlier versions: kept small, pruned, and brought back whole or not at all."""

import json
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.intake.paths import is_source
from autograder.learning import progress, versions
from autograder.learning.failures import read_failures, write_failures
from autograder.learning.versions import MOST_KEPT
from autograder.score import CheckResult, MilestoneScore

COURSE = load_course()
HOME = ".autograder"


def score(id: str, points: float) -> MilestoneScore:
    return MilestoneScore(id, "A title", points, 75.0, [])


def keep(folder: Path, id: str, points: float, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    snapshot = versions.read_snapshot(folder, COURSE)
    versions.keep_versions(folder, [score(id, points)], COURSE, snapshot)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / HOME).mkdir()
    return tmp_path


def test_the_last_of_those_with_most_points_is_the_best(work: Path) -> None:
    for points, text in ((30, "a"), (60, "b"), (60, "c"), (10, "d")):
        keep(work, "m1", points, engine=text)
    best = versions.find_best(work, "m1")
    assert best
    assert versions.read_content(work, best, "engine.py") == b"c"
    assert versions.find_best(work, "m2") is None


def test_the_best_outlives_any_number_of_later_ones_and_nothing_else_does(work: Path) -> None:
    keep(work, "m1", 70, engine="best")
    for number in range(MOST_KEPT + 5):
        keep(work, "m1", 5, engine=f"try {number}")
    kept = versions.read_versions(work)
    assert len(kept) == MOST_KEPT == 20
    assert kept[0].points == 70
    assert len(list((work / HOME / "files").iterdir())) == MOST_KEPT
    texts = [versions.read_content(work, version, "engine.py") for version in kept]
    assert texts == [b"best", *(f"try {number}".encode() for number in range(6, MOST_KEPT + 5))]


def test_a_version_has_what_the_milestone_builds_on_and_each_content_once(work: Path) -> None:
    keep(work, "m2", 20, engine="same", nn="one", tensor="of m3")
    keep(work, "m2", 30, nn="two")
    assert [sorted(version.files) for version in versions.read_versions(work)] == [
        ["engine.py", "nn.py"]
    ] * 2
    assert len(list((work / HOME / "files").iterdir())) == 3
    keep(work, "m2", 30)
    assert len(versions.read_versions(work)) == 2
    keep(work, "m2", 0, nn="nothing")
    assert len(versions.read_versions(work)) == 2


def test_a_notebook_is_kept_without_what_it_printed(work: Path) -> None:
    cell = {"cell_type": "code", "source": ["x = 1"], "outputs": ["y" * 10**6], "metadata": {}}
    (work / "engine.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    keep(work, "m1", 5)
    (version,) = versions.read_versions(work)
    data = json.loads(versions.read_content(work, version, "engine.ipynb") or b"")
    assert data["cells"][0]["source"] == ["x = 1"]
    assert data["cells"][0]["outputs"] == []


def test_what_is_damaged_is_not_used(work: Path) -> None:
    keep(work, "m1", 5, engine="text")
    (version,) = versions.read_versions(work)
    (file,) = (work / HOME / "files").iterdir()
    for content in (b"", b"no gzip", file.read_bytes()[:-5]):
        file.write_bytes(content)
        assert versions.read_content(work, version, "engine.py") is None
    for text in ("", "{", '{"a": 1}', "[1]"):
        (work / HOME / "versions.json").write_text(text)
        assert versions.read_versions(work) == []
    keep(work, "m1", 6, engine="again")
    assert [version.points for version in versions.read_versions(work)] == [6]


def test_failures_are_kept_in_the_order_to_fix_them(work: Path) -> None:
    assert read_failures(work) is None
    checks = [
        CheckResult(f"m1.{status}", "t", "golden", "public", status, 0.0, 1.0, "")
        for status in ("blocked", "missing", "passed", "failed", "timeout")
    ]
    write_failures(work, checks)
    assert read_failures(work) == ["m1.failed", "m1.timeout", "m1.missing", "m1.blocked"]
    for text in ("", "[]", '{"failures": 3}'):
        (work / HOME / "last.json").write_text(text)
        assert read_failures(work) is None


def test_a_lost_record_is_told_and_comes_back_from_its_copy(tmp_path: Path) -> None:
    (tmp_path / "handouts").mkdir()
    full = {"points": 75.0, "of": 75.0, "at": "2026-01-01T00:00:00Z"}
    facts = {"passed": {"m1.add": full["at"], "m1.mul": full["at"]}, "best": {"m1": full}}
    assert progress.record_facts(tmp_path, facts)
    assert (tmp_path / HOME / ".gitignore").read_text() == "*\n"
    assert progress.describe_loss(tmp_path) == ""
    before = (tmp_path / "progress.json").read_bytes()
    (tmp_path / "progress.json").unlink()
    lost = progress.describe_loss(tmp_path)
    assert "lacks 2 checks that you had passed, 1 milestone done" in lost
    assert "'autograder back --record' brings them back" in lost
    progress.record_facts(tmp_path, {"passed": {"m1.add": "2026-02-01T00:00:00Z"}})
    assert "lacks 1 check that you had passed, 1 milestone done" in progress.describe_loss(tmp_path)
    progress.bring_back_record(tmp_path)
    assert (tmp_path / "progress.json").read_bytes() == before
    assert progress.describe_loss(tmp_path) == ""


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("engine.py", True),
        ("engine.before-reset-1.py", False),
        ("work/engine.before-back-12.ipynb", False),
        ("engine.before-lunch.py", True),
        (".autograder/files/engine.py", False),
        ("work/.autograder/engine.py", False),
    ],
)
def test_nothing_that_is_kept_is_handed_in(path: str, counts: bool) -> None:
    assert is_source(path) == counts
