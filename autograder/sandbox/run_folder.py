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
        try:
            return RunFolder(path, -1 if fcntl is None else _lock_folder(path))
        except (BlockingIOError, FileNotFoundError):
            continue  # between making and locking it another run took it for a dead one's
        except OSError:  # a file system without locks: none of its folders is ever swept
            return RunFolder(path, -1)


def sweep_folders(home: Path) -> None:
    """Remove the folders in `home` that runs of this user left when they were killed."""
    if fcntl is None:
        return
    for folder in home.glob(f"{PREFIX}*"):
        with suppress(OSError):
            is_own = folder.lstat().st_uid == os.geteuid()
            if is_own:
                lock = _lock_folder(folder)
                remove_folder(folder)
                os.close(lock)


def _lock_folder(folder: Path) -> int:
    """Return an open file that holds the lock on `folder`; a link is not followed.

    Raises
    ------
    BlockingIOError
        If somebody else holds it.
    FileNotFoundError
        If the folder is gone, or another one has its name.
    OSError
        If it cannot be locked.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), os.stat(folder)):
            raise FileNotFoundError(folder)
    except OSError:
        os.close(handle)
        raise
    return handle
