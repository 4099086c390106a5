"""Staging: from an entry to a submission, a private copy of its sources.

The copy holds only Python files and notebooks, so that nothing in it can surprise, and changes to
the original while it is graded do not matter.
"""

from collections.abc import Sequence
from pathlib import Path

from autograder.intake.choose import choose_targets
from autograder.intake.hash import hash_files
from autograder.intake.notebook import NoNotebook, reduce_notebook
from autograder.intake.refuse import find_refused
from autograder.intake.rules import MAX_READ, MAX_SOURCE, MAX_TOTAL
from autograder.intake.submission import Entry, Submission, Unusable
from autograder.intake.unpack import (
    list_sources,
    raise_machine_fault,
    read_source,
    refuse_nested_archive,
)


def stage_entry(entry: Entry, modules: Sequence[str], into: Path) -> Submission:
    """Copy the sources of `entry` to the empty folder `into`.

    Parameters
    ----------
    entry : Entry
        Folder, archive, notebook or module.
    modules : sequence of str
        The module names of the course; the shallowest folder that holds one becomes the root.
    into : Path
        The folder for the copy.

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
        total += _copy_source(data, into / targets[name], name)
        if total > MAX_TOTAL or size_read > MAX_READ:
            raise Unusable(f"its source files exceed {MAX_TOTAL >> 20} MiB in total")
    submission = _make_submission(entry, into, modules)
    if not submission.files:
        refuse_nested_archive(entry.path)
    return submission


def _copy_source(data: bytes, target: Path, name: str) -> int:
    data = _reduce_source(data) if name.lower().endswith(".ipynb") else data
    if len(data) > MAX_SOURCE:
        raise Unusable(f"{name} holds more than {MAX_SOURCE >> 10} KiB of code")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as problem:  # one name as file and as folder, too long a path
        raise_machine_fault(problem)
        raise Unusable(f"{name} cannot be unpacked: {problem.strerror}") from None
    return len(data)


def _reduce_source(notebook: bytes) -> bytes:
    try:
        return reduce_notebook(notebook)
    except NoNotebook:
        return notebook[:1000]  # enough for a hash; `refused_modules` says why


def _make_submission(entry: Entry, folder: Path, modules: Sequence[str]) -> Submission:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = tuple(path.relative_to(folder).as_posix() for path in paths)
    refused = find_refused(folder, modules)
    return Submission(entry.name, folder.resolve(), hash_files(folder, files), files, refused)
