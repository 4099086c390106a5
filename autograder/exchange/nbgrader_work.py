"""A student's work in the notebook that formgrader shows: the code of each task, then all of it.

The code is looked at as text, never parsed: it may be anything.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from autograder.course.tasks import Task
from autograder.exchange.graded import LINE_WIDTH, cell_metadata

Cell = dict[str, Any]  # of a notebook

LONGEST = 200_000  # characters of code that are shown


def task_cell_name(task: Task) -> str:
    """Return the name of the cell that has the comments on a task."""
    return f"task-{task.number:02d}"


def list_task_cells(tasks: Sequence[Task], code: str) -> Iterator[Cell]:
    """Yield a cell per task: its title, and the functions that it is about; comments go there."""
    lines = code[:LONGEST].splitlines()
    for task in tasks:
        blocks = [block for name in task.functions if (block := find_block(lines, name))]
        title = textwrap.wrap(f"{task.name}: {task.title}", LINE_WIDTH - 2)
        source = "\n\n".join(["\n".join(f"# {line}" for line in title), *blocks])
        name = task_cell_name(task)
        yield _make_cell("code", source, name, cell_metadata(name, solution=True, locked=False))


def list_code_cells(module: str, code: str) -> list[Cell]:
    """Return the whole of a student's module below a heading; nothing where there is none."""
    if not code:
        return []
    cut = " (its beginning)" if len(code) > LONGEST else ""
    heading = _make_cell("markdown", f"**All of `{module}`, as it was graded**{cut}", "work-title")
    return [heading, _make_cell("code", code[:LONGEST], "work")]


def _make_cell(kind: str, source: str, id: str, metadata: Cell | None = None) -> Cell:
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": id,
        "metadata": metadata or {},
        "source": source,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def find_block(lines: Sequence[str], name: str) -> str:
    """Return the lines that define ``Value.tanh`` or ``fit``, dedented; '' where none do."""
    owner, _, own = name.rpartition(".")
    if owner:
        lines = find_block(lines, owner).splitlines()
    start = re.compile(rf"(?P<indent>[ \t]*)(?:async[ \t]+)?(?:def|class)[ \t]+{re.escape(own)}\b")
    for index, line in enumerate(lines):
        if match := start.match(line):
            indent = len(match["indent"])
            first = _find_decorators(lines, index, match["indent"])
            block = lines[first : _find_end(lines, index + 1, indent)]
            return "\n".join(one[indent:] for one in block).rstrip()
    return ""


def _find_decorators(lines: Sequence[str], index: int, indent: str) -> int:
    while index and lines[index - 1].startswith(f"{indent}@"):
        index -= 1
    return index


def _find_end(lines: Sequence[str], index: int, indent: int) -> int:
    """Return where a block ends: before the next line that is not deeper; brackets may close."""
    while index < len(lines):
        line = lines[index].expandtabs()
        bare = line.lstrip()
        if bare and len(line) - len(bare) <= indent and not bare.startswith((")", "]", "}", "#")):
            return index
        index += 1
    return index
