"""A notebook as handed in, reduced to the sources of its code cells.

What does not count, such as outputs and pictures, is skipped without being built: a notebook of
many megabytes takes no more memory than its bytes. What would be built is counted before.
"""

import codecs
import json
import re

import msgspec

SAVE = "save it in Jupyter, hand in that file"
CUT_OFF = "it is not JSON to its end, so it may be cut off"
NO_CELLS = "it has no cells as a notebook has"
NO_SOURCE = "cell {} in it has no text as its source"
CONFLICT = f"its line {{}} is the mark of a merge conflict; choose one of the two versions, {SAVE}"
CONFLICT_MARKS = (b"<" * 7, b"=" * 7, b">" * 7)
MAX_OBJECTS = 200_000  # in outputs, too
MAX_TEXTS = 1_000_000
MAX_REPAIRED = 500_000  # texts and numbers that are looked at, where there is no number
TOO_MANY = "it holds more than {:,} {}; clear its outputs, and save it"
PLACE = re.compile(r"\$\.(?:cells|worksheets\[\d+\]\.cells)\[(\d+)\]")
BYTE = re.compile(r"\(byte (\d+)\)")
NEWLINE = b"\n"
NO_NUMBER = re.compile(  # each way begins with a letter of its own, or the search is slow
    rb'"(?:[^"\\]++|\\.)*+"|-Infinity\b|-NaN\b|NaN\b|Infinity\b', re.S
)
SURROGATE = re.compile(rb"\\(?:\\|u[dD][89abAB]..\\u[dD][c-fC-F]..|u[dD][89a-fA-F]..)")
LONE = len(rb"\ud83d")  # not one of a pair


class NoNotebook(ValueError):
    """A file with a notebook's suffix that cannot be graded; the message says why."""


class _Nbgrader(msgspec.Struct):
    grade: bool | None = None
    solution: bool | None = None
    grade_id: str | None = None


class _Metadata(msgspec.Struct):
    nbgrader: _Nbgrader | None = None


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] | None = None
    input: str | list[str] | None = None  # before format 4
    metadata: msgspec.Raw = msgspec.Raw(b"null")


class _Sheet(msgspec.Struct):
    cells: list[_Cell]


class _Book(msgspec.Struct):
    cells: list[_Cell] | None = None
    worksheets: list[_Sheet] | None = None  # before format 4


def is_notebook(data: bytes) -> bool:
    """Whether a file is a notebook by its content, whatever its name says."""
    encoding = json.detect_encoding(data)
    if encoding.startswith(("utf-16", "utf-32")):
        data = data.decode(encoding, "replace").encode()
    is_object = data.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{"
    return is_object and b'"cell_type"' in data and b'"cells"' in data


def reduce_notebook(notebook: bytes) -> bytes:
    """Return `notebook` with its code cells only, whatever its format.

    Outputs, pictures and prose change nothing in the work, so they change nothing in its hash.

    Raises
    ------
    NoNotebook
        When the code cannot be found.
    """
    code = [{"cell_type": "code", "source": text} for text in read_code_cells(notebook)]
    return json.dumps({"cells": code, "nbformat": 4}).encode()


def read_code_cells(notebook: bytes) -> list[str]:
    """Return the source of each code cell as it stands there.

    Raises
    ------
    NoNotebook
        When the code cannot be found.
    """
    _require_few(notebook)
    try:
        book = _decode_book(notebook)
    except msgspec.ValidationError as problem:
        cell = PLACE.search(str(problem))
        reason = NO_SOURCE.format(int(cell[1]) + 1) if cell else NO_CELLS
        raise NoNotebook(f"{reason}; {SAVE}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise NoNotebook(_describe_damage(notebook, problem)) from None
    sources = [
        _read_source(cell, number)
        for number, cell in enumerate(_list_cells(book), start=1)
        if cell.cell_type == "code"
    ]
    if not sources:
        raise NoNotebook(f"it has no code cell; {SAVE}")
    return sources


def _require_few(notebook: bytes) -> None:
    """Refuse what would become many objects: each takes more memory than its bytes."""
    for sign, signs, most, what in (
        (b"{", 1, MAX_OBJECTS, "objects"),
        (b'"', 2, MAX_TEXTS, "texts"),
    ):
        if notebook.count(sign) > signs * most:
            raise NoNotebook(TOO_MANY.format(most, what))


def _decode_book(notebook: bytes) -> _Book:
    encoding = json.detect_encoding(notebook)
    text = notebook if encoding == "utf-8" else notebook.decode(encoding).encode()
    try:
        return msgspec.json.decode(text, type=_Book)
    except UnicodeDecodeError:  # in a cell's source
        return msgspec.json.decode(text.decode("latin-1").encode(), type=_Book)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.json.decode(_repair_json(text), type=_Book)


def _repair_json(text: bytes) -> bytes:
    """Return `text` without what Python writes into outputs though JSON does not know it."""
    looked_at = (b'"', b"NaN", b"Infinity", b"\\\\", b"\\u")
    if sum(text.count(sign) for sign in looked_at) > MAX_REPAIRED:
        return text
    text = NO_NUMBER.sub(lambda match: match[0] if match[0][:1] == b'"' else b"null", text)
    return SURROGATE.sub(lambda match: rb"\ufffd" if len(match[0]) == LONE else match[0], text)


def _describe_damage(notebook: bytes, problem: Exception) -> str:
    text = notebook.strip()
    if not text:
        return f"it is empty; {SAVE}"
    if text[:1] == b"<" and text[:2] != b"<<":
        return "it is a web page; download the notebook itself"
    marks = [at for mark in CONFLICT_MARKS if (at := _find_line(notebook, mark)) >= 0]
    if marks:
        return CONFLICT.format(notebook.count(NEWLINE, 0, min(marks)) + 1)
    return f"{_describe_json(notebook, str(problem))}; {SAVE}"


def _find_line(text: bytes, start: bytes) -> int:
    """Return where the first line is that begins with `start`; -1 where there is none."""
    if text.startswith(start):
        return 0
    at = text.find(NEWLINE + start)
    return at + 1 if at >= 0 else -1


def _describe_json(notebook: bytes, problem: str) -> str:
    if match := BYTE.search(problem):
        return f"its JSON is broken in line {notebook.count(NEWLINE, 0, int(match[1])) + 1}"
    return "its JSON is nested too deeply" if "recursion" in problem else CUT_OFF


def _list_cells(book: _Book) -> list[_Cell]:
    if book.cells is None and book.worksheets is None:
        raise NoNotebook(f"{NO_CELLS}; {SAVE}")
    sheets = [book.cells] if book.cells is not None else [s.cells for s in book.worksheets or ()]
    return [cell for cells in sheets for cell in cells]


def _read_source(cell: _Cell, number: int) -> str:
    """Return the source of a cell; nothing for those that call the kit in an nbgrader course.

    They stay as empty cells, so that the numbers of the others are those of the notebook.
    """
    source = cell.input if cell.source is None else cell.source
    if source is None:
        raise NoNotebook(f"{NO_SOURCE.format(number)}; {SAVE}")
    if _is_of_kit(cell.metadata):
        return ""
    return source if isinstance(source, str) else "".join(source)


def _is_of_kit(metadata: msgspec.Raw) -> bool:
    try:
        found = msgspec.json.decode(metadata, type=_Metadata | None)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    marks = (found and found.nbgrader) or _Nbgrader()
    is_test = marks.grade and not marks.solution  # both: an answer, graded by hand
    return bool(is_test) or (marks.grade_id or "").endswith("-kit")
