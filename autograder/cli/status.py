"""``autograder status``: how far one is, from the record."""

from pathlib import Path

from autograder.course import Part, load_course
from autograder.intake.rules import SOURCES
from autograder.judge.spec import list_checks
from autograder.learning import ideas, progress
from autograder.learning.progress import public_points
from autograder.reports import record
from autograder.reports.status import StatusRow, print_status
from autograder.run import selection
from autograder.stop import Stop


def run(folder: Path) -> None:
    """Print bars, points, what was reached when, and what to do next."""
    selection.require_folder(folder)
    if not record.is_workspace(folder):
        raise Stop(f"{folder} is not a workspace; 'autograder start {folder}' makes it one")
    course, reached = load_course(), progress.read_progress(folder)
    rows = [_make_row(milestone, folder) for milestone in course.milestones]
    begun = [part for part in course.parts if part.is_extra and _is_begun(part, folder)]
    extras = [_make_row(unit, folder) for unit in begun]
    print_status(folder.resolve().name, reached, rows, extras)


def _is_begun(unit: Part, folder: Path) -> bool:
    return any((folder / f"{unit.module}{suffix}").is_file() for suffix in SOURCES)


def _make_row(milestone: Part, folder: Path) -> StatusRow:
    listed = list_checks(milestone.id, milestone.checks)
    titles = {check.id: check.title for check in listed}
    points = public_points(milestone)
    return StatusRow(
        milestone.id, milestone.title, points, titles, ideas.ideas_line(milestone, folder)
    )
