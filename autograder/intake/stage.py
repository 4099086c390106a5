"""Staging: from an entry to a submission, a private copy of its sources.

The copy holds only Python files and notebooks, so that nothing in it can surprise, and changes to
the original while it is graded do not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.intake.choose import choose_sources, find_module
from autograder.intake.gather import HandIn, list_hand_in
from autograder.intake.hash import hash_files
from autograder.intake.notebook import NoNotebook, reduce_notebook
from autograder.intake.people import SEVERAL, find_people
from autograder.intake.refuse import find_refused
from autograder.intake.rules import MAX_READ, MAX_SOURCE, MAX_TOTAL
from autograder.intake.submission import Entry, Submission, Unusable
from autograder.intake.unpack import (
    Source,
    raise_machine_fault,
    read_source,
    refuse_nested_archive,
)
from autograder.words import list_plain


@dataclass(frozen=True)
class Plan:
    """What is graded of an entry.

    Attributes
    ----------
    sources : list
        Name and reader of each file that is taken.
    targets : dict
        These names, to the path in the copy.
    paths : dict
        The path in the copy, to where the file lies in what was handed in.
    notes : tuple of str
        What was chosen among several, and why.
    """

    sources: list[Source]
    targets: dict[str, str]
    paths: dict[str, str]
    notes: tuple[str, ...]


def plan_entry(entry: Entry, modules: Sequence[str]) -> Plan:
    """Return what is graded of `entry`; `Unusable` says why nothing is."""
    if entry.is_link:
        raise Unusable("it is a symbolic link; wanted the work itself")
    hand_in = list_hand_in(entry)
    _refuse_several([*hand_in.names, *hand_in.closed], modules)
    choice = choose_sources(hand_in.sources, modules, hand_in.shown)
    taken = [source for source in hand_in.sources if source[0] in choice.targets]
    paths = {
        target: list_plain([hand_in.shown.get(name, name)], 1)
        for name, target in choice.targets.items()
    }
    notes = (*choice.notes, *_note_closed(hand_in, modules))
    return Plan(taken, choice.targets, paths, notes)


def _note_closed(hand_in: HandIn, modules: Sequence[str]) -> list[str]:
    """Return a sentence on modules in archives that were not opened."""
    closed = [name for name in hand_in.closed if find_module(name, modules)]
    listed = list_plain(closed, SEVERAL)
    return [f"{listed}: not opened, since sources lie beside the archive"] if closed else []


def stage_entry(entry: Entry, modules: Sequence[str], into: Path) -> Submission:
    """Copy the sources of `entry` to the empty folder `into`.

    Parameters
    ----------
    entry : Entry
        Folder, archive, notebook or module.
    modules : sequence of str
        The module names of the course.
    into : Path
        The folder for the copy.

    Raises
    ------
    Unusable
        When the entry cannot be read or is too large.
    """
    plan = plan_entry(entry, modules)
    total = size_read = 0
    for name, read in plan.sources:
        data = read_source(read, name)
        size_read += len(data)
        total += _copy_source(data, into / plan.targets[name], name)
        if total > MAX_TOTAL or size_read > MAX_READ:
            raise Unusable(f"its source files exceed {MAX_TOTAL >> 20} MiB in total")
    submission = _make_submission(entry, into, modules)
    if not submission.files:
        refuse_nested_archive(entry.path)
    paths = tuple(plan.paths.get(file, file) for file in submission.files)
    return replace(submission, paths=paths, notes=plan.notes)


def _refuse_several(names: Sequence[str], modules: Sequence[str]) -> None:
    """Refuse what looks like a class: to take one of it would be to drop the others in silence."""
    people = find_people(names, modules)
    if len(people) >= SEVERAL:
        raise Unusable(
            f"it seems to hold the work of {len(people)} people: {list_plain(people, SEVERAL)}; "
            "hand in each alone, or leave one copy of each module"
        )


def _copy_source(data: bytes, target: Path, name: str) -> int:
    data = _reduce_source(data) if target.suffix.lower() == ".ipynb" else data
    if len(data) > MAX_SOURCE:
        raise Unusable(f"{name} holds more than {MAX_SOURCE >> 10} KiB of code")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as problem:  # one name as file and as folder, too long a path
        raise_machine_fault(problem)
        raise Unusable(f"{name} cannot be unpacked: {problem.strerror}") from None
    return len(data)


def _reduce_source(notebook: bytes) -> bytes:
    try:
        return reduce_notebook(notebook)
    except NoNotebook:
        return notebook[:1000]  # enough for a hash; `refused_modules` says why


def _make_submission(entry: Entry, folder: Path, modules: Sequence[str]) -> Submission:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = tuple(path.relative_to(folder).as_posix() for path in paths)
    refused = find_refused(folder, modules)
    return Submission(entry.name, folder.resolve(), hash_files(folder, files), files, refused)
