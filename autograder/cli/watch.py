"""``autograder watch``: saving a file re-runs the checks that depend on it."""

from pathlib import Path

from autograder.course import load_course
from autograder.learning.watch import Watch
from autograder.run import datasets, selection
from autograder.run.configure import prepare


def run(folder: Path, profile: str | None) -> int:
    """Watch `folder` until it is told to stop; return the exit code."""
    selection.profile(profile)
    course = load_course()
    selection.folder(folder)
    datasets.ready(profile or course.grading.profile, course.milestones)
    prepare()
    return Watch(folder.resolve(), course, profile).run()
