"""Notes for the teacher after a class was graded: one function per sentence."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from autograder.score import UnusualUse
from autograder.words import Note, escape_unseen, join_first

LISTED = 5  # names in a sentence, of many
MOST_USES = 3  # of one submission, in a sentence

Lister = Callable[[Collection[str]], str]


def list_names(names: Collection[str]) -> str:
    """Return the first names, safe to print."""
    return join_first([escape_unseen(name) for name in names], LISTED)


def list_all_names(names: Collection[str]) -> str:
    """Return every name, safe to print."""
    return ", ".join(map(escape_unseen, names))


def escape_note(note: str) -> Note:
    """Return `note` by the rule of `escape_unseen`, and so what it leaves out."""
    return Note(escape_unseen(note), escape_unseen(getattr(note, "whole", note)))


def _write(sentence: Callable[[Lister], str]) -> Note:
    """Return the note that `sentence` makes with the first names, and with all."""
    return Note(sentence(list_names), sentence(list_all_names))


def note_lone_files(files: Mapping[str, str]) -> list[str]:
    """Return notes on lone files that were taken as a module."""
    return [f"{list_names([file])} was taken as {module}" for file, module in files.items()]


def note_left_out(reasons: Mapping[str, str]) -> list[str]:
    """Return a note for each reason why things are not graded, with all their names."""
    names = defaultdict(list)
    for name, reason in reasons.items():
        names[reason].append(escape_unseen(name))
    return [
        f"{', '.join(those)} {'is' if len(those) == 1 else 'are'} not graded: {reason}"
        for reason, those in names.items()
    ]


def note_choices(choices: Mapping[str, Sequence[str]]) -> list[str]:
    """Return notes on what was chosen among several files of a submission."""
    return [
        f"{list_names([name])}: {escape_unseen(sentence)}"
        for name, sentences in choices.items()
        for sentence in sentences
    ]


def note_unusual(uses: Mapping[str, Sequence[UnusualUse]]) -> list[str]:
    """Return a note on each submission that has what honest work has no use for."""
    return [_note_uses(name, found) for name, found in uses.items() if found]


def _note_uses(name: str, uses: Sequence[UnusualUse]) -> Note:
    start = f"{list_names([name])}: unusual: "
    whole = start + "; ".join(map(str, uses))
    if len(uses) <= MOST_USES:
        return Note(whole)
    return Note(
        f"{start}{'; '.join(map(str, uses[:MOST_USES]))}; {len(uses) - MOST_USES} more", whole
    )


def note_lookalikes(files: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return notes on modules that were not handed in, though a file is named much like them."""
    return [
        f"{list_names([name])} has no {module}.py but {list_names([file])}. "
        "Rename it, then run again"
        for name, found in files.items()
        for module, file in found.items()
    ]


def note_wrong_names(sources: Mapping[str, Sequence[str]], modules: Sequence[str]) -> list[str]:
    """Return notes on submissions that have sources, but none by the name of a module."""
    module_files = [f"{module}.py" for module in modules]
    return [_note_wrong_name(name, files, module_files) for name, files in sources.items()]


def _note_wrong_name(name: str, files: Sequence[str], wanted: Sequence[str]) -> Note:
    return _write(
        lambda these: (
            f"{these([name])} has none of {these(wanted)}; it has {these(files)}. "
            "Rename it, then run again"
        )
    )


def note_empty_entries(names: Sequence[str]) -> list[str]:
    """Return a note on submissions that have no source at all."""
    verb = "has" if len(names) == 1 else "have"
    return [_write(lambda these: f"{these(names)} {verb} no .py and no .ipynb")] if names else []


def note_other_scores(out: object, others: Sequence[str]) -> list[str]:
    """Return a note on scores of earlier runs that are not in the tables."""
    if not others:
        return []
    scores = f"{len(others)} more scores that are" if len(others) > 1 else "one more score that is"
    return [
        _write(
            lambda these: (
                f"{out} holds {scores} not of this run: {these(others)}; "
                "grades.csv and index.html list this run only, export lists all"
            )
        )
    ]


