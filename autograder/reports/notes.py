"""What a person should look at after a class was graded: one function a sentence."""

from collections.abc import Collection, Mapping, Sequence

from autograder.words import few

FIRST = 5  # names that are told, of many


def names(found: Collection[str]) -> str:
    """Return the first names, safe to print."""
    return few([repr(name)[1:-1] for name in found], FIRST)


def taken(files: Mapping[str, str]) -> list[str]:
    """Tell which lone files were taken as a module's."""
    told = [f"{names([file])} was taken as {module}" for file, module in files.items()]
    return _first(told)


def misnamed(found: Mapping[str, Sequence[str]], modules: Sequence[str]) -> list[str]:
    """Tell which submissions have sources, but none that a module's name finds."""
    wanted = names([f"{module}.py" for module in modules])
    told = [
        f"{names([name])} has none of {wanted}; it has {names(files)}. Rename it, then run again"
        for name, files in found.items()
    ]
    return _first(told)


def empty(found: Sequence[str]) -> list[str]:
    """Tell which submissions have no source at all."""
    verb = "has" if len(found) == 1 else "have"
    return [f"{names(found)} {verb} no .py and no .ipynb"] if found else []


def apart(out: object, others: Sequence[str]) -> list[str]:
    """Tell which scores of earlier runs are not in the tables."""
    if not others:
        return []
    kept = f"{len(others)} more scores that are" if len(others) > 1 else "one more score that is"
    return [
        f"{out} holds {kept} not of this run: {names(others)}; "
        "grades.csv and index.html list this run only, export lists all"
    ]


def replaced(before: Collection[str], now: Collection[str]) -> list[str]:
    """Tell that scores are of other milestones than those they took the place of."""
    if not before:
        return []
    return [f"these scores were of {', '.join(before)} before, now of {', '.join(now)}"]


def untimed(file: str, found: Sequence[str]) -> list[str]:
    """Tell which submissions the file of times lacks."""
    if not found:
        return []
    some = f"{len(found)} submissions have" if len(found) > 1 else "one submission has"
    return [f"{some} no time in {file} and {_count(found)} as on time: {names(found)}"]


def absent(file: str, found: Sequence[str]) -> list[str]:
    """Tell which names of the file of times are no submission."""
    return [f"{file} names what is not in this run: {names(found)}"] if found else []


def groups(found: Sequence[str]) -> list[str]:
    """Tell which groups are no submission."""
    if not found:
        return []
    what = "is no submission" if len(found) == 1 else "are no submissions"
    return [f"group{'s' * (len(found) > 1)} {names(found)} {what} of this run"]


def foreseen() -> str:
    """Tell that the hidden checks hide nothing."""
    return "no course secret is set, so hidden inputs can be foreseen; set AUTOGRADER_SECRET"


def _count(found: Sequence[str]) -> str:
    return "counts" if len(found) == 1 else "count"


def _first(told: Sequence[str]) -> list[str]:
    more = [f"{len(told) - FIRST} more such"] if len(told) > FIRST else []
    return [*told[:FIRST], *more]
