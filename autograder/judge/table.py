"""A milestone's ``checks.toml``: the title, kind, points and hints of each check.

It is plain data: reading it imports no check.
"""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

from autograder.score import Kind

TABLE_NAME = "checks.toml"
KINDS = get_args(Kind)
HINT_COUNT = 3  # from a question to nearly the answer


class TableError(ValueError):
    """A table of checks that cannot be used; the sentence says where and what to write."""


@dataclass(frozen=True)
class TableRow:
    """What one ``[[check]]`` of a table says.

    Attributes
    ----------
    id : str
        ``m1.tanh``.
    title : str
        As a learner reads it.
    kind : Kind
        What sort of evidence it is.
    points : float
        With its hidden twin's.
    hints : tuple of str
        Three, from a question to nearly the answer.
    """

    id: str
    title: str
    kind: Kind
    points: float
    hints: tuple[str, ...]


KEYS = tuple(field.name for field in fields(TableRow))


@cache
def read_table(file: Path) -> dict[str, TableRow]:
    """Return the entries of a table by id, in the table's order.

    Raises
    ------
    TableError
        At the first entry that is not complete, or stands twice.
    """
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("check", [])
    except (OSError, ValueError) as problem:
        raise TableError(f"{file} cannot be read: {problem}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError(f"{file}: write [[check]], with two brackets, before each check")
    entries: dict[str, TableRow] = {}
    for number, row in enumerate(rows, start=1):
        for fault in _faults(row):
            raise TableError(f"{file}: {row.get('id', f'check {number}')} {fault}")
        if row["id"] in entries:
            raise TableError(f"{file}: {row['id']} is listed twice; give one of them another id")
        entries[row["id"]] = TableRow(**{**row, "hints": tuple(row["hints"])})
    return entries


def _faults(row: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a row, in words that follow its id."""
    yield from (f"lacks {key}" for key in KEYS if key not in row)
    yield from (f"has no use for {key}; wanted {', '.join(KEYS)}" for key in row if key not in KEYS)
    for key in ("id", "title"):
        if not _is_text(row[key]):
            yield f"has the {key} {row[key]!r}; wanted a text in quotes"
    if row["kind"] not in KINDS:
        yield f"is of kind {row['kind']!r}; wanted one of {', '.join(KINDS)}"
    if not _is_worth(row["points"]):
        yield f"has {row['points']!r} points; wanted a number above 0"
    hints = row["hints"]
    if not isinstance(hints, list) or len(hints) != HINT_COUNT or not all(map(_is_text, hints)):
        count = len(hints) if isinstance(hints, list) else 0
        yield f"has {count} hints; wanted {HINT_COUNT} texts, from a question to nearly the answer"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_worth(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and 0 < value < math.inf
