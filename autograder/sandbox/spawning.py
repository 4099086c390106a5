"""Workers started as fresh interpreters: for systems without a safe fork (macOS, Windows).

They run under a deadline, in a scratch folder of their own, and with no other limits:
isolation `process`.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.sandbox.environment import ENVIRONMENT
from autograder.sandbox.failures import TimedOut
from autograder.sandbox.handle import LATE_MESSAGE, WorkerHandle
from autograder.worker.protocol import Ended

WINDOWS_VARIABLES = (
    "SYSTEMROOT",
    "PATH",
    "TEMP",
    "TMP",
)  # Windows does not start Python without them


class SpawnLauncher:
    """Starts one interpreter per worker."""

    def __init__(self, probes: Sequence[str]) -> None:
        self.probes = tuple(probes)

    def start_worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> "SpawnedWorker":
        """Return a fresh worker on `submission` (a folder); memory is not bounded here."""
        return SpawnedWorker(self.probes, submission, cpu_seconds)

    def close(self) -> None:
        """Nothing stays behind."""


class SpawnedWorker(WorkerHandle):
    """One fresh interpreter, which answers on its standard streams."""

    def __init__(self, probes: Sequence[str], submission: Path, cpu_seconds: int) -> None:
        super().__init__(submission, cpu_seconds)
        command = [sys.executable, "-s", "-P", "-B", "-m", "autograder.worker.spawned"]
        self.process = subprocess.Popen(
            [*command, str(submission), *probes],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.scratch,
            env=_worker_environment(self.scratch),
            start_new_session=True,
        )
        self.listener = threading.Thread(target=self._capture_output, daemon=True)
        self.listener.start()

    def _capture_output(self) -> None:
        assert self.process.stderr is not None
        while data := os.read(self.process.stderr.fileno(), 1 << 16):
            self.output.append(data)

    def _send(self, data: bytes, deadline: float) -> None:
        assert self.process.stdin is not None
        with self._kill_at(deadline), suppress(BrokenPipeError, OSError):
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def _receive(self, size: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        with self._kill_at(deadline):
            data = self.process.stdout.read(size)
        if len(data) < size:
            raise self._death_cause()
        return data

    @contextmanager
    def _kill_at(self, deadline: float) -> Iterator[None]:
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        if time.monotonic() >= deadline:
            raise TimedOut(LATE_MESSAGE)

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, signal.SIGKILL)

    def _reap(self) -> Ended:
        if self.ended is None:
            self._kill()
            code = self.process.wait()
            self.ended = Ended(-code if code < 0 else code << 8, 0.0, 0.0)
        return self.ended

    def close(self) -> Ended:
        """End the process, remove its scratch folder, and return how it ended."""
        ended = self._reap()
        self.listener.join(1.0)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        self._resources.close()
        return ended


def _worker_environment(scratch: Path) -> dict[str, str]:
    variables = {name: os.environ[name] for name in WINDOWS_VARIABLES if name in os.environ}
    return variables | ENVIRONMENT | {"HOME": str(scratch), "TMPDIR": str(scratch)}
