"""Archives by what they are, whatever their name says: opened once, listed and read within limits.

Members are read from the open archive, so it is closed when the last of their readers is gone.
"""

import bz2
import gzip
import lzma
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from autograder.intake.paths import clean_path, find_fullest
from autograder.intake.rules import (
    MAX_ARCHIVE,
    MAX_LISTED,
    MAX_UNPACKED,
    WANTED_ARCHIVES,
    ZIP_MEMBER,
)
from autograder.intake.submission import Unusable
from autograder.words import show_name

MAGIC = (  # where a file of the kind has which bytes
    ("zip", 0, b"PK\x03\x04"),
    ("zip", 0, b"PK\x05\x06"),  # an empty one
    ("zip", 0, b"PK\x07\x08"),  # one part of several
    ("gzip", 0, b"\x1f\x8b"),
    ("bzip2", 0, b"BZh"),
    ("xz", 0, b"\xfd7zXZ\0"),
    ("tar", 257, b"ustar"),
    ("a RAR archive", 0, b"Rar!"),
    ("a 7z archive", 0, b"7z\xbc\xaf\x27\x1c"),
    ("a Zstandard archive", 0, b"\x28\xb5\x2f\xfd"),
    ("a PDF document", 0, b"%PDF"),
    ("a web page", 0, b"<"),
    ("empty", 0, b""),
)
UNPACKERS: dict[str, Callable[[Path], Any]] = {
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": lzma.open,
    "tar": partial(open, mode="rb"),
}
KINDS = {  # of archives that are read, by what they hold, to the suffix of each
    "zip": ".zip",
    "gzip": ".tar.gz",
    "bzip2": ".tar.bz2",
    "xz": ".tar.xz",
    "tar": ".tar",
}
ENCRYPTED = 0x1  # a member's flags
NAMED_IN_UTF8 = 0x800
HEAD = 512  # bytes that tell the kind, and a block of a tar
PART = 1 << 20  # bytes copied at once


@dataclass(frozen=True)
class Member:
    """A file in an archive or a folder.

    Attributes
    ----------
    path : str
        Its clean path.
    size : int
        Its size unpacked, as the archive says.
    read : callable
        Returns its first bytes, at most as many as asked for.
    file : Path or None
        Where it lies, in a folder.
    """

    path: str
    size: int
    read: Callable[[int], bytes]
    file: Path | None = None


def archive_kind(path: Path) -> str:
    """Return ``zip``, how a tar is packed, or in words what else it is; '' where nobody knows."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        return "empty"
    kinds = (kind for kind, at, magic in MAGIC if magic and head[at:].startswith(magic))
    if kind := next(kinds, ""):
        return kind
    if zipfile.is_zipfile(path):
        return "zip"
    is_block = len(head) == HEAD and head[:1] != b"\0"  # it begins with a name
    return "tar" if is_block and tarfile.is_tarfile(path) else ""  # of 1979: no mark in it


def open_archive(path: Path) -> list[Member]:
    """Return the files in an archive; `Unusable` where it is none, or larger than allowed."""
    kind = archive_kind(path)
    if kind not in KINDS:
        what = f"is {kind}" if kind else "is no archive"
        raise Unusable(f"{show_name(path.name)} {what}; hand in a {WANTED_ARCHIVES}")
    members = _open_zip(path) if kind == "zip" else _open_tar(path, UNPACKERS[kind])
    if path.stat().st_size > MAX_ARCHIVE:
        raise Unusable(f"it is larger than {MAX_ARCHIVE >> 20} MiB{_fullest_note(members)}")
    return members


def _fullest_note(members: list[Member]) -> str:
    return name_fullest({member.path: member.size for member in members})


def name_fullest(sizes: dict[str, int]) -> str:
    """Return the end of a sentence on a limit: the folder that holds most."""
    folder = find_fullest(sizes)
    return f", most in {show_name(folder)}: leave that out" if folder else ""


def _open_zip(path: Path) -> list[Member]:
    _require_few_members(path)
    archive = zipfile.ZipFile(path)
    return [
        Member(member_path(info), info.file_size, partial(_read_zip, archive, info))
        for info in archive.infolist()
        if is_plain_member(info)
    ]


def is_plain_member(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file: no folder, link, device or pipe."""
    return stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG) and not info.is_dir()


def _require_few_members(path: Path) -> None:
    """Count before zipfile does: it makes an object of each."""
    count, tail = 0, b""
    with path.open("rb") as stream:
        while part := stream.read(PART):
            count += (tail + part).count(ZIP_MEMBER)
            tail = part[-len(ZIP_MEMBER) + 1 :]
            if count > MAX_LISTED:
                raise Unusable(f"it holds more than {MAX_LISTED} files")


def member_path(info: zipfile.ZipInfo) -> str:
    """Return the clean path of a member; macOS writes UTF-8 and does not say so."""
    try:
        name = info.filename.encode("cp437") if not info.flag_bits & NAMED_IN_UTF8 else b""
        return clean_path(name.decode() or info.filename)
    except UnicodeError:
        return clean_path(info.filename)


def _read_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int) -> bytes:
    if info.flag_bits & ENCRYPTED:
        raise Unusable("the archive is encrypted; make it without a password")
    try:
        with archive.open(info) as stream:
            return stream.read(size)
    except NotImplementedError:
        raise Unusable(
            f"{show_name(member_path(info))} is packed by a method that is not read; "
            "make a plain .zip, as your system's own menu does"
        ) from None


def _open_tar(path: Path, unpack: Callable[[Path], IO[bytes]]) -> list[Member]:
    """Unpack the tar to a file without a name: its members can be read in any order then."""
    plain = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as there are readers)
    try:
        with unpack(path) as packed:
            is_whole = _copy_bounded(packed, plain)
        archive = _Tar.open(fileobj=plain, mode="r:")
    except BaseException:
        plain.close()
        raise
    members = list(_list_tar(archive, is_whole))
    if not is_whole:
        raise Unusable(f"it unpacks to more than {MAX_UNPACKED >> 20} MiB{_fullest_note(members)}")
    return members


class _Tar(tarfile.TarFile):
    """A tar that closes its file when nobody reads from it any more, as a zip does."""

    def __del__(self) -> None:
        assert self.fileobj is not None
        self.fileobj.close()


def _copy_bounded(source: IO[bytes], target: IO[bytes]) -> bool:
    """Copy as much as may be; return whether that is all."""
    left = MAX_UNPACKED
    while part := source.read(PART):
        left -= len(part)
        if left < 0:
            break
        target.write(part)
    target.seek(0)
    return left >= 0


def _list_tar(archive: tarfile.TarFile, is_whole: bool) -> Iterator[Member]:
    with nullcontext() if is_whole else suppress(tarfile.ReadError):
        for count, info in enumerate(archive):
            if count >= MAX_LISTED:
                raise Unusable(f"it holds more than {MAX_LISTED} files")
            if info.isfile():
                yield Member(clean_path(info.name), info.size, partial(_read_tar, archive, info))


def _read_tar(archive: tarfile.TarFile, info: tarfile.TarInfo, size: int) -> bytes:
    stream = archive.extractfile(info)
    return stream.read(size) if stream else b""
