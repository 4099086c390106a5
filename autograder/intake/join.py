"""The files that one student sent, by the names that a platform gave them, as one submission."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from autograder.intake.choose import find_module
from autograder.intake.lone import guess_module
from autograder.intake.names import plain_name
from autograder.intake.platforms import Sender, find_sender
from autograder.intake.submission import Entry
from autograder.intake.suffixes import split_source
from autograder.words import join_first

LISTED = 5  # names in a sentence


class Sent(NamedTuple):
    """A file or folder, and who sent it."""

    sender: Sender
    entry: Entry


def join_senders(entries: Sequence[Entry], modules: Sequence[str]) -> tuple[list[Entry], list[str]]:
    """Return the submissions that `entries` are, and a sentence on those that were joined."""
    groups: dict[tuple[str, str, str], list[Sent]] = defaultdict(list)
    found: list[Entry] = []
    for entry in entries:
        sender = find_sender(entry.path.name, modules, entry.path.is_dir())
        if sender is None or entry.is_link:
            found.append(entry)
        else:
            groups[sender.platform, sender.student, sender.number].append(Sent(sender, entry))
    for sent in groups.values():
        found.extend(_join_group(sent, modules))
    joined = sorted(entry.name for entry in found if len(entry.parts) > 1)
    listed = join_first(joined, LISTED)
    notes = [f"files of one sender are one submission, by their names: {listed}"] if joined else []
    return sorted(found, key=lambda entry: entry.path), notes


def longer_name(entry: Entry, modules: Sequence[str]) -> str:
    """Return the name that tells `entry` from a namesake."""
    sender = find_sender(entry.path.name, modules, entry.path.is_dir())
    is_known = sender is not None and sender.number
    return f"{sender.student}_{sender.number}" if sender and is_known else entry.path.name


def _join_group(group: Sequence[Sent], modules: Sequence[str]) -> list[Entry]:
    """Return one entry of the files of one sender, or them as they are where that is a guess."""
    sender, first = group[0]
    parts = tuple(_make_part(sent, modules) for sent in group)
    claims = Counter(part.module for part in parts if part.module)
    if sender.platform:
        unsure = [part for sent, part in zip(group, parts, strict=True) if _is_guess(sent, part)]
        is_one = not any(claims[part.module] > 1 for part in unsure)
    else:
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
