"""The module that ``run_autograder`` calls: ``python -m autograder.exchange.gradescope_run BASE``.

Without a score there is no ``results.json``, and exit code 1: Gradescope then says that the
autograder failed, and nobody gets a 0 for the grader's own fault.
"""

import sys
from dataclasses import replace
from pathlib import Path

import msgspec

from autograder.course import Course, CourseError, load_course
from autograder.exchange import gradescope
from autograder.exchange.gradescope import User
from autograder.intake.find import file_entry
from autograder.intake.lone import assign_modules
from autograder.intake.recognise import recognise_file
from autograder.intake.rules import ARCHIVES
from autograder.intake.submission import Entry
from autograder.run import datasets
from autograder.run.configure import best_isolation, limit_threads, make_settings
from autograder.run.entry import grade_and_write
from autograder.run.results import GradingOrder
from autograder.sandbox.run_folder import temporary_folder
from autograder.stop import Stop
from autograder.words import Phrase


class Metadata(msgspec.Struct):
    """What this module reads in ``submission_metadata.json``."""

    users: list[User] = []


def run(base: Path) -> None:
    """Grade ``BASE/submission`` into ``BASE/results/results.json``.

    Raises
    ------
    Stop
        Where the grader itself is at fault.
    """
    course = load_course()
    isolation = course.grading.isolation or best_isolation()
    settings = make_settings(course, None, isolation, hidden=True)
    datasets.require_datasets(settings.profile, course.parts)
    limit_threads()
    entry = handed_in(base / "submission", course)
    with temporary_folder() as folder:
        order = GradingOrder(folder, course.parts, course.modules, settings)
        outcome = grade_and_write(order, entry)
        if outcome.trace:  # the instructor sees what is printed
            print(outcome.trace.read_text("utf-8"), file=sys.stderr)
        for use in outcome.unusual:
            print(f"unusual: {use}")
    if outcome.score is None or outcome.is_fault:
        raise Stop(
            "the grader is at fault: {fault}",
            1,
            fault=outcome.fault or Phrase("see the checks with status error"),
        )
    results = gradescope.results(outcome.score)
    results = gradescope.add_users(results, read_users(base / "submission_metadata.json"))
    gradescope.write_json(results, base / "results" / "results.json")


def read_users(file: Path) -> list[User]:
    """Return who handed in, as Gradescope says beside the submission: several for a group."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Metadata).users
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []  # the points do not depend on it


def handed_in(folder: Path, course: Course) -> Entry:
    """Return the submission in `folder`: an archive or a file of another name where it is alone.

    Gradescope unpacks what is uploaded, but not an archive that a student commits to GitHub. A lone
    file is taken as the module that it is for, as `grade` does.

    Raises
    ------
    Stop
        Where there is no such folder.
    """
    if not folder.is_dir():
        raise Stop(
            "there is no {folder}; this runs where Gradescope put a submission", 1, folder=folder
        )
    children = [child for child in folder.iterdir() if not child.name.startswith((".", "__"))]
    alone = children[0] if len(children) == 1 and children[0].is_file() else None
    if alone and alone.name.lower().endswith(ARCHIVES):
        return Entry("submission", alone, alone.is_symlink())
    lone = _read_lone_file(alone, course) if alone and not alone.is_symlink() else None
    return lone or Entry("submission", folder, folder.is_symlink())


def _read_lone_file(file: Path, course: Course) -> Entry | None:
    """Return a file that is not named as a module, with the one that it is for; else None."""
    kind, _ = recognise_file(file, course.modules)
    (entry,) = assign_modules([file_entry(file, kind)], course.parts, course.parts)
    return replace(entry, name="submission") if entry.module else None


def main() -> None:
    """Run on the folder that the command line names; a problem is one line."""
    try:
        run(Path(sys.argv[1]))
    except (Stop, CourseError) as problem:
        print(f"autograder: {problem}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
