"""A submitted nbgrader notebook, brought back to the cells of its source before it is graded.

Students delete cells, copy them, change their type, or work where nbgrader's marks get lost. What
is graded are the cells that the source has; what the student wrote stays, all of it.
"""

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, validator
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.words import escape_unseen, join_first

LISTED = 5  # cells in a sentence
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
MAKERS = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
UNREADABLE = "This file is graded as an empty notebook: {}."
ONLY_CODE = "This file is not quite a notebook: its code cells are graded, its texts are left out."


@dataclass(frozen=True)
class SourceCell:
    """A cell of the source, as the gradebook has it.

    Attributes
    ----------
    kind : str
        ``code`` or ``markdown``.
    text : str
        What stands there, hidden tests included.
    facts : mapping
        nbgrader's own: what the cell is for, its name, its points.
    """

    kind: str
    text: str
    facts: Mapping[str, Any]

    @property
    def is_scored(self) -> bool:
        """Whether it has points."""
        return bool(self.facts["grade"] or self.facts["task"])

    @property
    def is_given(self) -> bool:
        """Whether it is code that everybody gets, and nobody changes."""
        return bool(self.kind == "code" and self.facts["locked"] and not self.is_scored)

    def holds(self, text: str) -> bool:
        """Whether `text` is what stands in this cell, for students."""
        own = HIDDEN.sub("", self.text).strip()
        return bool(own) and own == HIDDEN.sub("", text).strip()

    def make(self, text: str | None = None) -> NotebookNode:
        """Return the cell, with `text` in it where it is given."""
        cell = MAKERS[self.kind](self.text if text is None else text)
        cell["metadata"] = {"nbgrader": dict(self.facts)}
        return cell


@dataclass
class Restored:
    """The cells that are graded, and what had to be done for it, a list of names each."""

    cells: list[NotebookNode] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    retyped: list[str] = field(default_factory=list)
    recognised: list[str] = field(default_factory=list)
    put_back: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Return a sentence for each kind of change."""
        told = (
            (self.put_back, "missing, and put back as the source has it"),
            (self.copied, "there more than once; the last counts, the others are ordinary cells"),
            (self.retyped, "of another type, and changed back"),
            (self.recognised, "without nbgrader's marks, and recognised by the text"),
            (self.unanswered, "not found by its mark; its answer is looked for in all other cells"),
        )
        return [_sentence(names, what) for names, what in told if names]


def _sentence(names: Sequence[str], what: str) -> str:
    if len(names) == 1:
        return f"Cell {names[0]} was {what}."
    several = what.replace("has it", "has them").replace("its", "their")
    return f"{len(names)} cells were {several} ({join_first(names, LISTED)})."


def restore_cells(cells: Sequence[NotebookNode], sources: Mapping[str, SourceCell]) -> Restored:
    """Return the cells of a submission with those of the source, each of these once.

    Where they are missing, code that everybody gets comes first, and cells with points last.
    """
    done = Restored()
    marked = [_marked_as(cell, sources) for cell in cells]
    claims = [name or _recognise(cell, sources) for cell, name in zip(cells, marked, strict=True)]
    places = _choose_places(cells, claims, sources)
    for place, (cell, name) in enumerate(zip(cells, claims, strict=True)):
        if name is None or places[name] != place:
            done.cells.append(_ordinary(cell))
            continue
        source = sources[name]
        done.cells.append(source.make(cell.source if not source.facts["locked"] else None))
        done.cells[-1].update(_pictures_of(cell, source.kind))
        done.retyped += [name] if cell.cell_type != source.kind else []
        done.recognised += [name] if marked[place] is None else []
    done.copied = [name for name in places if claims.count(name) > 1]
    _add_missing(done, places, sources)
    return done


def _marked_as(cell: NotebookNode, sources: Mapping[str, SourceCell]) -> str | None:
    """Return the name of a cell of the source that `cell` bears, if it does."""
    facts = cell.metadata.get("nbgrader")
    name = facts.get("grade_id") if isinstance(facts, dict) else None
    return name if isinstance(name, str) and name in sources else None


def _recognise(cell: NotebookNode, sources: Mapping[str, SourceCell]) -> str | None:
    """Return the name of the locked code cell of the source that `cell` is word for word."""
    found = (
        name
        for name, source in sources.items()
        if source.kind == "code" and source.facts["locked"] and source.holds(cell.source)
    )
    return next(found, None)


def _choose_places(
    cells: Sequence[NotebookNode],
    claims: Sequence[str | None],
    sources: Mapping[str, SourceCell],
) -> dict[str, int]:
    """Return where each cell of the source stands: the last that holds its text, or the last."""
    places: dict[str, int] = {}
    for place, name in enumerate(claims):
        if name is not None:
            is_worse = name in places and not sources[name].holds(cells[place].source)
            was_equal = name in places and sources[name].holds(cells[places[name]].source)
            places[name] = places[name] if is_worse and was_equal else place
    return places


def _ordinary(cell: NotebookNode) -> NotebookNode:
    """Return `cell` without metadata: it is the student's, and steers nothing."""
    make = MAKERS.get(cell.cell_type, nbformat.v4.new_raw_cell)
    made: NotebookNode = make(cell.source, **_pictures_of(cell, cell.cell_type))
    return made


