"""What ``run_autograder`` calls there: ``python -m autograder.exchange.gradescope_run BASE``.

Without a score there is no ``results.json``, and exit code 1: Gradescope then says that the
autograder failed, and nobody gets a 0 for the grader's own fault.
"""

import sys
import tempfile
from pathlib import Path

from autograder.course import CourseError, load_course
from autograder.exchange import gradescope
from autograder.intake.rules import ARCHIVES
from autograder.intake.submission import Entry
from autograder.run import datasets
from autograder.run.configure import best_isolation, prepare, settings
from autograder.run.entry import grade_to
from autograder.run.results import Order
from autograder.stop import Stop


def run(base: Path) -> None:
    """Grade ``BASE/submission`` into ``BASE/results/results.json``.

    Raises
    ------
    Stop
        Where the grader itself is at fault.
    """
    course = load_course()
    level = course.grading.isolation or best_isolation()
    how = settings(course, None, level, hidden=True)
    datasets.ready(how.profile, course.milestones)
    prepare()
    entry = handed_in(base / "submission")
    with tempfile.TemporaryDirectory(prefix="autograder-") as place:
        done = grade_to(Order(Path(place), course.milestones, course.modules, how), entry)
        if done.trace:  # the instructor sees what is printed
            print(done.trace.read_text("utf-8"), file=sys.stderr)
    if done.score is None or done.is_fault:
        raise Stop(f"the grader is at fault: {done.fault or 'see the checks with status error'}", 1)
    gradescope.write(done.score, base / "results" / "results.json")


def handed_in(folder: Path) -> Entry:
    """Return what lies in `folder`: an archive where that is all there is, else the folder.

    Gradescope unpacks what is uploaded, but not an archive that a student commits to GitHub.

    Raises
    ------
    Stop
        Where there is no such folder.
    """
    if not folder.is_dir():
        raise Stop(f"there is no {folder}; this runs where Gradescope put a submission", 1)
    found = [child for child in folder.iterdir() if not child.name.startswith((".", "__"))]
    is_packed = len(found) == 1 and found[0].is_file() and found[0].name.lower().endswith(ARCHIVES)
    path = found[0] if is_packed else folder
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
