"""A hand-in before anything is chosen: a folder or file, archives in a folder, or files joined."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.intake.archives import Member
from autograder.intake.paths import has_suffix, split_source
from autograder.intake.rules import ARCHIVES, MAX_ARCHIVES, MAX_FILES
from autograder.intake.submission import Entry, Unusable
from autograder.intake.unpack import Contents, Source, list_contents


@dataclass(frozen=True)
class HandIn:
    """What was handed in.

    Attributes
    ----------
    sources : list
        Name and reader of each source, sorted.
    shown : dict
        The names of sources that lie in the inbox under another one, to that one.
    beside : list of str
        The sources in archives that lie beside other sources: they do not count.
    packed : list of str
        The archives that were not opened, by their names.
    documents : list
        Name and reader of each file with the name of a document, sorted.
    """

    sources: list[Source]
    shown: dict[str, str]
    beside: Sequence[str] = ()
    packed: Sequence[str] = ()
    documents: Sequence[Source] = ()

    @property
    def names(self) -> list[str]:
        """The names of the sources, and of those that do not count."""
        return [*(name for name, _ in self.sources), *self.beside]


def list_hand_in(entry: Entry) -> HandIn:
    """Return what was handed in as `entry`; `Unusable` says why that cannot be told.

    A folder that holds no source but archives, as Moodle makes them, is read as if they were
    unpacked in it.
    """
    if entry.parts:
        return _join([list_hand_in(part) for part in entry.parts], entry.parts)
    contents = list_contents(entry)
    if entry.path.is_dir():
        return _open_archives(contents)
    is_source = bool(split_source(entry.read_as.name)[1])
    is_renamed = is_source and bool(entry.module or entry.kind)
    shown = {name: entry.path.name for name, _ in contents.sources if is_renamed}
    packed = _list_names(contents.archives)
    return HandIn(contents.sources, shown, packed=packed, documents=contents.documents)


def _join(hand_ins: list[HandIn], parts: tuple[Entry, ...]) -> HandIn:
    """Return the files of one student as one hand-in, each under the name that it had at home."""
    sources: dict[str, Source] = {}
    shown: dict[str, str] = {}
    for hand_in, part in zip(hand_ins, parts, strict=True):
        is_lone = part.path.is_file() and bool(split_source(part.read_as.name)[1])
        for name, read in hand_in.sources:
            inner = f"{part.path.name}/{name}"
            home = inner if not is_lone else name if part.module else part.name
            target = inner if home in sources else home
            sources[target] = (target, read)
            shown[target] = part.path.name if is_lone else inner
    packed = [name for hand_in in hand_ins for name in hand_in.packed]
    documents = [source for hand_in in hand_ins for source in hand_in.documents]
    return HandIn([sources[name] for name in sorted(sources)], shown, (), packed, documents)


def _open_archives(contents: Contents) -> HandIn:
    """Return what lies in a folder; where it holds no source, with what its archives hold."""
    archives = [one for one in contents.archives if has_suffix(PurePosixPath(one.path), ARCHIVES)]
    if contents.sources:
        beside = list(_list_beside(archives[:MAX_ARCHIVES]))
        return HandIn(contents.sources, {}, beside, documents=contents.documents)
    if len(archives) > MAX_ARCHIVES:
        raise Unusable(f"it holds more than {MAX_ARCHIVES} archives")
    inner = [_open_archive(archive) for archive in archives]
    sources = sorted((source for one in inner for source in one.sources), key=lambda one: one[0])
    if len(sources) > MAX_FILES:
        raise Unusable(f"it holds more than {MAX_FILES} source files")
    others = [one for one in contents.archives if one not in archives]
    packed = [*others, *(member for one in inner for member in one.archives)]
    documents = [*contents.documents, *(source for one in inner for source in one.documents)]
    return HandIn(sources, {}, packed=_list_names(packed), documents=documents)


def _list_beside(archives: Sequence[Member]) -> Iterator[str]:
    """Yield the names of the sources in archives that are not needed, of those that can be read."""
    for archive in archives:
        with suppress(Unusable):
            yield from (name for name, _ in _open_archive(archive).sources)


def _open_archive(archive: Member) -> Contents:
    """Return what an archive in a folder holds, each source below the archive's own name."""
    assert archive.file is not None
    found = list_contents(Entry("", archive.file))
    sources, documents = (
        [(f"{archive.path}/{name}", read) for name, read in inside]
        for inside in (found.sources, found.documents)
    )
    return Contents(sources, found.archives, documents)


def _list_names(archives: Sequence[Member]) -> list[str]:
    return [PurePosixPath(archive.path).name for archive in archives]
