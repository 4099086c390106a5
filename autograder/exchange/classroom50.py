"""A score as the ``result.json`` that Classroom 50 collects, of the form ``classroom50/result/v1``.

Its points are whole numbers: those of a milestone are rounded down. What the runner of Classroom 50
says in its environment is taken from there; elsewhere the repository's own name stands for it.
"""

import math
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from autograder.score import MilestoneScore, Score

SCHEMA = "classroom50/result/v1"
STAMP, TAG = "%Y-%m-%dT%H:%M:%SZ", "submit/%Y-%m-%dT%H-%M-%SZ"


def build_result(
    score: Score, environment: Mapping[str, str], committed: datetime
) -> dict[str, Any]:
    """Return `score` as Classroom 50 reads it.

    Parameters
    ----------
    score : Score
        Of what was pushed.
    environment : mapping
        The variables of the run: those of GitHub, and of Classroom 50 where it grades.
    committed : datetime
        When the commit was made.
    """
    tests = [_describe_milestone(milestone) for milestone in score.parts]
    return {
        "schema": SCHEMA,
        **_identify(environment, committed.astimezone(UTC)),
        "datetime": committed.astimezone(UTC).strftime(STAMP),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _describe_milestone(milestone: MilestoneScore) -> dict[str, Any]:
    points, most = math.floor(milestone.points), math.floor(milestone.max_points)
    return {
        "test-name": f"{milestone.id} {milestone.title}",
        "passed": milestone.points == milestone.max_points,
        "score": points,
        "max-score": most,
        "message": first_open(milestone),
    }


def first_open(milestone: MilestoneScore) -> str:
    """Return the id of the first check that did not pass; '' for none."""
    return next((check.id for check in milestone.checks if check.status != "passed"), "")


def _identify(environment: Mapping[str, str], committed: datetime) -> dict[str, str]:
    """Return whose work it is, and the links to it."""
    owner, _, name = environment.get("GITHUB_REPOSITORY", "local/work").partition("/")
    sha = environment.get("GITHUB_SHA", "0" * 7)
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    tag = environment.get("SUBMISSION_TAG") or f"{committed.strftime(TAG)}-{sha[:7]}"
    home = f"{server}/{owner}/{name}"
    commit = environment.get("COMMIT_URL") or f"{home}/commit/{sha}"
    student = environment.get("OWNER") or environment.get("GITHUB_ACTOR") or owner
    return {
        "classroom": environment.get("CLASSROOM") or owner,
        "assignment": environment.get("ASSIGNMENT") or name,
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": student,
        "submission": tag,
        "commit": commit,
        "release": environment.get("RELEASE_URL") or f"{home}/releases/tag/{tag}",
        "review": environment.get("REVIEW_URL") or commit,
    }


def read_commit_time() -> datetime:
    """Return when the current commit was made; now, where Git knows of none."""
    command = ["git", "log", "-1", "--format=%cI"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        return datetime.fromisoformat(told)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return datetime.now(UTC)
