"""``autograder check``: the public checks on one's own work."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder import score as scores
from autograder.checks.session import GraderFault
from autograder.cli import choose, data, ideas, progress
from autograder.cli.choose import Choice
from autograder.cli.grading import grade_entry, own_settings, own_work
from autograder.cli.out import require, writing
from autograder.cli.stop import Stop
from autograder.course import Course, load
from autograder.reports.terminal import show_checks
from autograder.score import Score

ELSEWHERE = "name another file with --json"


def run(ids: Sequence[str], submission: Path, profile: str | None, json: Path | None) -> int:
    """Run checks, show them, and return 0 when all passed, else 1."""
    choose.profile(profile)
    course = load()
    choose.work(submission)
    chosen = choose.checks(course, ids) if ids else None
    if json:
        require(json, ELSEWHERE)
    judged = (
        [_judged(chosen, course, submission, profile)]
        if chosen
        else list(_in_turn(course, submission, profile))
    )
    score = judged[-1]
    checks = [check for one in judged for check in one.checks]
    ran = chosen.milestones if chosen else course.milestones[: len(judged)]
    offered = ideas.offers(checks, ran, submission)
    try:
        if json:
            with writing(json, ELSEWHERE):
                scores.write(score, json)
    finally:
        show_checks(score, offered if chosen else offered[-1:])
    return 0 if all(check.status == "passed" for check in score.checks) else 1


def _in_turn(course: Course, submission: Path, profile: str | None) -> Iterator[Score]:
    """Judge milestone after milestone up to the first that is not fully passed."""
    for milestone in course.milestones:
        score = _judged(Choice([milestone]), course, submission, profile)
        yield score
        if score.points < score.max_points:
            return


def _judged(chosen: Choice, course: Course, submission: Path, profile: str | None) -> Score:
    how = own_settings(course, profile, chosen.only)
    data.ready(how.profile, chosen.milestones)
    try:
        score = grade_entry(own_work(submission), chosen.milestones, course.modules, how).score
    except GraderFault as fault:
        raise Stop(f"the grader is at fault: {fault}", 1) from None
    progress.note_milestones(submission, score.milestones, chosen.milestones)
    return score