def note_other_milestones(before: Collection[str], now: Collection[str]) -> list[str]:
    """Return a note on scores that replaced those of other milestones."""
    if not before:
        return []
    return [f"these scores were of {', '.join(before)} before, now of {', '.join(now)}"]


def note_missing_times(file: str, names: Sequence[str]) -> list[str]:
    """Return a note on submissions that the file of times lacks."""
    if not names:
        return []
    some = f"{len(names)} submissions have" if len(names) > 1 else "one submission has"
    counts = "counts" if len(names) == 1 else "count"
    return [
        _write(lambda these: f"{some} no time in {file} and {counts} as on time: {these(names)}")
    ]


def note_called_late(file: str, names: Sequence[str]) -> list[str]:
    """Return a note on submissions that a platform calls late, and nobody knows how late."""
    if not names:
        return []
    some = f"{len(names)} submissions are" if len(names) > 1 else "one submission is"
    end = "so nothing is taken off until you write one there"
    return [
        _write(lambda these: f"{some} marked LATE in {file} without a time, {end}: {these(names)}")
    ]


def note_stray_times(file: str, names: Sequence[str]) -> list[str]:
    """Return a note on names in the file of times that are not submissions."""
    start = f"{file} names what is not in this run"
    return [_write(lambda these: f"{start}: {these(names)}")] if names else []


def note_stray_groups(names: Sequence[str]) -> list[str]:
    """Return a note on groups that are not submissions."""
    if not names:
        return []
    verb = "is not a submission" if len(names) == 1 else "are not submissions"
    start = f"group{'s' * (len(names) > 1)}"
    return [_write(lambda these: f"{start} {these(names)} {verb} of this run")]


def note_no_hand_in(roster: str, names: Sequence[str], total: int) -> list[str]:
    """Return a note on students of the roster who handed nothing in."""
    if not names:
        return []
    verb = "has" if len(names) == 1 else "have"
    start = f"{len(names)} of {total} in {roster} {verb} no hand-in"
    return [_write(lambda these: f"{start}: {these(names)}")]


def note_strangers(roster: str, names: Sequence[str]) -> list[str]:
    """Return a note on submissions of which the roster does not say whose they are."""
    if not names:
        return []
    fits = "nobody or several fit" if len(names) > 1 else "nobody fits, or several do"
    return [_write(lambda these: f"whose are these? In {roster} {fits}: {these(names)}")]


def note_stray_extensions(names: Sequence[str]) -> list[str]:
    """Return a note on extensions that are not of a submission."""
    if not names:
        return []
    verb = "is" if len(names) == 1 else "are"
    return [_write(lambda these: f"extensions name {these(names)}, who {verb} not in this run")]


def note_stray_adjustments(names: Sequence[str]) -> list[str]:
    """Return a note on adjustments of submissions that have no score."""
    if not names:
        return []
    has = "has" if len(names) == 1 else "have"
    end = f"who {has} no score here"
    return [_write(lambda these: f"adjustments.toml names {these(names)}, {end}")]


def note_held_feedback(when: str) -> list[str]:
    """Return a note that students see nothing yet."""
    return [
        f"this is an exam: pages of feedback say only that they open on {when}; "
        "run the same command again then"
    ]


def note_missing_secret() -> str:
    """Return the note that the hidden checks hide nothing."""
    return "no course secret is set, so hidden inputs can be foreseen; set AUTOGRADER_SECRET"


def shorten(groups: Sequence[Sequence[str]], page: object) -> list[str]:
    """Return the first notes of each kind, and how many more of it `page` holds."""
    return [line for lines in groups for line in _shorten_group(lines, page)]


def _shorten_group(lines: Sequence[str], page: object) -> list[str]:
    more = [f"{len(lines) - LISTED} more such in {page}"] if len(lines) > LISTED else []
    return [*lines[:LISTED], *more]
