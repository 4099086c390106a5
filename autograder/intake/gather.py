"""All sources of a hand-in: of a folder or file, of archives in a folder, of files joined."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.intake.rules import ARCHIVES, JUNK, MAX_FILES, MAX_VISITED
from autograder.intake.submission import Entry, Unusable
from autograder.intake.suffixes import has_suffix
from autograder.intake.unpack import Source, list_sources

MAX_ARCHIVES = 20  # in a folder that holds no source


@dataclass(frozen=True)
class HandIn:
    """What was handed in, before anything is chosen.

    Attributes
    ----------
    sources : list
        Name and reader of each source, sorted.
    shown : dict
        The names of sources that lie in the inbox under another one, to that one.
    closed : list of str
        The sources in archives that lie beside others, and are not opened.
    """

    sources: list[Source]
    shown: dict[str, str]
    closed: Sequence[str] = ()

    @property
    def names(self) -> list[str]:
        """The names of the sources."""
        return [name for name, _ in self.sources]


def list_hand_in(entry: Entry) -> HandIn:
    """Return the sources of `entry`; `Unusable` says why not.

    A folder that holds no source but archives, as Moodle makes them, is read as if they were
    unpacked in it.
    """
    if entry.parts:
        return _join([list_hand_in(part) for part in entry.parts], entry.parts)
    sources = list_sources(entry)
    if entry.path.is_dir():
        packed = sorted(_list_packed(entry, not sources), key=lambda source: source[0])
        closed = [name for name, _ in packed] if sources else []
        return HandIn(sources or packed, {}, closed)
    is_other = bool(entry.module or entry.kind) and len(sources) == 1
    shown = {sources[0][0]: entry.path.name} if is_other else {}
    return HandIn(sources, shown)


def _join(hand_ins: list[HandIn], parts: tuple[Entry, ...]) -> HandIn:
    """Return the files of one student as one hand-in, each under the name that it had at home."""
    sources: dict[str, Source] = {}
    shown: dict[str, str] = {}
    for hand_in, part in zip(hand_ins, parts, strict=True):
        is_packed = part.path.is_dir() or has_suffix(part.read_as, ARCHIVES)
        for name, read in hand_in.sources:
            inner = f"{part.path.name}/{name}"
            home = inner if is_packed else name if part.module else part.name
            target = inner if home in sources else home
            sources[target] = (target, read)
            shown[target] = inner if is_packed else part.path.name
    return HandIn([sources[name] for name in sorted(sources)], shown)


def _list_packed(entry: Entry, is_needed: bool) -> Iterator[Source]:
    """Yield the sources of the archives in a folder, each below the archive's own name.

    Where they are not needed, one that cannot be read is passed over.
    """
    archives = list(islice(_find_archives(entry.path), MAX_ARCHIVES + 1))
    if len(archives) > MAX_ARCHIVES and is_needed:
        raise Unusable(f"it holds more than {MAX_ARCHIVES} archives")
    count = 0
    for archive in archives[:MAX_ARCHIVES]:
        try:
            sources = list_sources(Entry(entry.name, archive))
        except Unusable:
            if is_needed:
                raise
            continue
        count += len(sources)
        if count > MAX_FILES and is_needed:
            raise Unusable(f"it holds more than {MAX_FILES} source files")
        for name, read in sources:
            yield f"{archive.relative_to(entry.path).as_posix()}/{name}", read


def _find_archives(folder: Path) -> Iterator[Path]:
    for place, folders, files in islice(os.walk(folder), MAX_VISITED):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in JUNK)
        for name in sorted(files):
            path = Path(place, name)
            if has_suffix(path, ARCHIVES) and not name.startswith(".") and _is_plain_file(path):
                yield path


def _is_plain_file(path: Path) -> bool:
    """Whether `path` is a file itself: no link, no pipe, nothing too deep to be named."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
