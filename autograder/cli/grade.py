"""``autograder grade``: a class in one command."""

from pathlib import Path

from autograder.course import Course, load
from autograder.intake import lone
from autograder.reports import notes
from autograder.reports.standings import looks, standings
from autograder.run import copies, selection
from autograder.run.class_report import notes_on_files, notes_on_scores, scores_before, write_tables
from autograder.run.configure import default_isolation, settings
from autograder.run.inbox import entries_in, grade_entries, judges
from autograder.run.results import Order
from autograder.sandbox.isolation import refusal_message
from autograder.stop import Stop, require, writing

LATER = "the scores that are there stay; make room there, and run the same command again"


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
    selection.profile(profile)
    selection.isolation(isolation)
    selection.one_pool(jobs, cluster)
    course = load()
    level = _level(course, isolation, here=cluster is None)
    standing = standings(course)
    chosen = selection.milestones(course, milestone or [])
    found = lone.named(entries_in(path, course.modules), course.milestones, chosen)
    require(out / "grades.csv")
    how = settings(course, profile, level, hidden=True)
    order = Order(out, chosen, course.modules, how, force)
    before = scores_before(out, found)
    with judges(order, jobs, cluster) as pool:
        outcomes = grade_entries(found, pool)
    with writing(out, LATER):
        code = write_tables(outcomes, before, out, standing)
        if similar:
            copies.run(found, chosen, out)
    lines = [
        *notes_on_files(found, outcomes, course),
        *notes_on_scores(outcomes, before, out),
        *looks(course, [entry.name for entry in found], chosen),
        *([] if how.secret else [notes.foreseen()]),
    ]
    print("".join(f"look: {line}\n" for line in lines), end="")
    return code


def _level(course: Course, asked: str | None, here: bool) -> str:
    """Return the isolation to grade at: what is asked for, unless the course requires another.

    What another machine offers is its judges' to say, entry by entry.
    """
    required = course.grading.isolation
    if required and asked not in (None, required):
        raise Stop(
            f"this course requires --isolation {required}: see grading.isolation in its file"
        )
    level = asked or required or (default_isolation() if here else "strict")
    if here and (refused := refusal_message(level)):
        raise Stop(refused, 1)
    return level
