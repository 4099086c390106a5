"""The outputs of graded cells, from which nbgrader reads the outcome of their checks."""

import textwrap
from collections.abc import Iterable, MutableMapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.run.notebook_checks import explain_failure
from autograder.score import CheckResult, public_id
from autograder.words import escape_lines

SCHEMA_VERSION = 3  # of nbgrader's own metadata
LINE_WIDTH = 100  # characters that formgrader and feedback show in a line


def grade_id(check: str) -> str:
    """Return the name of a check's graded cell; nbgrader allows no dot in it."""
    return check.replace(".", "-", 1)


def person_grade_id(unit: str) -> str:
    """Return the name of the cell that a person grades for the prose of a unit."""
    return f"{grade_id(unit)}-by-person"


def cell_metadata(
    name: str, *, grade: bool = False, solution: bool = False, locked: bool = True
) -> dict[str, Any]:
    """Return what nbgrader has to know of a cell."""
    facts = {
        "grade": grade, "grade_id": name, "locked": locked, "schema_version": SCHEMA_VERSION,
        "solution": solution, "task": False,
    }  # fmt: skip
    return {"nbgrader": facts}


def sum_by_cell(checks: Sequence[CheckResult]) -> dict[str, float]:
    """Return the points of each graded cell: those of a check and of its hidden twin."""
    points: dict[str, float] = {}
    for check in checks:
        name = grade_id(public_id(check))
        points[name] = round(points.get(name, 0.0) + check.points, 2)
    return points


def fill(cells: Iterable[MutableMapping[str, Any]], checks: Sequence[CheckResult]) -> None:
    """Give every graded cell the outcome of its check and of the hidden twin, others nothing."""
    by_cell: dict[str, list[CheckResult]] = {}
    for check in checks:
        by_cell.setdefault(grade_id(public_id(check)), []).append(check)
    for cell in cells:
        if cell["cell_type"] == "code":
            facts = cell["metadata"].get("nbgrader", {})
            is_graded = facts.get("grade")
            cell["outputs"] = (
                [_cell_output(by_cell.get(facts["grade_id"], []))] if is_graded else []
            )


def _cell_output(checks: Sequence[CheckResult]) -> NotebookNode:
    """Return the output that nbgrader scores: an error for no points, plain text for all points."""
    failing = next((check for check in checks if check.status != "passed"), None)
    if checks and failing is None:
        return nbformat.from_dict(
            {"output_type": "stream", "name": "stdout", "text": f"{checks[0].id}: passed\n"}
        )
    message = escape_lines(explain_failure(failing)) if failing else "there is no such check"
    lines = [part for line in message.splitlines() for part in _wrap_line(line)]
    return nbformat.from_dict(
        {"output_type": "error", "ename": "NotPassed", "evalue": message, "traceback": lines}
    )


def _wrap_line(line: str) -> list[str]:
    """Return `line` as lines that a page shows without scrolling; code may stand in it."""
    if len(line) <= LINE_WIDTH:
        return [line]
    return textwrap.wrap(line, LINE_WIDTH, subsequent_indent="    ", break_on_hyphens=False)
