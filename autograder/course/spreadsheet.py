"""Tables that people and other systems write: CSV in whatever encoding and separator they chose."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.keys import CourseError
from autograder.files import explain_os_error
from autograder.words import Phrase

MARKS = (  # at the beginning of a file, and the encoding that each tells
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WINDOWS = "cp1252"  # what Excel saves as "CSV"
SEPARATORS = (",", ";", "\t", "|")
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's own first line
AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)  # how a spreadsheet is told to keep 007


@dataclass(frozen=True)
class Row:
    """A row that is not empty: its line in the file, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Spreadsheet:
    """A table, all cells as text without blanks around them.

    Attributes
    ----------
    columns : list of str
        The headings, in order.
    rows : list of Row
        The rows below them.
    notes : list of str
        What had to be guessed.
    """

    columns: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def read_spreadsheet(file: Path) -> Spreadsheet:
    """Return the table in `file`.

    It may be UTF-8, UTF-16 or Windows' own encoding, with commas, semicolons, tabs or bars.

    Raises
    ------
    CourseError
        Where it cannot be read, or has no headings.
    """
    try:
        text, notes = _decode(file.read_bytes())
        columns, rows = _parse(text)
    except OSError as problem:
        reason = Phrase(explain_os_error(problem))
        raise CourseError("cannot read {path}: {reason}", path=file, reason=reason) from None
    except (UnicodeError, csv.Error) as problem:
        raise CourseError(
            "{file} is no table of text ({problem}); save it as CSV", file=file, problem=problem
        ) from None
    if not any(columns):
        raise CourseError("{file} is empty; its first line has to name the columns", file=file)
    return Spreadsheet(columns, rows, [f"{file.name} {note}" for note in notes])


def _decode(data: bytes) -> tuple[str, list[str]]:
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "")
    if not encoding and data[1:2] == b"\0":
        encoding = "utf-16-le"
    if not encoding and data[:1] == b"\0":
        encoding = "utf-16-be"
    try:
        return data.decode(encoding or "utf-8").lstrip("\ufeff"), []
    except UnicodeDecodeError:
        if encoding:
            raise
    return data.decode(WINDOWS, "replace"), [
        "is not UTF-8 and was read as Windows-1252: look whether the names are right"
    ]


def _parse(text: str) -> tuple[list[str], list[Row]]:
    first = SEPARATOR_LINE.match(text)
    body = text[first.end() :] if first else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_find_separator(text, first))
    lines = _number_lines(reader, 2 if first else 1)
    columns = next(lines, (0, []))[1]
    return columns, [
        Row(line, dict(zip(columns, cells, strict=False))) for line, cells in lines if any(cells)
    ]


def _find_separator(text: str, first: re.Match[str] | None) -> str:
    """Return the separator that makes most columns of the headings."""
    if first:
        return first[1]
    head = io.StringIO(text, newline="")
    counts = {}
    for separator in SEPARATORS:
        head.seek(0)
        counts[separator] = len(next(csv.reader(head, delimiter=separator), []))
    return max(SEPARATORS, key=lambda separator: counts[separator])


def _number_lines(reader: Any, start: int) -> Iterator[tuple[int, list[str]]]:
    line = start
    for cells in reader:
        yield line, [_plain_cell(cell) for cell in cells]
        line = start + reader.line_num


def _plain_cell(cell: str) -> str:
    match = AS_TEXT.fullmatch(cell.strip())
    return match[1].strip() if match else cell.strip()
