"""Quick checks share a worker, in which the submission is imported once.

A check that passes there has passed. One that does not is asked again alone, in a fresh worker, and
only that counts: whatever an earlier check left behind can fail nobody.
"""

from collections.abc import Callable, Iterable

from autograder.judge.questions import Ask
from autograder.judge.running import RunningCheck
from autograder.sandbox.failures import Died, TimedOut
from autograder.sandbox.handle import WorkerHandle

ARGUMENTS = frozenset({"ask", "rng", "measure", "visibility", "profile"})
QUICK_SECONDS = 10.0  # the deadline of a check that is no training
MOST_FAILURES = 4  # more than this above the passes, and a submission's checks run alone
needs_own_worker: set[str] = set()  # ids of checks that were seen to ask for a fresh one


class OwnWorkerNeeded(Exception):
    """A check wants a process that knows nothing of the questions before."""


class SharedAsk(Ask):
    """Asks the shared worker."""

    def take_fresh_worker(self) -> None:
        """Give up: the shared worker is not fresh."""
        if self.worker is not None:
            raise OwnWorkerNeeded


class SharedWorker:
    """The worker that quick checks share, as long as it answers in time.

    Parameters
    ----------
    start : callable
        Starts a worker.
    """

    def __init__(self, start: Callable[[], WorkerHandle]) -> None:
        self._start = start
        self._worker: WorkerHandle | None = None
        self._failures = 0
        self._is_given_up = False
        self.peak_memory_mb = 0.0

    def takes(self, running: RunningCheck, parameters: Iterable[str]) -> bool:
        """Whether a check is tried here: a quick one, which says nothing against it."""
        spec = running.listed.spec
        is_quick = spec.seconds <= QUICK_SECONDS and not spec.memory_mb
        is_own = running.listed.id in needs_own_worker
        is_plain = is_quick and ARGUMENTS.issuperset(parameters)
        return is_plain and not is_own and not self._is_given_up

    def lend(self) -> WorkerHandle:
        """Return the worker."""
        if self._worker is None:
            self._worker = self._start()
        return self._worker

    def passes(self, running: RunningCheck, call: Callable[[], object]) -> bool:
        """Return whether a check passes here, which `call` runs."""
        try:
            call()
        except OwnWorkerNeeded:
            needs_own_worker.add(running.listed.id)
            return False
        except Exception as problem:
            self._failures += 1
            is_ended = isinstance(problem, Died | TimedOut)
            self._is_given_up = is_ended or self._failures > MOST_FAILURES
            if self._is_given_up:
                self.close()
            return False
        self._failures -= 1
        return True

    def close(self) -> None:
        """End the worker, if it runs."""
        if self._worker is not None:
            self.peak_memory_mb = max(self.peak_memory_mb, self._worker.close().peak_memory_mb)
            self._worker = None
