"""The process that workers are forked from: warm, trusted, and without a secret to inherit.

Started by exec with a clean environment (``python -m autograder.sandbox.zygote FD probe...``).
It obeys two commands on its control socket: ``fork`` a worker by a `Plan`, whose socket and output
pipe come along as descriptors, and ``reap`` it: kill whatever is left of it and tell how it ended.
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
from collections.abc import Collection
from pathlib import Path

import numpy as np

from autograder.sandbox import lockin, wire, worker
from autograder.sandbox.messages import READY, Ended, Plan

NO_PROCESS = -1
KIT = Path(__file__).resolve().parents[1]
CHANNEL = 3  # the worker's only descriptor beside stdin, stdout and stderr
PR_SET_CHILD_SUBREAPER = 36
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
    "/etc/localtime", "/usr/share/zoneinfo", "/dev/zero", "/dev/urandom",
)  # what lazy imports load, and the local time  # fmt: skip


def main(fd: int, probe_names: list[str]) -> None:
    """Serve commands on descriptor `fd` until the judge is gone."""
    probes = worker.load_probes(probe_names)
    _warm_up()
    with socket.socket(fileno=fd) as control:
        control.sendall(READY)
        with contextlib.suppress(EOFError, ConnectionError):
            while True:
                _obey(control, probes)
    _end_children()


def _warm_up() -> None:
    for name in ("random", "dataclasses", "typing", "heapq", "gzip", "numpy.random"):
        __import__(name)
    lockin.prepare()
    python_paths()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    gc.collect()
    gc.freeze()


def _obey(control: socket.socket, probes: worker.Probes) -> None:
    message, fds, _, _ = socket.recv_fds(control, 1 << 16, 2)
    if not message:
        raise EOFError
    command, argument = wire.decode(message)
    if command == "fork":
        answer = _fork(wire.decode(argument, Plan), fds, control, probes)
    else:
        answer = wire.encode(_reap(argument))
    control.sendall(answer)


def _fork(plan: Plan, fds: list[int], control: socket.socket, probes: worker.Probes) -> bytes:
    try:
        pid = os.fork()
    except OSError:  # too many processes, here or in all: the judge asks again
        pid = NO_PROCESS
    if pid == 0:
        _become_worker(plan, fds, probes)
    for fd in fds:
        os.close(fd)
    return wire.encode(max(pid, 0))


def _become_worker(plan: Plan, fds: list[int], probes: worker.Probes) -> None:
    try:
        os.setsid()
        _keep_only(*fds)
        os.chdir(plan.scratch)
        _set_environment(plan.scratch)
        _lock(plan)
        worker.serve(_Stream(CHANNEL), plan.submission, probes)
    except BaseException as problem:
        os.write(2, f"worker: {type(problem).__name__}: {problem}\n".encode())
    finally:
        os._exit(70)


def _keep_only(channel: int, output: int) -> None:
    kept = os.dup(channel), os.dup(output), os.open(os.devnull, os.O_RDONLY)
    high = [os.dup2(fd, 100 + place) for place, fd in enumerate(kept)]
    for fd, place in ((high[2], 0), (high[1], 1), (high[1], 2), (high[0], CHANNEL)):
        os.dup2(fd, place)
    os.closerange(CHANNEL + 1, 1 << 16)


def _set_environment(scratch: str) -> None:
    os.environ.update(HOME=scratch, TMPDIR=scratch)


def _lock(plan: Plan) -> None:
    limits = lockin.Limits(cpu_seconds=plan.cpu_seconds, memory_mb=plan.memory_mb)
    if plan.strict:
        lockin.lock_in(limits, [*python_paths(), plan.submission], [plan.scratch, os.devnull])
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


def _reap(pid: int) -> Ended:
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    _end_children()
    return Ended(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _end_children() -> None:
    """Kill what a worker left behind: orphans come to this process, their subreaper."""
    while orphans := _children():
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _children() -> list[int]:
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return []
    return [int(pid) for pid in listed.split()]


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
    main(int(sys.argv[1]), sys.argv[2:])
