"""A check while it runs on a submission."""

import re
from dataclasses import dataclass, field

from autograder.judge.questions import Ask
from autograder.judge.settings import JudgedMilestone
from autograder.judge.spec import ListedCheck
from autograder.sandbox.failures import CheckFailure, Raised
from autograder.score import Measurement, Status, Visibility


@dataclass
class RunningCheck:
    """A check while it runs."""

    listed: ListedCheck
    milestone: JudgedMilestone
    visibility: Visibility
    ask: Ask | None = None
    problem: BaseException | None = None
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    measurements: dict[str, Measurement] = field(default_factory=dict)
    clock: dict[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id in the score."""
        return twin_id(self.listed.id, self.visibility)

    @property
    def status(self) -> Status:
        """The status in the score."""
        if self.problem is None:
            return "passed"
        if not isinstance(self.problem, CheckFailure):
            return "error"
        return "blocked" if self.missing_earlier else self.problem.status

    @property
    def missing_object(self) -> str:
        """The object that is not implemented, as the learner's stub names it."""
        is_missing = isinstance(self.problem, Raised) and self.problem.status == "missing"
        return self.problem.problem.message if is_missing else ""  # type: ignore[union-attr]

    @property
    def missing_earlier(self) -> str:
        """The object that an earlier milestone lacks; empty where this one lacks it."""
        owner = re.match(r"milestone \d+|unit [\w.]+", self.missing_object)
        return self.missing_object if owner and owner[0] != self.milestone.name else ""


def twin_id(id: str, visibility: str) -> str:
    """Return the id of the public check or of its hidden twin."""
    return f"{id}_hidden" if visibility == "hidden" else id
