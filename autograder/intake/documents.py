"""Documents: files that a unit wants beside its module, found by their names; never run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath

from autograder.course import load_course
from autograder.course.course import SHIPPED_COURSE
from autograder.intake.paths import is_hidden
from autograder.intake.rules import SOURCES
from autograder.words import show_name

Found = tuple[str, Callable[[], bytes]]  # a clean path, and its reader


@dataclass(frozen=True)
class Documents:
    """The documents that are taken of a hand-in.

    Attributes
    ----------
    sources : dict
        The name that each has in the copy, to its clean path and reader.
    notes : list of str
        Which of several was taken, a sentence each.
    """

    sources: dict[str, Found] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@cache
def list_documents() -> dict[str, str]:
    """Return the names of all documents of the kit's units, each with the module it is beside."""
    units = load_course(SHIPPED_COURSE).units
    return {name: unit.module for unit in units for name in unit.documents}


def is_document(path: str) -> bool:
    """Whether a clean path has the name of a document."""
    return _file_name(path) in list_documents() and not is_hidden(path)


def choose_documents(
    found: Sequence[Found], modules: Sequence[str], targets: Mapping[str, str]
) -> Documents:
    """Return one of each document: that beside its module, else the one nearest to the top.

    Parameters
    ----------
    found : sequence
        Clean path and reader of every file with the name of a document.
    modules : sequence of str
        The module names of the course.
    targets : mapping
        The sources that are taken, to their paths in the copy.
    """
    chosen = Documents()
    for name, module in list_documents().items():
        copies = [source for source in found if _file_name(source[0]) == name]
        if module not in modules or not copies:
            continue
        home = _find_home(module, targets)
        copies.sort(key=lambda source: _rank(PurePosixPath(source[0]), home))
        chosen.sources[name] = copies[0]
        if len(copies) > 1:
            others = ", ".join(show_name(path) for path, _ in copies[1:3])
            chosen.notes.append(f"{name}: {show_name(copies[0][0])} was taken, not {others}")
    return chosen


def _file_name(path: str) -> str:
    return PurePosixPath(path).name.casefold()


def _find_home(module: str, targets: Mapping[str, str]) -> PurePosixPath:
    """Return the folder that `module` was taken from; the top where there is none."""
    files = {f"{module}{suffix}" for suffix in SOURCES}
    homes = (PurePosixPath(path).parent for path, target in targets.items() if target in files)
    return next(homes, PurePosixPath("."))


def _rank(path: PurePosixPath, home: PurePosixPath) -> tuple[bool, int, str]:
    return path.parent != home, len(path.parts), str(path)
