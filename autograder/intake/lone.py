"""A file handed in alone and under another name: the module that it is for, where that is clear.

Its text is searched line by line, neither parsed nor run: Python's parser takes a gigabyte for a
megabyte.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder.course import Milestone
from autograder.course.assignments import find_assignments
from autograder.intake.find import lone_suffix
from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.intake.rules import MAX_NOTEBOOK, MAX_SOURCE
from autograder.intake.submission import Entry

DEFINITION = re.compile(r"(?:^|\r)(?:class|def)\s+(\w+)", re.MULTILINE)


def assign_modules(
    entries: Sequence[Entry], milestones: Sequence[Milestone], chosen: Sequence[Milestone]
) -> list[Entry]:
    """Return the entries, each lone file with the module that it is graded as."""
    marks = _find_marks(milestones)
    only = chosen[0].module if len(chosen) == 1 else ""
    return [_assign_module(entry, marks, only) for entry in entries]


def list_lone_files(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the names of lone files, each with the name of the module file it is graded as."""
    return {
        entry.path.name: f"{entry.module}{lone_suffix(entry.path)}"
        for entry in entries
        if entry.module
    }


def _assign_module(entry: Entry, marks: dict[str, set[str]], only: str) -> Entry:
    suffix = "" if entry.is_link else lone_suffix(entry.path)
    if not suffix or entry.path.name in {f"{module}{suffix}" for module in marks}:
        return entry
    stem = entry.path.stem.lower()
    module = stem if stem in marks else _guess_module(entry.path, suffix, marks) or only
    return replace(entry, module=module)


def _guess_module(file: Path, suffix: str, marks: dict[str, set[str]]) -> str:
    """Return the one module whose marks `file` defines; '' where it is none or several."""
    try:
        defined = _list_definitions(_read_code(file, suffix))
    except (OSError, NoNotebook):
        return ""
    modules = [module for module, names in marks.items() if names & defined]
    return modules[0] if len(modules) == 1 else ""


def _read_code(file: Path, suffix: str) -> str:
    with file.open("rb") as stream:
        data = stream.read(MAX_NOTEBOOK if suffix == ".ipynb" else MAX_SOURCE)
    if suffix == ".ipynb":
        return "\n".join(read_code_cells(data))
    return data.decode(json.detect_encoding(data), "replace")


def _find_marks(milestones: Sequence[Milestone]) -> dict[str, set[str]]:
    """Return the public names that only the stub of each module defines."""
    definitions = {}
    for milestone in milestones:
        stub = find_assignments() / milestone.folder / f"{milestone.module}.py"
        definitions[milestone.module] = _list_definitions(stub.read_text("utf-8"))
    shared = Counter(name for names in definitions.values() for name in names)
    return {
        module: {name for name in names if shared[name] == 1 and not name.startswith("_")}
        for module, names in definitions.items()
    }


def _list_definitions(text: str) -> set[str]:
    return {*DEFINITION.findall(text)}
