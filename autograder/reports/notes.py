"""Notes for the teacher after a class was graded: one function per sentence."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from autograder.language.catalogue import translate, translate_count
from autograder.language.sentences import translate_note
from autograder.score import UnusualUse
from autograder.words import Note, escape_unseen, join_first

LISTED = 5  # names in a sentence, of many
MOST_USES = 3  # of one submission, in a sentence

Lister = Callable[[Collection[str]], str]


def print_notes(lines: Iterable[str]) -> None:
    """Print what a teacher should look at."""
    head = translate("note:")
    print("".join(f"{head} {escape_unseen(line)}\n" for line in lines), end="")


def list_names(names: Collection[str]) -> str:
    """Return the first names, safe to print."""
    return join_first([escape_unseen(name) for name in names], LISTED)


def list_all_names(names: Collection[str]) -> str:
    """Return every name, safe to print."""
    return ", ".join(map(escape_unseen, names))


def escape_note(note: str) -> Note:
    """Return `note` in the reader's language, by the rule of `escape_unseen`, also its whole."""
    whole = translate_note(getattr(note, "whole", note))
    return Note(escape_unseen(translate_note(note)), escape_unseen(whole))


def _write_count(names: Sequence[str], sentence: Callable[[str], str]) -> list[str]:
    """Return the note that `sentence` makes of `names`, none where there are none."""
    return [_write(lambda these: sentence(these(names)))] if names else []


def _write(sentence: Callable[[Lister], str]) -> Note:
    """Return the note that `sentence` makes with the first names, and with all."""
    return Note(sentence(list_names), sentence(list_all_names))


def note_lone_files(files: Mapping[str, str]) -> list[str]:
    """Return notes on lone files that were taken as a module."""
    return [
        translate("{file} was taken as {module}", file=list_names([file]), module=module)
        for file, module in files.items()
    ]


def note_left_out(reasons: Mapping[str, str]) -> list[str]:
    """Return a note for each reason why things are not graded, with all their names."""
    names = defaultdict(list)
    for name, reason in reasons.items():
        names[reason].append(escape_unseen(name))
    return [
        translate_count(
            "{names} is not graded: {reason}",
            "{names} are not graded: {reason}",
            len(those),
            names=", ".join(those),
            reason=translate_note(reason),
        )
        for reason, those in names.items()
    ]


def note_choices(choices: Mapping[str, Sequence[str]]) -> list[str]:
    """Return notes on what was chosen among several files of a submission."""
    return [
        f"{list_names([name])}: {escape_unseen(translate_note(sentence))}"
        for name, sentences in choices.items()
        for sentence in sentences
    ]


def note_unusual(uses: Mapping[str, Sequence[UnusualUse]]) -> list[str]:
    """Return a note on each submission that has what honest work has no use for."""
    return [_note_uses(name, found) for name, found in uses.items() if found]


def describe_use(use: UnusualUse) -> str:
    """Return where something unusual is, and what."""
    return f"{translate_note(use.location)}: {translate_note(use.what)}"


def _note_uses(name: str, uses: Sequence[UnusualUse]) -> Note:
    said = [describe_use(use) for use in uses]

    def write(uses: str) -> str:
        return translate("{name}: unusual: {uses}", name=list_names([name]), uses=uses)

    whole = write("; ".join(said))
    if len(uses) <= MOST_USES:
        return Note(whole)
    more = translate("{count} more", count=len(uses) - MOST_USES)
    return Note(write("; ".join([*said[:MOST_USES], more])), whole)


def note_lookalikes(files: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return notes on modules that were not handed in, though a file is named much like them."""
    return [
        translate(
            "{name} has no {module}.py but {file}. Rename it, then run again",
            name=list_names([name]),
            module=module,
            file=list_names([file]),
        )
        for name, found in files.items()
        for module, file in found.items()
    ]


def note_wrong_names(sources: Mapping[str, Sequence[str]], modules: Sequence[str]) -> list[str]:
    """Return notes on submissions that have sources, but none by the name of a module."""
    module_files = [f"{module}.py" for module in modules]
    return [_note_wrong_name(name, files, module_files) for name, files in sources.items()]


def _note_wrong_name(name: str, files: Sequence[str], wanted: Sequence[str]) -> Note:
    return _write(
        lambda these: translate(
            "{name} has none of {wanted}; it has {files}. Rename it, then run again",
            name=these([name]),
            wanted=these(wanted),
            files=these(files),
        )
    )


def note_empty_entries(names: Sequence[str]) -> list[str]:
    """Return a note on submissions that have no source at all."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "{names} has no .py and no .ipynb",
            "{names} have no .py and no .ipynb",
            len(names),
            names=listed,
        ),
    )


