"""How a worker finds the learner's modules: files first, then notebooks, then Python and NumPy.

A notebook named after a module stands in for it. Its code cells run in order, each under the name
``engine.ipynb[3]`` so that a traceback points to cell and line; a cell that fails is skipped
and the rest still runs, as in a notebook.
"""

import __future__

import ast
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import json
import linecache
import operator
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, CoroutineType, ModuleType

from autograder.worker import magics
from autograder.worker.stand_ins import SHELL, display

FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
ALLOWED = frozenset(sys.stdlib_module_names) | {"numpy"}
FAILED_CELLS: list[str] = []  # cells of this process, with line and reason
DROPPED_LINES: list[str] = []  # of notebooks of this process, with cell and line
GRADED_WITH = f"graded with Python {sys.version_info[0]}.{sys.version_info[1]}"
MOST_DROPPED = 5  # lines in a sentence
NOTEBOOK_MODULES = ("IPython", "IPython.display", "autograder", "autograder.notebook")  # stand-ins


class CellFailed(Exception):
    """A notebook lacks a name, and the cell that should have made it may have failed."""


def install_finders(submission: str) -> None:
    """Make `submission` the first folder of the import path, and refuse other packages."""
    sys.path[:] = [submission, *(entry for entry in sys.path if entry)]
    sys.meta_path.insert(0, ImportGuard(submission))
    sys.meta_path.append(NotebookFinder(submission))


class ImportGuard(importlib.abc.MetaPathFinder):
    """Refuses imports of anything but the standard library, NumPy and the submission itself."""

    def __init__(self, submission: str) -> None:
        submitted = (entry.split(".")[0] for entry in os.listdir(submission))
        self.allowed = ALLOWED | frozenset(submitted)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Return None (another finder loads it), or raise ImportError where it is not allowed."""
        top = name.partition(".")[0]
        if top not in self.allowed and path is None:
            raise ModuleNotFoundError(
                f"no module named {name!r}: only the standard library, NumPy and files handed in "
                "can be imported",
                name=name,
            )


class NotebookFinder(importlib.abc.MetaPathFinder):
    """Finds ``engine.ipynb`` where there is no ``engine.py``."""

    def __init__(self, submission: str, loader: "type[NotebookLoader] | None" = None) -> None:
        self.submission = Path(submission)
        self.loader = loader or NotebookLoader

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a notebook module, if there is such a notebook."""
        file = self.submission / f"{name}.ipynb"
        if not file.is_file():
            return None
        return importlib.util.spec_from_loader(name, self.loader(file))


class NotebookLoader(importlib.abc.Loader):
    """Runs the code cells of one notebook as a module."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read_cells(self) -> list[str]:
        """Return the source of each code cell."""
        return raw_cells(self.file.read_bytes())

    def exec_module(self, module: ModuleType) -> None:
        """Run every code cell in order; a name that a failing one lacks is reported on access."""
        module.__file__ = str(self.file)
        module.__dict__.update(display=display, get_ipython=lambda: SHELL)
        for name in NOTEBOOK_MODULES:  # in a learner's own kernel they are the real ones
            sys.modules.setdefault(name, SHELL)  # type: ignore[arg-type]
        failed: list[str] = []
        dropped: list[str] = []
        future = 0  # what one cell imports from __future__ holds for those after it
        own_file = f"{self.file.stem}.py"
        for number, cell in enumerate(self.read_cells(), start=1):
            name = f"{self.file}[{number}]"
            source = magics.python_source(cell, own_file)
            dropped += _describe_dropped(cell, own_file, Path(name).name)
            try:
                code = compile(source, name, "exec", future | AWAIT, dont_inherit=True)
                future |= code.co_flags & FUTURE
                _run_cell(module, code, source)
            except (Exception, SystemExit) as problem:
                failed.append(_describe_failure(problem, name))
        FAILED_CELLS.extend(failed)
        DROPPED_LINES.extend(dropped)
        module.__dict__["__getattr__"] = _missing_name_hook(self.file.name, failed, dropped)


def _run_cell(module: ModuleType, code: CodeType, source: str) -> None:
    name = code.co_filename
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    waiting = eval(code, module.__dict__)
    if isinstance(waiting, CoroutineType):  # the cell has an await of its own
        importlib.import_module("asyncio").run(waiting)


def _describe_dropped(cell: str, own_file: str, name: str) -> list[str]:
    lines = magics.list_dropped(cell, own_file)
    return [f"{name}, line {number}: {line}" for number, line in lines]


def _describe_failure(problem: BaseException, cell: str) -> str:
    """Return where in `cell` it failed, and why: ``engine.ipynb[3], line 2: NameError: ...``."""
    steps = traceback.extract_tb(problem.__traceback__)
    lines = [step.lineno for step in steps if step.filename == cell]
    reason: object = problem
    if isinstance(problem, SyntaxError):
        lines, reason = [problem.lineno], f"{problem.msg} ({GRADED_WITH})"
    location = f"{Path(cell).name}, line {lines[-1]}" if lines else Path(cell).name
    return f"{location}: {type(problem).__name__}: {reason}"


def _missing_name_hook(
    notebook: str, failed: list[str], dropped: list[str]
) -> Callable[[str], None]:
    def raise_missing(name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)
        if failed or dropped:
            note = lost_lines_note(failed, dropped)
            raise CellFailed(f"{notebook} does not define {name}{note}")
        raise ImportError(f"{notebook} does not define {name}")

    return raise_missing


def lost_lines_note(
    failed: Sequence[str] = FAILED_CELLS, dropped: Sequence[str] = DROPPED_LINES
) -> str:
    """Return what of notebooks did not run, for the end of a sentence; empty where all did."""
    more = "; ..." if len(dropped) > MOST_DROPPED else ""
    return "".join(
        [
            "; these cells failed: " + "; ".join(failed) if failed else "",
            "; only Jupyter runs these lines: " + "; ".join(dropped[:MOST_DROPPED]) + more
            if dropped
            else "",
        ]
    )


def code_cells(notebook: bytes, file: str = "") -> list[str]:
    """Return the source of each code cell, with IPython's own lines turned into Python.

    Raises
    ------
    ImportError
        When `notebook` is not a notebook of format 4.
    """
    return [magics.python_source(cell, file) for cell in raw_cells(notebook)]


def raw_cells(notebook: bytes) -> list[str]:
    """Return the source of each code cell as it stands in the notebook.

    Raises
    ------
    ImportError
        When `notebook` is not a notebook of format 4.
    """
    try:
        cells = json.loads(notebook)["cells"]
        return [_cell_source(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ImportError(f"not a notebook of format 4 ({type(problem).__name__})") from None


def _cell_source(cell: dict[str, str | list[str]]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)
