"""Solutions in, assignments out: ``python -m autograder.exchange.assignments``.

`solutions/` is the only hand-written form of the exercises. nbgrader's own preprocessors clear the
regions between ``### BEGIN SOLUTION`` and ``### END SOLUTION``; what remains becomes a stub and a
notebook. A handout names the checks of each task; their points come from the milestone's table.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.exchange import checkout

if __name__ == "__main__":
    checkout.require_or_exit("python -m autograder.exchange.assignments", "jupytext", "nbgrader")

import jupytext
import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, LockCells

from autograder import checks, templates
from autograder.course import Part, Unit, load_course
from autograder.course.course import SHIPPED_COURSE
from autograder.course.tasks import CHECK
from autograder.exchange.illustrations import Picture, attach_pictures, list_pictures
from autograder.judge import table
from autograder.judge.table import TableError, TableRow
from autograder.language.handouts import is_handout

PLACEHOLDER = "raise NotImplementedError  # not named yet"
PERCENT = {"extension": ".py", "format_name": "percent"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
FIRST_CELL = "notebook_first_cell.py.j2"
BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
CHECKS = Path(checks.__file__).parent
HEADINGS = {  # the end of the one above the tasks, in each language, and with points
    "| checks |": "| checks and their points |",
    "| Tests |": "| Tests und ihre Punkte |",
}


def write_assignments(solutions: Path, assignments: Path) -> list[Path]:
    """Write stub, notebook and handout of every milestone in `solutions`.

    Returns
    -------
    list of Path
        The files written, all below `assignments`.
    """
    course, written = load_course(SHIPPED_COURSE), list[Path]()
    for part in (*course.milestones, *course.units):
        folder = solutions / part.folder
        if folder.is_dir():
            checks = CHECKS / part.folder / table.TABLE_NAME
            written += write_assignment(part, folder, checks, assignments / part.folder)
    return written


def write_assignment(part: Part, folder: Path, checks: Path, target: Path) -> list[Path]:
    """Write what students get of `part` below `target`; return the files.

    Parameters
    ----------
    part : Part
        A milestone or unit.
    folder : Path
        Its solution, its handout with pictures, its documents.
    checks : Path
        The table of its checks.
    target : Path
        The folder of its stub.
    """
    target.mkdir(parents=True, exist_ok=True)
    solution = (folder / f"{part.module}.py").read_text(encoding="utf-8")
    shown = list_pictures(folder)
    illustrated = clear(solution, part.id, part.name, shown)
    written = [
        _write_text(target / f"{part.module}.py", stub(clear(solution, part.id, part.name))),
        _write_text(target / f"{part.module}.ipynb", notebook(illustrated, part.id)),
        *(_write_text(target / picture.path, picture.svg) for picture in shown),
    ]
    documents = part.documents if isinstance(part, Unit) else ()
    written += [
        _write_text(target / name, document_stub((folder / name).read_text(encoding="utf-8")))
        for name in documents
    ]
    for text in sorted(file for file in folder.glob("*.md") if is_handout(file.name)):
        told = handout(text.read_text(encoding="utf-8"), table.read_table(checks))
        written.append(_write_text(target / text.name, told))
    return written


def _write_text(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def clear(solution: str, id: str, owner: str, pictures: Sequence[Picture] = ()) -> NotebookNode:
    """Return the notebook of a solution without its solution regions.

    Parameters
    ----------
    solution : str
        A module in jupytext's percent format.
    id : str
        ``m3``, for the ids of the cells.
    owner : str
        ``milestone 3``, for the stubs' messages.
    pictures : sequence of Picture
        Those of the handout, for the first cell.
    """
    cells = jupytext.reads(solution, PERCENT)
    attach_pictures(cells.cells[0], pictures)
    for place, cell in enumerate(cells.cells):
        cell["id"] = f"{id.replace('.', '-')}-{place:02d}"
        cell["metadata"] = {"nbgrader": _nbgrader_facts(cell, place)}
    cells["metadata"] = {"kernelspec": KERNEL}
    for step in (
        ClearSolutions(code_stub={"python": PLACEHOLDER}),
        LockCells(),
        ComputeChecksums(),
        ClearOutput(),
    ):
        cells, _ = step.preprocess(cells, {})
    for cell in cells.cells:
        if cell.cell_type == "code":
            cell["source"] = name_missing(cell.source, owner)
    return cells


def _nbgrader_facts(cell: NotebookNode, place: int) -> dict[str, object]:
    is_task = cell.cell_type == "code" and BEGIN in cell.source
    return {
        "grade": False,
        "grade_id": f"cell-{place:02d}",
        "locked": not is_task,
        "schema_version": 3,
        "solution": is_task,
        "task": False,
    }


def name_missing(source: str, part: str) -> str:
    """Return `source` with every stub saying what is missing.

    A stub outside all functions stood for a helper of the solution; it goes without a trace.
    """
    owners = dict(_line_owners(ast.parse(source)))
    lines = source.split("\n")
    for place, line in enumerate(lines):
        if PLACEHOLDER in line:
            owner = owners.get(place + 1)
            stub = f'raise NotImplementedError("{part}: {owner}")'
            lines[place] = line.replace(PLACEHOLDER, stub) if owner else ""
    return re.sub(r"\n{3,}", "\n\n\n", "\n".join(lines)).strip("\n")


def _line_owners(tree: ast.AST, prefix: str = "") -> Iterator[tuple[int, str]]:
    """Yield every line inside a function, with the function's qualified name."""
    for node in ast.iter_child_nodes(tree):
        name = f"{prefix}{getattr(node, 'name', '')}"
        if isinstance(node, ast.ClassDef):
            yield from _line_owners(node, f"{name}.")
        elif isinstance(node, ast.FunctionDef):
            yield from ((line, name) for line in range(node.lineno, (node.end_lineno or 0) + 1))


