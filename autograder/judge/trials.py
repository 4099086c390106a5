"""Checks tried on a changed copy of a submission: their verdicts alone, without pytest.

A trial costs a worker, and what the checks ask of it. Nothing of it becomes a score: a check that
cannot be tried like this counts as one that did not pass.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autograder.intake.submission import Submission
from autograder.judge.arguments import Arguments
from autograder.judge.questions import Ask, Exchange
from autograder.judge.running import RunningCheck
from autograder.judge.settings import JudgedMilestone, Settings
from autograder.judge.spec import CodedCheck, ListedCheck, find_checks
from autograder.sandbox.failures import CheckFailure, Died, Raised, TimedOut
from autograder.sandbox.handle import Launcher, WorkerHandle
from autograder.worker.protocol import Frame
from autograder.worker.serve import load_probes

CPU_SECONDS = 30
ARGUMENTS = frozenset({"ask", "rng", "measure", "clock", "visibility", "profile", "pictures"})
LOST = (TimedOut, Died)  # after these a worker answers no more


@dataclass(frozen=True)
class Verdict:
    """How a check ended on a copy: passed or late, its failure, and what it asked."""

    passed: bool
    late: bool = False
    failure: CheckFailure | None = None
    exchanges: Sequence[Exchange] = ()

    @property
    def size(self) -> int:
        """How much the check asked, in bytes: the less, the faster it is."""
        return sum(_measure_value(exchange.args) for exchange in self.exchanges)

    @property
    def too_deep(self) -> bool:
        """Whether the code calls itself too often: no small edit changes that."""
        return isinstance(self.failure, Raised) and self.failure.problem.type == "RecursionError"

    @property
    def frames(self) -> Sequence[Frame]:
        """The learner's lines that an exception came through, the innermost last."""
        return self.failure.problem.frames if isinstance(self.failure, Raised) else ()


def _measure_value(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_measure_value, value.values()), 16)
    if isinstance(value, list | tuple):
        return sum(map(_measure_value, value), 16)
    return getattr(value, "nbytes", 16)


def find_tried(milestone: JudgedMilestone, listed: Sequence[ListedCheck]) -> dict[str, CodedCheck]:
    """Return the checks in `listed` that can be tried, by id."""
    wanted = {one.id for one in listed}
    found = {check.listed.id: check for check in find_checks(milestone.id, milestone.checks)}
    return {
        id: check
        for id, check in found.items()
        if id in wanted and ARGUMENTS.issuperset(check.parameters)
    }


class TrialSession:
    """Tries checks on copies of one submission, one copy after the other.

    Parameters
    ----------
    submission : Submission
        Its hash draws inputs, as in the session that graded it.
    milestone, settings, launcher : JudgedMilestone, Settings and Launcher
        As there.
    """

    def __init__(
        self,
        submission: Submission,
        milestone: JudgedMilestone,
        settings: Settings,
        launcher: Launcher,
    ) -> None:
        self.submission = submission
        self.milestone = milestone
        self.settings = settings
        self.launcher = launcher
        self.probes = load_probes([milestone.probes])[milestone.id]
        self.worker: WorkerHandle | None = None

    def try_checks(
        self,
        folder: Path,
        checks: Sequence[CodedCheck],
        before: Callable[[WorkerHandle], None] | None = None,
        after: Callable[[CodedCheck, WorkerHandle], None] | None = None,
    ) -> Iterator[tuple[CodedCheck, Verdict]]:
        """Yield the verdict of each of `checks` on the work in `folder`; one worker asks them all.

        Parameters
        ----------
        folder : Path
            The copy.
        checks : sequence of CodedCheck
            In this order; whoever has heard enough stops.
        before, after : callable, optional
            Called with each fresh worker, and with the worker after each check it survived.
        """
        try:
            for tried in checks:
                verdict = self._try_check(tried, folder, before)
                if isinstance(verdict.failure, LOST):
                    self._end_worker()
                elif after and self.worker:
                    after(tried, self.worker)
                yield tried, verdict
        finally:
            self._end_worker()

    def _try_check(
        self, tried: CodedCheck, folder: Path, before: Callable[[WorkerHandle], None] | None
    ) -> Verdict:
        start = partial(self._take_worker, folder, before)
        ask = Ask(start, self.milestone.id, self.probes, tried.listed.spec.seconds)
        running = RunningCheck(tried.listed, self.milestone, "public", ask)
        passed, failure = False, None
        try:
            with np.errstate(all="ignore"):
                tried.function(**Arguments(running, self.submission, self.settings).make(tried))
            passed = True
        except CheckFailure as problem:
            failure = problem
        except Exception:
            passed = False  # an answer of a strange form
        self.worker = ask.worker or self.worker
        return Verdict(passed, isinstance(failure, TimedOut), failure, tuple(ask.exchanges))

    def _take_worker(
        self, folder: Path, before: Callable[[WorkerHandle], None] | None
    ) -> WorkerHandle:
        if self.worker is None or self.worker.ended is not None:
            memory = self.settings.memory_mb
            self.worker = self.launcher.start_worker(folder, CPU_SECONDS, memory)
            if before:
                before(self.worker)
        return self.worker

    def _end_worker(self) -> None:
        if self.worker is not None and self.worker.ended is None:
            self.worker.close()
        self.worker = None


def is_about_import(failure: CheckFailure | None) -> bool:
    """Whether a check failed because the module cannot be imported."""
    return isinstance(failure, Raised) and failure.importing
