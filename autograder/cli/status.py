"""``autograder status``: how far one is, from the record."""

from pathlib import Path

from autograder.checks.spec import catalogue
from autograder.cli import choose, progress
from autograder.cli.progress import public_points
from autograder.cli.stop import Stop
from autograder.course import Milestone, load
from autograder.reports import record
from autograder.reports.status import Part, show


def run(folder: Path) -> None:
    """Print bars, points, what was reached when, and what to do next."""
    choose.folder(folder)
    if not record.is_workspace(folder):
        raise Stop(f"{folder} is no workspace; 'autograder start {folder}' makes one of it")
    show(folder.resolve().name, progress.known(folder), list(map(_part, load().milestones)))


def _part(milestone: Milestone) -> Part:
    listed = catalogue(milestone.id, milestone.checks)
    titles = {one.id: one.title for one in listed}
    return Part(milestone.id, milestone.title, public_points(milestone), titles)
