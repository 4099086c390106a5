"""Who is who in an inbox: each thing that lies there is a row, part of one, or told of."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.intake.choose import find_module
from autograder.intake.gather import list_hand_in
from autograder.intake.names import short_digest
from autograder.intake.paths import has_suffix, is_folder, list_children, split_source
from autograder.intake.people import find_people, is_one_submission
from autograder.intake.recognise import OTHER_SUFFIX, recognise_file
from autograder.intake.rules import ENTRIES, JUNK, QUIET, SOURCES, WANTED_ARCHIVES
from autograder.intake.senders import (
    GRADESCOPE_LIST,
    find_senders,
    join_senders,
    longer_name,
)
from autograder.intake.submission import Entry, Unusable
from autograder.words import Note, Phrase, escape_unseen, list_shown, plain_name

LISTED = 5  # names in a sentence
PASSED_OVER = "a folder that tools make"
SCORES = "the scores of a run"
RUN_FILES = ("grades.csv", "index.html")  # lie in the folder of a run's scores
WHOSE = "it says whose each submission is"


@dataclass(frozen=True)
class Inbox:
    """What lies in an inbox, each thing in one of three places.

    Attributes
    ----------
    entries : list of Entry
        The submissions: a row each.
    left_out : dict
        What is not graded, by its path in the inbox, to the reason.
    quiet : list of str
        What systems leave behind.
    notes : list of str
        What was decided about who is who.
    """

    entries: list[Entry]
    left_out: dict[str, str] = field(default_factory=dict)
    quiet: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_inbox(path: Path, modules: Sequence[str]) -> Inbox:
    """Return who is who at `path`: one submission, or a folder of them.

    Raises
    ------
    Unusable
        When there is nothing at `path`, when a folder holds no submission, or when it would be a
        guess whose the files are.
    """
    if not path.exists():
        raise Unusable(
            "there is no {path}; name a folder of submissions, or one submission", path=path
        )
    inbox = _read_folder(path, modules) if path.is_dir() else _read_file(path, modules)
    if not inbox.entries:
        empty = "{path} holds no submission: no folder, archive or notebook is in it"
        other = (
            "{path} holds no submission: no folder, archive or notebook is in it; it holds {names}"
        )
        names = list_shown([*inbox.left_out], LISTED)
        raise Unusable(other if names else empty, path=path, names=names)
    if len(inbox.entries) == 1:
        _refuse_class(inbox.entries[0], modules)
    return replace(inbox, entries=_name_apart(inbox.entries, path, modules))


def _read_file(path: Path, modules: Sequence[str]) -> Inbox:
    """Read the only submission; it may be a link, since it was named."""
    kind, why = recognise_file(path.resolve(), modules)
    if not kind and path.is_file():
        sources, archives = ", ".join(SOURCES), Phrase(WANTED_ARCHIVES)
        text = "{path} is {why}; wanted {sources}, {archives}, or a folder"
        raise Unusable(text, path=path, why=Phrase(why), sources=sources, archives=archives)
    return Inbox([replace(file_entry(path.resolve(), kind), path=path)])


def _read_folder(path: Path, modules: Sequence[str]) -> Inbox:
    children = sorted(path.iterdir())
    quiet = [child.name for child in children if is_quiet(child.name)]
    children = [child for child in children if not is_quiet(child.name)]
    if is_one_submission(children, modules):
        return Inbox([Entry(plain_name(path.resolve().name), path)], quiet=quiet)
    inbox = Inbox([], quiet=quiet)
    found = []
    for child in children:
        if is_folder(child) and child.name in JUNK:
            inbox.left_out[child.name] = PASSED_OVER
        elif is_folder(child) and all((child / name).is_file() for name in RUN_FILES):
            inbox.left_out[child.name] = SCORES
        elif is_folder(child) and _is_export(child, modules):
            _add_export(inbox, child, modules)
        elif child.is_dir():
            found.append(Entry(plain_name(child.name), child, child.is_symlink()))
        else:
            kind, why = recognise_file(child, modules)
            if kind:
                found.append(file_entry(child, kind))
            else:
                inbox.left_out[child.name] = WHOSE if child.name == GRADESCOPE_LIST else why
    inbox.notes.extend(_note_strays(found, modules))
    entries, notes = join_senders(found, modules)
    inbox.entries.extend(entries)
    inbox.notes.extend(notes)
    return inbox


def _add_export(inbox: Inbox, folder: Path, modules: Sequence[str]) -> None:
    """Add the submissions in a folder that a learning platform wrote."""
    inner = _read_folder(folder, modules)
    inbox.entries.extend(inner.entries)
    inbox.notes.extend([f"{folder.name} was opened: it is a platform's export", *inner.notes])
    inbox.left_out.update({f"{folder.name}/{name}": why for name, why in inner.left_out.items()})


def is_quiet(name: str) -> bool:
    """Whether systems leave behind what is named so, or `collect` keeps its tables there."""
    return name.startswith(".") or name.casefold() in QUIET


def file_entry(path: Path, kind: str = "") -> Entry:
    """Return the entry of a file, named without its suffix."""
    name, is_link = path.name or path.resolve().name, path.is_symlink()
    if end := next((end for end in ENTRIES if has_suffix(path, (end,))), ""):
        return Entry(plain_name(name[: -len(end)]), path, is_link)
    match = OTHER_SUFFIX.fullmatch(name)
    return Entry(plain_name(match["stem"] if match else name), path, is_link, kind=kind)


def _is_export(folder: Path, modules: Sequence[str]) -> bool:
    """Whether a learning platform wrote this folder: it holds the work of a class.

    A student's own pictures may be named as Canvas names a file: only what may be work counts.
    """
    children = list_children(folder)
    if any(child.name == GRADESCOPE_LIST for child in children):
        return True
    senders = zip(find_senders(children, modules), children, strict=True)
    keys = {
        (sender.platform, sender.student, sender.number)
        for sender, child in senders
        if sender and sender.platform and (sender.kind or child.is_dir() or _is_work(child.name))
    }
    return any(platform == "Moodle" for platform, _, _ in keys) or len(keys) > 1


def _is_work(name: str) -> bool:
    """Whether a file of this name is a source or an archive."""
    return bool(split_source(name)[1]) or has_suffix(Path(name), ENTRIES)


def _refuse_class(entry: Entry, modules: Sequence[str]) -> None:
    """Raise `Unusable` where the only submission looks like a whole class."""
    try:
        people = [] if entry.parts else _list_people(entry, modules)
    except Unusable:
        return  # its row says why
    if len(people) > 1:
        where = escape_unseen(str(entry.path))
        do = "Grade {path}" if entry.path.is_dir() else "Unpack it, and grade the folder"
        raise Unusable(
            "{path} seems to hold the work of {count} people: {names}. {advice}; if it is one "
            "person's, leave one copy of each module in it",
            path=where,
            count=len(people),
            names=list_shown(people, LISTED),
            advice=Phrase(do, path=where),
        )


def _list_people(entry: Entry, modules: Sequence[str]) -> list[str]:
    hand_in = list_hand_in(entry, modules)
    return find_people(hand_in.names, modules) if hand_in.sources else [*hand_in.packed]


def _note_strays(entries: Sequence[Entry], modules: Sequence[str]) -> Iterator[str]:
    """Yield a sentence on modules that lie beside the submissions of others."""
    strays = [entry.path.name for entry in entries if find_module(entry.path.name, modules)]
    if strays and len(entries) > 1:
        verb = "names nobody: it is" if len(strays) == 1 else "name nobody: each is"
        end = f"{verb} a submission of its own"
        yield Note(f"{list_shown(strays, LISTED)} {end}", f"{list_shown(strays)} {end}")


def _name_apart(entries: Sequence[Entry], root: Path, modules: Sequence[str]) -> list[Entry]:
    """Return the entries under names of which no two are equal."""
    counts = Counter(entry.name for entry in entries)
    names = [
        entry.name if counts[entry.name] == 1 else plain_name(longer_name(entry, modules))
        for entry in entries
    ]
    counts = Counter(names)
    paths = [entry.path.relative_to(root).as_posix() for entry in entries]
    return [
        replace(entry, name=name if counts[name] == 1 else f"{name}-{short_digest(path)}")
        for entry, name, path in zip(entries, names, paths, strict=True)
    ]
