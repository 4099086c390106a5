"""``autograder grade``: a class in one command."""

from pathlib import Path

from autograder.course import Course, load_course
from autograder.intake import lone
from autograder.reports import notes
from autograder.reports.standings import find_standings_rule, notes_on_course
from autograder.run import copies, selection
from autograder.run.class_report import (
    notes_on_files,
    notes_on_scores,
    read_earlier_scores,
    write_class_tables,
)
from autograder.run.configure import default_isolation, make_settings
from autograder.run.inbox import grade_entries, inbox_entries, open_pool
from autograder.run.results import GradingOrder
from autograder.sandbox.isolation import refusal_message
from autograder.stop import Stop, stop_on_write_error, stop_unless_writable

KEPT_SCORES = "the scores that are there stay; make room there, and run the same command again"


def run(
    path: Path,
    out: Path,
    milestone: list[str] | None,
    profile: str | None,
    jobs: int | None,
    cluster: str | None,
    isolation: str | None,
    force: bool,
    similar: bool = False,
) -> int:
    """Grade everything in `path` into `out`; return the exit code."""
    selection.require_profile(profile)
    selection.require_isolation(isolation)
    selection.require_one_pool(jobs, cluster)
    course = load_course()
    isolation = _choose_isolation(course, isolation, here=cluster is None)
    standing = find_standings_rule(course)
    chosen = selection.choose_milestones(course, milestone or [])
    entries = lone.assign_modules(inbox_entries(path, course.modules), course.milestones, chosen)
    stop_unless_writable(out / "grades.csv")
    settings = make_settings(course, profile, isolation, hidden=True)
    order = GradingOrder(out, chosen, course.modules, settings, force)
    before = read_earlier_scores(out, entries)
    with open_pool(order, jobs, cluster) as pool:
        outcomes = grade_entries(entries, pool)
    with stop_on_write_error(out, KEPT_SCORES):
        code = write_class_tables(outcomes, before, out, standing)
        if similar:
            copies.report_copies(entries, chosen, out)
    lines = [
        *notes_on_files(entries, outcomes, course),
        *notes_on_scores(outcomes, before, out),
        *notes_on_course(course, [entry.name for entry in entries], chosen),
        *([] if settings.secret else [notes.note_missing_secret()]),
    ]
    print("".join(f"note: {line}\n" for line in lines), end="")
    return code


def _choose_isolation(course: Course, asked: str | None, here: bool) -> str:
    """Return the isolation to grade at: what is asked for, unless the course requires another.

    What other machines offer, their judges find out, entry by entry.
    """
    required = course.grading.isolation
    if required and asked not in (None, required):
        raise Stop(
            f"this course requires --isolation {required}: see grading.isolation in its file"
        )
    chosen = asked or required or (default_isolation() if here else "strict")
    if here and (refused := refusal_message(chosen)):
        raise Stop(refused, 1)
    return chosen
