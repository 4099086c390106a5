"""Imports in a kernel: an earlier milestone is the file or notebook that would be graded."""

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout, suppress
from importlib.machinery import ModuleSpec
from io import StringIO
from pathlib import Path
from types import ModuleType

from autograder.course import load_course
from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.intake.rules import SOURCES
from autograder.intake.stage import Plan, plan_entry
from autograder.intake.submission import Entry, Unusable
from autograder.worker.imports import NotebookFinder, NotebookLoader

_searched_folders: set[str] = set()


class SavedNotebook(NotebookLoader):
    """Runs a notebook as it is saved, by the rules of grading; what it prints is its own affair."""

    def read_cells(self) -> list[str]:
        """Return the source of each code cell; those that call the kit are empty."""
        try:
            return read_code_cells(self.file.read_bytes())
        except NoNotebook as problem:
            raise ImportError(f"{self.file.name} cannot be imported: {problem}") from None

    def exec_module(self, module: ModuleType) -> None:
        """Run every code cell in order."""
        with redirect_stdout(StringIO()):
            super().exec_module(module)


class EarlierWork(importlib.abc.MetaPathFinder):
    """Finds the modules of the course where grading would take them from."""

    def __init__(self, folder: Path, modules: Sequence[str]) -> None:
        self.folder = folder
        self.modules = frozenset(modules)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module of the course, if it is there."""
        file = find_module_file(name, self.folder) if name in self.modules else None
        if file is None or path is not None:
            return None
        if file.suffix == ".py":
            return importlib.util.spec_from_file_location(name, file)
        return importlib.util.spec_from_loader(name, SavedNotebook(file))


def find_module_file(module: str, folder: Path) -> Path | None:
    """Return the file of `module` that would be graded: here, or in ``../m1`` and its like."""
    names = [f"{module}{suffix}" for suffix in SOURCES]
    plan = plan_folder(folder)
    chosen = [source for source, target in plan.targets.items() if target in names] if plan else []
    folders = [folder, *_neighbours(folder)]
    paths = [folder / name for name in chosen] + [home / name for home in folders for name in names]
    return next(filter(Path.is_file, paths), None)


def plan_folder(folder: Path) -> Plan | None:
    """Return what of `folder` would be graded; None where nothing would."""
    with suppress(Unusable, OSError):
        return plan_entry(Entry(folder.name, folder), load_course().modules)
    return None


def _neighbours(folder: Path) -> Iterator[Path]:
    return (folder.parent / part.id for part in load_course().parts)


def install_finder(folder: Path) -> None:
    """Let this process import earlier milestones from `folder`, whichever form they have."""
    installed = [finder for finder in sys.meta_path if isinstance(finder, EarlierWork)]
    for finder in installed:
        sys.meta_path.remove(finder)
    sys.meta_path.insert(0, EarlierWork(folder, load_course().modules))
    for home in (folder, *_neighbours(folder)):
        if str(home) not in _searched_folders and home.is_dir():
            _searched_folders.add(str(home))
            sys.path.append(str(home))
            sys.meta_path.append(NotebookFinder(str(home), SavedNotebook))


def forget_modules(folder: Path) -> None:
    """Let the next import of an earlier milestone read it again, as it is saved by then."""
    homes = [folder, *_neighbours(folder)]
    for name in load_course().modules:
        file = getattr(sys.modules.get(name), "__file__", None)
        if file and any(Path(file).is_relative_to(home) for home in homes):
            del sys.modules[name]
    importlib.invalidate_caches()


def print_choices(folder: Path) -> None:
    """Print which of several copies of a module is imported, as it would be graded."""
    plan = plan_folder(folder)
    for note in plan.notes if plan else ():
        print(f"note: {note}")
