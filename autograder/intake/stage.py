"""Staging: from an entry to a submission, a private copy of its sources.

The copy holds only Python files, notebooks and the documents that units name, so that nothing in it
can surprise, and changes to the original while it is graded do not matter.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.choose import Choice, choose_sources, find_module
from autograder.intake.documents import choose_documents
from autograder.intake.gather import HandIn, list_hand_in
from autograder.intake.hash import hash_files
from autograder.intake.notebook import NoNotebook
from autograder.intake.paths import reason_against
from autograder.intake.people import SEVERAL, find_people
from autograder.intake.plain import note_other_module, plain_source, plain_text, true_suffix
from autograder.intake.rules import MAX_DOCUMENT, MAX_READ, MAX_SOURCE, MAX_TOTAL
from autograder.intake.submission import Entry, Submission, Unread, Unusable
from autograder.intake.unpack import Source, raise_machine_fault, read_source, read_whole
from autograder.intake.written import save_written_files
from autograder.words import escape_controls, escape_unseen, list_shown, show_name

TOO_LONG = f"holds more than {MAX_DOCUMENT >> 10} KiB; a document is a few pages of text"


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
        What was chosen among several or left out, and why.
    documents : dict
        The path in the copy, to name and reader of each document that is taken.
    """

    sources: list[Source]
    targets: dict[str, str]
    paths: dict[str, str]
    notes: tuple[str, ...]
    documents: dict[str, Source]


@dataclass(frozen=True)
class Copied:
    """What was done to the sources of an entry.

    Attributes
    ----------
    damaged : dict
        The notebooks of which nothing counts, each with the reason.
    renamed : dict
        The path of a source that has the other suffix by its content, to the one that it got.
    notes : list of str
        What was read otherwise than it stands there, or stands where something else should.
    """

    damaged: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def plan_entry(entry: Entry, modules: Sequence[str]) -> Plan:
    """Return what is graded of `entry`; `Unusable` says why nothing is."""
    if entry.is_link:
        raise Unusable("it is a symbolic link; wanted the work itself")
    hand_in = list_hand_in(entry, modules)
    _refuse_several(hand_in.names, modules)
    choice = choose_sources(hand_in.sources, modules, hand_in.shown)
    left_out = _find_left_out(choice, hand_in)
    targets = {name: path for name, path in choice.targets.items() if name not in left_out}
    if not targets:
        _refuse_hidden(hand_in, [*left_out.values()])
    paths = {
        target: escape_controls(hand_in.shown.get(name, name)) for name, target in targets.items()
    }
    beside = choose_documents(hand_in.documents, modules, targets)
    notes = [
        *choice.notes,
        *left_out.values(),
        *hand_in.notes,
        *_note_archives(hand_in, targets, modules),
        *beside.notes,
    ]
    taken = [source for source in hand_in.sources if source[0] in targets]
    shown = tuple(escape_unseen(note) for note in notes)
    return Plan(taken, targets, paths, shown, beside.sources)


def _refuse_several(names: Sequence[str], modules: Sequence[str]) -> None:
    """Refuse what looks like a class: to take one of it would be to drop the others in silence."""
    people = find_people(names, modules)
    if len(people) >= SEVERAL:
        raise Unusable(
            f"it seems to hold the work of {len(people)} people: {list_shown(people, SEVERAL)}; "
            "hand in each alone, or leave one copy of each module"
        )


def _find_left_out(choice: Choice, hand_in: HandIn) -> dict[str, str]:
    """Return the sources whose paths cannot be graded, each with the sentence that says why."""
    reasons = {name: reason_against(target) for name, target in choice.targets.items()}
    return {
        name: f"{show_name(hand_in.shown.get(name, name))} was left out: {reason}"
        for name, reason in reasons.items()
        if reason
    }


def _refuse_hidden(hand_in: HandIn, left_out: Sequence[str]) -> None:
    """Raise `Unusable` where there is work, but in an archive or under names that cannot be."""
    if left_out:
        raise Unusable(f"{left_out[0]}; rename it, or move it up")
    if hand_in.notes:
        raise Unusable(hand_in.notes[0])
    if hand_in.packed:
        archive = show_name(hand_in.packed[0])
        raise Unusable(f"it holds no source file but {archive}: unpack that, and hand in its files")


