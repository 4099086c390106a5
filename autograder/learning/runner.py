"""Checks that run beside a command which watches, and stop where a newer save makes them stale."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.intake.submission import Submission
from autograder.learning.affected import Batch
from autograder.run.configure import own_settings, workers
from autograder.run.entry import own_work, staged
from autograder.run.grade import grade
from autograder.sandbox import bytecode
from autograder.sandbox.failures import Blocked
from autograder.sandbox.handle import Launcher, WorkerHandle
from autograder.score import CheckResult


@dataclass(frozen=True)
class Ran:
    """Some checks of a run have come out; `left` batches are to come."""

    run: int
    results: list[CheckResult]
    left: int


@dataclass(frozen=True)
class Fault:
    """A run could not go on, and why."""

    run: int
    message: str


class Stoppable:
    """A launcher whose workers another thread can end."""

    def __init__(self, inner: Launcher) -> None:
        self.inner = inner
        self.is_stale = threading.Event()
        self.current: WorkerHandle | None = None

    def start_worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> WorkerHandle:
        """Return a fresh worker, or raise `Blocked` where its answer is not wanted any more."""
        if self.is_stale.is_set():
            raise Blocked("a newer version was saved")
        self.current = self.inner.start_worker(submission, cpu_seconds, memory_mb)
        if self.is_stale.is_set():  # since a moment ago
            self.current.interrupt()
        return self.current

    def stop(self) -> None:
        """End the worker that runs, and start no more."""
        self.is_stale.set()
        if self.current is not None:
            self.current.interrupt()

    def close(self) -> None:
        """Nothing to do: the inner launcher ends with the process."""


class Runner(threading.Thread):
    """Runs batches one after the other; a new order takes the place of the old.

    Parameters
    ----------
    folder : Path
        The learner's work.
    course : Course
        What is checked.
    profile : str or None
        ``quick`` or ``full``.
    tell : callable
        Gets a `Ran` after every batch, or a `Fault`; called in this thread.
    """

    def __init__(
        self, folder: Path, course: Course, profile: str | None, tell: Callable[[Any], None]
    ) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.course = course
        self.tell = tell
        self.how = own_settings(course, profile, None)
        self.orders: queue.SimpleQueue[tuple[int, Sequence[Batch]] | None] = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.newest = 0
        self.active: Stoppable | None = None

    def order(self, batches: Sequence[Batch]) -> int:
        """Run `batches` now; return the number by which their results are known."""
        with self.lock:
            self.newest += 1
            if self.active:
                self.active.stop()
            self.orders.put((self.newest, batches))
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
        """Obey until `finish`."""
        inner = workers(self.how, self.course.milestones)
        while order := self.orders.get():
            number, batches = order
            try:
                self._obey(number, batches, inner)
            except Exception as problem:
                self.tell(Fault(number, f"{type(problem).__name__}: {problem}"))

    def _obey(self, number: int, batches: Sequence[Batch], inner: Launcher) -> None:
        stoppable = self._begun(number, inner)
        if stoppable is None:
            return
        with staged(own_work(self.folder), self.course.modules) as work:
            bytecode.prepare_bytecode(work.folder, stoppable)
            for done, batch in enumerate(batches, 1):
                results = self._results(work, batch, stoppable)
                if stoppable.is_stale.is_set():
                    return
                self.tell(Ran(number, results, len(batches) - done))

    def _begun(self, number: int, inner: Launcher) -> Stoppable | None:
        with self.lock:
            self.active = Stoppable(inner) if number == self.newest else None
            return self.active

    def _results(self, work: Submission, batch: Batch, launcher: Launcher) -> list[CheckResult]:
        how = replace(self.how, only=frozenset(batch.ids))
        return grade(work, [batch.milestone], how, launcher).score.checks
