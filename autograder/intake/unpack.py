"""The sources of an entry, from a folder, an archive or a lone file, read with care."""

import errno
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from autograder.intake.archives import archive_kind, name_fullest, open_archive
from autograder.intake.find import has_suffix, lone_suffix
from autograder.intake.names import show_name
from autograder.intake.paths import (
    clean_path,
    find_environments,
    is_in_environment,
    is_junk,
    is_source,
)
from autograder.intake.rules import (
    ARCHIVES,
    ENVIRONMENT_MARKS,
    ENVIRONMENT_PARTS,
    JUNK,
    MACHINE_ERRORS,
    MAX_FILES,
    MAX_NOTEBOOK,
    MAX_SOURCE,
    MAX_VISITED,
    OTHER_ARCHIVES,
)
from autograder.intake.submission import Entry, Unusable

Source = tuple[str, Callable[[], bytes]]
Found = tuple[str, Callable[[int], bytes]]  # a clean path, and a reader of its first bytes
DAMAGED = "it is cut off or damaged; make it anew, and open it yourself before you hand it in"


def list_sources(entry: Entry) -> list[Source]:
    """Return the sources of `entry`, sorted: clean path and reader; `Unusable` says why not."""
    path = entry.path
    try:
        if not (path.is_dir() or path.is_file()):  # a pipe or a device may never end
            raise Unusable(f"{show_name(path.name)} is neither a folder nor a file")
        found = _find_sources(path, entry.module)
    except Unusable:
        raise
    except Exception as problem:  # a broken archive raises anything: zlib.error, struct.error
        raise_machine_fault(problem)
        raise Unusable(f"{show_name(path.name)} cannot be read: {_reason(problem)}") from None
    _require_few(MAX_FILES, "source files", [name for name, _ in found])
    sources = [(name, partial(read, _most_bytes(name) + 1)) for name, read in found]
    return sorted(sources, key=lambda source: source[0])


def _reason(problem: Exception) -> str:
    """Return what the system says, or that the content is not what its kind asks for."""
    return (isinstance(problem, OSError) and problem.strerror) or DAMAGED


def _most_bytes(name: str) -> int:
    return MAX_NOTEBOOK if name.lower().endswith(".ipynb") else MAX_SOURCE


def _require_few(most: int, what: str, paths: Sequence[str]) -> None:
    if len(paths) > most:
        fullest = name_fullest(dict.fromkeys(paths, 1))
        raise Unusable(f"it holds more than {most} {what}{fullest}")


def _find_sources(path: Path, module: str) -> list[Found]:
    if path.is_dir():
        return list(_walk_folder(path))
    if suffix := lone_suffix(path):
        name = f"{module}{suffix}" if module else clean_path(path.name)
        return [(name, partial(_read_file, path))] if is_source(name) else []
    members = open_archive(path)
    environments = find_environments(member.path for member in members)
    own = [
        member
        for member in members
        if not (is_junk(member.path) or is_in_environment(member.path, environments))
    ]
    _require_few(MAX_VISITED, "files", [member.path for member in own])
    return [(member.path, member.read) for member in own if is_source(member.path)]


def _walk_folder(path: Path) -> Iterator[Found]:
    visited: list[str] = []
    pending = [path]
    while pending:
        children = _list_children(pending.pop())
        is_environment = not ENVIRONMENT_MARKS.isdisjoint(child.name for child, _ in children)
        passed_over = JUNK | ENVIRONMENT_PARTS if is_environment else JUNK
        for child, mode in children:
            name = clean_path(child.relative_to(path).as_posix())
            visited.append(name)
            _require_few(MAX_VISITED, "files", visited)
            if stat.S_ISDIR(mode) and child.name not in passed_over:
                pending.append(child)
            elif stat.S_ISREG(mode) and is_source(name):
                yield name, partial(_read_file, child)


def _list_children(folder: Path) -> list[tuple[Path, int]]:
    """Return what lies in a folder, with its mode; nothing where no path can name it any more."""
    try:
        return [(child, child.lstat().st_mode) for child in sorted(folder.iterdir())]
    except OSError as problem:
        if problem.errno == errno.ENAMETOOLONG:
            return []
        raise


def _read_file(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def refuse_nested_archive(path: Path) -> None:
    """Raise `Unusable` where the work lies in an archive inside the entry."""
    for name in _list_names(path):
        if has_suffix(Path(name), (*ARCHIVES, *OTHER_ARCHIVES)):
            raise Unusable(
                f"it holds no source file but {show_name(name)}: unpack that, and hand in its files"
            )


def _list_names(path: Path) -> list[str]:
    if path.is_dir():
        return sorted(child.name for child in islice(path.iterdir(), MAX_VISITED))
    if path.is_file() and archive_kind(path) == "zip":
        with zipfile.ZipFile(path) as archive:
            return [PurePosixPath(clean_path(name)).name for name in archive.namelist()]
    return []


def read_source(read: Callable[[], bytes], name: str) -> bytes:
    """Return the content of one source; `Unusable` where it cannot be read or is too large."""
    try:
        data = read()
    except Unusable:
        raise
    except Exception as problem:  # as in `list_sources`
        raise_machine_fault(problem)
        raise Unusable(f"{show_name(name)} cannot be read: {_reason(problem)}") from None
    if len(data) > _most_bytes(name):
        raise Unusable(f"{show_name(name)} {_too_large(name)}")
    return data


def _too_large(name: str) -> str:
    if name.lower().endswith(".ipynb"):
        return f"is larger than {MAX_NOTEBOOK >> 20} MiB: clear its outputs, and save it"
    return f"holds more than {MAX_SOURCE >> 10} KiB of code"


def raise_machine_fault(problem: Exception) -> None:
    """Raise `problem` again if this machine caused it: no work is refused for a full disk."""
    if isinstance(problem, OSError) and problem.errno in MACHINE_ERRORS:
        raise problem
