"""The process of a zygote; one may be started before it is needed.

It takes a quarter of a second to load NumPy and to warm up. Whoever knows early that workers will
be wanted starts it first, and loads pytest meanwhile: so this module imports little.
"""

import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.sandbox.environment import ENVIRONMENT
from autograder.worker import kernel, lockin


@dataclass(frozen=True)
class ZygoteProcess:
    """A process, and the socket on which it takes commands."""

    process: "subprocess.Popen[bytes]"
    control: socket.socket


_started_early: dict[tuple[str, ...], ZygoteProcess] = {}


def zygote_arguments(isolation: str, disk: bool = True) -> tuple[str, ...]:
    """Return what a zygote is started with; the probes come on its socket."""
    return isolation, "mount" if disk and isolation == "strict" else "keep"


def start_early() -> None:
    """Start the zygote that a learner's command will take, if it forks workers here."""
    if sys.platform == "linux":
        arguments = zygote_arguments("process" if lockin.missing_parts() else "strict")
        _started_early[arguments] = start_zygote(arguments)


def take_zygote(arguments: tuple[str, ...]) -> ZygoteProcess:
    """Return the process that was started early with these arguments, or a new one."""
    return _started_early.pop(arguments, None) or start_zygote(arguments)


def start_zygote(arguments: Sequence[str]) -> ZygoteProcess:
    """Start a zygote; it waits on its socket for the names of the probes."""
    control, theirs = socket.socketpair()
    number = f"{theirs.fileno():04}"  # always as long: the addresses of all objects depend on it
    flags = [sys.executable, "-s", "-P", "-B", "-m", "autograder.worker.zygote"]
    with theirs, kernel.fixed_addresses():  # a set of objects is iterated by their addresses
        process = subprocess.Popen(
            [*flags, number, *arguments],
            env=ENVIRONMENT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # Ctrl-C goes to the judge; this process ends with it
        )
    return ZygoteProcess(process, control)
