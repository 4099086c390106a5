"""The ``result.json`` of Classroom 50: its fields, and whole points."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from autograder.exchange import workflow
from autograder.exchange.classroom50 import build_result
from autograder.score import (
    CheckResult,
    Environment,
    GradedWork,
    Kit,
    MilestoneScore,
    Score,
    Timing,
)  # fmt: skip
from autograder.stop import Stop

COMMITTED = datetime.fromisoformat("2026-10-01T14:33:11+02:00")
GITHUB = {
    "GITHUB_REPOSITORY": "cs-50/ada-work",
    "GITHUB_SHA": "a1b2c3d4e5",
    "GITHUB_ACTOR": "ada",
    "GITHUB_SERVER_URL": "https://github.example",
}
RUNNER = {
    "CLASSROOM": "cs",
    "ASSIGNMENT": "nn",
    "ASSIGNMENT_TYPE": "group",
    "OWNER": "team-1",
    "SUBMISSION_TAG": "submit/2026-10-01T12-33-11Z-a1b2c3d",
    "COMMIT_URL": "https://h/c",
    "RELEASE_URL": "https://h/r",
    "REVIEW_URL": "https://h/v",
}
FIELDS = {
    *("schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit"),
    *("release", "review", "datetime", "score", "max-score", "tests"),
}


def make_score(*points: float) -> Score:
    parts = [
        MilestoneScore(f"m{number}", "A title", one, 100.0, [make_check(f"m{number}", one)])
        for number, one in enumerate(points, start=1)
    ]
    kit, place = Kit("1", "0" * 64, "quick", 1), Environment("3.12", "2", "linux", "strict")
    work, timing = GradedWork("ada", "0" * 64, []), Timing("", 0.0, 0.0, {})
    return Score(work, kit, place, sum(points), 100.0 * len(points), parts, timing)


def make_check(milestone: str, points: float) -> CheckResult:
    status = "passed" if points == 100 else "failed"
    return CheckResult(f"{milestone}.add", "", "property", "public", status, points, 100.0)


def test_points_are_whole_and_only_full_marks_pass() -> None:
    result = build_result(make_score(100.0, 99.75, 0.0), RUNNER, COMMITTED)
    told = [(test["score"], test["max-score"], test["passed"]) for test in result["tests"]]
    assert told == [(100, 100, True), (99, 100, False), (0, 100, False)]
    assert (result["score"], result["max-score"]) == (199, 300)
    assert [test["message"] for test in result["tests"]] == ["", "m2.add", "m3.add"]
    for test in [result, *result["tests"]]:
        assert type(test["score"]) is type(test["max-score"]) is int


@pytest.mark.parametrize("environment", [RUNNER | GITHUB, GITHUB, {}])
def test_every_field_is_there_and_none_beside_them(environment: Mapping[str, str]) -> None:
    result = build_result(make_score(50.0), environment, COMMITTED)
    assert set(result) == FIELDS
    assert all(result[field] for field in FIELDS)
    assert re.fullmatch(r"submit/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-\w{7}", result["submission"])


def test_the_runner_says_whose_work_it_is() -> None:
    result = build_result(make_score(50.0), GITHUB | RUNNER, COMMITTED)
    named = ("classroom", "assignment", "assignment_type", "owner", "commit", "release", "review")
    assert [result[name] for name in named] == [
        "cs", "nn", "group", "team-1", "https://h/c", "https://h/r", "https://h/v",
    ]  # fmt: skip
    assert result["submission"] == RUNNER["SUBMISSION_TAG"]
    assert result["datetime"] == "2026-10-01T12:33:11Z"


def test_elsewhere_the_repository_does() -> None:
    result = build_result(make_score(50.0), GITHUB, COMMITTED)
    home = "https://github.example/cs-50/ada-work"
    assert (result["classroom"], result["assignment"], result["owner"]) == (
        "cs-50", "ada-work", "ada",
    )  # fmt: skip
    assert result["commit"] == result["review"] == f"{home}/commit/a1b2c3d4e5"
    assert result["release"] == f"{home}/releases/tag/submit/2026-10-01T12-33-11Z-a1b2c3d"


def test_a_missing_path_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["workflow", "grades"])
    with pytest.raises(SystemExit) as ended:
        workflow.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"autograder: {workflow.USAGE}\n"


def test_grades_that_are_not_there_stop_it(tmp_path: Path) -> None:
    with pytest.raises(Stop):
        workflow.run(tmp_path / "none", tmp_path / "page.md", tmp_path / "result.json")
    assert not (tmp_path / "result.json").exists()


def test_the_summary_and_the_result_are_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workflow, "read_scores", lambda _: [make_score(49.5)])
    workflow.run(tmp_path, tmp_path / "page.md", tmp_path / "result.json")
    assert "| m1 A title | 49.5 | 100 | m1.add |" in (tmp_path / "page.md").read_text()
    assert json.loads((tmp_path / "result.json").read_text())["score"] == 49
