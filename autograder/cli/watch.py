"""``autograder watch``: saving a file re-runs the checks that depend on it."""

from pathlib import Path

from autograder.course import load_course
from autograder.learning.watch import Watch
from autograder.run import datasets, selection
from autograder.run.configure import limit_threads


def run(folder: Path, profile: str | None) -> int:
    """Watch `folder` until the learner stops it; return the exit code."""
    selection.require_profile(profile)
    course = load_course()
    selection.require_folder(folder)
    datasets.require_datasets(profile or course.grading.profile, course.milestones)
    limit_threads()
    return Watch(folder.resolve(), course, profile).run_loop()
