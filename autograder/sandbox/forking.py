"""Workers forked from a zygote: on Linux, where a fresh process costs a millisecond."""

import contextlib
import os
import select
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.sandbox.failures import Died, TimedOut, Unavailable
from autograder.sandbox.handle import ENVIRONMENT, LATE, Worker
from autograder.sandbox.scratch import MAX_BYTES, overfull
from autograder.worker import wire
from autograder.worker.protocol import READY, Ended, Plan

POLL = 0.05  # seconds between two looks at what a worker holds
MAX_THREADS = 256  # more would take process ids from its neighbours
CROWDED = 10.0  # seconds to wait for a machine that has no process left
START = 60.0  # seconds a zygote may take to load NumPy on a cold disk


class Zygote:
    """A warm process that forks workers, one at a time.

    Parameters
    ----------
    probes : sequence of str
        Probe modules to load, as ``short=package.module``.
    isolation : str
        ``strict``: locked in; ``process``: under resource limits only.
    """

    def __init__(self, probes: Sequence[str], isolation: str) -> None:
        self.isolation = isolation
        self.probes = tuple(probes)
        self._begin()

    def _begin(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = _start(theirs, [self.isolation, *self.probes])
        self.control.settimeout(START)
        if self.control.recv(1) != READY:
            raise Unavailable("The worker process did not start; run 'autograder doctor'.")

    def worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> "ForkedWorker":
        """Return a fresh worker on `submission` (a folder)."""
        if self.process.poll() is not None:  # the machine ran out of memory, say: begin again
            self.control.close()
            self._begin()
        return ForkedWorker(self, submission, cpu_seconds, memory_mb)

    def command(self, name: str, argument: Any, fds: Sequence[int] = ()) -> bytes:
        """Send one command and return the answer's bytes."""
        socket.send_fds(self.control, [wire.encode([name, argument])], list(fds))
        return self.control.recv(1 << 16)

    def close(self) -> None:
        """End the zygote and whatever it still holds."""
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _start(theirs: socket.socket, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    flags = [sys.executable, "-s", "-P", "-B", "-m", "autograder.worker.zygote"]
    return subprocess.Popen(
        [*flags, str(theirs.fileno()), *arguments],
        env=ENVIRONMENT,
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C is the judge's to hear; when it ends, so does this
    )


class ForkedWorker(Worker):
    """One process forked from a zygote."""

    def __init__(self, zygote: Zygote, submission: Path, cpu_seconds: int, memory_mb: int) -> None:
        super().__init__(submission, cpu_seconds)
        self.zygote = zygote
        self.plan = Plan(str(submission), str(self.scratch), cpu_seconds, memory_mb)
        self._fork()

    def _fork(self) -> None:
        self.channel, theirs = socket.socketpair()
        self.pipe, pipe_end = os.pipe()
        os.set_blocking(self.pipe, False)
        self.channel.setblocking(False)
        plan = wire.encode(self.plan)
        self.pid = self._forked(plan, [theirs.fileno(), pipe_end])
        theirs.close()
        os.close(pipe_end)
        self.inspected = time.monotonic()

    def _forked(self, plan: bytes, fds: list[int]) -> int:
        end = time.monotonic() + CROWDED
        while not (pid := wire.decode(self.zygote.command("fork", plan, fds), int)):
            if time.monotonic() > end:
                raise Unavailable("The machine has no process left for a worker.")
            time.sleep(POLL)
        return int(pid)

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(deadline, writing=True)
            try:
                view = view[self.channel.send(view) :]
            except (BrokenPipeError, ConnectionResetError):
                raise self._how_it_died() from None

    def _receive(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait(deadline)
            try:
                part = self.channel.recv(min(size - len(data), 1 << 20))
            except (BlockingIOError, ConnectionResetError):
                part = b""
            if not part:
                raise self._how_it_died()
            data += part
        return bytes(data)

    def _wait(self, deadline: float, writing: bool = False) -> None:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimedOut(LATE)
            channel = self.channel.fileno()
            wanted = ([self.pipe], [channel]) if writing else ([self.pipe, channel], [])
            readable, writable, _ = select.select(*wanted, [], min(left, POLL))
            if self.pipe in readable and not self.output.drain(self.pipe):
                self.pipe = self._reopened()
            self._inspect()
            if channel in readable or writable:
                return

    def _reopened(self) -> int:
        os.close(self.pipe)  # the learner closed it: put a pipe that never speaks in its place
        silent, self._silencer = os.pipe()
        os.set_blocking(silent, False)
        self._kept.callback(os.close, self._silencer)
        return silent

    def _inspect(self) -> None:
        if time.monotonic() < self.inspected + POLL:
            return
        self.inspected = time.monotonic()
        if overfull(self.scratch) or _unseen_bytes(self.pid) > MAX_BYTES:
            raise Died("the scratch folder grew past its limit")
        if _threads(self.pid) > MAX_THREADS:
            raise Died(f"it started more than {MAX_THREADS} threads")

    def _reap(self) -> Ended:
        if self.ended is None:
            self.ended = wire.decode(self.zygote.command("reap", self.pid), Ended)
            self.output.drain(self.pipe)
        return self.ended

    def interrupt(self) -> None:
        """Hang up: who waits for an answer hears that there is none."""
        with contextlib.suppress(OSError):  # it was closed in this very moment
            self.channel.shutdown(socket.SHUT_RDWR)

    def close(self) -> Ended:
        """End the process and return what it used."""
        ended = self._reap()
        self.channel.close()
        os.close(self.pipe)
        self._kept.close()
        return ended


def _threads(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it has ended
        return 0
    counted = status.partition("\nThreads:")[2].split()
    return int(counted[0]) if counted else 0


def _unseen_bytes(pid: int) -> int:
    """Return the size of open files that are in no folder any more; 0 where we may not look."""
    total = 0
    try:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            found = os.stat(entry.path)
            if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                total += found.st_blocks * 512
    except OSError:  # it has ended, or belongs to a user who is not ours to look at
        return total
    return total
