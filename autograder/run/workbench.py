"""A copy of a submission in which one small edit at a time is tried."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.worker.imports import raw_cells

Span = tuple[int, int, str]


@dataclass(frozen=True)
class Edit:
    """A small change of one file, or of one cell of a notebook.

    Attributes
    ----------
    file : str
        ``engine.py``, or ``engine.ipynb[3]``.
    line, function, kind : int, str and str
        Where it begins, and the row of the table of edits that it is of.
    cost : float
        How unlikely such an edit is.
    spans : tuple of (int, int, str)
        Start and end in the text's bytes, and what stands there instead.
    """

    file: str
    line: int
    function: str
    kind: str
    cost: float
    spans: tuple[Span, ...]

    def apply(self, text: str) -> str:
        """Return `text` with this edit."""
        data = text.encode()
        for start, end, new in sorted(self.spans, reverse=True):
            data = data[:start] + new.encode() + data[end:]
        return data.decode()


def leave_out(edits: Sequence[Edit], number: int) -> list[Edit] | None:
    """Return the edits without one, though each was made where those before it were made already.

    None where two of them change the same text.
    """
    left_out, kept = edits[number], list(edits[:number])
    for edit in edits[number + 1 :]:
        earlier = _move_spans(edit, left_out, is_made=True)
        later = earlier and _move_spans(left_out, earlier, is_made=False)
        if earlier is None or later is None:
            return None
        kept.append(earlier)
        left_out = later
    return kept


def _move_spans(edit: Edit, other: Edit, is_made: bool) -> Edit | None:
    """Return `edit` of a text with `other` in it as it is in one without, or the other way round.

    None where both change the same text.
    """
    if edit.file != other.file:
        return edit
    places, shift = [], 0
    for start, end, new in sorted(other.spans):
        growth = len(new.encode()) - (end - start)
        if is_made:
            places.append((start + shift, end + shift + growth, -growth))
        else:
            places.append((start, end, growth))
        shift += growth
    spans = []
    for start, end, new in edit.spans:
        if any(start <= last and first <= end for first, last, _ in places):
            return None
        moved = sum(growth for _, last, growth in places if last < start)
        spans.append((start + moved, end + moved, new))
    return replace(edit, spans=tuple(spans))


def read_texts(folder: Path) -> dict[str, str]:
    """Return the text of every Python file, and of every cell of a notebook, by its name."""
    texts = {}
    for file in sorted(folder.iterdir()):
        if file.suffix == ".py" and file.is_file():
            texts[file.name] = file.read_bytes().decode("utf-8", "replace")
        elif file.suffix == ".ipynb" and not file.with_suffix(".py").exists():
            texts |= _read_cells(file)
    return texts


def _read_cells(file: Path) -> dict[str, str]:
    try:
        cells = raw_cells(file.read_bytes())
    except (OSError, ImportError):
        return {}
    return {f"{file.name}[{number}]": cell for number, cell in enumerate(cells, start=1)}


class Workbench:
    """A copy of the files in `source`, whose texts may be changed."""

    def __init__(self, source: Path, folder: Path) -> None:
        shutil.copytree(source, folder)
        self.folder = folder
        self.texts = read_texts(folder)

    def keep_edit(self, edit: Edit) -> None:
        """Make `edit`, for good."""
        self.texts[edit.file] = edit.apply(self.texts[edit.file])
        self._write_text(edit.file, self.texts[edit.file])

    @contextmanager
    def with_edit(self, edit: Edit) -> Iterator[Path]:
        """Lend the copy with `edit`, and take that back."""
        text = self.texts[edit.file]
        self._write_text(edit.file, edit.apply(text))
        try:
            yield self.folder
        finally:
            self._write_text(edit.file, text)

    def _write_text(self, name: str, text: str) -> None:
        file, bracket, number = name.partition("[")
        path = self.folder / file
        if bracket:
            _write_cell(path, int(number.rstrip("]")), text)
        else:
            path.write_bytes(text.encode())
            for stale in self.folder.glob(f"__pycache__/{path.stem}.*.pyc"):
                stale.unlink()  # of the text as it was: nobody compares them


def _write_cell(path: Path, number: int, text: str) -> None:
    notebook = json.loads(path.read_bytes())
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    cells[number - 1]["source"] = text
    path.write_text(json.dumps(notebook), encoding="utf-8")
