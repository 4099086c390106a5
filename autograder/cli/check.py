"""``autograder check``: the public checks on the learner's own work."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder import score as scores
from autograder.course import Course, Part, load_course
from autograder.course.tasks import sort_by_task, tasks_by_check
from autograder.diagnosis.locations import location_note
from autograder.learning import completion, ideas, mistakes, progress, versions
from autograder.learning.editors import find_location, open_location
from autograder.learning.failures import sort_failures
from autograder.learning.ideas import describe_handouts
from autograder.learning.passes import PassStore, make_keys
from autograder.reports import record
from autograder.reports.terminal import print_checks
from autograder.run import datasets, selection
from autograder.run.configure import count_cores, launcher_for, learner_settings
from autograder.run.entry import learner_entry, learner_notes, staged_submission
from autograder.run.faults import stop_on_fault, write_faults
from autograder.run.grade import grade_submission
from autograder.run.selection import Choice
from autograder.score import Score
from autograder.stop import Stop, stop_on_write_error, stop_unless_writable

Judged = tuple[Score, frozenset[str]]  # and the checks that passed before
OTHER_FILE = "name another file with --json"


def run(
    ids: Sequence[str],
    submission: Path,
    profile: str | None,
    json: Path | None,
    edit: bool = False,
    fresh: bool = False,
    news: Path | None = None,
) -> int:
    """Run checks, show them, and return 0 when all passed, else 1.

    `edit` opens what failed; `news` is a file that says which check runs. What passed before on the
    same modules does not run again, unless `fresh`.
    """
    selection.require_profile(profile)
    course = load_course()
    selection.require_work(submission)
    chosen = selection.choose_checks(course, ids) if ids else None
    if json:
        stop_unless_writable(json, OTHER_FILE)
    done_before = completion.list_done(progress.peek_progress(submission))
    loss = _describe_loss(submission)
    passes = PassStore(submission, progress.warn_on_stderr, fresh)
    judged = (
        [_grade_choice(chosen, course, passes, profile, news)]
        if chosen
        else list(_grade_in_turn(course, passes, profile))
    )
    judged_scores = [score for score, _ in judged]
    score, as_before = judged[-1]
    checks = [check for judged in judged_scores for check in judged.checks]
    milestones = chosen.milestones if chosen else [*course.milestones[: len(judged_scores)]]
    passed = ideas.find_passed(checks, milestones)
    ends = completion.lines_for_passed(passed, course, submission, done_before)
    lines = [line for end in (ends if chosen else ends[-1:]) for line in end]
    try:
        if json:
            with stop_on_write_error(json, OTHER_FILE):
                scores.write_score(score, json)
    finally:
        looks = course.shows_hints and mistakes.is_worth_looking(score)
        handouts = replace(describe_handouts(milestones, submission), as_before=as_before)
        print_checks(score, lines, handouts, mistakes=not looks)
        asked = dict.fromkeys(step.module for part in milestones for step in course.steps_to(part))
        for note in learner_notes(submission, [*asked]):
            print(f"note: {note}")
        if loss:
            progress.warn_on_stderr(loss)
    if looks:
        _show_mistakes(score, milestones, course, submission, profile, json)
    if edit:
        _open_failure(score, submission)
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


def _grade_in_turn(course: Course, passes: PassStore, profile: str | None) -> Iterator[Judged]:
    """Judge milestone after milestone up to the first that is not fully passed."""
    for milestone in course.milestones:
        score, as_before = _grade_choice(Choice([milestone]), course, passes, profile)
        yield score, as_before
        if score.points < score.max_points:
            return


def _grade_choice(
    chosen: Choice,
    course: Course,
    passes: PassStore,
    profile: str | None,
    news: Path | None = None,
) -> Judged:
    """Return the score of what was chosen, and which checks passed before."""
    submission = passes.folder
    settings = replace(
        learner_settings(course, profile, chosen.only),
        cores=count_cores(),
        news=str(news.resolve()) if news else "",
    )
    datasets.require_datasets(settings.profile, chosen.milestones)
    folder = submission if submission.is_dir() else Path.cwd()
    snapshot = versions.read_snapshot(submission, course) if submission.is_dir() else {}
    entry = learner_entry(submission)
    with stop_on_fault(folder), staged_submission(entry, course.modules) as work:
        keys = make_keys(work, chosen.milestones, settings)
        earlier = passes.find_earlier(keys)
        launcher = launcher_for(settings, chosen.milestones)
        score = grade_submission(work, chosen.milestones, settings, launcher, earlier).score
    write_faults(score, folder)
    if progress.record_milestones(submission, score.parts, chosen.milestones):
        passes.keep_passes(keys, score.checks)
        progress.keep_work(submission, score.parts, course, snapshot)
    return score, frozenset(earlier)


def _describe_loss(folder: Path) -> str:
    """Return what is lost where the record is gone; ``status`` says it afterwards, too."""
    is_gone = record.is_workspace(folder) and not (folder / record.RECORD_NAME).exists()
    return progress.describe_loss(folder) if is_gone else ""


def _open_failure(score: Score, submission: Path) -> None:
    """Open the editor where the first failure points to."""
    tasks = tasks_by_check([selection.find_part(part.id) for part in score.parts])
    failures = sort_failures(sort_by_task(score.checks, tasks))
    if not failures:
        progress.warn_on_stderr("nothing failed: there is nothing to open")
        return
    part, listed = selection.find_part_or_check(failures[0].id)
    unwritten = location_note(submission, part.module, listed.spec.places if listed else ())
    location = find_location(failures[0].message + unwritten, submission)
    if location is None:
        raise Stop(
            "{id} points to no line of yours: there is nothing to open", 1, id=failures[0].id
        )
    sys.stdout.flush()
    open_location(location)