def note_other_scores(out: object, others: Sequence[str]) -> list[str]:
    """Return a note on scores of earlier runs that are not in the tables."""
    return _write_count(
        others,
        lambda listed: translate_count(
            "{out} holds {count} more score that is not of this run: {names}; grades.csv and "
            "index.html list this run only, export lists all",
            "{out} holds {count} more scores that are not of this run: {names}; grades.csv and "
            "index.html list this run only, export lists all",
            len(others),
            out=out,
            names=listed,
        ),
    )


def note_other_milestones(before: Collection[str], now: Collection[str]) -> list[str]:
    """Return a note on scores that replaced those of other milestones."""
    if not before:
        return []
    text = "these scores were of {before} before, now of {now}"
    return [translate(text, before=", ".join(before), now=", ".join(now))]


def note_missing_times(file: str, names: Sequence[str]) -> list[str]:
    """Return a note on submissions that the file of times lacks."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "{count} submission has no time in {file} and counts as on time: {names}",
            "{count} submissions have no time in {file} and count as on time: {names}",
            len(names),
            file=file,
            names=listed,
        ),
    )


def note_called_late(file: str, names: Sequence[str]) -> list[str]:
    """Return a note on submissions that a platform calls late, and nobody knows how late."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "{count} submission is marked LATE in {file} without a time, so nothing is taken off "
            "until you write one there: {names}",
            "{count} submissions are marked LATE in {file} without a time, so nothing is taken "
            "off until you write one there: {names}",
            len(names),
            file=file,
            names=listed,
        ),
    )


def note_stray_times(file: str, names: Sequence[str]) -> list[str]:
    """Return a note on names in the file of times that are not submissions."""
    return _write_count(
        names,
        lambda listed: translate(
            "{file} names what is not in this run: {names}", file=file, names=listed
        ),
    )


def note_stray_groups(names: Sequence[str]) -> list[str]:
    """Return a note on groups that are not submissions."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "group {names} is not a submission of this run",
            "groups {names} are not submissions of this run",
            len(names),
            names=listed,
        ),
    )


def note_no_hand_in(roster: str, names: Sequence[str], total: int) -> list[str]:
    """Return a note on students of the roster who handed nothing in."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "{count} of {total} in {roster} has no hand-in: {names}",
            "{count} of {total} in {roster} have no hand-in: {names}",
            len(names),
            total=total,
            roster=roster,
            names=listed,
        ),
    )


def note_strangers(roster: str, names: Sequence[str]) -> list[str]:
    """Return a note on submissions of which the roster does not say whose they are."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "whose are these? In {roster} nobody fits, or several do: {names}",
            "whose are these? In {roster} nobody or several fit: {names}",
            len(names),
            roster=roster,
            names=listed,
        ),
    )


def note_stray_extensions(names: Sequence[str]) -> list[str]:
    """Return a note on extensions that are not of a submission."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "extensions name {names}, who is not in this run",
            "extensions name {names}, who are not in this run",
            len(names),
            names=listed,
        ),
    )


def note_stray_adjustments(names: Sequence[str]) -> list[str]:
    """Return a note on adjustments of submissions that have no score."""
    return _write_count(
        names,
        lambda listed: translate_count(
            "adjustments.toml names {names}, who has no score here",
            "adjustments.toml names {names}, who have no score here",
            len(names),
            names=listed,
        ),
    )


def note_held_feedback(when: str) -> list[str]:
    """Return a note that students see nothing yet."""
    text = (
        "this is an exam: pages of feedback say only that they open on {when}; "
        "run the same command again then"
    )
    return [translate(text, when=when)]


def note_missing_secret() -> str:
    """Return the note that the hidden checks hide nothing."""
    return translate(
        "no course secret is set, so hidden inputs can be foreseen; set AUTOGRADER_SECRET"
    )


def shorten(groups: Sequence[Sequence[str]], page: object) -> list[str]:
    """Return the first notes of each kind, and how many more of it `page` holds."""
    return [line for lines in groups for line in _shorten_group(lines, page)]


def _shorten_group(lines: Sequence[str], page: object) -> list[str]:
    count = len(lines) - LISTED
    more = translate("{count} more such in {page}", count=count, page=page)
    return [*lines[:LISTED], *[more] * (count > 0)]
