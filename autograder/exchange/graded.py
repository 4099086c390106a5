"""What nbgrader reads of a graded cell: the outcome of its check as the cell's output."""

import textwrap
from collections.abc import Iterable, Sequence

import nbformat
from nbformat import NotebookNode

from autograder.run.notebook_checks import explained
from autograder.score import CheckResult, public_id

WIDE = 100  # characters that formgrader and feedback show in a line


def grade_id(check: str) -> str:
    """Return the name of a check's graded cell; nbgrader allows no dot in it."""
    return check.replace(".", "-", 1)


def fill(cells: Iterable[NotebookNode], checks: Sequence[CheckResult]) -> None:
    """Give every graded cell the outcome of its check and of the hidden twin, others nothing."""
    found: dict[str, list[CheckResult]] = {}
    for one in checks:
        found.setdefault(grade_id(public_id(one)), []).append(one)
    for cell in cells:
        if cell.cell_type == "code":
            facts = cell.metadata.get("nbgrader", {})
            own = [_output(found.get(facts["grade_id"], []))] if facts.get("grade") else []
            cell["outputs"] = own


def _output(found: Sequence[CheckResult]) -> NotebookNode:
    """Return what nbgrader scores: an error for nothing, plain output for all points."""
    failing = next((one for one in found if one.status != "passed"), None)
    if found and failing is None:
        return nbformat.v4.new_output("stream", name="stdout", text=f"{found[0].id}: passed\n")
    told = explained(failing) if failing else "there is no such check"
    lines = [part for line in told.splitlines() for part in _wrapped(line)]
    return nbformat.v4.new_output("error", ename="NotPassed", evalue=told, traceback=lines)


def _wrapped(line: str) -> list[str]:
    """Return `line` as lines that a page shows without scrolling; code may stand in it."""
    if len(line) <= WIDE:
        return [line]
    return textwrap.wrap(line, WIDE, subsequent_indent="    ", break_on_hyphens=False)
