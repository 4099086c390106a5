"""``autograder status``: how far one is, from the record."""

from pathlib import Path

from autograder.course import Milestone, load_course
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
    parts = [_make_part(milestone, folder) for milestone in load_course().milestones]
    print_status(folder.resolve().name, progress.read_progress(folder), parts)


def _make_part(milestone: Milestone, folder: Path) -> StatusRow:
    listed = list_checks(milestone.id, milestone.checks)
    titles = {check.id: check.title for check in listed}
    points = public_points(milestone)
    return StatusRow(
        milestone.id, milestone.title, points, titles, ideas.ideas_line(milestone, folder)
    )
