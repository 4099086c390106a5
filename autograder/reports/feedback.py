"""``feedback/<name>.html``: a page for one student; of hidden twins it shows only the status."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.files import write_atomically
from autograder.reports.bonus import add_reviews
from autograder.reports.neurons import describe_cells, draw_cells, judge_cells
from autograder.reports.own_tests import describe_own_tests
from autograder.reports.reviews import NoReview, Review, read_reviews
from autograder.score import CheckResult, ExtraScore, MilestoneScore, Outcome, Score
from autograder.templates import render

LEFT_OUT = ("blocked", "missing")  # a twin that waits for its public check says nothing new

NOT_RUN = ("missing", "rejected")


def write_feedback(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write a page for every submission that has a score."""
    for outcome in outcomes:
        if outcome.score and outcome.file:
            file = folder / f"{outcome.file.parent.name}.html"
            page = render_feedback(outcome.score, _find_reviews(outcome.file.parent))
            write_atomically(file, page.encode())


def _find_reviews(folder: Path) -> Mapping[str, Review]:
    """Return what persons said of a submission; a file that nobody can read says nothing."""
    with suppress(NoReview):
        return read_reviews(folder)
    return {}


def render_feedback(score: Score, reviews: Mapping[str, Review] | None = None) -> str:
    """Return the page of one submission, with what persons said of its prose, by unit."""
    milestones = [_describe_milestone(part, score) for part in score.parts]
    name = score.submission.id
    said = reviews or {}
    score = add_reviews(score, said)
    return render("feedback.html.j2", score=score, name=name, milestones=milestones, reviews=said)


def _describe_milestone(milestone: MilestoneScore, score: Score) -> dict[str, Any]:
    passed = [check for check in milestone.checks if check.status == "passed"]
    cells = judge_cells(milestone.checks)
    return {
        "score": milestone,
        "network": draw_cells(cells) if cells else "",
        "marks": describe_cells(cells),
        "is_extra": isinstance(milestone, ExtraScore),
        "summary": _summarize_not_run(milestone),
        "own_tests": list(describe_own_tests(score, milestone.id)),
        "passed": [check for check in passed if check.visibility == "public"],
        "open": [check for check in milestone.checks if _is_open(check)],
    }


def _summarize_not_run(milestone: MilestoneScore) -> str:
    """Return one line for a milestone whose checks all did not run for one reason; else ''."""
    public = [check for check in milestone.checks if check.visibility == "public"]
    ends = {(check.status, check.message) for check in public}
    status, message = next(iter(ends), ("", ""))
    is_same = len(ends) == 1 and len(public) > 1 and status in NOT_RUN
    return f"{message}: {len(public)} checks {status}" if is_same and message else ""


def _is_open(check: CheckResult) -> bool:
    if check.status == "passed":
        return False
    return check.visibility == "public" or check.status not in LEFT_OUT
