"""Where in the learner's files an object is defined: ``engine.py:41``.

It is found line by line. Python's own parser can be crashed by hostile text, and this is the judge.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from autograder.worker.imports import raw_cells
from autograder.worker.source import LINE_END

MAX_SHOWN = 3
CLASS = re.compile(r"class\s+(\w+)")
OUTER = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)|(\w+(?:\.\w+)?)\s*(?::[^=]+)?=[^=]")
INNER = re.compile(r"\s+(?:(?:async\s+)?def\s+(\w+)|(\w+)\s*(?::[^=]+)?=[^=])")


def location_note(folder: Path, module: str, names: Sequence[str]) -> str:
    """Return a line that says where `names` are defined in `module`; empty where none is.

    Parameters
    ----------
    folder : Path
        Holds the submission.
    module : str
        ``"engine"``, for ``engine.py`` or ``engine.ipynb``.
    names : sequence of str
        ``"Value.tanh"``, ``"gradcheck"``.
    """
    locations = _find_locations(folder, module)
    lines = [f"{locations[name]} {name}" for name in dict.fromkeys(names) if name in locations]
    return f"\nlook at {', '.join(lines[:MAX_SHOWN])}" if lines else ""


def find_names(folder: Path, module: str) -> frozenset[str]:
    """Return the names that `module` in `folder` defines."""
    return frozenset(_find_locations(folder, module))


@lru_cache(maxsize=8)
def _find_locations(folder: Path, module: str) -> dict[str, str]:
    """Return the location of every name that `module` defines; the last definition counts."""
    texts = _module_texts(folder, module)
    return {name: location for text in texts for name, location in _scan_definitions(*text)}


def _module_texts(folder: Path, module: str) -> list[tuple[str, str]]:
    """Return each file or cell of `module`: its name in tracebacks, and its text."""
    source, notebook = folder / f"{module}.py", folder / f"{module}.ipynb"
    try:
        if source.is_file():
            return [(source.name, source.read_text("utf-8", "replace"))]
        cells = raw_cells(notebook.read_bytes())
    except (OSError, ImportError):
        return []
    return [(f"{notebook.name}[{number}]", text) for number, text in enumerate(cells, start=1)]


def _scan_definitions(file: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield every function, class, method and attribute of a class, with its location."""
    owner, depth = "", 0
    for number, line in enumerate(LINE_END.split(text), start=1):
        match = OUTER.match(line) or (INNER.match(line) if owner else None)
        if line[:1].strip() and line[0] not in "#@)]}":
            class_match = CLASS.match(line)
            owner, depth = (class_match[1], 0) if class_match else ("", 0)
        if match is None:
            continue
        indent = len(line) - len(line.lstrip())
        depth = depth or indent
        name = match[1] or match[2]
        if indent in (0, depth):
            yield (f"{owner}.{name}" if indent else name), f"{file}:{number}"
