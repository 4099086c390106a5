"""What the kit's GitHub workflow calls: ``python -m autograder.exchange.workflow GRADES SUMMARY``.

Prints the points as a notice of the run, and appends a table to the page that GitHub shows of it.
"""

import sys
from pathlib import Path

from autograder.exchange.grades import read_scores
from autograder.score import MilestoneScore, Score
from autograder.stop import Stop
from autograder.templates import render


def run(grades: Path, summary: Path) -> None:
    """Print the points of the first score in `grades`, and append them to `summary`."""
    score = read_scores(grades)[0]
    with summary.open("a", encoding="utf-8") as page:
        page.write(table(score))
    print(f"::notice title=Points::{score.points:g} of {score.max_points:g}")


def table(score: Score) -> str:
    """Return points by milestone, each with the first check that is open."""
    rows = [{"milestone": one, "next": _first_open(one)} for one in score.parts]
    return render("github_summary.md.j2", rows=rows) + "\n"


def _first_open(milestone: MilestoneScore) -> str:
    return next((check.id for check in milestone.checks if check.status != "passed"), "")


def main() -> None:
    """Run on the two paths of the command line; a problem is one line."""
    try:
        run(Path(sys.argv[1]), Path(sys.argv[2]))
    except Stop as problem:
        print(f"autograder: {problem}", file=sys.stderr)
        sys.exit(problem.code)


if __name__ == "__main__":
    main()
