"""Lock a freshly forked worker in, before the first line of learner code runs in it."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence

from autograder.worker import capabilities, kernel, landlock, seccomp, syscalls
from autograder.worker.rlimits import Limits, apply_limits

__all__ = ["Confinement", "Limits", "apply_limits", "missing_parts", "prepare_lock_in"]

PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
THREADS = "/proc/self/task"
LINKS_OF_A_SINGLE_THREAD = 3  # ".", the entry in its parent, and one thread


def missing_parts() -> list[str]:
    """Return the parts of strict isolation that this machine lacks.

    Returns
    -------
    list of str
        One sentence per part, with what to do about it; empty if strict isolation is available.
    """
    architecture = kernel.architecture()
    if architecture is None:
        return [WRONG_MACHINE]
    no_proc = [] if os.path.isdir(THREADS) else [NO_PROC]
    return no_proc + landlock.missing_landlock() + seccomp.missing_seccomp(architecture)


WRONG_MACHINE = (
    "Strict isolation is built for 64-bit Linux on x86-64 or ARM64 only: grade on such a machine, "
    "or in a Linux container or virtual machine."
)
NO_PROC = "The /proc file system is not mounted: mount it (mount -t proc proc /proc)."


def prepare_lock_in(keeps_files: bool = False) -> None:
    """Do the work that all workers share, in the process that forks them.

    That process loses its capability bounding set: a root program that it executes afterwards has
    no capabilities. Without strict isolation nothing happens.
    """
    if not missing_parts():
        _abi_and_filter(keeps_files)
        capabilities.empty_bounding_set()


class Confinement:
    """The files that a process may reach once it has locked itself in; paths are added before.

    Parameters
    ----------
    keeps_files : bool
        Whether it can remove no file, and rename over none: for a folder without a size of its own.

    Attributes
    ----------
    keeps_files : bool
        As given.
    ruleset : int
        A Landlock descriptor; it must stay open until `enter`.

    Raises
    ------
    OSError
        If the machine cannot lock a process in.
    """

    def __init__(self, keeps_files: bool = False) -> None:
        self.keeps_files = keeps_files
        self.version, self.program = _abi_and_filter(keeps_files)
        self.ruleset = landlock.create_ruleset(self.version)

    def allow(self, readable: Sequence[str], writable: Sequence[str]) -> None:
        """Add files that stay accessible.

        Parameters
        ----------
        readable : sequence of str
            Files, or directories with all below them, to read; those that do not exist are
            skipped. Nothing can be executed.
        writable : sequence of str
            The same to read, write, create, remove and rename. Each must exist, and belong to
            the user of the process: root's power over other users' files is gone.

        Raises
        ------
        OSError
            If a writable path does not exist.
        """
        landlock.allow_paths(self.ruleset, readable, writable, self.version)

    def enter(self, limits: Limits) -> None:
        """Permanently take from the calling process all that learner code does not need.

        Call it in a freshly forked child with one thread that holds no descriptor but the ruleset
        and those of the worker: whatever is open stays open. A child in which it raises
        is half locked in; end it.

        Parameters
        ----------
        limits : Limits
            Processor time, memory, file size and open files.

        Raises
        ------
        OSError
            If any part of it fails.
        """
        _require_single_thread()
        apply_limits(limits)
        kernel.check_result(kernel.prctl(PR_SET_NO_NEW_PRIVS, 1), "cannot set no-new-privileges")
        landlock.enter_ruleset(self.ruleset, self.version)
        os.close(self.ruleset)
        capabilities.drop_capabilities()
        hidden = kernel.prctl(PR_SET_DUMPABLE, 0)
        kernel.check_result(hidden, "cannot hide the worker from other processes")
        seccomp.install_filter(self.program, os.getpid())


@functools.cache
def _abi_and_filter(keeps_files: bool = False) -> tuple[int, seccomp.Program]:
    if missing := missing_parts():
        raise OSError(" ".join(missing))
    version = landlock.landlock_abi()
    landlock.prepare_rights(version)
    more = () if version >= landlock.TRUNCATE_ABI else (syscalls.TRUNCATE,)
    kept = syscalls.KEEPING_FILES if keeps_files else ()
    return version, seccomp.compile_filter(kernel.architecture() or "", (*more, *kept))


def _require_single_thread() -> None:
    if os.stat(THREADS).st_nlink != LINKS_OF_A_SINGLE_THREAD:
        raise OSError("this process has more than one thread: the others would not be locked in")
