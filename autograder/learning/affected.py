"""What a save changes, and the order in which checks run after it."""

import ast
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from autograder.course import Part
from autograder.intake.rules import SOURCES
from autograder.judge.spec import LONG_SECONDS, ListedCheck, list_checks
from autograder.learning.reach import Reach, read_content
from autograder.worker.source import PARSE_ERRORS, parse_source

BATCH_SIZE = 16  # checks in one go: results are shown after each

Definitions = dict[str, str]


@dataclass(frozen=True)
class Batch:
    """Checks of one milestone that run in one go."""

    milestone: Part
    ids: tuple[str, ...]


@dataclass
class Sources:
    """What the files of a workspace define, by the last version that could be parsed.

    Attributes
    ----------
    definitions : dict
        Module to its functions and methods, each with its syntax tree as text.
    """

    folder: Path
    definitions: dict[str, Definitions] = field(default_factory=dict)
    digests: dict[Path, bytes] = field(default_factory=dict)

    def find_changed(self, files: Iterable[Path]) -> set[Path]:
        """Return those of `files` whose content is new: some systems report reading, too."""
        digests = {file: _hash_file(file) for file in files}
        changed = {file for file, digest in digests.items() if self.digests.get(file) != digest}
        self.digests |= digests
        return changed

    def list_files(self) -> list[Path]:
        """Return the modules and notebooks that lie in the workspace itself."""
        return sorted(path for path in self.folder.iterdir() if path.suffix in SOURCES)

    def read_changes(self) -> set[str]:
        """Read all files again; return the names of changed definitions: ``Value.__add__``."""
        changed: set[str] = set()
        for file in sorted(self.folder.glob("*.py")):
            if tree := _parse_file(file):
                new, old = _find_definitions(tree), self.definitions.get(file.stem, {})
                changed |= {name for name in {*new, *old} if new.get(name) != old.get(name)}
                self.definitions[file.stem] = new
        return changed


def modules_of(files: Iterable[Path], folder: Path) -> set[str]:
    """Return the modules, or the packages, that `files` belong to."""
    inside = [path.relative_to(folder) for path in files if path.is_relative_to(folder)]
    return {path.parts[0].partition(".")[0] for path in inside if path.suffix in SOURCES}


class AffectedParts:
    """Finds the milestones and units whose checks can reach something new."""

    def __init__(self, parts: Sequence[Part], folder: Path) -> None:
        self.parts = parts
        self.reach = Reach(folder)
        self._hashes: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    def find_affected(self) -> list[Part]:
        """Return those that can reach other content than was seen to.

        Two files that are saved together may be told one after the other: what the second changes
        is found with the first, and has to be found once more.
        """
        self._hashes = {part.id: self.reach.hash_modules(part) for part in self.parts}
        return [part for part in self.parts if self._hashes[part.id] != self._seen.get(part.id)]

    def mark_seen(self, parts: Iterable[Part]) -> None:
        """Take what `parts` could reach, when they were last looked at, as seen to."""
        self._seen |= {part.id: self._hashes[part.id] for part in parts}


def plan_batches(
    chosen: Sequence[Part], current: str, first: Sequence[str], changed: Iterable[str]
) -> list[Batch]:
    """Return the checks of `chosen`, those that tell the learner most first.

    Parameters
    ----------
    chosen : sequence of Part
        All their public checks run.
    current : str
        Id of the milestone that the learner works on.
    first : sequence of str
        Ids of checks that the learner waits for: the failure on the screen.
    changed : iterable of str
        Definitions that changed: checks that need them come early.
    """
    objects = set(changed)

    def priority(job: tuple[Part, ListedCheck]) -> tuple[bool, bool, bool]:
        milestone, listed = job
        slow = listed.spec.seconds >= LONG_SECONDS
        is_early = listed.id in first or bool(objects & set(listed.spec.needs))
        return slow, milestone.id != current, not is_early

    jobs = [(step, listed) for step in chosen for listed in list_checks(step.id, step.checks)]
    groups = groupby(sorted(jobs, key=priority), key=lambda job: (priority(job), job[0].id))
    return [batch for _, group in groups for batch in _split_group(list(group))]


def _split_group(jobs: list[tuple[Part, ListedCheck]]) -> list[Batch]:
    milestone = jobs[0][0]
    slow = jobs[0][1].spec.seconds >= LONG_SECONDS
    ids = [listed.id for _, listed in jobs]
    size = 1 if slow else BATCH_SIZE
    return [Batch(milestone, tuple(ids[k : k + size])) for k in range(0, len(ids), size)]


def _hash_file(file: Path) -> bytes:
    try:
        return hashlib.sha256(read_content(file)).digest() if file.is_file() else b""
    except OSError:
        return b""  # deleted


def _parse_file(file: Path) -> ast.Module | None:
    try:
        return parse_source(read_content(file).decode("utf-8-sig"))
    except (OSError, *PARSE_ERRORS):
        return None  # half-typed: the version before is the best guess


def _find_definitions(tree: ast.Module) -> Definitions:
    texts: Definitions = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            texts[node.name] = ast.dump(node)
        if isinstance(node, ast.ClassDef):
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            texts |= {f"{node.name}.{item.name}": ast.dump(item) for item in methods}
    return texts
