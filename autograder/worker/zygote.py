"""The process that workers are forked from: warm, trusted, and without a secret to inherit.

Started by exec with a clean environment (``python -m autograder.worker.zygote FD LEVEL DISK``), it
takes the names of its probes from its control socket, and then two commands: ``fork`` a worker by a
`Plan`, whose socket and output pipe come along as descriptors, and ``reap`` it: kill whatever is
left of it, and return how it ended. The worker was forked before the command comes, and waits: a
standby worker.
"""

import contextlib
import functools
import gc
import os
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np

from autograder.worker import disk, keeping, kept_files, kernel, lockin, serve, wire
from autograder.worker.heap import Heap
from autograder.worker.protocol import READY, READY_TO_MOUNT, Ended, Plan
from autograder.worker.standby import StandbyWorker

NO_PROCESS = 0  # the judge asks again
WARM_UPS = 10  # Python specialises code that has run eight times
WIRE_WARM_UPS = 300  # where it cannot, it tries again, after ever more runs
FIRST_WORKERS = 5  # until what a worker inherits no longer changes from one to the next
KIT = Path(__file__).resolve().parents[1]
CHANNEL, RULESET = 3, 4  # a worker's descriptors beside stdin, stdout and stderr
MAX_MESSAGE = 1 << 16  # bytes of a command or a plan
PR_SET_CHILD_SUBREAPER = 36
SYSTEM_PATHS = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
    "/etc/localtime", "/usr/share/zoneinfo", "/dev/zero", "/dev/urandom",
)  # for lazy imports and the local time  # fmt: skip


def main(fd: int, level: str, scratch: str) -> None:
    """Serve commands on descriptor `fd` until the judge is gone."""
    is_strict = level == "strict"
    mounts = is_strict and scratch == "mount" and disk.enter_mount_space()
    with socket.socket(fileno=fd) as control, contextlib.suppress(EOFError, ConnectionError):
        probes = serve.keep_probes(_receive_names(control))
        keeping.hide_kit()
        _warm_up(keeps_files=not mounts)
        make = functools.partial(lockin.Confinement, not mounts) if is_strict else None
        live = functools.partial(_run_worker, os.getpid(), make, probes, Heap())
        zygote = Zygote(control, live, mounts)
        zygote.warm_up()
        control.sendall(READY_TO_MOUNT if mounts else READY)
        zygote.obey_commands()
    _kill_children()


def _receive_names(control: socket.socket) -> list[str]:
    """Return the names of the probes, from the first frame on the control socket."""
    header = control.recv(wire.HEADER.size, socket.MSG_WAITALL)
    if len(header) < wire.HEADER.size:  # nobody needed this process
        raise EOFError
    (size,) = wire.HEADER.unpack(header)
    names: list[str] = wire.decode(control.recv(size, socket.MSG_WAITALL), list[str])
    return names


def _warm_up(keeps_files: bool) -> None:
    for name in ("random", "dataclasses", "typing", "heapq", "gzip", "numpy.random"):
        __import__(name)
    lockin.prepare_lock_in(keeps_files)
    python_paths()
    for _ in range(WARM_UPS):
        serve.answer_warm_up()
    _warm_up_wire()
    if sys.platform == "linux":
        kernel.prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a worker has no use for it, whoever sends it
    gc.collect()
    gc.freeze()


def _warm_up_wire() -> None:
    """Encode and decode what commands and answers consist of, until nothing adapts any more.

    Where Python puts a worker's objects would else depend on how many workers there were before.
    """
    for _ in range(WIRE_WARM_UPS):
        wire.decode(wire.encode(["fork", b""]))
        wire.decode(wire.encode(Plan("", "")), Plan)
        wire.encode(Ended(0, 0.5, 0.5))
        _child_pids()


