"""Workers forked from a zygote: on Linux, where a fresh process costs a millisecond."""

import contextlib
import os
import select
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.sandbox.failures import Died, TimedOut, Unavailable
from autograder.sandbox.handle import LATE_MESSAGE, WorkerHandle
from autograder.sandbox.run_folder import find_run_folder, temporary_folder
from autograder.sandbox.scratch import is_overfull, make_folder
from autograder.sandbox.zygote_process import take_zygote, zygote_arguments
from autograder.worker import wire
from autograder.worker.disk import MAX_BYTES
from autograder.worker.protocol import READY, READY_TO_MOUNT, Ended, Plan

POLL_SECONDS = 0.05  # seconds between two inspections of a worker
MAX_THREADS = 256  # more would take process ids from its neighbours
CROWDED_SECONDS = 10.0  # seconds to wait for a machine that has no process left
MOST_PATIENCE = 0.5  # of a deadline, on a machine whose cores are busy
OVERFULL = "the scratch folder grew past its limit"
START_SECONDS = 60.0  # seconds a zygote may take to load NumPy on a cold disk


class ForkLauncher:
    """Starts workers by a zygote: a warm process that forks them, one at a time.

    Parameters
    ----------
    probes : sequence of str
        Probe modules to load, as ``short=package.module``.
    isolation : str
        ``strict``: locked in; ``process``: under resource limits only.
    disk : bool
        Whether a strict worker may have a disk of its own, where the system grants one.
    """

    def __init__(self, probes: Sequence[str], isolation: str, disk: bool = True) -> None:
        self.isolation = isolation
        self.arguments = zygote_arguments(isolation, disk)
        self.probes = tuple(probes)
        self._empty: list[Path] = []  # scratch folders for the next workers
        self._start_process()

    def _start_process(self) -> None:
        started = take_zygote(self.arguments)
        self.process, self.control = started.process, started.control
        self.control.settimeout(START_SECONDS)
        self._ready = b""
        with contextlib.suppress(OSError):  # it has ended: the first byte will be missing
            self.control.sendall(wire.encode_frame(list(self.probes)))

    @property
    def mounts(self) -> bool:
        """Whether workers write to disks of their own."""
        return self.wait_until_ready() == READY_TO_MOUNT

    def wait_until_ready(self) -> bytes:
        """Wait for a zygote that is starting; return the byte that it says so with."""
        if not self._ready:
            with contextlib.suppress(OSError):
                self._ready = self.control.recv(1)
        if self._ready not in (READY, READY_TO_MOUNT):
            raise Unavailable("The worker process did not start; run 'autograder doctor'.")
        return self._ready

    def start_worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> "ForkedWorker":
        """Return a fresh worker on `submission` (a folder)."""
        if self.process.poll() is not None:  # for instance, the machine ran out of memory
            self.control.close()
            self._start_process()
        return ForkedWorker(self, submission, cpu_seconds, memory_mb)

    @contextlib.contextmanager
    def lend_folder(self) -> Iterator[Path]:
        """Lend a scratch folder: a used one again, where workers write to a disk over it.

        To remove a folder that was mounted on takes a millisecond or two.
        """
        if not self.mounts:
            with temporary_folder() as folder:
                yield folder
            return
        while self._empty and not self._empty[-1].exists():  # gone with the place it was made in
            self._empty.pop()
        folder = self._empty.pop() if self._empty else make_folder(find_run_folder())
        yield folder
        self._empty.append(folder)

    def send_command(self, name: str, argument: Any, fds: Sequence[int] = ()) -> bytes:
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
        for folder in self._empty:
            with contextlib.suppress(OSError):
                folder.rmdir()


