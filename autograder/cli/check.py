"""``autograder check``: the public checks on the learner's own work."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder import score as scores
from autograder.course import Course, Part, load_course
from autograder.learning import ideas, mistakes, progress
from autograder.reports.terminal import print_checks
from autograder.run import datasets, selection
from autograder.run.configure import learner_settings
from autograder.run.entry import grade_entry, learner_entry, learner_notes
from autograder.run.faults import stop_on_fault, write_faults
from autograder.run.selection import Choice
from autograder.score import Score
from autograder.stop import stop_on_write_error, stop_unless_writable

OTHER_FILE = "name another file with --json"


def run(ids: Sequence[str], submission: Path, profile: str | None, json: Path | None) -> int:
    """Run checks, show them, and return 0 when all passed, else 1."""
    selection.require_profile(profile)
    course = load_course()
    selection.require_work(submission)
    chosen = selection.choose_checks(course, ids) if ids else None
    if json:
        stop_unless_writable(json, OTHER_FILE)
    judged_scores = (
        [_grade_choice(chosen, course, submission, profile)]
        if chosen
        else list(_grade_in_turn(course, submission, profile))
    )
    score = judged_scores[-1]
    checks = [check for judged in judged_scores for check in judged.checks]
    milestones = chosen.milestones if chosen else [*course.milestones[: len(judged_scores)]]
    idea_lines = ideas.ideas_for_passed(checks, milestones, submission)
    try:
        if json:
            with stop_on_write_error(json, OTHER_FILE):
                scores.write_score(score, json)
    finally:
        looks = mistakes.is_worth_looking(score)
        print_checks(score, idea_lines if chosen else idea_lines[-1:], mistakes=not looks)
        for note in learner_notes(submission, course.modules):
            print(f"note: {note}")
    if looks:
        _show_mistakes(score, milestones, course, submission, profile, json)
    return 0 if all(check.status == "passed" for check in score.checks) else 1


def _show_mistakes(
    score: Score,
    parts: Sequence[Part],
    course: Course,
    submission: Path,
    profile: str | None,
    json: Path | None,
) -> None:
    """Print the mistakes behind a score whose verdicts are printed, and write it again."""
    settings = learner_settings(course, profile, None)
    mistakes.show_mistakes(score, learner_entry(submission), parts, course, settings)
    if json:
        with stop_on_write_error(json, OTHER_FILE):
            scores.write_score(score, json)


def _grade_in_turn(course: Course, submission: Path, profile: str | None) -> Iterator[Score]:
    """Judge milestone after milestone up to the first that is not fully passed."""
    for milestone in course.milestones:
        score = _grade_choice(Choice([milestone]), course, submission, profile)
        yield score
        if score.points < score.max_points:
            return


def _grade_choice(chosen: Choice, course: Course, submission: Path, profile: str | None) -> Score:
    settings = learner_settings(course, profile, chosen.only)
    datasets.require_datasets(settings.profile, chosen.milestones)
    folder = submission if submission.is_dir() else Path.cwd()
    with stop_on_fault(folder):
        entry = learner_entry(submission)
        score = grade_entry(entry, chosen.milestones, course.modules, settings).score
    write_faults(score, folder)
    progress.record_milestones(submission, score.parts, chosen.milestones)
    return score
