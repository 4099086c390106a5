"""A check as an item that pytest runs and reports."""

from typing import Any, Protocol

import pytest

from autograder.judge.running import RunningCheck
from autograder.judge.spec import CodedCheck


class Conductor(Protocol):
    """Runs checks on one submission."""

    def admit(self, code: CodedCheck, running: RunningCheck) -> None:
        """Let a check begin, or raise why it may not."""

    def run(self, code: CodedCheck, running: RunningCheck) -> None:
        """Run its function; raise how it fails."""

    def release(self, running: RunningCheck) -> None:
        """End what it started."""


class CheckItem(pytest.Item):
    """A check on a submission.

    pytest's own items for functions cost more than most checks: their files are collected, and
    every argument is a fixture.
    """

    def __init__(
        self, *, code: CodedCheck, running: RunningCheck, conductor: Conductor, **others: Any
    ) -> None:
        super().__init__(**others)
        self.code = code
        self.running = running
        self.conductor = conductor

    def setup(self) -> None:
        """Let it begin."""
        self.conductor.admit(self.code, self.running)

    def runtest(self) -> None:
        """Run it."""
        self.conductor.run(self.code, self.running)

    def teardown(self) -> None:
        """End its worker."""
        self.conductor.release(self.running)

    def repr_failure(self, _: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Return nothing: what a learner reads is made elsewhere."""
        return ""
