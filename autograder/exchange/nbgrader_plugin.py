"""The kit inside nbgrader: it reads, grades and shows what is handed in without trusting it."""

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from autograder.exchange import graded
from autograder.exchange.nbgrader_cells import LenientReader, RestoreCells
from autograder.run.configure import default_isolation
from autograder.run.notebook_checks import check_notebook


class GraderAtFault(Exception):
    """The kit failed, not the student: nbgrader must not write a score."""


class KitGrades(NbGraderPreprocessor):
    """Fills every graded cell with the outcome of its check; runs nothing of the notebook here."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Judge the notebook once, and write an output into each graded cell."""
        names = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"]).resolve()
        submitted = folder.parents[2] / "submitted" / names["student"]
        checks = check_notebook(
            names["assignment"], folder, None, True, [submitted], default_isolation()
        )
        if fault := next((check for check in checks if check.status == "error"), None):
            raise GraderAtFault(f"{fault.id}: {fault.message}")
        graded.fill(nb.cells, checks)
        return nb, resources


READER = LenientReader
SANITIZE = [
    RestoreCells,
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
AUTOGRADE = [
    KitGrades,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
