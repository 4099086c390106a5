"""Landlock: which files a locked-in process may reach. Unprivileged, permanent, inherited.

The bits and structures are those of the kernel's ``include/uapi/linux/landlock.h``; each newer
ABI adds rights, so that a right is asked for only from a kernel that knows it.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import stat
import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograder.worker import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1
LOG_SAME_EXEC_OFF = 1
OPEN_FLAGS = getattr(os, "O_PATH", 0) | getattr(os, "O_CLOEXEC", 0)  # absent elsewhere

# right -> (bit, first ABI that has it)
FILE_SYSTEM = {
    "execute": (1 << 0, 1),
    "write_file": (1 << 1, 1),
    "read_file": (1 << 2, 1),
    "read_dir": (1 << 3, 1),
    "remove_dir": (1 << 4, 1),
    "remove_file": (1 << 5, 1),
    "make_char": (1 << 6, 1),
    "make_dir": (1 << 7, 1),
    "make_reg": (1 << 8, 1),
    "make_sock": (1 << 9, 1),
    "make_fifo": (1 << 10, 1),
    "make_block": (1 << 11, 1),
    "make_sym": (1 << 12, 1),
    "refer": (1 << 13, 2),
    "truncate": (1 << 14, 3),
    "ioctl_dev": (1 << 15, 5),
}
NETWORK = {"bind_tcp": (1 << 0, 4), "connect_tcp": (1 << 1, 4)}
SCOPES = {"abstract_unix_socket": (1 << 0, 6), "signal": (1 << 1, 6)}
FIRST_ABI_WITH_LOG_FLAGS = 7

READ = ("read_file", "read_dir")
WRITE = (
    *READ,
    *("write_file", "truncate", "refer"),
    *("make_reg", "make_dir", "remove_file", "remove_dir"),
)
ON_A_FILE = ("read_file", "write_file", "truncate")

# Where ABI 1 falls short (truncation, TCP, signals, abstract sockets, device ioctls) the system
# call filter refuses the calls themselves; nothing can stand in for the file rights of ABI 1.
MINIMUM_ABI = 1
TRUNCATE_ABI = FILE_SYSTEM["truncate"][1]


def landlock_abi() -> int:
    """Return the kernel's Landlock ABI, or minus the error number if there is none."""
    answer = kernel.syscall(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    return answer if answer >= 0 else -ctypes.get_errno()


def prepare_rights(version: int) -> None:
    """Prepare the arguments of the functions below, before a fork."""
    _rights(version)


def create_ruleset(version: int) -> int:
    """Return the descriptor of a ruleset that allows nothing yet.

    Parameters
    ----------
    version : int
        The ABI to use, at most that of `landlock_abi`.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    attributes = _rights(version).attributes
    answer = kernel.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    return kernel.check_result(answer, "cannot create a Landlock ruleset")


def allow_paths(
    ruleset: int, readable: Sequence[str], writable: Sequence[str], version: int
) -> None:
    """Add paths to a ruleset that stay accessible.

    Parameters
    ----------
    ruleset : int
        From `create_ruleset`.
    readable : sequence of str
        Files, or directories with all below them, to read. One that does not exist is skipped.
    writable : sequence of str
        The same to read, write, create, remove and rename. Each must exist.
    version : int
        The ABI, as for `create_ruleset`.

    Raises
    ------
    OSError
        If the kernel refuses, or a writable path does not exist.
    """
    rights = _rights(version)
    _add_path_rules(ruleset, filter(os.path.exists, readable), rights.read)
    _add_path_rules(ruleset, writable, rights.write)


def enter_ruleset(ruleset: int, version: int) -> None:
    """Close the file system to the calling thread, except for the paths of `ruleset`.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    answer = kernel.syscall(RESTRICT_SELF, ruleset, _rights(version).flags)
    kernel.check_result(answer, "cannot enter Landlock")


class _Rights(NamedTuple):
    attributes: ctypes.Array[ctypes.c_char]  # struct landlock_ruleset_attr
    read: tuple[int, int]  # on a directory, on a file
    write: tuple[int, int]
    flags: int


@functools.cache
def _rights(version: int) -> _Rights:
    words = [_rights_mask(table, version) for table in (FILE_SYSTEM, NETWORK, SCOPES)]
    while not words[-1]:  # an older kernel has a shorter structure
        words.pop()
    attributes = _buffer(struct.pack(f"={len(words)}Q", *words))
    flags = LOG_SAME_EXEC_OFF if version >= FIRST_ABI_WITH_LOG_FLAGS else 0
    return _Rights(attributes, _access_bits(READ, version), _access_bits(WRITE, version), flags)


def _access_bits(names: Sequence[str], version: int) -> tuple[int, int]:
    on_file = [name for name in names if name in ON_A_FILE]
    return _rights_mask(FILE_SYSTEM, version, names), _rights_mask(FILE_SYSTEM, version, on_file)


def _rights_mask(table: dict[str, tuple[int, int]], version: int, names: Iterable[str] = ()) -> int:
    rows = [table[name] for name in names or table]
    return sum(bit for bit, since in rows if since <= version)


def _buffer(content: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(content, len(content))


def _add_path_rules(ruleset: int, paths: Iterable[str], rights: tuple[int, int]) -> None:
    on_directory, on_file = rights
    for path in paths:
        descriptor = os.open(path, OPEN_FLAGS)
        is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rule = _buffer(struct.pack("=Qi", on_directory if is_directory else on_file, descriptor))
        answer = kernel.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0)
        kernel.check_result(answer, f"cannot open {path!r} to the worker")
        os.close(descriptor)


def missing_landlock() -> list[str]:
    """Return why Landlock cannot be used here, with what to do about it; empty if it can."""
    version = landlock_abi()
    if version >= MINIMUM_ABI:
        return []
    return [ABSENT.get(-version, f"Landlock does not answer: {os.strerror(-version)}.")]


ABSENT = {
    errno.ENOSYS: (
        "The kernel has no Landlock: use Linux 5.13 or newer, built with "
        "CONFIG_SECURITY_LANDLOCK=y (Ubuntu 22.04, Debian 12, Fedora 35 and later have it)."
    ),
    errno.EOPNOTSUPP: (
        "Landlock is built into the kernel but disabled at boot: add 'landlock' to the "
        "kernel's lsm= boot parameter (keep those that /sys/kernel/security/lsm lists) and reboot."
    ),
    errno.EPERM: (
        "Something around this process refuses Landlock, most likely a container's seccomp "
        "profile: update the container engine, or allow the landlock_* system calls in the profile."
    ),
}
