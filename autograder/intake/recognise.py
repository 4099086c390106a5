"""What a file in an inbox is, by its first bytes, where its name does not say."""

import gzip
import zipfile
from collections.abc import Sequence
from pathlib import Path

from autograder.intake.handout import guess_modules
from autograder.intake.rules import ARCHIVES, ENTRIES, MAX_FILE
from autograder.intake.suffixes import has_suffix, split_source
from autograder.worker.source import PARSE_ERRORS, parse_source

MAX_PARSED = 128 << 10  # bytes: the parser takes a thousand times as many
TAR_MARK = slice(257, 262)
FOREIGN = "neither Python, a notebook nor an archive of them"
EMPTY = "empty"
BROKEN = "an archive that is cut off or broken: fetch it again"
PACKED = "packed by gzip without tar: unpack it"
UNREADABLE = "a file that may not be read here"
NO_FILE = "neither a folder nor a file"
LINK = "a link: put the work itself there"


def recognise_file(path: Path, modules: Sequence[str]) -> tuple[str, str]:
    """Return the suffix that `path` is graded by, or '' and the reason why it is not.

    A name that says what it is goes before the content: why such a file cannot be read is told in
    its own row.
    """
    if has_suffix(path, ENTRIES):
        return next(end for end in ENTRIES if has_suffix(path, (end,))), ""
    if path.is_symlink() or not path.is_file():
        return "", LINK if path.is_symlink() else NO_FILE
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError:
        return "", UNREADABLE
    return _recognise_data(path, data, modules) if data else ("", EMPTY)


def _recognise_data(path: Path, data: bytes, modules: Sequence[str]) -> tuple[str, str]:
    if data.startswith(b"PK"):
        return _recognise_zip(path)
    if data.startswith(b"\x1f\x8b"):
        return _recognise_gzip(path)
    return _recognise_text(path, data, modules)


def _recognise_zip(path: Path) -> tuple[str, str]:
    """Recognise a zip that holds a source; documents of an office are zips as well."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception:  # a broken archive raises anything
        return "", BROKEN
    return (".zip", "") if any(split_source(name)[1] for name in names) else ("", FOREIGN)


def _recognise_gzip(path: Path) -> tuple[str, str]:
    try:
        with gzip.open(path) as stream:
            head = stream.read(TAR_MARK.stop)
    except Exception:  # as above
        return "", BROKEN
    return (".tar.gz", "") if head[TAR_MARK] == b"ustar" else ("", PACKED)


def _recognise_text(path: Path, data: bytes, modules: Sequence[str]) -> tuple[str, str]:
    if len(data) > MAX_FILE:
        return "", FOREIGN
    if data.lstrip()[:1] == b"{" and b'"cell_type"' in data and b'"cells"' in data:
        return ".ipynb", ""
    if suffix := split_source(path.name)[1]:
        return suffix, ""
    return (".py", "") if _is_python(data, modules) else ("", FOREIGN)


def _is_python(data: bytes, modules: Sequence[str]) -> bool:
    """Whether this is Python that defines what a module of the course has."""
    try:
        text = data.decode("utf-8-sig")
        is_ours = len(data) <= MAX_PARSED and bool(guess_modules(text, modules))
        return is_ours and bool(parse_source(text).body)
    except PARSE_ERRORS:
        return False


def list_inner_archives(path: Path) -> list[str]:
    """Return the archives in a zip, as they are named."""
    with zipfile.ZipFile(path) as archive:
        return [name for name in archive.namelist() if name.lower().endswith(ARCHIVES)]
