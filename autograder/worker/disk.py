"""A worker's own disk: a file system in memory, of a fixed size, mounted over its scratch folder.

What lies in it counts until its last byte is gone, whether it has a name, a descriptor or only a
map, and whether or not somebody looks. The process that forks workers mounts it, in namespaces of
its own. Where the system grants none (most containers), workers keep every file (`kept_files`).
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from autograder.worker import kernel

MAX_BYTES = 256 << 20
MAX_ENTRIES = 2000  # files and folders
OPTIONS = f"size={MAX_BYTES},nr_inodes={MAX_ENTRIES + 1},mode=700"

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_PRIVATE, MS_REC = 2, 4, 8, 1 << 18, 1 << 14
MNT_DETACH = 2


def enter_mount_space() -> bool:
    """Move this process to namespaces in which it may mount; return False where there are none.

    A child tries it first: no process can leave a namespace of which the half does not work.
    """
    if not _succeeds_in_child():
        return False
    try:
        _enter()
    except OSError:
        return False
    return True


def mount_disk(folder: str) -> None:
    """Mount an empty disk over `folder`.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    _mount("autograder", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, OPTIONS)


def unmount_disk(folder: str) -> None:
    """Take the disk away from `folder`: its memory is free once no process holds it."""
    kernel.libc().umount2(os.fsencode(folder), MNT_DETACH)


def _succeeds_in_child() -> bool:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _enter()
            mount_disk("/dev/shm" if os.path.isdir("/dev/shm") else "/tmp")
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def _enter() -> None:
    user, group = os.geteuid(), os.getegid()
    answer = kernel.libc().unshare(CLONE_NEWUSER | CLONE_NEWNS)
    kernel.check_result(answer, "cannot make namespaces")
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{user} {user} 1")
    (own / "gid_map").write_text(f"{group} {group} 1")
    _mount("none", "/", None, MS_REC | MS_PRIVATE, None)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    data = None if options is None else options.encode()
    answer = kernel.libc().mount(*texts, ctypes.c_ulong(flags), data)
    kernel.check_result(answer, f"cannot mount {target!r}")
