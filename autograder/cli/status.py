"""``autograder status``: how far one is, from the record."""

from pathlib import Path

from autograder.course import Milestone, load
from autograder.judge.spec import list_checks
from autograder.learning import ideas, progress
from autograder.learning.progress import public_points
from autograder.reports import record
from autograder.reports.status import Part, show
from autograder.run import selection
from autograder.stop import Stop


def run(folder: Path) -> None:
    """Print bars, points, what was reached when, and what to do next."""
    selection.folder(folder)
    if not record.is_workspace(folder):
        raise Stop(f"{folder} is no workspace; 'autograder start {folder}' makes one of it")
    parts = [_part(milestone, folder) for milestone in load().milestones]
    show(folder.resolve().name, progress.known(folder), parts)


def _part(milestone: Milestone, folder: Path) -> Part:
    listed = list_checks(milestone.id, milestone.checks)
    titles = {one.id: one.title for one in listed}
    most = public_points(milestone)
    return Part(milestone.id, milestone.title, most, titles, ideas.offer(milestone, folder))
