"""Which checks a saved file concerns, and which of them to run first."""

import ast
import hashlib
import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from autograder.course import Course, Milestone
from autograder.intake.rules import MAX_FILE, MAX_SOURCE, SOURCES
from autograder.judge.spec import ListedCheck, list_checks
from autograder.worker.serve import load_probes

SLOW = 20.0  # seconds of a check's deadline from which it runs after all others
AT_ONCE = 16  # checks in one go: results are shown after each

Definitions = dict[str, str]


@dataclass(frozen=True)
class Batch:
    """Checks of one milestone that run in one go."""

    milestone: Milestone
    ids: tuple[str, ...]


@dataclass
class Sources:
    """What the files of a workspace define and import; where one cannot be read, what it last did.

    Attributes
    ----------
    imports : dict
        Module to the names that it imports.
    definitions : dict
        Module to its functions and methods, each with what it says.
    """

    folder: Path
    imports: dict[str, frozenset[str]] = field(default_factory=dict)
    definitions: dict[str, Definitions] = field(default_factory=dict)
    digests: dict[Path, bytes] = field(default_factory=dict)

    def differing(self, files: Iterable[Path]) -> set[Path]:
        """Return those of `files` whose content is new: some systems tell of reading, too."""
        found = {file: _digest(file) for file in files}
        different = {file for file, digest in found.items() if self.digests.get(file) != digest}
        self.digests |= found
        return different

    def files(self) -> list[Path]:
        """Return the modules and notebooks that lie in the workspace itself."""
        return sorted(path for path in self.folder.iterdir() if path.suffix in SOURCES)

    def look(self) -> set[str]:
        """Read all files again; return what has changed: ``Value.__add__``."""
        changed: set[str] = set()
        for file in sorted(self.folder.glob("*.py")):
            if tree := _parsed(file):
                self.imports[file.stem] = frozenset(_imports(tree))
                new, old = _definitions(tree), self.definitions.get(file.stem, {})
                changed |= {name for name in {*new, *old} if new.get(name) != old.get(name)}
                self.definitions[file.stem] = new
        return changed

    def reached_from(self, names: Iterable[str]) -> set[str]:
        """Return `names` and all modules that they import, directly or not."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += self.imports.get(name, ())
        return found


def modules_of(files: Iterable[Path], folder: Path) -> set[str]:
    """Return the modules, or the packages, that `files` belong to."""
    inside = [path.relative_to(folder) for path in files if path.is_relative_to(folder)]
    return {path.parts[0].partition(".")[0] for path in inside if path.suffix in SOURCES}


def milestones(course: Course, changed: Iterable[str], sources: Sources) -> list[Milestone]:
    """Return the milestones whose checks run any of the modules `changed`."""
    wanted = set(changed)
    return [
        milestone
        for milestone in course.milestones
        if wanted & sources.reached_from({milestone.module, *_probed(milestone)})
        or (_is_notebook(sources.folder, milestone) and wanted & _before(course, milestone))
    ]


def batches(
    chosen: Sequence[Milestone], current: str, first: Sequence[str], changed: Iterable[str]
) -> list[Batch]:
    """Return the checks of `chosen` in the order in which they tell most.

    Parameters
    ----------
    chosen : sequence of Milestone
        All of whose public checks run.
    current : str
        The milestone that the learner works on.
    first : sequence of str
        Checks whose answers are waited for: the failure on the screen.
    changed : iterable of str
        Objects that were changed: checks that need them come early.
    """
    objects = set(changed)

    def place(job: tuple[Milestone, ListedCheck]) -> tuple[bool, bool, bool]:
        milestone, listed = job
        slow = listed.spec.seconds >= SLOW
        waited = listed.id in first or bool(objects & set(listed.spec.needs))
        return slow, milestone.id != current, not waited

    jobs = [(one, listed) for one in chosen for listed in list_checks(one.id, one.checks)]
    by_place = groupby(sorted(jobs, key=place), key=lambda job: (place(job), job[0].id))
    return [batch for _, group in by_place for batch in _cut(list(group))]


def _cut(jobs: list[tuple[Milestone, ListedCheck]]) -> list[Batch]:
    milestone = jobs[0][0]
    slow = jobs[0][1].spec.seconds >= SLOW
    ids = [listed.id for _, listed in jobs]
    ends = range(0, len(ids), 1 if slow else AT_ONCE)
    return [Batch(milestone, tuple(ids[at : at + ends.step])) for at in ends]


def _content(file: Path) -> bytes:
    """Return what counts of `file`; a pipe or a device is not opened: it may never end."""
    if not file.is_file():
        return b""
    with file.open("rb") as stream:
        return stream.read(MAX_FILE)


def _digest(file: Path) -> bytes:
    try:
        return hashlib.sha256(_content(file)).digest() if file.is_file() else b""
    except OSError:
        return b""  # deleted


def _parsed(file: Path) -> ast.Module | None:
    try:
        content = _content(file)
        return ast.parse(content.decode("utf-8-sig")) if len(content) <= MAX_SOURCE else None
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # half-typed: what it was before is the best guess


def _imports(tree: ast.AST) -> set[str]:
    nodes = list(ast.walk(tree))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    named = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | named} - {""}


def _definitions(tree: ast.Module) -> Definitions:
    found: Definitions = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = ast.dump(node)
        if isinstance(node, ast.ClassDef):
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            found |= {f"{node.name}.{item.name}": ast.dump(item) for item in methods}
    return found


def _probed(milestone: Milestone) -> set[str]:
    """Return the modules that the probes of `milestone` ask for."""
    probes = load_probes([milestone.probes])[milestone.id]
    return _imports(ast.parse(inspect.getsource(probes)))


def _is_notebook(folder: Path, milestone: Milestone) -> bool:
    return (folder / f"{milestone.module}.ipynb").is_file()


def _before(course: Course, milestone: Milestone) -> set[str]:
    """Return the modules up to `milestone`: what a notebook may import."""
    return set(course.modules[: course.milestones.index(milestone) + 1])
