"""What the kit's GitHub workflow calls: ``python -m autograder.exchange.workflow``.

With the paths of GRADES, SUMMARY and RESULT it prints the points as a notice of the run, appends a
table to the page that GitHub shows of it, and writes the ``result.json`` of Classroom 50.
"""

import json
import os
import sys
from pathlib import Path

from autograder.exchange.classroom50 import build_result, first_open, read_commit_time
from autograder.exchange.grades import read_scores
from autograder.files import write_atomically
from autograder.score import Score
from autograder.stop import Stop
from autograder.templates import render

USAGE = "give three paths: the folder of the grades, the summary's file, the result's file"


def run(grades: Path, summary: Path, result: Path) -> None:
    """Print the points of the first score in `grades`; write them to `summary` and `result`."""
    score = read_scores(grades)[0]
    with summary.open("a", encoding="utf-8") as page:
        page.write(table(score))
    told = build_result(score, os.environ, read_commit_time())
    write_atomically(result, json.dumps(told, indent=1).encode() + b"\n")
    print(f"::notice title=Points::{score.points:g} of {score.max_points:g}")


def table(score: Score) -> str:
    """Return points by milestone, each with the first check that is open."""
    rows = [{"milestone": one, "next": first_open(one)} for one in score.parts]
    return render("github_summary.md.j2", rows=rows) + "\n"


def main() -> None:
    """Run on the three paths of the command line; a problem is one line."""
    try:
        if len(sys.argv) != 4:
            raise Stop(USAGE)
        run(*map(Path, sys.argv[1:]))
    except Stop as problem:
        print(f"autograder: {problem}", file=sys.stderr)
        sys.exit(problem.code)


if __name__ == "__main__":
    main()
