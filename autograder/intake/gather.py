"""A hand-in before anything is chosen: a folder or file, archives in a folder, or files joined."""

import itertools
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from autograder.intake.archives import Member
from autograder.intake.paths import has_suffix, split_source
from autograder.intake.recognise import recognise_others
from autograder.intake.rules import ARCHIVES, MAX_ARCHIVES, MAX_FILES
from autograder.intake.submission import Entry, Unusable
from autograder.intake.unpack import Contents, Source, list_contents
from autograder.words import show_name

T = TypeVar("T")
R = TypeVar("R")


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
    opened : list of str
        The archives that were, in a folder or among files, each as its sources' names begin.
    notes : list of str
        A sentence for each archive that cannot be read, and for each file with another suffix.
    documents : list
        Name and reader of each file with the name of a document, sorted.
    """

    sources: list[Source]
    shown: dict[str, str]
    beside: Sequence[str] = ()
    packed: Sequence[str] = ()
    opened: Sequence[str] = ()
    notes: Sequence[str] = ()
    documents: Sequence[Source] = ()

    @property
    def names(self) -> list[str]:
        """The names of the sources, and of those that do not count."""
        return [*(name for name, _ in self.sources), *self.beside]


def list_hand_in(entry: Entry, modules: Sequence[str]) -> HandIn:
    """Return what was handed in as `entry`; `Unusable` says why that cannot be told.

    A folder that holds no source but archives, as Moodle makes them, is read as if they were
    unpacked in it. Where there are none either, files with another suffix count by their content.
    """
    if entry.parts:
        return _join(entry.parts, modules)
    contents = list_contents(entry)
    if not (contents.sources or contents.archives):
        return _take_others(contents, modules)
    if entry.path.is_dir():
        return _open_archives(contents)
    is_source = bool(split_source(entry.read_as.name)[1])
    is_renamed = is_source and bool(entry.module or entry.kind)
    shown = {name: entry.path.name for name, _ in contents.sources if is_renamed}
    packed = _list_names(contents.archives)
    return HandIn(contents.sources, shown, packed=packed, documents=contents.documents)


def _take_others(contents: Contents, modules: Sequence[str]) -> HandIn:
    """Return the files that are work by their content: ``engine.txt``."""
    found = recognise_others(contents.others, modules)
    shown = {name: path for path, (name, _) in found.items()}
    sources = dict(found.values())
    notes = [f"{show_name(path)} was taken as {show_name(name)}" for name, path in shown.items()]
    return HandIn(sorted(sources.items()), shown, notes=notes, documents=contents.documents)


def _join(parts: Sequence[Entry], modules: Sequence[str]) -> HandIn:
    """Return the files of one student as one hand-in, each under the name that it had at home."""
    sources: dict[str, Source] = {}
    shown: dict[str, str] = {}
    hand_ins, left_out = _read_each(
        parts, lambda part: list_hand_in(part, modules), lambda part: part.path.name
    )
    for part, hand_in in hand_ins:
        is_lone = part.path.is_file() and bool(split_source(part.read_as.name)[1])
        for name, read in hand_in.sources:
            inner = f"{part.path.name}/{name}"
            home = inner if not is_lone else name if part.module else part.name
            target = _number_apart(home, sources)
            sources[target] = (target, read)
            own = f"{part.path.name}/{hand_in.shown.get(name, name)}"
            shown[target] = part.path.name if is_lone else own
    inside = [hand_in for _, hand_in in hand_ins]
    return HandIn(
        [sources[name] for name in sorted(sources)],
        shown,
        beside=[name for one in inside for name in one.beside],
        packed=[name for one in inside for name in one.packed],
        notes=[*left_out, *(told for one in inside for told in one.notes)],
        documents=[source for one in inside for source in one.documents],
    )


def _number_apart(name: str, taken: Container[str]) -> str:
    """Return `name`, or what a browser makes of it where that is taken: ``engine (1).py``."""
    path = PurePosixPath(name)
    others = (str(path.with_stem(f"{path.stem} ({count})")) for count in itertools.count(1))
    return next(one for one in itertools.chain([name], others) if one not in taken)


def _read_each(
    things: Sequence[T], read: Callable[[T], R], name: Callable[[T], str]
) -> tuple[list[tuple[T, R]], list[str]]:
    """Return what can be read, and a sentence for each that cannot; `Unusable` where none can.

    A damaged archive of pictures takes no points from the work that lies beside it.
    """
    found: list[tuple[T, R]] = []
    problems: list[tuple[T, Unusable]] = []
    for thing in things:
        try:
            found.append((thing, read(thing)))
        except Unusable as problem:
            problems.append((thing, problem))
    if problems and not found:
        raise problems[0][1]
    return found, [_tell_left_out(name(thing), problem) for thing, problem in problems]


def _tell_left_out(name: str, problem: Unusable) -> str:
    """Return the sentence on an archive that was left out; its reason may begin with its name."""
    shown, reason = show_name(name), str(problem)
    own = show_name(PurePosixPath(name).name)
    reason = f"it{reason.removeprefix(own)}" if reason.startswith(f"{own} ") else reason
    return f"{shown} was left out: {reason}"


def _open_archives(contents: Contents) -> HandIn:
    """Return what lies in a folder; where it holds no source, with what its archives hold."""
    archives = [one for one in contents.archives if has_suffix(PurePosixPath(one.path), ARCHIVES)]
    others = [one for one in contents.archives if one not in archives]
    if contents.sources:
        return _list_beside(contents, archives, others)
    if len(archives) > MAX_ARCHIVES:
        raise Unusable(f"it holds more than {MAX_ARCHIVES} archives")
    found, left_out = _read_each(archives, _open_archive, lambda archive: archive.path)
    inner = [opened for _, opened in found]
    sources = sorted((source for one in inner for source in one.sources), key=lambda one: one[0])
    if len(sources) > MAX_FILES:
        raise Unusable(f"it holds more than {MAX_FILES} source files")
    packed = [*others, *(member for one in inner for member in one.archives)]
    documents = [*contents.documents, *(source for one in inner for source in one.documents)]
    return HandIn(
        sources,
        {},
        packed=_list_names(packed),
        opened=[archive.path for archive, _ in found],
        notes=left_out,
        documents=documents,
    )


def _list_beside(
    contents: Contents, archives: Sequence[Member], others: Sequence[Member]
) -> HandIn:
    """Return the sources of a folder; what archives beside them hold does not count."""
    beside: list[str] = []
    closed = [one.path for one in (*others, *archives[MAX_ARCHIVES:])]
    for archive in archives[:MAX_ARCHIVES]:
        try:
            beside += [name for name, _ in _open_archive(archive).sources]
        except Unusable:
            closed.append(archive.path)
    return HandIn(contents.sources, {}, beside, packed=closed, documents=contents.documents)


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
