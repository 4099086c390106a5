"""The one folder a worker may write: measured while it runs, gone afterwards."""

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.worker.disk import MAX_BYTES, MAX_ENTRIES

GONE_ERRORS = (errno.ENOENT, errno.ENOTDIR)  # removed in the meantime


def make_folder(home: Path) -> Path:
    """Make a private empty folder in `home`."""
    return Path(tempfile.mkdtemp(prefix="autograder-", dir=home)).resolve()


def remove_folder(folder: Path) -> None:
    """Remove `folder`, however deep it nests and whatever modes it was given."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf", "--"]):
            subprocess.run([*command, str(folder)], check=False, stderr=subprocess.DEVNULL)


def is_overfull(folder: Path) -> bool:
    """Whether `folder` holds more than `MAX_BYTES` or `MAX_ENTRIES`; counts no further than that.

    A folder that cannot be read, too deep to name or closed to its owner, counts as overfull.
    """
    total = entries = 0
    pending = [str(folder)]
    try:
        while pending:
            for entry in _scan_entries(pending.pop()):
                entries += 1
                total += _entry_size(entry)
                if total > MAX_BYTES or entries > MAX_ENTRIES:
                    return True
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
    except OSError as problem:
        return problem.errno not in GONE_ERRORS
    return False


def _scan_entries(folder: str) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as problem:
        if problem.errno not in GONE_ERRORS:
            raise


def _entry_size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
