"""The process that workers are forked from: warm, trusted, and without a secret to inherit.

Started by exec with a clean environment (``python -m autograder.worker.zygote FD LEVEL PROBE``),
it obeys two commands on its control socket: ``fork`` a worker by a `Plan`, whose socket and output
pipe come along as descriptors, and ``reap`` it: kill whatever is left of it and tell how it ended.
The worker is forked already when the command comes, and waits: a standby worker.
"""

import contextlib
import ctypes
import functools
import gc
import os
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from autograder.worker import lockin, serve, wire
from autograder.worker.protocol import READY, Ended, Plan
from autograder.worker.standby import StandbyWorker

NO_PROCESS = 0  # the judge asks again
WARM_UPS = 10  # Python specialises what has run eight times
KIT = Path(__file__).resolve().parents[1]
CHANNEL, RULESET = 3, 4  # a worker's descriptors beside stdin, stdout and stderr
MOST = 1 << 16  # bytes of a command or a plan
PR_SET_CHILD_SUBREAPER = 36
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
    "/etc/localtime", "/usr/share/zoneinfo", "/dev/zero", "/dev/urandom",
)  # what lazy imports load, and the local time  # fmt: skip


def main(fd: int, level: str, probe_names: list[str]) -> None:
    """Serve commands on descriptor `fd` until the judge is gone."""
    probes = serve.load_probes(probe_names)
    live = functools.partial(_live, level == "strict", probes)
    _warm_up()
    with socket.socket(fileno=fd) as control, contextlib.suppress(EOFError, ConnectionError):
        control.sendall(READY)
        Zygote(control, live).serve()
    _end_children()


def _warm_up() -> None:
    for name in ("random", "dataclasses", "typing", "heapq", "gzip", "numpy.random"):
        __import__(name)
    lockin.prepare()
    python_paths()
    for _ in range(WARM_UPS):
        serve.warm_up()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever sends it: a worker has no use for it
    gc.collect()
    gc.freeze()


class Zygote:
    """Obeys the judge, and has the next worker ready before it is asked for."""

    def __init__(self, control: socket.socket, live: Callable[[socket.socket], None]) -> None:
        self.control = control
        self.live = live
        self.standby: StandbyWorker | None = None

    def serve(self) -> None:
        """Obey one command after the other, until nobody is there to give one."""
        while True:
            self._prepare()
            message, fds, _, _ = socket.recv_fds(self.control, MOST, 2)
            if not message:
                raise EOFError
            command, argument = wire.decode(message)
            answer = self._begin(argument, fds) if command == "fork" else self._reap(argument)
            self.control.sendall(wire.encode(answer))

    def _prepare(self) -> None:
        with contextlib.suppress(OSError):  # too many processes, here or in all: for now
            self.standby = self.standby or StandbyWorker(self.live)

    def _begin(self, plan: bytes, fds: list[int]) -> int:
        """Return the process of a new worker, or 0 for none: the judge asks again."""
        self._prepare()
        chosen, self.standby = self.standby, None
        pid = chosen.begin(plan, fds) if chosen else NO_PROCESS
        for fd in fds:
            os.close(fd)
        return pid

    def _reap(self, pid: int) -> Ended:
        for kill in (os.kill, os.killpg):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        _end_children(but=self.standby.pid if self.standby else NO_PROCESS)
        return Ended(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _live(strict: bool, probes: serve.Probes, line: socket.socket) -> None:
    """Be a worker: get ready, wait for a plan, and follow it to the end."""
    os.setsid()
    cell = lockin.Cell() if strict else None
    if cell:
        cell.allow(python_paths(), [os.devnull])
    message, fds, _, _ = socket.recv_fds(line, MOST, 2)
    if message:
        plan = wire.decode(message, Plan)
        _keep_only(*fds, *([cell.ruleset] if cell else []))
        _settle(plan, cell)
        serve.serve(_Stream(CHANNEL), plan.submission, probes)


def _keep_only(channel: int, output: int, *ruleset: int) -> None:
    """Make them descriptors 3, 1 and 2, and 4; 0 becomes empty, and all others are closed."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    kept = (nothing, output, output, channel, *ruleset)
    high = [os.dup2(fd, 100 + place) for place, fd in enumerate(kept)]
    for place, fd in enumerate(high):
        os.dup2(fd, place)
    os.closerange(len(kept), 1 << 16)


def _settle(plan: Plan, cell: lockin.Cell | None) -> None:
    limits = lockin.Limits(cpu_seconds=plan.cpu_seconds, memory_mb=plan.memory_mb)
    os.chdir(plan.scratch)
    os.environ.update(HOME=plan.scratch, TMPDIR=plan.scratch)
    if cell:
        cell.ruleset = RULESET
        cell.allow([plan.submission], [plan.scratch])
        cell.enter(limits)
    else:
        lockin.apply_limits(limits)


@functools.cache
def python_paths() -> tuple[str, ...]:
    """Return what an import of the standard library or of NumPy may read.

    Installed packages are left out: the kit with the course's secret may be among them.
    """
    numpy_home = Path(np.__file__).parent
    python = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), *SYSTEM)
    names = ("purelib", "platlib")
    without = {Path(sysconfig.get_path(name)).resolve() for name in names} | {KIT}
    standard = [path for name in python for path in around(Path(name).resolve(), without)]
    return (*dict.fromkeys(standard), str(numpy_home), str(numpy_home.parent / "numpy.libs"))


def around(path: Path, without: Collection[Path]) -> list[str]:
    """Return `path`, or where it holds some of `without`, all else that it holds."""
    if path in without:
        return []
    if not path.is_dir() or not any(kept_out.is_relative_to(path) for kept_out in without):
        return [str(path)]
    return [found for child in sorted(path.iterdir()) for found in around(child, without)]


def _end_children(but: int = NO_PROCESS) -> None:
    """Kill what a worker left behind: orphans come to this process, their subreaper."""
    while orphans := _children() - {but}:
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _children() -> set[int]:
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return set()
    return {int(pid) for pid in listed.split()}


class _Stream:
    def __init__(self, fd: int) -> None:
        self.fd = fd

    def read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size and (part := os.read(self.fd, min(size - len(data), 1 << 20))):
            data += part
        return bytes(data)

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self.fd, view) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
