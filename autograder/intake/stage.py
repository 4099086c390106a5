"""Staging: from an entry to a submission, a private copy of its sources.

The copy holds only Python files and notebooks, so that nothing in it can surprise, and changes to
the original while it is graded do not matter.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from autograder.intake.choose import choose_targets
from autograder.intake.hash import hash_files
from autograder.intake.names import show_name
from autograder.intake.notebook import NoNotebook, reduce_notebook
from autograder.intake.paths import reason_against
from autograder.intake.refuse import find_blocked, find_refused
from autograder.intake.rules import MAX_READ, MAX_SOURCE, MAX_TOTAL
from autograder.intake.submission import Entry, Submission, Unusable
from autograder.intake.unpack import (
    list_sources,
    raise_machine_fault,
    read_source,
    refuse_nested_archive,
)
from autograder.intake.written import save_written_files


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
    left_out = {name: why for name, target in targets.items() if (why := reason_against(target))}
    total = size_read = 0
    damaged: dict[str, str] = {}
    for name, read in sources:
        if name not in targets or name in left_out:
            continue
        data = read_source(read, name)
        size_read += len(data)
        total += _copy_source(data, into, targets[name], name, damaged)
        if size_read > MAX_READ:
            raise Unusable(f"it is more than {MAX_READ >> 20} MiB; clear the notebooks' outputs")
        if total > MAX_TOTAL:
            raise Unusable(f"its source files exceed {MAX_TOTAL >> 20} MiB in total")
    refused = [f"{show_name(name)} was left out: {why}" for name, why in left_out.items()]
    notes = (*refused, *save_written_files(into))
    submission = _make_submission(entry, into, modules, damaged, notes)
    if not submission.files:
        refuse_nested_archive(entry.path)
        if refused:
            raise Unusable(f"{refused[0]}; rename it, or move it up")
    return submission


def _copy_source(data: bytes, folder: Path, target: str, name: str, damaged: dict[str, str]) -> int:
    """Write what counts of a source to `target`; keep in `damaged` why that is nothing."""
    file = folder / target
    try:
        data = _plain_source(data, file.suffix)
    except NoNotebook as problem:
        damaged[target] = str(problem)
        data = data[:1000]  # enough for a hash
    if len(data) > MAX_SOURCE:
        raise Unusable(f"{show_name(name)} holds more than {MAX_SOURCE >> 10} KiB of code")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as problem:  # one name as file and as folder, too long a path
        raise_machine_fault(problem)
        raise Unusable(f"{show_name(name)} cannot be unpacked: {problem.strerror}") from None
    return len(data)


def _plain_source(data: bytes, suffix: str) -> bytes:
    """Return the code of a source; editors on Windows write UTF-16, which Python does not read."""
    if suffix.lower() == ".ipynb":
        return reduce_notebook(data)
    encoding = json.detect_encoding(data)
    if not encoding.startswith(("utf-16", "utf-32")):
        return data
    try:
        return data.decode(encoding).encode()
    except UnicodeError:
        return data


def _make_submission(
    entry: Entry,
    folder: Path,
    modules: Sequence[str],
    damaged: dict[str, str],
    notes: tuple[str, ...],
) -> Submission:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = tuple(path.relative_to(folder).as_posix() for path in paths)
    return Submission(
        entry.name,
        folder.resolve(),
        hash_files(folder, files),
        files,
        find_refused(folder, modules, damaged),
        find_blocked(folder, modules, damaged),
        notes=notes,
    )
