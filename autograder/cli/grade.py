"""``autograder grade``: a class in one command."""

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from autograder.course import Course, load_course
from autograder.course.roster import Roster
from autograder.course.sections import load_people
from autograder.intake import lone
from autograder.reports import notes
from autograder.reports.adjustments import read_adjustments
from autograder.reports.attendance import notes_on_roster
from autograder.reports.class_rows import list_nobody
from autograder.reports.feedback import format_moment
from autograder.reports.plans import print_plans
from autograder.reports.register import Register
from autograder.reports.standings import find_standings_rule, notes_on_course
from autograder.run import copies, selection
from autograder.run.class_report import (
    list_judged_files,
    notes_on_adjustments,
    notes_on_files,
    notes_on_inbox,
    notes_on_scores,
    open_pseudonyms,
    read_class,
    read_earlier_scores,
    write_class_tables,
)
from autograder.run.configure import default_isolation, make_settings
from autograder.run.inbox import grade_entries, open_pool, plan_entries, read_inbox
from autograder.run.kit import checks_sha256
from autograder.run.proving import CLASS_TRIALS, with_trials
from autograder.run.results import GradingOrder
from autograder.sandbox.isolation import refusal_message
from autograder.stop import Stop, stop_on_write_error, stop_unless_writable

KEPT_SCORES = "the scores that are there stay; make room there, and run the same command again"


def run(
    path: Path,
    out: Path | None,
    milestone: list[str] | None,
    profile: str | None,
    jobs: int | None,
    cluster: str | None,
    isolation: str | None,
    force: bool,
    similar: bool = False,
    dry_run: bool = False,
    diagnose: bool = False,
    roster: Path | None = None,
    anonymous: bool = False,
) -> int:
    """Grade everything in `path` into `out`; return the exit code."""
    selection.require_profile(profile)
    selection.require_isolation(isolation)
    selection.require_one_pool(jobs, cluster)
    course = load_course()
    people = load_people(course, roster)
    if dry_run:
        return _show_plan(path, course, milestone or [], people)
    if out is None:
        raise Stop("Missing option '--out': name a folder for the scores, or add --dry-run")
    if out.resolve() == path.resolve():
        raise Stop("{out} holds the submissions: name another folder for the scores", out=out)
    isolation = _choose_isolation(course, isolation, here=cluster is None)
    find_standings_rule(course)  # a mistake in the times is said before the work, not after
    chosen = selection.choose_milestones(course, milestone or [])
    selection.require_own_checks(chosen, cluster)
    inbox = read_inbox(path, course.modules)
    entries = lone.assign_modules(inbox.entries, course.parts, chosen)
    stop_unless_writable(out / "grades.csv")
    read_adjustments(out, course)  # a mistake in it is said before the work, not after
    settings = make_settings(course, profile, isolation, hidden=True)
    if diagnose:
        settings = with_trials(settings, CLASS_TRIALS)
    order = GradingOrder(out, chosen, course.modules, settings, force)
    before = read_earlier_scores(out, entries, checks_sha256(chosen))
    with stop_on_write_error(out, KEPT_SCORES):
        pseudonyms = open_pseudonyms(out) if anonymous else None
    with open_pool(order, jobs, cluster) as pool:
        found = grade_entries(entries, pool)
    adjustments = read_adjustments(out, course)
    rule = find_standings_rule(course, adjustments, people)
    with stop_on_write_error(out, KEPT_SCORES):
        persons = people.persons_of if people else list_nobody
        graded = read_class(found, len(entries), out, pseudonyms, persons, adjustments)
    outcomes = graded.outcomes
    told = [
        *notes_on_inbox(inbox, entries),
        *notes_on_files(
            list_judged_files(outcomes), {one.name: one.notes for one in outcomes}, course.modules
        ),
        notes.note_unusual({one.name: one.unusual for one in outcomes}),
        notes_on_scores(outcomes, before, out),
        notes_on_course(course, [entry.name for entry in entries], chosen),
        notes_on_roster(people, [entry.name for entry in entries]),
        *notes_on_adjustments(outcomes, out, adjustments),
        _note_exam(course),
        [] if settings.secret else [notes.note_missing_secret()],
    ]
    register = Register(people, adjustments, graded.by_person, rule)
    with stop_on_write_error(out, KEPT_SCORES):
        code = write_class_tables(graded, before, out, register, told)
        if similar:
            copies.report_copies(entries, chosen, out)
    notes.print_notes(notes.shorten(told, out / "index.html"))
    return code


def _note_exam(course: Course) -> list[str]:
    exam = course.exam
    if not exam.feedback_from or not exam.holds_feedback(datetime.now(UTC)):
        return []
    return notes.note_held_feedback(format_moment(exam.feedback_from))


def _show_plan(path: Path, course: Course, milestone: list[str], people: Roster | None) -> int:
    """Print who is who in `path` and what would be graded; return the exit code."""
    chosen = selection.choose_milestones(course, milestone)
    inbox = read_inbox(path, course.modules)
    entries = lone.assign_modules(inbox.entries, course.parts, chosen)
    plans = plan_entries(entries, course.modules)
    print_plans(plans)
    usable = [plan for plan in plans if not plan.problem]
    told = [
        *notes_on_inbox(inbox, entries),
        *notes_on_files(
            {plan.name: [*plan.files] for plan in usable},
            {plan.name: plan.notes for plan in usable},
            course.modules,
        ),
        notes_on_roster(people, [entry.name for entry in entries]),
    ]
    notes.print_notes(chain.from_iterable(told))
    return 0


def _choose_isolation(course: Course, asked: str | None, here: bool) -> str:
    """Return the isolation to grade at: what is asked for, unless the course requires another.

    What other machines offer, their judges find out, entry by entry.
    """
    required = course.grading.isolation
    if required and asked not in (None, required):
        raise Stop(
            "this course requires --isolation {required}: see grading.isolation in its file",
            required=required,
        )
    chosen = asked or required or (default_isolation() if here else "strict")
    if here and (refused := refusal_message(chosen)):
        raise Stop(refused, 1)
    return chosen
