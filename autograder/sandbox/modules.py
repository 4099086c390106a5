"""How a worker finds the learner's modules: files first, then notebooks, then Python and NumPy.

A notebook named after a module stands in for it. Its code cells run in order, each under the name
``engine.ipynb[3]`` so that a traceback points to cell and line; a cell that fails is left behind
and the rest still runs, as in a notebook.
"""

import __future__

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import json
import linecache
import operator
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, ModuleType

FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
ALLOWED = frozenset(sys.stdlib_module_names) | {"numpy"}


def install(submission: str) -> None:
    """Make `submission` the first place imports look, and refuse what is not allowed."""
    sys.path[:] = [submission, *(entry for entry in sys.path if entry)]
    sys.meta_path.insert(0, Guard(submission))
    sys.meta_path.append(Notebooks(submission))


class Guard(importlib.abc.MetaPathFinder):
    """Refuses imports of anything but the standard library, NumPy and the submission itself."""

    def __init__(self, submission: str) -> None:
        own = (entry.split(".")[0] for entry in os.listdir(submission))
        self.allowed = ALLOWED | frozenset(own)

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


class Notebooks(importlib.abc.MetaPathFinder):
    """Finds ``engine.ipynb`` where there is no ``engine.py``."""

    def __init__(self, submission: str) -> None:
        self.submission = Path(submission)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a notebook module, if there is such a notebook."""
        file = self.submission / f"{name}.ipynb"
        if not file.is_file():
            return None
        return importlib.util.spec_from_loader(name, NotebookLoader(file))


class NotebookLoader(importlib.abc.Loader):
    """Runs the code cells of one notebook as a module."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def exec_module(self, module: ModuleType) -> None:
        """Run every code cell in order; what a failing one should have defined is told later."""
        module.__file__ = str(self.file)
        failed: list[str] = []
        future = 0  # what one cell imports from __future__ holds for those after it
        for number, source in enumerate(code_cells(self.file.read_bytes()), start=1):
            name = f"{self.file}[{number}]"
            try:
                code = compile(source, name, "exec", future, dont_inherit=True)
                future |= code.co_flags & FUTURE
                _run(module, code, source)
            except Exception as problem:
                failed.append(f"{Path(name).name}: {type(problem).__name__}: {problem}")
        module.__dict__["__getattr__"] = _absent(self.file.name, failed)


def _run(module: ModuleType, code: CodeType, source: str) -> None:
    name = code.co_filename
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(code, module.__dict__)


def _absent(notebook: str, failed: list[str]) -> Callable[[str], None]:
    def tell(name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)
        reason = "; these cells failed: " + "; ".join(failed) if failed else ""
        raise ImportError(f"{notebook} does not define {name}{reason}")

    return tell


def code_cells(notebook: bytes) -> list[str]:
    """Return the source of each code cell, magics and shell lines made comments.

    Raises
    ------
    ImportError
        When `notebook` is not a notebook of format 4.
    """
    try:
        cells = json.loads(notebook)["cells"]
        return [_plain(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ImportError(f"not a notebook of format 4 ({type(problem).__name__})") from None


def _plain(source: str | list[str]) -> str:
    text = source if isinstance(source, str) else "".join(source)
    if text.startswith("%%"):
        return ""
    return "\n".join(map(_without_magic, text.splitlines()))


def _without_magic(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {line.strip()}" if line.lstrip().startswith(("%", "!")) else line
