"""Raw calls into the Linux kernel that Python's ``os`` module does not offer."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

ARCHITECTURES = ("x86_64", "aarch64")

PR_SET_PDEATHSIG = 1
ASK_PERSONALITY = 0xFFFFFFFF
ADDR_NO_RANDOMIZE = 0x0040000

Argument = int | ctypes.Array[Any] | None


@functools.cache
def libc() -> ctypes.CDLL:
    """Return the C library."""
    library = ctypes.CDLL(None, use_errno=True)
    for function, arguments in ((library.syscall, 6), (library.prctl, 5)):
        function.argtypes = [ctypes.c_void_p] * arguments
        function.restype = ctypes.c_long
    library.personality.argtypes = [ctypes.c_ulong]
    return library


def syscall(number: int, *arguments: Argument) -> int:
    """Make system call `number` with at most five integers, buffers or nulls.

    Returns
    -------
    int
        The kernel's result; -1 for a failure, whose number is in ``ctypes.get_errno()``.
    """
    padded = arguments + (None,) * (5 - len(arguments))
    return int(libc().syscall(number, *padded))


def prctl(option: int, *arguments: Argument) -> int:
    """Call prctl(2); unused arguments are zero, as the kernel demands of newer options."""
    padded = arguments + (None,) * (4 - len(arguments))
    return int(libc().prctl(option, *padded))


def end_with_parent(parent: int) -> None:
    """Let the kernel end this process with `parent`, which may have ended already."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


@contextlib.contextmanager
def fixed_addresses() -> Iterator[None]:
    """Let programs that this thread starts meanwhile have the same addresses each time.

    Some containers forbid it, and nothing changes there.
    """
    before = libc().personality(ASK_PERSONALITY)
    libc().personality(before | ADDR_NO_RANDOMIZE)
    try:
        yield
    finally:
        libc().personality(before)


def check_result(result: int, failure: str) -> int:
    """Return `result`, or raise an OSError that begins with the sentence `failure`.

    Raises
    ------
    OSError
        When `result` is negative; it carries the kernel's error number and its meaning.
    """
    if result >= 0:
        return result
    number = ctypes.get_errno()
    raise OSError(number, f"{failure}: {os.strerror(number)}")


def architecture() -> str | None:
    """Name this process's Linux system-call table, or None if it is not one we know."""
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    machine = os.uname().machine
    return machine if machine in ARCHITECTURES else None
