"""What ``run_autograder`` calls on Gradescope: ``python -m autograder.cli.gradescope BASE``.

Without a score there is no ``results.json``, and exit code 1: Gradescope then says that the
autograder failed, and nobody gets a 0 for the grader's own fault.
"""

import sys
import tempfile
from pathlib import Path

from autograder.cli import data
from autograder.cli.grading import Order, best_isolation, grade_to, prepare, settings
from autograder.cli.stop import Stop
from autograder.course import CourseError, load
from autograder.exchange import gradescope
from autograder.grading.submission import Entry


def run(base: Path) -> None:
    """Grade ``BASE/submission`` into ``BASE/results/results.json``.

    Raises
    ------
    Stop
        Where the grader itself is at fault.
    """
    course = load()
    level = course.grading.isolation or best_isolation()
    how = settings(course, None, level, hidden=True)
    data.ready(how.profile, course.milestones)
    prepare()
    entry = Entry("submission", base / "submission")
    with tempfile.TemporaryDirectory(prefix="autograder-") as place:
        done = grade_to(Order(Path(place), course.milestones, course.modules, how), entry)
    if done.score is None or done.is_fault:
        raise Stop(f"the grader is at fault: {done.fault or 'see the checks with status error'}", 1)
    gradescope.write(done.score, base / "results" / "results.json")


def main() -> None:
    """Run on the folder that the command line names; a problem is one line."""
    try:
        run(Path(sys.argv[1]))
    except (Stop, CourseError) as problem:
        print(f"autograder: {problem}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
