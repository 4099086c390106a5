"""What the kit's GitHub workflow calls: ``python -m autograder.exchange.workflow GRADES SUMMARY``.

Prints the two notices from which GitHub Classroom reads points, and appends a table to the page
that GitHub shows of the run.
"""

import json
import sys
from pathlib import Path

from autograder.exchange.grades import read_scores
from autograder.score import Score
from autograder.stop import Stop

TABLE = "## Points\n\n| milestone | points | of | next |\n|---|--:|--:|---|\n"


def run(grades: Path, summary: Path) -> None:
    """Print the points of the first score in `grades`, and append them to `summary`."""
    score = read_scores(grades)[0]
    with summary.open("a", encoding="utf-8") as page:
        page.write(table(score))
    points, most = round(score.points, 2), round(score.max_points, 2)
    report = json.dumps({"totalPoints": points, "maxPoints": most})
    print(f"::notice title=Autograding complete::Points {points:g}/{most:g}")
    print(f"::notice title=Autograding report::{report}")


def table(score: Score) -> str:
    """Return points by milestone, each with the first check that is open."""
    rows = []
    for milestone in score.milestones:
        open_check = next((check.id for check in milestone.checks if check.status != "passed"), "")
        points = f"{milestone.points:g} | {milestone.max_points:g}"
        rows.append(f"| {milestone.id} {milestone.title} | {points} | {open_check} |\n")
    return TABLE + "".join(rows)


def main() -> None:
    """Run on the two paths of the command line; a problem is one line."""
    try:
        run(Path(sys.argv[1]), Path(sys.argv[2]))
    except Stop as problem:
        print(f"autograder: {problem}", file=sys.stderr)
        sys.exit(problem.code)


if __name__ == "__main__":
    main()
