"""Where the time of a check goes, seen from the judge: a launcher that times what it hands out."""

import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from autograder.sandbox.handle import Launcher, WorkerHandle
from autograder.worker.protocol import Ended


class TimedLauncher:
    """Starts the workers of another launcher and adds up the seconds by what is waited for.

    Attributes
    ----------
    seconds : dict
        ``start``, ``first answer``, ``further answers``, ``end``.
    """

    def __init__(self, launcher: Launcher) -> None:
        self.launcher = launcher
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def start_worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> WorkerHandle:
        """Return a worker whose calls are timed."""
        began = time.perf_counter()
        worker = self.launcher.start_worker(submission, cpu_seconds, memory_mb)
        self.seconds["start"] += time.perf_counter() - began
        self._time(worker)
        return worker

    def close(self) -> None:
        """Nothing: the other launcher is not ours to end."""

    def _time(self, worker: WorkerHandle) -> None:
        call, close, names = worker.call_probe, worker.close, iter(["first answer"])

        def timed_call(probe: str, args: dict[str, Any], seconds: float) -> Any:
            began = time.perf_counter()
            try:
                return call(probe, args, seconds)
            finally:
                self.seconds[next(names, "further answers")] += time.perf_counter() - began

        def timed_close() -> Ended:
            began = time.perf_counter()
            try:
                return close()
            finally:
                self.seconds["end"] += time.perf_counter() - began

        worker.call_probe, worker.close = timed_call, timed_close  # type: ignore[method-assign]
