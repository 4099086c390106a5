"""Notes for the teacher after a class was graded: one function per sentence."""

from collections.abc import Collection, Mapping, Sequence

from autograder.words import join_first

LISTED = 5  # names in a sentence, of many


def list_names(names: Collection[str]) -> str:
    """Return the first names, safe to print."""
    return join_first([repr(name)[1:-1] for name in names], LISTED)


def note_lone_files(files: Mapping[str, str]) -> list[str]:
    """Return notes on lone files that were taken as a module."""
    lines = [f"{list_names([file])} was taken as {module}" for file, module in files.items()]
    return _limit_lines(lines)


def note_wrong_names(sources: Mapping[str, Sequence[str]], modules: Sequence[str]) -> list[str]:
    """Return notes on submissions that have sources, but none by the name of a module."""
    module_files = list_names([f"{module}.py" for module in modules])
    lines = [
        f"{list_names([name])} has none of {module_files}; it has {list_names(files)}. "
        "Rename it, then run again"
        for name, files in sources.items()
    ]
    return _limit_lines(lines)


def note_empty_entries(names: Sequence[str]) -> list[str]:
    """Return a note on submissions that have no source at all."""
    verb = "has" if len(names) == 1 else "have"
    return [f"{list_names(names)} {verb} no .py and no .ipynb"] if names else []


def note_other_scores(out: object, others: Sequence[str]) -> list[str]:
    """Return a note on scores of earlier runs that are not in the tables."""
    if not others:
        return []
    scores = f"{len(others)} more scores that are" if len(others) > 1 else "one more score that is"
    return [
        f"{out} holds {scores} not of this run: {list_names(others)}; "
        "grades.csv and index.html list this run only, export lists all"
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
    return [f"{some} no time in {file} and {counts} as on time: {list_names(names)}"]


def note_stray_times(file: str, names: Sequence[str]) -> list[str]:
    """Return a note on names in the file of times that are not submissions."""
    return [f"{file} names what is not in this run: {list_names(names)}"] if names else []


def note_stray_groups(names: Sequence[str]) -> list[str]:
    """Return a note on groups that are not submissions."""
    if not names:
        return []
    verb = "is not a submission" if len(names) == 1 else "are not submissions"
    return [f"group{'s' * (len(names) > 1)} {list_names(names)} {verb} of this run"]


def note_missing_secret() -> str:
    """Return the note that the hidden checks hide nothing."""
    return "no course secret is set, so hidden inputs can be foreseen; set AUTOGRADER_SECRET"


def _limit_lines(lines: Sequence[str]) -> list[str]:
    more = [f"{len(lines) - LISTED} more such"] if len(lines) > LISTED else []
    return [*lines[:LISTED], *more]
