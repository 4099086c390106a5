"""The module that ``run_autograder`` calls: ``python -m autograder.exchange.gradescope_run BASE``.

Without a score there is no ``results.json``, and exit code 1: Gradescope then says that the
autograder failed, and nobody gets a 0 for the grader's own fault.
"""

import sys
from pathlib import Path

from autograder.course import CourseError, load_course
from autograder.exchange import gradescope
from autograder.intake.rules import ARCHIVES
from autograder.intake.submission import Entry
from autograder.run import datasets
from autograder.run.configure import best_isolation, limit_threads, make_settings
from autograder.run.entry import grade_and_write
from autograder.run.results import GradingOrder
from autograder.sandbox.run_folder import temporary_folder
from autograder.stop import Stop


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
    entry = handed_in(base / "submission")
    with temporary_folder() as folder:
        order = GradingOrder(folder, course.parts, course.modules, settings)
        outcome = grade_and_write(order, entry)
        if outcome.trace:  # the instructor sees what is printed
            print(outcome.trace.read_text("utf-8"), file=sys.stderr)
        for use in outcome.unusual:
            print(f"unusual: {use}")
    if outcome.score is None or outcome.is_fault:
        raise Stop(
            f"the grader is at fault: {outcome.fault or 'see the checks with status error'}", 1
        )
    gradescope.write_results(outcome.score, base / "results" / "results.json")


def handed_in(folder: Path) -> Entry:
    """Return the submission in `folder`: an archive where there is nothing else, else the folder.

    Gradescope unpacks what is uploaded, but not an archive that a student commits to GitHub.

    Raises
    ------
    Stop
        Where there is no such folder.
    """
    if not folder.is_dir():
        raise Stop(f"there is no {folder}; this runs where Gradescope put a submission", 1)
    children = [child for child in folder.iterdir() if not child.name.startswith((".", "__"))]
    is_packed = (
        len(children) == 1 and children[0].is_file() and children[0].name.lower().endswith(ARCHIVES)
    )
    path = children[0] if is_packed else folder
    return Entry("submission", path, path.is_symlink())


def main() -> None:
    """Run on the folder that the command line names; a problem is one line."""
    try:
        run(Path(sys.argv[1]))
    except (Stop, CourseError) as problem:
        print(f"autograder: {problem}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
