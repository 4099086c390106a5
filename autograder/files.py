"""Files that are either whole or not there."""

import errno
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def write_atomically(file: Path, data: bytes) -> None:
    """Write `data` to `file`, making its folder; a reader sees the old content or the new.

    A link is followed. A device or a pipe is written to: nothing may take its place.
    """
    target = Path(os.path.realpath(file)) if os.path.islink(file) else Path(file)
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
    if _is_device(target):
        target.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:50]}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _is_device(file: Path) -> bool:
    """Whether there is a file that is neither a usual one nor a folder."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold a lock on `folder`, waiting until no other process holds it.

    Nothing is left in the folder. Where a folder cannot be locked (Windows, some network file
    systems) nobody waits: of two writers in the same instant the later one wins.
    """
    handle = -1
    with suppress(OSError):
        if fcntl:
            handle = os.open(folder, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def require_writable(file: Path) -> None:
    """Raise the OSError that writing `file` would raise, as far as it can be foreseen."""
    target = Path(os.path.realpath(file))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not target.exists() or target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent):
            pass


def explain_os_error(problem: OSError) -> str:
    """Return the reason why the system refused, in its own words."""
    if problem.strerror:
        return problem.strerror
    inner = re.search(r"\[Errno (\d+)\]", str(problem))  # an error of shutil.copytree lists several
    return os.strerror(int(inner[1])) if inner else str(problem)
