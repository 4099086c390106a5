"""``autograder check``: the public checks on one's own work."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder import score as scores
from autograder.course import Course, load_course
from autograder.learning import ideas, progress
from autograder.reports.terminal import print_checks
from autograder.run import datasets, selection
from autograder.run.configure import own_settings
from autograder.run.entry import grade_entry, own_work
from autograder.run.faults import note_faults, stop_on_fault
from autograder.run.selection import Choice
from autograder.score import Score
from autograder.stop import stop_on_write_error, stop_unless_writable

ELSEWHERE = "name another file with --json"


def run(ids: Sequence[str], submission: Path, profile: str | None, json: Path | None) -> int:
    """Run checks, show them, and return 0 when all passed, else 1."""
    selection.profile(profile)
    course = load_course()
    selection.work(submission)
    chosen = selection.checks(course, ids) if ids else None
    if json:
        stop_unless_writable(json, ELSEWHERE)
    judged = (
        [_judged(chosen, course, submission, profile)]
        if chosen
        else list(_in_turn(course, submission, profile))
    )
    score = judged[-1]
    checks = [check for one in judged for check in one.checks]
    offered = ideas.offers(checks, course.milestones, submission)
    try:
        if json:
            with stop_on_write_error(json, ELSEWHERE):
                scores.write_score(score, json)
    finally:
        print_checks(score, offered if chosen else offered[-1:])
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
    datasets.ready(how.profile, chosen.milestones)
    folder = submission if submission.is_dir() else Path.cwd()
    with stop_on_fault(folder):
        score = grade_entry(own_work(submission), chosen.milestones, course.modules, how).score
    note_faults(score, folder)
    progress.note_milestones(submission, score.milestones, chosen.milestones)
    return score