class Zygote:
    """Obeys the judge, and has the next worker ready before it is needed."""

    def __init__(
        self, control: socket.socket, live: Callable[[socket.socket], None], mounts: bool
    ) -> None:
        self.control = control
        self.live = live
        self.mounts = mounts
        self.workers: dict[int, str] = {}  # process id to the folder of its disk, if it has one
        self.standby: StandbyWorker | None = None

    def warm_up(self) -> None:
        """Start and reap some workers as the judge does: each after them finds the same memory."""
        judge, control = socket.socketpair()
        with judge, control:
            for _ in range(FIRST_WORKERS):
                fds = [os.open(os.devnull, os.O_RDWR) for _ in range(2)]
                socket.send_fds(judge, [wire.encode(["fork", wire.encode(Plan("", ""))])], fds)
                for fd in fds:
                    os.close(fd)
                self._obey_command(control)
                if pid := wire.decode(judge.recv(MAX_MESSAGE), int):
                    judge.sendall(wire.encode(["reap", pid]))
                    self._obey_command(control)
                    judge.recv(MAX_MESSAGE)

    def obey_commands(self) -> None:
        """Obey one command after the other, until the judge hangs up."""
        while True:
            self._obey_command(self.control)

    def _obey_command(self, control: socket.socket) -> None:
        self._prepare_standby()
        message, fds, _, _ = socket.recv_fds(control, MAX_MESSAGE, 2)
        if not message:
            raise EOFError
        command, argument = wire.decode(message)
        answer = (
            self._start_worker(argument, fds) if command == "fork" else self._reap_worker(argument)
        )
        control.sendall(wire.encode(answer))

    def _prepare_standby(self) -> None:
        with contextlib.suppress(OSError):  # too many processes at the moment
            self.standby = self.standby or StandbyWorker(self.live)

    def _start_worker(self, plan: bytes, fds: list[int]) -> int:
        """Return the process id of a new worker, or 0 for none: the judge asks again."""
        self._prepare_standby()
        pid = self._assign_plan(plan, fds)
        for fd in fds:
            os.close(fd)
        return pid

    def _assign_plan(self, plan: bytes, fds: list[int]) -> int:
        folder = wire.decode(plan, Plan).scratch if self.mounts else ""
        try:
            if folder:
                disk.mount_disk(folder)
        except OSError:  # too many of them at the moment
            return NO_PROCESS
        standby, self.standby = self.standby, None
        pid = standby.assign_plan(plan, fds) if standby else NO_PROCESS
        if pid:
            self.workers[pid] = folder
        elif folder:
            disk.unmount_disk(folder)
        return pid

    def _reap_worker(self, pid: int) -> Ended:
        for kill in (os.kill, os.killpg):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        folder = self.workers.pop(pid, "")
        _kill_children(self.workers, self.standby.pid if self.standby else NO_PROCESS)
        if folder:
            disk.unmount_disk(folder)
        return Ended(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _run_worker(
    zygote: int,
    confine: Callable[[], lockin.Confinement] | None,
    probes: serve.Probes,
    heap: Heap,
    channel: socket.socket,
) -> None:
    """Be a worker: get ready, wait for a plan, and follow it to the end."""
    os.setsid()
    kernel.end_with_parent(zygote)
    confinement = confine() if confine else None
    if confinement:
        confinement.allow(python_paths(), [os.devnull])
    message, fds, _, _ = socket.recv_fds(channel, MAX_MESSAGE, 2)
    if message:
        plan = wire.decode(message, Plan)
        _arrange_descriptors(*fds, *([confinement.ruleset] if confinement else []))
        _apply_plan(plan, confinement)
        heap.level()
        serve.serve_requests(
            _ChannelStream(CHANNEL), plan.submission, _LevelledProbes(probes, heap)
        )


class _LevelledProbes:
    """Finds probes as `probes` does, and levels the heap before the first of them runs."""

    def __init__(self, probes: serve.Probes, heap: Heap) -> None:
        self.probes = probes
        self.levels = [heap.level]

    def find(self, name: str) -> Callable[..., Any]:
        found = self.probes.find(name)
        while self.levels:
            self.levels.pop()()
        return found


def _arrange_descriptors(channel: int, output: int, *ruleset: int) -> None:
    """Make them descriptors 3, 1 and 2, and 4; 0 becomes empty, and all others are closed."""
    empty = os.open(os.devnull, os.O_RDONLY)
    kept = (empty, output, output, channel, *ruleset)
    high = [os.dup2(fd, 100 + number) for number, fd in enumerate(kept)]
    for number, fd in enumerate(high):
        os.dup2(fd, number)
    os.closerange(len(kept), 1 << 16)


def _apply_plan(plan: Plan, confinement: lockin.Confinement | None) -> None:
    limits = lockin.Limits(cpu_seconds=plan.cpu_seconds, memory_mb=plan.memory_mb)
    os.chdir(plan.scratch)
    os.environ.update(HOME=plan.scratch, TMPDIR=plan.scratch)
    if confinement:
        confinement.ruleset = RULESET
        confinement.allow([plan.submission], [plan.scratch])
        confinement.enter(limits)
        if confinement.keeps_files:
            kept_files.install(plan.scratch)
    else:
        lockin.apply_limits(limits)


@functools.cache
def python_paths() -> tuple[str, ...]:
    """Return the paths that an import of the standard library or of NumPy may read.

    Installed packages are left out: the kit with the course's secret may be among them.
    """
    numpy_home = Path(np.__file__).parent
    python = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), *SYSTEM_PATHS)
    names = ("purelib", "platlib")
    excluded = {Path(sysconfig.get_path(name)).resolve() for name in names} | {KIT}
    standard = [path for name in python for path in paths_without(Path(name).resolve(), excluded)]
    return (*dict.fromkeys(standard), str(numpy_home), str(numpy_home.parent / "numpy.libs"))


def paths_without(path: Path, excluded: Collection[Path]) -> list[str]:
    """Return `path`, or where it contains some of `excluded`, all its other contents."""
    if path in excluded:
        return []
    if not path.is_dir() or not any(each.is_relative_to(path) for each in excluded):
        return [str(path)]
    return [part for child in sorted(path.iterdir()) for part in paths_without(child, excluded)]


def _kill_children(workers: Collection[int] = (), standby: int = NO_PROCESS) -> None:
    """Kill processes that a worker left behind: orphans come to this process, their subreaper."""
    while orphans := _child_pids().difference(workers, (standby,)):
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _child_pids() -> set[int]:
    try:
        pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return set()
    return {int(pid) for pid in pids.split()}


class _ChannelStream:
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
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
