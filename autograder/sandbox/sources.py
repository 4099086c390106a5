"""What a submission imports, read in a worker: Python's parser takes hostile text.

A few kilobytes can keep the parser busy for a second, or take memory by the gigabyte. Here that
costs a deadline, and a process that is not ours.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from autograder.sandbox.failures import CheckFailure, TimedOut
from autograder.sandbox.handle import Launcher, WorkerHandle

SECONDS = 5.0  # for all files: honest ones take milliseconds
CPU_SECONDS, MEMORY_MB = 6, 1024
TOO_LONG = "{} cannot be read: to find its imports takes longer than {:.3g} s"
TOO_MUCH = "{} cannot be read: to find its imports takes too much memory"


def read_imports(
    folder: Path, launcher: Launcher, seconds: float = SECONDS
) -> Mapping[str, list[str] | str]:
    """Return what each Python file in `folder` imports, by its stem, or why that cannot be told.

    Parameters
    ----------
    folder : Path
        A private copy; folders in it are left out.
    launcher : Launcher
        Starts the worker that reads; a second one where a file ended the first.
    seconds : float
        The time that all of them may take.
    """
    limit = min(seconds, SECONDS)
    deadline = time.monotonic() + limit
    files = [path for path in sorted(folder.iterdir()) if path.suffix == ".py" and path.is_file()]
    found: dict[str, list[str] | str] = {}
    while files:
        with launcher.start_worker(folder, CPU_SECONDS, MEMORY_MB) as worker:
            found |= _read_files(files, worker, deadline, limit)
        files = [file for file in files if file.stem not in found]
        if time.monotonic() >= deadline:
            late = {file.stem: TOO_LONG.format(file.name, limit) for file in files}
            return found | late
    return found


def _read_files(
    files: list[Path], worker: WorkerHandle, deadline: float, limit: float
) -> dict[str, list[str] | str]:
    """Return what `worker` finds in `files`, up to the one that ends it."""
    found: dict[str, list[str] | str] = {}
    for file in files:
        try:
            left = max(0.0, deadline - time.monotonic())
            found[file.stem] = _read_file(file, worker, left)
        except CheckFailure as problem:
            why = TOO_LONG if isinstance(problem, TimedOut) else TOO_MUCH
            return found | {file.stem: why.format(file.name, limit)}
    return found


def _read_file(file: Path, worker: WorkerHandle, seconds: float) -> list[str]:
    answer = worker.call_probe("statements.list_imports", {"file": str(file)}, seconds)
    return [name for name in answer if isinstance(name, str)]
