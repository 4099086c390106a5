"""An entry made a submission: what counts of it, copied to a folder of our own.

The copy holds only Python files and notebooks, so that nothing in it can surprise and nothing
that happens to the original while grading matters.
"""

from collections.abc import Sequence
from pathlib import Path

from autograder.intake.choose import choose_targets
from autograder.intake.hash import sha256_of
from autograder.intake.notebook import NoNotebook, slim
from autograder.intake.refuse import refused_modules
from autograder.intake.rules import MAX_READ, MAX_SOURCE, MAX_TOTAL
from autograder.intake.submission import Entry, Submission, Unusable
from autograder.intake.unpack import (
    list_sources,
    raise_own_fault,
    read_source,
    refuse_nested_archive,
)


def stage(entry: Entry, modules: Sequence[str], into: Path) -> Submission:
    """Copy what counts of `entry` to the empty folder `into`.

    Parameters
    ----------
    entry : Entry
        Folder, archive, notebook or module.
    modules : sequence of str
        The module names of the course; the shallowest folder that holds one becomes the root.
    into : Path
        Where the copy goes.

    Raises
    ------
    Unusable
        When the entry cannot be read or is too large.
    """
    if entry.is_link:
        raise Unusable("it is a symbolic link; wanted the work itself")
    sources = list_sources(entry)
    targets = choose_targets([name for name, _ in sources], modules)
    total = size_read = 0
    for name, read in sources:
        if name not in targets:
            continue
        data = read_source(read, name)
        size_read += len(data)
        total += _copy(data, into / targets[name], name)
        if total > MAX_TOTAL or size_read > MAX_READ:
            raise Unusable(f"its source files exceed {MAX_TOTAL >> 20} MiB in total")
    submission = _hashed(entry, into, modules)
    if not submission.files:
        refuse_nested_archive(entry.path)
    return submission


def _copy(data: bytes, target: Path, name: str) -> int:
    data = _slim(data) if name.lower().endswith(".ipynb") else data
    if len(data) > MAX_SOURCE:
        raise Unusable(f"{name} holds more than {MAX_SOURCE >> 10} KiB of code")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as problem:  # one name as file and as folder, too long a path
        raise_own_fault(problem)
        raise Unusable(f"{name} cannot be unpacked: {problem.strerror}") from None
    return len(data)


def _slim(notebook: bytes) -> bytes:
    try:
        return slim(notebook)
    except NoNotebook:
        return notebook[:1000]  # enough for a hash; `refused_modules` says why


def _hashed(entry: Entry, folder: Path, modules: Sequence[str]) -> Submission:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = tuple(path.relative_to(folder).as_posix() for path in paths)
    refused = refused_modules(folder, modules)
    return Submission(entry.name, folder.resolve(), sha256_of(folder, files), files, refused)
