"""The kit inside nbgrader: it reads, grades and shows what is handed in without trusting it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode, from_dict
from nbgrader.plugins import LateSubmissionPlugin
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
from traitlets import Float

from autograder.course import load_course
from autograder.course.course import Late
from autograder.course.policy import compute_late_percent
from autograder.course.tasks import list_tasks
from autograder.exchange import graded
from autograder.exchange.nbgrader_cells import LenientReader, RestoreCells
from autograder.exchange.nbgrader_work import list_task_cells
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
        tasks = list_tasks(load_course().part(names["assignment"]))
        nb["cells"] += map(from_dict, list_task_cells(tasks, ""))
        return nb, resources


class LatePenalty(LateSubmissionPlugin):
    """What lateness costs, by the rule of the course's file."""

    grace_hours = Float(0.0, help="lateness that costs nothing").tag(config=True)
    percent_a_day = Float(0.0, help="of the points, for each day begun").tag(config=True)
    cap_percent = Float(100.0, help="the most that lateness costs").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """Return the points that a notebook loses."""
        late = Late(
            grace_hours=self.grace_hours,
            percent_a_day=self.percent_a_day,
            cap_percent=self.cap_percent,
        )
        due = datetime(2000, 1, 1, tzinfo=UTC)
        came = due + timedelta(seconds=total_seconds_late)
        return round(score * compute_late_percent(came, due, late) / 100, 2)


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
