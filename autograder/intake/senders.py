"""Who sent a file, by the name that a platform or a person gave it; files of one sender joined."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from autograder.intake.choose import find_module
from autograder.intake.lone import guess_module
from autograder.intake.paths import split_source
from autograder.intake.rules import ARCHIVES
from autograder.intake.submission import Entry
from autograder.words import Note, join_first, plain_name

ATTEMPT = r"\d{4}(?:-\d\d){5}"  # Blackboard's time of an attempt, in the server's zone
PLATFORMS = (  # the names that platforms give to files and folders in their downloads
    (
        "Moodle",
        r"(?P<student>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?",
    ),
    (
        "Blackboard",
        rf"(?P<work>.+)_(?P<student>[^_]+)_attempt_(?P<number>{ATTEMPT})(?:_(?P<file>.+)|\.txt)",
    ),
    (
        "Canvas",
        r"(?P<late>LATE_)?(?P<student>anon_(?P<number>[^\W_]{5,}))_(?P<id>\d+)_(?P<file>.+\..+)",
    ),
    ("Canvas", r"(?P<student>.+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<id>\d+)_(?P<file>.+\..+)"),
    ("Canvas", r"(?P<student>.+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<kind>text|link)\.html"),
)
RESUBMITTED = re.compile(r"-\d+(?=\.\w+$)")  # Canvas writes engine-1.py for a second engine.py
GRADESCOPE_LIST = "submission_metadata.yml"  # lies beside the folders submission_1 and so on
LISTED = 5  # names in a sentence


@dataclass(frozen=True)
class Sender:
    """Who handed a file in, by its name.

    Attributes
    ----------
    platform : str
        ``Canvas``, ``Moodle``; '' where the name was given by hand.
    student, number : str
        The name, and the number that tells namesakes apart.
    file : str
        The name that the file had at home; '' for a folder.
    kind : str
        What was handed in, where it is no file: ``onlinetext``, ``text``, ``link``.
    is_late : bool
        Whether the platform says so.
    work : str
        The assignment, where the name begins with it.
    id : str
        Canvas's own number of the file; members of a group have the same file.
    """

    platform: str
    student: str
    number: str
    file: str
    kind: str = ""
    is_late: bool = False
    work: str = ""
    id: str = ""


class Sent(NamedTuple):
    """A file or folder, and who sent it."""

    sender: Sender
    entry: Entry


def find_sender(name: str, modules: Sequence[str], is_folder: bool = False) -> Sender | None:
    """Return who handed in a file or folder of this name; None where it does not say."""
    for platform, pattern in PLATFORMS:
        match = re.fullmatch(pattern, name, re.DOTALL)
        if match and (platform == "Moodle" or not is_folder):
            return _make_sender(platform, match.groupdict(default=""))
    return None if is_folder or not modules else _read_plain_name(name, modules)


def _make_sender(platform: str, parts: Mapping[str, str]) -> Sender:
    kind = parts.get("kind", "").removeprefix("file")
    file = RESUBMITTED.sub("", parts.get("file", ""))
    student, number = parts["student"].strip(), parts["number"]
    is_late, work, id = bool(parts.get("late")), parts.get("work", ""), parts.get("id", "")
    return Sender(platform, student, number, file, kind, is_late, work, id)


def find_senders(paths: Sequence[Path], modules: Sequence[str]) -> list[Sender | None]:
    """Return the sender of each; none of those whose names only look like Canvas."""
    found = [find_sender(path.name, modules, path.is_dir()) for path in paths]
    files: dict[str, set[str]] = defaultdict(set)  # that have a number: in Canvas it is one
    for sender in found:
        if sender and sender.id:
            files[sender.id].add(sender.file)
    return [None if sender and len(files[sender.id]) > 1 else sender for sender in found]


def _read_plain_name(name: str, modules: Sequence[str]) -> Sender | None:
    """Read ``ada_engine.py``, ``engine_ada.py`` and ``ada_nn (1).py``; of archives, too."""
    stem, suffix = split_source(name)
    end = next((end for end in ARCHIVES if name.lower().endswith(end)), "")
    if not suffix:
        stem, suffix = name[: len(name) - len(end)], end
    names = "|".join(modules)
    before = rf"(?P<student>.+?)[ _.\\-]+(?P<module>{names})(?P<copy> ?\(\d+\))?"
    after = rf"(?P<module>{names})[ _-]+(?P<student>.*[^\W\d].*)"
    for pattern in (before, after) if suffix else ():
        if match := re.fullmatch(pattern, stem, re.IGNORECASE | re.DOTALL):
            copy = match.groupdict().get("copy") or ""
            return Sender("", match["student"], "", f"{match['module'].lower()}{copy}{suffix}")
    return None


def join_senders(entries: Sequence[Entry], modules: Sequence[str]) -> tuple[list[Entry], list[str]]:
    """Return the submissions that `entries` are, and a sentence on those that were joined."""
    groups: dict[tuple[str, str, str], list[Sent]] = defaultdict(list)
    found: list[Entry] = []
    senders = find_senders([entry.path for entry in entries], modules)
    for entry, sender in zip(entries, senders, strict=True):
        if sender is None or entry.is_link:
            found.append(entry)
        else:
            groups[sender.platform, sender.student, sender.number].append(Sent(sender, entry))
    for sent in groups.values():
        found.extend(_join_group(sent, modules))
    joined = sorted(entry.name for entry in found if len(entry.parts) > 1)
    start = "files of one sender are one submission, by their names: "
    note = Note(start + join_first(joined, LISTED), start + ", ".join(joined))
    return sorted(found, key=lambda entry: entry.path), [note] if joined else []


def longer_name(entry: Entry, modules: Sequence[str]) -> str:
    """Return the name that tells `entry` from a namesake."""
    sender = find_sender(entry.path.name, modules, entry.path.is_dir())
    is_known = sender is not None and sender.number
    return f"{sender.student}_{sender.number}" if sender and is_known else entry.path.name


def _join_group(group: Sequence[Sent], modules: Sequence[str]) -> list[Entry]:
    """Return one entry of the files of one sender, or them as they are where that is a guess."""
    sender, first = group[0]
    parts = tuple(_make_part(sent, modules) for sent in group)
    if sender.platform:
        claims = Counter(part.module for part in parts if part.module)
        unsure = [part for sent, part in zip(group, parts, strict=True) if _is_guess(sent, part)]
        is_one = not any(claims[part.module] > 1 for part in unsure)
    else:  # two people have as much of the same name as one has of another suffix
        homes = {split_source(sent.sender.file)[0] or sent.sender.file for sent in group}
        claims = Counter(re.split(r"[ .]", home)[0] for home in homes)
        is_one = len(parts) > 1 and max(claims.values()) == 1
    if not is_one:
        return [entry for _, entry in group]
    name = plain_name(sender.student)
    if len(group) == 1 and not parts[0].module:
        return [replace(first, name=name)]
    return [Entry(name, first.path, parts=parts)]


def _make_part(sent: Sent, modules: Sequence[str]) -> Entry:
    sender, entry = sent
    module = find_module(sender.file, modules)
    if not module and split_source(entry.read_as.name)[1] and entry.path.is_file():
        module = guess_module(entry, modules)
    return replace(entry, name=sender.file or entry.path.name, module=module)


def _is_guess(sent: Sent, part: Entry) -> bool:
    return bool(part.module) and split_source(sent.sender.file)[0] != part.module
