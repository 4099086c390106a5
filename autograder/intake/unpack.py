"""The files of an entry, from a folder, a zip, a tar archive or a lone file, read with care."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from autograder.intake.names import make_encodable
from autograder.intake.rules import (
    ARCHIVES,
    JUNK,
    LONGEST_NAME,
    MACHINE_ERRORS,
    MAX_ARCHIVE,
    MAX_FILE,
    MAX_FILES,
    MAX_READ,
    MAX_UNPACKED,
    MAX_VISITED,
    OTHER_ARCHIVES,
    REPRO_SCRIPT,
    ZIP_MEMBER,
)
from autograder.intake.submission import Entry, Unusable
from autograder.intake.suffixes import has_suffix, split_source

Source = tuple[str, Callable[[], bytes]]
TOO_MANY = f"it holds more than {MAX_VISITED} files"


def list_sources(entry: Entry) -> list[Source]:
    """Return the sources of `entry`, sorted: name and reader; `Unusable` says why not."""
    path = entry.path
    try:
        _require_kind(entry)
        sources = list(_limit_files(_open_sources(entry)))
    except Unusable:
        raise
    except Exception as problem:  # a broken archive raises anything: zlib.error, struct.error
        raise_machine_fault(problem)
        why = problem or type(problem).__name__
        raise Unusable(f"{make_encodable(path.name)} cannot be read: {why}") from None
    return sorted(sources, key=lambda source: source[0])


def refuse_nested_archive(path: Path) -> None:
    """Raise `Unusable` where the work lies in an archive inside the entry."""
    for name in _list_names(path):
        if has_suffix(Path(name), (*ARCHIVES, *OTHER_ARCHIVES)) and name.isprintable():
            raise Unusable(
                f"it holds no source file but {name}: unpack that, and hand in its files"
            )


def _list_names(path: Path) -> list[str]:
    if path.is_dir():
        return sorted(child.name for child in islice(path.iterdir(), MAX_VISITED))
    if has_suffix(path, (".zip",)):
        with zipfile.ZipFile(path) as archive:
            return [PurePosixPath(name).name for name in archive.namelist()]
    return []


def _require_kind(entry: Entry) -> None:
    """Refuse pipes and devices, which may never end, and archives that are too large."""
    path = entry.path
    if not (path.is_dir() or path.is_file()):
        raise Unusable(f"{make_encodable(path.name)} is neither a folder nor a file")
    if path.is_file() and has_suffix(path, OTHER_ARCHIVES):
        raise Unusable(f"{make_encodable(path.name)} is not read; wanted {', '.join(ARCHIVES)}")
    if path.is_file() and has_suffix(entry.read_as, ARCHIVES) and path.stat().st_size > MAX_ARCHIVE:
        raise Unusable(f"{make_encodable(path.name)} is larger than {MAX_ARCHIVE >> 20} MiB")


def _limit_files(sources: Iterator[Source]) -> Iterator[Source]:
    for count, source in enumerate(sources):
        if count >= MAX_FILES:
            raise Unusable(f"it holds more than {MAX_FILES} source files")
        yield source


def _open_sources(entry: Entry) -> Iterator[Source]:
    path, read_as = entry.path, entry.read_as
    if path.is_dir():
        return _walk_folder(path)
    if has_suffix(read_as, (".zip",)):
        return _walk_zip(path)
    if has_suffix(read_as, ARCHIVES):
        return _walk_tar(path)
    name = f"{entry.module}{split_source(read_as.name)[1]}" if entry.module else read_as.name
    return iter([(name, lambda: _read_file(path))] if _is_source_name(name) else [])


def _walk_folder(path: Path) -> Iterator[Source]:
    visited = 0
    pending = [path]
    while pending:
        for child in sorted(pending.pop().iterdir()):
            visited += 1
            if visited > MAX_VISITED:
                raise Unusable(TOO_MANY)
            mode = child.lstat().st_mode
            if stat.S_ISDIR(mode) and child.name not in JUNK:
                pending.append(child)
            elif stat.S_ISREG(mode) and _is_source_name(child.relative_to(path).as_posix()):
                yield child.relative_to(path).as_posix(), lambda child=child: _read_file(child)  # type: ignore[misc]


def _read_file(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_FILE + 1)


def _walk_zip(path: Path) -> Iterator[Source]:
    if path.read_bytes().count(ZIP_MEMBER) > MAX_VISITED:
        raise Unusable(TOO_MANY)
    with zipfile.ZipFile(path) as archive:
        members = [info for info in archive.infolist() if _is_zip_source(info)]
    for info in members:
        yield info.filename, lambda info=info: _read_zip(path, info)  # type: ignore[misc]


def _is_zip_source(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and not info.is_dir() and _is_source_name(info.filename)


def _read_zip(path: Path, info: zipfile.ZipInfo) -> bytes:
    with zipfile.ZipFile(path) as archive, archive.open(info) as stream:
        return stream.read(MAX_FILE + 1)


def _walk_tar(path: Path) -> Iterator[Source]:
    size_read = 0
    with (
        gzip.open(path) as packed,
        tarfile.open(fileobj=_BoundedStream(packed), mode="r|") as archive,
    ):
        for visited, info in enumerate(archive):
            if visited > MAX_VISITED:
                raise Unusable(TOO_MANY)
            if info.isfile() and _is_source_name(info.name):
                data = _read_tar(archive, info)
                size_read += len(data)
                if size_read > MAX_READ:
                    raise Unusable(f"its source files exceed {MAX_READ >> 20} MiB in total")
                yield info.name.removeprefix("./"), lambda data=data: data  # type: ignore[misc]


class _BoundedStream(io.BufferedIOBase):
    """A stream that raises an error at the limit of unpacked bytes, against archive bombs."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self.stream = stream
        self.left = MAX_UNPACKED

    def read(self, size: int | None = -1, /) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise Unusable(f"it unpacks to more than {MAX_UNPACKED >> 20} MiB")
        return data


def _read_tar(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(info)
    return stream.read(MAX_FILE + 1) if stream else b""


def _is_source_name(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    is_outside = path.is_absolute() or ".." in path.parts or "\0" in name
    is_hidden = any(part in JUNK or part.startswith(".") for part in path.parts)
    is_hidden = is_hidden or REPRO_SCRIPT.fullmatch(path.name) is not None
    is_printable = name.isprintable() and all(
        len(part.encode()) <= LONGEST_NAME for part in path.parts
    )
    is_reachable = not is_outside and not is_hidden and len(path.parts) < 20
    return bool(split_source(name)[1]) and is_printable and is_reachable


def read_source(read: Callable[[], bytes], name: str) -> bytes:
    """Return the content of one source; `Unusable` where it cannot be read or is too large."""
    try:
        data = read()
    except Exception as problem:  # as in `list_sources`
        raise_machine_fault(problem)
        raise Unusable(f"{name} cannot be read: {problem or type(problem).__name__}") from None
    if len(data) > MAX_FILE:
        raise Unusable(f"{name} is larger than {MAX_FILE >> 20} MiB")
    return data


def raise_machine_fault(problem: Exception) -> None:
    """Raise `problem` again if this machine caused it: no work is refused for a full disk."""
    if isinstance(problem, OSError) and problem.errno in MACHINE_ERRORS:
        raise problem
