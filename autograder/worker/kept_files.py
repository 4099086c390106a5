"""Removing and replacing files where the system has no disk of a fixed size for a worker.

A file without a name is seen by nobody who measures a folder, and stays as long as a map of one
page. So the system-call filter refuses to remove a file or to rename over one, and what Python
calls for it moves the old file away, into a folder that is measured as well.
"""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import stat
from collections.abc import Callable
from typing import Any

from autograder.worker import kernel
from autograder.worker.syscalls import RENAME_EXCHANGE, RENAME_NOREPLACE

AT_FDCWD = -100
FOLDER = ".removed"
RENAMEAT2 = {"x86_64": 316, "aarch64": 276}


def install(scratch: str) -> None:
    """Let Python's own functions keep what they remove in `scratch`."""
    remove, rename = make_functions(scratch)
    for name, function in (("remove", remove), ("unlink", remove)):
        setattr(os, name, function)
    for name in ("rename", "replace"):
        setattr(os, name, rename)


def make_functions(scratch: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """Return what stands for `os.remove` and for `os.replace`, with their arguments."""
    numbers = itertools.count()
    folder = os.path.join(scratch, FOLDER)

    def remove(path: Any, *, dir_fd: int | None = None) -> None:
        if stat.S_ISDIR(os.stat(path, dir_fd=dir_fd, follow_symlinks=False).st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        os.makedirs(folder, exist_ok=True)
        _rename(path, os.path.join(folder, str(next(numbers))), RENAME_NOREPLACE, dir_fd)

    def replace(
        src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None
    ) -> None:
        try:
            _rename(src, dst, RENAME_NOREPLACE, src_dir_fd, dst_dir_fd)
            return
        except FileExistsError:
            old = os.stat(dst, dir_fd=dst_dir_fd, follow_symlinks=False)
            new = os.stat(src, dir_fd=src_dir_fd, follow_symlinks=False)
        if os.path.samestat(old, new):
            return
        if stat.S_ISDIR(old.st_mode) and stat.S_ISDIR(new.st_mode):
            os.rmdir(dst, dir_fd=dst_dir_fd)
            _rename(src, dst, RENAME_NOREPLACE, src_dir_fd, dst_dir_fd)
            return
        for wrong in (old, new):
            if stat.S_ISDIR(wrong.st_mode):
                number = errno.EISDIR if wrong is old else errno.ENOTDIR
                raise OSError(number, os.strerror(number), src, None, dst)
        _rename(src, dst, RENAME_EXCHANGE, src_dir_fd, dst_dir_fd)
        remove(src, dir_fd=src_dir_fd)

    return remove, replace


def _rename(
    src: Any, dst: Any, flags: int, src_dir_fd: int | None = None, dst_dir_fd: int | None = None
) -> None:
    number = RENAMEAT2[kernel.architecture() or ""]
    names = [ctypes.create_string_buffer(os.fsencode(path)) for path in (src, dst)]
    folders = [AT_FDCWD if fd is None else fd for fd in (src_dir_fd, dst_dir_fd)]
    if kernel.syscall(number, folders[0], names[0], folders[1], names[1], flags) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), src, None, dst)
