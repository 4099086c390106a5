"""Checks in the background of ``autograder watch``, stopped when a newer save makes them stale."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.intake.submission import Submission
from autograder.learning.affected import Batch
from autograder.learning.passes import PassStore, make_keys
from autograder.run.configure import launcher_for, learner_settings
from autograder.run.earlier import EarlierPasses
from autograder.run.entry import learner_entry, staged_submission
from autograder.run.grade import grade_submission
from autograder.run.proving import LEARNER_TRIALS, prove_mistakes, with_trials
from autograder.sandbox import bytecode
from autograder.sandbox.failures import Blocked
from autograder.sandbox.handle import Launcher, WorkerHandle
from autograder.score import CheckResult, Hint


@dataclass(frozen=True)
class BatchResults:
    """The results of one batch of a run; `left` batches are to come.

    Attributes
    ----------
    before : int
        How many of the results stand since before, without running again.
    """

    run: int
    results: list[CheckResult]
    left: int
    before: int = 0


@dataclass(frozen=True)
class MistakesProven:
    """The hints that were found after a run, by check."""

    run: int
    hints: dict[str, Hint]


@dataclass(frozen=True)
class RunFault:
    """The reason why a run could not go on."""

    run: int
    message: str


@dataclass(frozen=True)
class Order:
    """What to run next; `is_fresh`: also what passed before."""

    number: int
    batches: Sequence[Batch]
    is_fresh: bool


class StoppableLauncher:
    """A launcher whose workers another thread can end."""

    def __init__(self, launcher: Launcher) -> None:
        self.launcher = launcher
        self.is_stale = threading.Event()
        self.current: WorkerHandle | None = None

    def start_worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> WorkerHandle:
        """Return a fresh worker, or raise `Blocked` where its answer is no longer wanted."""
        if self.is_stale.is_set():
            raise Blocked("a newer version was saved")
        self.current = self.launcher.start_worker(submission, cpu_seconds, memory_mb)
        if self.is_stale.is_set():  # meanwhile
            self.current.interrupt()
        return self.current

    def stop(self) -> None:
        """End the worker that runs, and start no more."""
        self.is_stale.set()
        if self.current is not None:
            self.current.interrupt()

    def close(self) -> None:
        """Do nothing: the launcher itself ends with the process."""


class Runner(threading.Thread):
    """Runs batches one after the other; new ones take the place of the old.

    Parameters
    ----------
    folder : Path
        The learner's work.
    course : Course
        Its milestones are checked.
    profile : str or None
        ``quick`` or ``full``.
    send : callable
        Gets `BatchResults` after every batch, or a `RunFault`; called in this thread.
    """

    def __init__(
        self, folder: Path, course: Course, profile: str | None, send: Callable[[Any], None]
    ) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.course = course
        self.send = send
        self.settings = learner_settings(course, profile, None)
        self.orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.newest = 0
        self.active: StoppableLauncher | None = None

    def run_batches(self, batches: Sequence[Batch], fresh: bool = False) -> int:
        """Run `batches` now, if `fresh` also what passed before; return the number of this run."""
        with self.lock:
            self.newest += 1
            if self.active:
                self.active.stop()
            self.orders.put(Order(self.newest, batches, fresh))
            return self.newest

    def finish(self) -> None:
        """Stop what runs, and end the thread."""
        with self.lock:
            self.newest += 1
            if self.active:
                self.active.stop()
            self.orders.put(None)
        self.join(10)

    def run(self) -> None:
        """Run what is asked for until `finish`."""
        launcher = launcher_for(self.settings, self.course.parts)
        while order := self.orders.get():
            try:
                self._grade_batches(order, launcher)
            except Exception as problem:
                self.send(RunFault(order.number, f"{type(problem).__name__}: {problem}"))

    def _grade_batches(self, order: Order, launcher: Launcher) -> None:
        number, batches = order.number, order.batches
        stoppable = self._begin_run(number, launcher)
        if stoppable is None:
            return
        with staged_submission(learner_entry(self.folder), self.course.modules) as work:
            keys = make_keys(work, [batch.milestone for batch in batches], self.settings)
            passes = PassStore(self.folder, _keep_silent, order.is_fresh)
            earlier = passes.find_earlier(keys)
            if any(id not in earlier for batch in batches for id in batch.ids):
                bytecode.prepare_bytecode(work.folder, stoppable)
            results: list[CheckResult] = []
            for done, batch in enumerate(batches, 1):
                part = self._grade_batch(work, batch, stoppable, earlier)
                if stoppable.is_stale.is_set():
                    return
                results += part
                passes.keep_passes(keys, part)
                before = sum(id in earlier for id in batch.ids)
                self.send(BatchResults(number, part, len(batches) - done, before))
            self._prove_mistakes(number, results, work, batches, stoppable)

    def _prove_mistakes(
        self,
        number: int,
        results: Sequence[CheckResult],
        work: Submission,
        batches: Sequence[Batch],
        launcher: StoppableLauncher,
    ) -> None:
        """Look for the mistakes behind `results`, until a newer version is saved."""
        settings = with_trials(self.settings, LEARNER_TRIALS)
        for part in {batch.milestone.id: batch.milestone for batch in batches}.values():
            own = [result for result in results if result.id.rpartition(".")[0] == part.id]
            hints = prove_mistakes(own, work, part, settings, [launcher], launcher.is_stale.is_set)
            if hints and not launcher.is_stale.is_set():
                self.send(MistakesProven(number, hints))

    def _begin_run(self, number: int, launcher: Launcher) -> StoppableLauncher | None:
        with self.lock:
            self.active = StoppableLauncher(launcher) if number == self.newest else None
            return self.active

    def _grade_batch(
        self, work: Submission, batch: Batch, launcher: Launcher, earlier: EarlierPasses
    ) -> list[CheckResult]:
        settings = replace(self.settings, only=frozenset(batch.ids))
        return grade_submission(work, [batch.milestone], settings, launcher, earlier).score.checks


def _keep_silent(_: str) -> None:
    """Say nothing: where a pass cannot be kept, the record cannot either, and that is said."""