def handout(text: str, entries: Mapping[str, TableRow]) -> str:
    """Return a handout whose table of tasks says what each check is worth.

    Raises
    ------
    TableError
        When it names a check that there is not.
    """

    def pointed(found: re.Match[str]) -> str:
        if found[1] not in entries:
            raise TableError(f"the handout names the check {found[1]}, which its table lacks")
        return f"{found[0]} {entries[found[1]].points:g}"

    lines, is_task = text.split("\n"), False
    for place, line in enumerate(lines):
        heading = next((end for end in HEADINGS if line.endswith(end)), "")
        is_task = line.startswith("|") and (is_task or bool(heading))
        if is_task:
            shown = line.replace(heading, HEADINGS[heading]) if heading else line
            lines[place] = CHECK.sub(pointed, shown)
    return "\n".join(lines)


def document_stub(text: str) -> str:
    """Return a document without its solution regions; where each was stands what is to do there.

    Regions of prose are marked in comments of Markdown, those of equations and settings as in code.
    """
    kept: list[str] = []
    is_solution = False
    for line in text.split("\n"):
        if BEGIN in line:
            kept.append("(to write)" if line.startswith("<!--") else "# to write")
        is_solution = is_solution or BEGIN in line
        if not is_solution:
            kept.append(line)
        is_solution = is_solution and END not in line
    return "\n".join(kept)


def stub(cleared: NotebookNode) -> str:
    """Return a cleared notebook as a module, in percent format without metadata."""
    plain = nbformat.from_dict(cleared)
    for cell in plain.cells:
        cell["metadata"] = {}
    plain["metadata"] = {"jupytext": {"notebook_metadata_filter": "-all"}}
    return str(jupytext.writes(plain, PERCENT)).lstrip("\n")


def notebook(cleared: NotebookNode, id: str) -> str:
    """Return a cleared notebook as text: its first code cell calls the kit, its last the checks."""
    cells = add_first_cell(cleared.cells, id.replace(".", "-"))
    cells.append(nbformat.v4.new_code_cell(f"%check {id}", id=f"{id.replace('.', '-')}-check"))
    whole = nbformat.from_dict({**cleared, "cells": cells})
    return str(nbformat.writes(whole)) + "\n"


def add_first_cell(cells: Sequence[NotebookNode], name: str) -> list[NotebookNode]:
    """Return `cells` with the one before their code that lets the kernel import earlier work.

    It is marked as the kit's own: grading takes it for empty.
    """
    first = nbformat.v4.new_code_cell(templates.text(FIRST_CELL).strip(), id=f"{name}-kit")
    facts = {"grade": False, "grade_id": f"{name}-kit", "locked": True, "schema_version": 3}
    first["metadata"] = {"nbgrader": {**facts, "solution": False, "task": False}}
    start = next(place for place, cell in enumerate(cells) if cell.cell_type == "code")
    return [*cells[:start], first, *cells[start:]]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else checkout.ROOT / "assignments"
    print(*write_assignments(checkout.ROOT / "solutions", target), sep="\n")
