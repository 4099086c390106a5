"""A check while it runs on a submission."""

import re
from dataclasses import dataclass, field

import pytest

from autograder.judge.questions import Ask
from autograder.judge.settings import Milestone
from autograder.judge.spec import Listed
from autograder.sandbox.failures import Raised, Trouble
from autograder.score import Measurement, Status, Visibility


@dataclass
class Subject:
    """A check while it runs."""

    listed: Listed
    milestone: Milestone
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
        if not isinstance(self.problem, Trouble):
            return "error"
        return "blocked" if self.missing_before else self.problem.status

    @property
    def missing(self) -> str:
        """What is not implemented, as the learner's stub names it."""
        is_missing = isinstance(self.problem, Raised) and self.problem.status == "missing"
        return self.problem.problem.message if is_missing else ""  # type: ignore[union-attr]

    @property
    def missing_before(self) -> str:
        """What an earlier milestone lacks; empty where this one lacks it."""
        found = re.match(r"milestone (\d+)", self.missing)
        return self.missing if found and f"m{found[1]}" != self.milestone.id else ""


SUBJECT = pytest.StashKey[Subject]()


def subject_of(item: pytest.Item) -> Subject:
    """Return the subject that collection stored with `item`."""
    return item.stash[SUBJECT]


def twin_id(id: str, visibility: str) -> str:
    """Return the id of the public check or of its hidden twin."""
    return f"{id}_hidden" if visibility == "hidden" else id
