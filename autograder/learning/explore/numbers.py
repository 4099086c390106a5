"""Numbers of a panel as text: short in a drawing, to seven digits in a table."""

from itertools import zip_longest
from typing import Any

NONE = "none"  # in place of a number that never came
DIGITS = 7  # significant ones: a table shows more than the 1e-6 by which numbers depart


def short_text(value: Any) -> str:
    """Return a number for a drawing, in four digits."""
    return _format(value, 4)


def exact_text(value: Any) -> str:
    """Return a number, or nested lists of them, for a table."""
    if isinstance(value, list):
        return f"[{', '.join(map(exact_text, value))}]"
    return _format(value, DIGITS)


def text_rows(value: Any, digits: int = 3) -> list[str]:
    """Return an array row by row, its columns below each other; a number is one row."""
    if not isinstance(value, list):
        return [_format(value, digits + 1)]
    rows = value if value and isinstance(value[0], list) else [value]
    if rows and rows[0] and isinstance(rows[0][0], list):  # more than two axes
        return [row for inner in rows for row in text_rows(inner, digits)]
    cells = [[_format(cell, digits) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip_longest(*cells, fillvalue="")]
    return [" ".join(map(str.rjust, row, widths)) for row in cells]


def _format(value: Any, digits: int) -> str:
    if value is None:
        return NONE
    return value if isinstance(value, str) else f"{value + 0.0:.{digits}g}"