def _note_archives(
    hand_in: HandIn, targets: Collection[str], modules: Sequence[str]
) -> Iterator[str]:
    """Yield a sentence on each kind of archive of which nothing counts."""
    if hand_in.beside:
        named = [name for name in hand_in.beside if find_module(name, modules)]
        names = list_shown(named or hand_in.beside, SEVERAL)
        yield f"{names}: not taken, since sources lie beside the archive"
    if hand_in.packed:
        verb, them = ("was", "it") if len(hand_in.packed) == 1 else ("were", "them")
        names = list_shown(hand_in.packed, SEVERAL)
        yield f"{names} {verb} not opened, since sources lie beside {them}"
    for archive in hand_in.opened:
        own = [name for name, _ in hand_in.sources if name.startswith(f"{archive}/")]
        is_copy = any(find_module(name, modules) for name in own)  # told with the choice
        if own and not is_copy and not any(name in targets for name in own):
            yield f"{list_shown(own, SEVERAL)}: not taken, since the modules lie elsewhere"


def stage_entry(entry: Entry, modules: Sequence[str], into: Path) -> Submission:
    """Copy the sources of `entry` to the empty folder `into`; `bar_modules` reads them.

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
    homes = dict(plan.paths)
    copied = _copy_sources(plan, modules, into)
    renamed, notes = copied.renamed, copied.notes
    for name, target in renamed.items():
        homes[target] = homes.pop(name)
    written = save_written_files(into)
    withheld = _copy_documents(plan, into)
    homes |= {name: homes[notebook] for name, notebook in written.items()}
    notes += [
        f"{homes[target]} was taken as {target}, by its content" for target in renamed.values()
    ]
    notes += [f"{name} was taken from a cell of {homes[name]}" for name in written]
    notes += [f"{name} was left out: {reason}" for name, reason in withheld.items()]
    homes |= {
        name: escape_controls(path)
        for name, (path, _) in plan.documents.items()
        if name not in withheld
    }
    files = tuple(sorted(homes))
    return Submission(
        entry.name,
        into.resolve(),
        hash_files(into, files),
        files,
        paths=tuple(homes[file] for file in files),
        notes=(*plan.notes, *notes),
        unread=Unread(tuple(modules), copied.damaged),
        withheld=withheld,
    )


def _copy_documents(plan: Plan, into: Path) -> dict[str, str]:
    """Copy the documents; return those that cannot be, with the reason: they cost nothing else."""
    withheld = {}
    for name, (path, read) in plan.documents.items():
        try:
            data = read_whole(read, path)
            if len(data) > MAX_DOCUMENT:
                raise Unusable(f"{show_name(path)} {TOO_LONG}")
            _write_source(plain_text(data), into / name, path)
        except Unusable as problem:
            withheld[name] = str(problem)
    return withheld


def _copy_sources(plan: Plan, modules: Sequence[str], into: Path) -> Copied:
    """Copy what counts of each source."""
    beside = {Path(target.partition("/")[0]).stem for target in plan.targets.values()}
    total = size_read = 0
    copied = Copied()
    for name, read in plan.sources:
        data = read_source(read, name)
        size_read += len(data)
        named = plan.targets[name]
        target = _settle_suffix(plan, named, true_suffix(data, named, modules))
        if target != named:
            copied.renamed[named] = target
        try:
            code, told = plain_source(data, target, beside)
            told += note_other_module(code, target, modules)
            copied.notes.extend(f"{show_name(name)}: {one}" for one in told)
        except NoNotebook as problem:
            copied.damaged[target] = str(problem)
            code = data[:1000]  # enough for a hash
        total += len(code)
        _require_small(name, len(code), total, size_read)
        _write_source(code, into / target, name)
    return copied


def _settle_suffix(plan: Plan, target: str, suffix: str) -> str:
    """Return `target` with its true suffix, where no other source has that name."""
    own = str(Path(target).with_suffix(suffix))
    return target if own in plan.targets.values() else own


def _require_small(name: str, size: int, total: int, size_read: int) -> None:
    if size > MAX_SOURCE:
        raise Unusable(f"{show_name(name)} holds more than {MAX_SOURCE >> 10} KiB of code")
    if size_read > MAX_READ:
        raise Unusable(f"it is more than {MAX_READ >> 20} MiB; clear the notebooks' outputs")
    if total > MAX_TOTAL:
        raise Unusable(f"its source files exceed {MAX_TOTAL >> 20} MiB in total")


def _write_source(code: bytes, target: Path, name: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(code)
    except OSError as problem:  # one name as file and as folder, too long a path
        raise_machine_fault(problem)
        raise Unusable(f"{show_name(name)} cannot be unpacked: {problem.strerror}") from None
