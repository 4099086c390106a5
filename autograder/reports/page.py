"""``index.html``: the class at a glance, without a network."""

from collections.abc import Sequence
from pathlib import Path

import jinja2

from autograder.files import write_atomically
from autograder.score import Score

HERE = Path(__file__).parent


def write(scores: Sequence[Score], file: Path) -> None:
    """Write one table: submissions by milestones, each linked to its score."""
    loader = jinja2.FileSystemLoader(HERE)
    page = jinja2.Environment(loader=loader, autoescape=True).get_template("page.html.j2")
    write_atomically(file, page.render(rows=list(map(_row, scores))).encode())


def _row(score: Score) -> dict[str, object]:
    counts: dict[str, int] = {}
    for check in score.checks:
        counts[check.status] = counts.get(check.status, 0) + 1
    return {"score": score, "counts": counts}
