"""``feedback/<name>.html``: what one student is told; of hidden twins only how they ended."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.files import write_atomically
from autograder.reports.page import shown
from autograder.score import CheckResult, MilestoneScore, Outcome, Score
from autograder.templates import render

UNTOLD = ("blocked", "missing")  # a twin that waits for its public check says nothing new

UNRUN = ("missing", "rejected")


def write_all(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write a page for every submission that has a score."""
    for outcome in outcomes:
        if outcome.score and outcome.file:
            file = folder / f"{outcome.file.parent.name}.html"
            write_atomically(file, page(outcome.score).encode("utf-8", "replace"))


def page(score: Score) -> str:
    """Return the page of one submission."""
    milestones = [_milestone(milestone) for milestone in score.milestones]
    name = shown(score.submission.id)
    return render("feedback.html.j2", score=score, name=name, milestones=milestones)


def _milestone(milestone: MilestoneScore) -> dict[str, Any]:
    passed = [check for check in milestone.checks if check.status == "passed"]
    return {
        "score": milestone,
        "whole": _whole(milestone),
        "passed": [check for check in passed if check.visibility == "public"],
        "open": [check for check in milestone.checks if _is_told(check)],
    }


def _whole(milestone: MilestoneScore) -> str:
    """Return one line for a milestone of which no check ran, all for one reason; else nothing."""
    public = [check for check in milestone.checks if check.visibility == "public"]
    ends = {(check.status, check.message) for check in public}
    status, message = next(iter(ends), ("", ""))
    is_one = len(ends) == 1 and len(public) > 1 and status in UNRUN
    return f"{message}: {len(public)} checks {status}" if is_one and message else ""


def _is_told(check: CheckResult) -> bool:
    if check.status == "passed":
        return False
    return check.visibility == "public" or check.status not in UNTOLD