class ForkedWorker(WorkerHandle):
    """One process forked from a zygote."""

    def __init__(
        self, launcher: ForkLauncher, submission: Path, cpu_seconds: int, memory_mb: int
    ) -> None:
        super().__init__(submission, cpu_seconds, launcher.lend_folder())
        self.launcher = launcher
        self.plan = Plan(str(submission), str(self.scratch), cpu_seconds, memory_mb)
        self._fork()

    def _fork(self) -> None:
        self.channel, theirs = socket.socketpair()
        self.pipe, pipe_end = os.pipe()
        os.set_blocking(self.pipe, False)
        self.channel.setblocking(False)
        plan = wire.encode(self.plan)
        self.pid = self._request_fork(plan, [theirs.fileno(), pipe_end])
        theirs.close()
        os.close(pipe_end)
        self.inspected_at = time.monotonic()

    def _request_fork(self, plan: bytes, fds: list[int]) -> int:
        end = time.monotonic() + CROWDED_SECONDS
        while not (pid := wire.decode(self.launcher.send_command("fork", plan, fds), int)):
            if time.monotonic() > end:
                raise Unavailable("The machine has no process left for a worker.")
            time.sleep(POLL_SECONDS)
        return int(pid)

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait_for_channel(deadline, writing=True)
            try:
                view = view[self.channel.send(view) :]
            except (BrokenPipeError, ConnectionResetError):
                raise self._death_cause() from None

    def _receive(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait_for_channel(deadline)
            try:
                part = self.channel.recv(min(size - len(data), 1 << 20))
            except (BlockingIOError, ConnectionResetError):
                part = b""
            if not part:
                raise self._death_cause()
            data += part
        return bytes(data)

    def _wait_for_channel(self, deadline: float, writing: bool = False) -> None:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                left += self._time_lost()
            if left <= 0:
                raise TimedOut(LATE_MESSAGE)
            channel = self.channel.fileno()
            watched = ([self.pipe], [channel]) if writing else ([self.pipe, channel], [])
            readable, writable, _ = select.select(*watched, [], min(left, POLL_SECONDS))
            if self.pipe in readable and not self.output.drain_pipe(self.pipe):
                self.pipe = self._replace_pipe()
            self._inspect(answered=channel in readable)
            if channel in readable or writable:
                return

    def call_probe(self, probe: str, args: dict[str, Any], seconds: float) -> Any:
        """Return what `probe` returns for `args`; where all cores are busy, wait for longer.

        Right work must not fail because a machine has other things to do: the time in which it
        wanted a core and got none does not count, up to `MOST_PATIENCE` times the deadline.
        """
        self._patience = MOST_PATIENCE * seconds
        return super().call_probe(probe, args, seconds)

    def _time_lost(self) -> float:
        """Return for how long the worker has waited for a core, as far as that counts."""
        return min(_seconds_without_core(self.pid), self._patience)

    def _replace_pipe(self) -> int:
        os.close(self.pipe)  # the learner closed it: a silent pipe takes its place
        silent, self._silencer = os.pipe()
        os.set_blocking(silent, False)
        self._resources.callback(os.close, self._silencer)
        return silent

    def _inspect(self, answered: bool) -> None:
        """End a worker that takes too much; what it wrote is measured at each answer, too."""
        is_due = time.monotonic() >= self.inspected_at + POLL_SECONDS
        if (is_due or answered) and not self.launcher.mounts and is_overfull(self.scratch):
            raise Died(OVERFULL)
        if not is_due:
            return
        self.inspected_at = time.monotonic()
        if _unlinked_bytes(self.pid) > MAX_BYTES:
            raise Died(OVERFULL)
        if _count_threads(self.pid) > MAX_THREADS:
            raise Died(f"it started more than {MAX_THREADS} threads")

    def _reap(self) -> Ended:
        if self.ended is None:
            self.ended = wire.decode(self.launcher.send_command("reap", self.pid), Ended)
            self.output.drain_pipe(self.pipe)
        return self.ended

    def interrupt(self) -> None:
        """Hang up: a caller that waits for an answer gets an end of file."""
        with contextlib.suppress(OSError):  # it was closed a moment ago
            self.channel.shutdown(socket.SHUT_RDWR)

    def close(self) -> Ended:
        """End the process and return what it used."""
        ended = self._reap()
        self.channel.close()
        os.close(self.pipe)
        self._resources.close()
        return ended


def _seconds_without_core(pid: int) -> float:
    """Return for how long a process could have run, but no core was free; 0 where nobody knows."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def _count_threads(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2  # a folder for each, "." and ".."
    except OSError:  # it has ended
        return 0


def _unlinked_bytes(pid: int) -> int:
    """Return the size of open files without a name; 0 where they cannot be inspected."""
    total = 0
    try:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            file = os.stat(entry.path)
            if stat.S_ISREG(file.st_mode) and file.st_nlink == 0:
                total += file.st_blocks * 512
    except OSError:  # it has ended, or belongs to another user
        return total
    return total
