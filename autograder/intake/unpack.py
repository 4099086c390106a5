"""What lies in a folder, in an archive or as a lone file: listed once, and read with care."""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.intake.archives import Member, name_fullest, open_archive
from autograder.intake.documents import is_document
from autograder.intake.paths import (
    clean_path,
    find_environments,
    is_archive,
    is_hidden,
    is_in_environment,
    is_junk,
    is_source,
    split_source,
)
from autograder.intake.rules import (
    ARCHIVES,
    ENVIRONMENT_MARKS,
    ENVIRONMENT_PARTS,
    JUNK,
    MACHINE_ERRORS,
    MAX_DOCUMENT,
    MAX_FILES,
    MAX_NOTEBOOK,
    MAX_SOURCE,
    MAX_VISITED,
    OTHER_ARCHIVES,
)
from autograder.intake.submission import Entry, Unusable
from autograder.words import show_name

Source = tuple[str, Callable[[], bytes]]  # a clean path, and its reader
DAMAGED = "it is cut off or damaged; make it anew, and open it yourself before you hand it in"


@dataclass(frozen=True)
class Contents:
    """What lies in a folder or an archive, but for what is passed over.

    Attributes
    ----------
    sources : list
        Clean path and reader of each source, sorted.
    archives : list of Member
        The archives in it, by their names, sorted.
    documents : list
        Clean path and reader of each file with the name of a document, sorted.
    others : list of Member
        All other files, by their names, sorted.
    """

    sources: list[Source]
    archives: list[Member]
    documents: list[Source] = field(default_factory=list)
    others: list[Member] = field(default_factory=list)


def list_contents(entry: Entry) -> Contents:
    """Return what lies in `entry`; `Unusable` says why that cannot be told."""
    path = entry.path
    try:
        if not (path.is_dir() or path.is_file()):  # a pipe or a device may never end
            raise Unusable(f"{show_name(path.name)} is neither a folder nor a file")
        listed = {member.path: member for member in _list_members(entry)}  # the last of a name
    except Unusable:
        raise
    except Exception as problem:  # a broken archive raises anything: zlib.error, struct.error
        raise_machine_fault(problem)
        raise Unusable(f"{show_name(path.name)} cannot be read: {_reason(problem)}") from None
    members = [listed[name] for name in sorted(listed)]
    sources = [member for member in members if is_source(member.path)]
    _require_few(MAX_FILES, "source files", [member.path for member in sources])
    packed = [one for one in members if is_archive(one.path, (*ARCHIVES, *OTHER_ARCHIVES))]
    documents = [member for member in members if is_document(member.path)]
    known = {member.path for member in (*sources, *packed, *documents)}
    return Contents(
        [(one.path, partial(one.read, _most_bytes(one.path) + 1)) for one in sources],
        packed,
        [(one.path, partial(one.read, MAX_DOCUMENT + 1)) for one in documents],
        [one for one in members if one.path not in known and not is_hidden(one.path)],
    )


def _reason(problem: Exception) -> str:
    """Return what the system says, or that the content is not what its kind asks for."""
    return (isinstance(problem, OSError) and problem.strerror) or DAMAGED


def _most_bytes(name: str) -> int:
    return MAX_NOTEBOOK if split_source(name)[1] == ".ipynb" else MAX_SOURCE


def _require_few(most: int, what: str, paths: Sequence[str]) -> None:
    if len(paths) > most:
        fullest = name_fullest(dict.fromkeys(paths, 1))
        raise Unusable(f"it holds more than {most} {what}{fullest}")


def _list_members(entry: Entry) -> list[Member]:
    path = entry.path
    if path.is_dir():
        return list(_walk_folder(path))
    if suffix := split_source(entry.read_as.name)[1]:
        name = f"{entry.module}{suffix}" if entry.module else clean_path(entry.read_as.name)
        return [Member(name, path.stat().st_size, partial(_read_file, path), path)]
    members = open_archive(path)
    environments = find_environments(member.path for member in members)
    own = [
        member
        for member in members
        if not (is_junk(member.path) or is_in_environment(member.path, environments))
    ]
    _require_few(MAX_VISITED, "files", [member.path for member in own])
    return own


def _walk_folder(path: Path) -> Iterator[Member]:
    visited: list[str] = []
    pending = [path]
    while pending:
        children = _list_children(pending.pop())
        is_environment = not ENVIRONMENT_MARKS.isdisjoint(child.name for child, _ in children)
        passed_over = JUNK | ENVIRONMENT_PARTS if is_environment else JUNK
        for child, status in children:
            name = clean_path(child.relative_to(path).as_posix())
            visited.append(name)
            _require_few(MAX_VISITED, "files", visited)
            if stat.S_ISDIR(status.st_mode) and child.name not in passed_over:
                pending.append(child)
            elif stat.S_ISREG(status.st_mode):
                yield Member(name, status.st_size, partial(_read_file, child), child)


def _list_children(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """Return what lies in a folder, with its status; nothing where no path can name it any more."""
    try:
        return [(child, child.lstat()) for child in sorted(folder.iterdir())]
    except OSError as problem:
        if problem.errno == errno.ENAMETOOLONG:
            return []
        raise


def _read_file(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def read_source(read: Callable[[], bytes], name: str) -> bytes:
    """Return the content of one source; `Unusable` where it cannot be read or is too large."""
    data = read_whole(read, name)
    if len(data) > _most_bytes(name):
        raise Unusable(f"{show_name(name)} {_too_large(name)}")
    return data


def read_whole(read: Callable[[], bytes], name: str) -> bytes:
    """Return what a reader gives; `Unusable` where that cannot be read."""
    try:
        return read()
    except Unusable:
        raise
    except Exception as problem:  # as in `list_contents`
        raise_machine_fault(problem)
        raise Unusable(f"{show_name(name)} cannot be read: {_reason(problem)}") from None


def _too_large(name: str) -> str:
    if split_source(name)[1] == ".ipynb":
        return f"is larger than {MAX_NOTEBOOK >> 20} MiB: clear its outputs, and save it"
    return f"holds more than {MAX_SOURCE >> 10} KiB of code"


def raise_machine_fault(problem: Exception) -> None:
    """Raise `problem` again if this machine caused it: no work is refused for a full disk."""
    if isinstance(problem, OSError) and problem.errno in MACHINE_ERRORS:
        raise problem
