"""What a person should look at after a class was graded: one function a sentence."""

from collections.abc import Collection, Mapping, Sequence

FIRST = 5  # names that are told, of many


def names(found: Collection[str]) -> str:
    """Return the first names, safe to print."""
    told = ", ".join(repr(name)[1:-1] for name in list(found)[:FIRST])
    return f"{told}, ..." if len(found) > FIRST else told


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


def _first(told: Sequence[str]) -> list[str]:
    more = [f"{len(told) - FIRST} more such"] if len(told) > FIRST else []
    return [*told[:FIRST], *more]
