"""``autograder status``: how far one is, from the record."""

from pathlib import Path

from autograder.course import Part, load_course
from autograder.course.tasks import sort_by_task, tasks_by_check
from autograder.judge.spec import list_checks
from autograder.learning import ideas, progress
from autograder.learning.progress import list_begun, public_points
from autograder.reports import record
from autograder.reports.status import StatusRow, print_status
from autograder.run import selection
from autograder.stop import Stop


def run(folder: Path) -> None:
    """Print bars, points, what was reached when, and what to do next."""
    selection.require_folder(folder)
    if not record.is_workspace(folder):
        raise Stop(
            "{folder} is not a workspace; 'autograder start {folder}' makes it one", folder=folder
        )
    course, reached = load_course(), progress.read_progress(folder)
    begun = list_begun(course, folder)
    rows = [_make_row(milestone, folder) for milestone in course.milestones]
    extras = [_make_row(unit, folder) for unit in begun if unit.is_extra]
    print_status(folder.resolve().name, reached, rows, extras)
    if loss := progress.describe_loss(folder):
        progress.warn_on_stderr(loss)


def _make_row(milestone: Part, folder: Path) -> StatusRow:
    every = list_checks(milestone.id, milestone.checks)
    listed = sort_by_task(every, tasks_by_check([milestone]))
    titles = {check.id: check.title for check in listed}
    points = public_points(milestone)
    return StatusRow(
        milestone.id, milestone.title, points, titles, ideas.ideas_line(milestone, folder)
    )
