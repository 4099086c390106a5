"""A file handed in alone and under another name: the module that it is for, where that is clear.

Its text is searched, never run.
"""

from collections.abc import Sequence
from dataclasses import replace

from autograder.course import Part
from autograder.intake.handout import guess_modules, read_text
from autograder.intake.paths import split_source
from autograder.intake.rules import MAX_NOTEBOOK, MAX_SOURCE
from autograder.intake.submission import Entry


def assign_modules(
    entries: Sequence[Entry], milestones: Sequence[Part], chosen: Sequence[Part]
) -> list[Entry]:
    """Return the entries, each lone file with the module that it is graded as."""
    modules = [milestone.module for milestone in milestones]
    only = chosen[0].module if len(chosen) == 1 else ""
    return [_assign_module(entry, modules, only) for entry in entries]


def list_lone_files(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the names of files that are graded as another, each with the name of that one."""
    return {
        entry.path.name: f"{entry.module}{_source_suffix(entry)}" if entry.module else entry.kind
        for entry in entries
        if entry.module or entry.kind
    }


def guess_module(entry: Entry, modules: Sequence[str]) -> str:
    """Return the one module whose own names a lone file defines; '' where it is none or several."""
    suffix = _source_suffix(entry)
    most = MAX_NOTEBOOK if suffix == ".ipynb" else MAX_SOURCE
    try:
        if entry.path.stat().st_size > most:
            return ""  # its row says so
        with entry.path.open("rb") as stream:
            text = read_text(stream.read(most), suffix)
    except OSError:
        return ""
    found = guess_modules(text or "", modules)
    return found[0] if len(found) == 1 else ""


def _assign_module(entry: Entry, modules: Sequence[str], only: str) -> Entry:
    suffix = "" if entry.is_link or entry.parts else _source_suffix(entry)
    if not suffix or entry.path.name in {f"{module}{suffix}" for module in modules}:
        return entry
    stem = split_source(entry.read_as.name)[0].lower()
    module = stem if stem in modules else guess_module(entry, modules) or only
    return replace(entry, module=module)


def _source_suffix(entry: Entry) -> str:
    if not entry.path.is_file():
        return ""
    return split_source(entry.read_as.name)[1]
