"""The kit inside nbgrader: a preprocessor that grades in the sandbox instead of in a kernel."""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)

from autograder.cli.grading import default_isolation
from autograder.exchange.nbgrader import grade_id
from autograder.notebook import explained, results
from autograder.score import CheckResult, public_id


class GraderAtFault(Exception):
    """The kit failed, not the student: nbgrader must not write a score."""


class KitGrades(NbGraderPreprocessor):
    """Fills every graded cell with the outcome of its check; runs nothing of the notebook here."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Judge the notebook once, and write an output into each graded cell."""
        about = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"]).resolve()
        submitted = folder.parents[2] / "submitted" / about["student"]
        found = results(about["assignment"], folder, None, True, [submitted], default_isolation())
        if fault := next((one for one in found if one.status == "error"), None):
            raise GraderAtFault(f"{fault.id}: {fault.message}")
        outcomes = _by_cell(found)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell["outputs"] = []
            facts = cell.metadata.get("nbgrader", {})
            if facts.get("grade") and cell.cell_type == "code":
                cell["outputs"] = [_output(outcomes.get(facts["grade_id"], []))]
        return nb, resources


def _by_cell(found: list[CheckResult]) -> dict[str, list[CheckResult]]:
    cells: dict[str, list[CheckResult]] = {}
    for one in found:
        cells.setdefault(grade_id(public_id(one)), []).append(one)
    return cells


def _output(found: list[CheckResult]) -> NotebookNode:
    """Return what nbgrader scores: an error for nothing, plain output for all points."""
    failing = next((one for one in found if one.status != "passed"), None)
    if found and failing is None:
        return nbformat.v4.new_output("stream", name="stdout", text=f"{found[0].id}: passed\n")
    told = explained(failing) if failing else "there is no such check"
    return nbformat.v4.new_output(
        "error", ename="NotPassed", evalue=told, traceback=told.splitlines()
    )


AUTOGRADE = [
    KitGrades,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
