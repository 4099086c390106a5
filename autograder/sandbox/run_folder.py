"""The folder for all that is temporary in a run: gone with the run, or swept by the next one.

It holds copies of students' work, so none may stay. Its owner holds a lock on it for as long as it
lives: the system lets go of that however the owner ends, and then anybody of the same user may
remove the folder.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path

from autograder.sandbox.scratch import make_folder, remove_folder

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PREFIX = "autograder-run-"
LAST = -1000  # after multiprocessing's own files, which may lie there


@dataclass(frozen=True)
class RunFolder:
    """A folder, and the open file that holds its lock; -1 where none can be held."""

    path: Path
    lock: int

    def remove(self) -> None:
        """Remove it."""
        remove_folder(self.path)
        with suppress(OSError):
            os.close(self.lock)


_run_folders: dict[str, RunFolder] = {}  # by the place for temporary files, which a judge changes


def find_run_folder() -> Path:
    """Return the folder of this run; the first call makes it, and sweeps those of dead runs."""
    home = tempfile.gettempdir()
    known = _run_folders.get(home)
    if known is None or not known.path.is_dir():
        sweep_folders(Path(home))
        known = _run_folders[home] = _make_run_folder(home)
        Finalize(None, known.remove, exitpriority=LAST)  # in this process: in no fork of it
    return known.path


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Lend an empty folder."""
    folder = make_folder(find_run_folder())
    try:
        yield folder
    finally:
        remove_folder(folder)


def _make_run_folder(home: str) -> RunFolder:
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home)).resolve()
        if fcntl is None:
            return RunFolder(path, -1)
        lock = _lock_folder(path)
        if lock >= 0 or path.is_dir():  # else another run took it for a dead one's
            return RunFolder(path, lock)


def sweep_folders(home: Path) -> None:
    """Remove the folders in `home` that runs of this user left when they were killed."""
    if fcntl is None:
        return
    for folder in home.glob(f"{PREFIX}*"):
        with suppress(OSError):
            is_own = folder.lstat().st_uid == os.geteuid()
            if is_own and (lock := _lock_folder(folder)) >= 0:
                remove_folder(folder)
                os.close(lock)


def _lock_folder(folder: Path) -> int:
    """Return an open file that holds the lock on `folder`; -1 where somebody else does, or might.

    A link is not followed. Where a file system has no locks, none of its folders is ever swept.
    """
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), os.stat(folder)):
            return handle
    except OSError:
        pass
    if handle >= 0:
        os.close(handle)
    return -1