def _pictures_of(cell: NotebookNode, kind: str) -> dict[str, Any]:
    """Return what a cell of `kind` holds beside its text; the gradebook has the text alone."""
    keys = () if kind == "code" else ("attachments",)
    return {key: cell[key] for key in keys if key in cell}


def _add_missing(
    done: Restored, places: Mapping[str, int], sources: Mapping[str, SourceCell]
) -> None:
    missing = {name: source for name, source in sources.items() if name not in places}
    given = [name for name, source in missing.items() if source.is_given]
    scored = [name for name, source in missing.items() if source.is_scored]
    kinds = [cell.cell_type for cell in done.cells]
    first = kinds.index("code") if "code" in kinds else len(kinds)
    done.cells[first:first] = [missing[name].make() for name in given]
    done.cells += [missing[name].make() for name in scored]
    done.put_back = [*given, *scored]
    done.unanswered = [
        name for name, source in missing.items() if source.facts["solution"] and name not in scored
    ]


def read_sources(book: Gradebook, notebook: str, assignment: str) -> dict[str, SourceCell]:
    """Return the cells of the source by name, as `generate_assignment` told the gradebook."""
    found = book.find_notebook(notebook, assignment)
    scored = [*found.grade_cells, *found.task_cells]
    points = {cell.name: float(cell.max_score) for cell in scored}
    graded, tasks, solutions = (
        {cell.name for cell in cells}
        for cells in (found.grade_cells, found.task_cells, found.solution_cells)
    )
    return {
        cell.name: SourceCell(
            cell.cell_type,
            cell.source,
            {
                "cell_type": cell.cell_type, "checksum": cell.checksum, "grade_id": cell.name,
                "grade": cell.name in graded, "locked": cell.locked, "schema_version": 3,
                "solution": cell.name in solutions, "task": cell.name in tasks,
                **({"points": points[cell.name]} if cell.name in points else {}),
            },
        )
        for cell in found.source_cells
    }  # fmt: skip


class RestoreCells(NbGraderPreprocessor):
    """Brings a submitted notebook back to the cells of its source; says in it what it did."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Restore the cells; of the notebook's own metadata nothing stays."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as book:
            sources = read_sources(book, names["notebook"], names["assignment"])
        done = restore_cells(nb.cells, sources)
        for note in done.notes():
            self.log.warning("%s: %s", names["student"], note)
        nb["cells"] = [*_note_cells(done.notes()), *done.cells]
        nb["metadata"] = NotebookNode()
        return nb, resources


class LenientReader(NotebookExporter):
    """Reads what was handed in, whatever it is: what is no notebook is graded as an empty one."""

    def from_file(
        self, file_stream: TextIO, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Convert the notebook in `file_stream`."""
        return self.from_notebook_node(read_book(file_stream.buffer.read()), resources, **kw)


def read_book(data: bytes) -> NotebookNode:
    """Return the notebook in `data`, or what can be read of it below a sentence that says so."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on cells that have no id, or the same
            book = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
            book["nbformat_minor"] = nbformat.v4.nbformat_minor
            _, book = validator.normalize(book)
        nbformat.validate(book)
        return book
    except Exception:  # nbformat raises what comes up in its dictionaries
        return _read_code(data)


def _read_code(data: bytes) -> NotebookNode:
    try:
        cells, note = [MAKERS["code"](text) for text in read_code_cells(data)], ONLY_CODE
    except NoNotebook as problem:
        cells, note = [], UNREADABLE.format(escape_unseen(str(problem)))
    return nbformat.v4.new_notebook(cells=[*_note_cells([note]), *cells])


def _note_cells(notes: Iterable[str]) -> list[NotebookNode]:
    text = "\n".join(f"- {note}" for note in notes)
    return [MAKERS["markdown"](f"**How this notebook was read**\n\n{text}")] if text else []
