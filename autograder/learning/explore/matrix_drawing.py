"""A matrix of a panel: a table whose cells are shaded by their size."""

from typing import Any

from autograder.learning.explore.numbers import exact_text, short_text
from autograder.learning.panels import Panel, is_apart
from autograder.numerics.compare import tell_apart

LEVELS = 8  # of shade
NEARLY_ZERO = 1e-12  # rounding, where nothing may be


def describe_matrix(panel: Panel) -> dict[str, Any]:
    """Return what the template shows of a matrix, cell by cell."""
    flat = [abs(v) for row in panel["values"] for v in row if isinstance(v, float)]
    biggest = max(flat, default=0.0) or 1.0
    spec = ".2f" if panel["mask"] is not None else ".3g"  # shares, which are at most 1
    rows = [
        {
            "label": label,
            "cells": [
                _describe_cell(panel, i, j, biggest, spec)
                for j in range(len(panel["values"][i] or []))
            ],
        }
        for i, label in enumerate(panel["rows"])
    ]
    cells = [cell for row in rows for cell in row["cells"]]
    is_short = any(cell["exact"] != cell["text"] for cell in cells)
    return {
        "rows": rows,
        "in_full": is_short or panel["departs"] is not None,
        "has_right": panel["right"] is not None,
    }


def _describe_cell(panel: Panel, i: int, j: int, biggest: float, spec: str) -> dict[str, Any]:
    value = panel["values"][i][j]
    right = panel["right"][i][j] if panel["right"] is not None else None
    apart = panel["right"] is not None and is_apart(value, right)
    masked = panel["mask"] is not None and panel["mask"][i][j]
    size = abs(value) / biggest if isinstance(value, float) else 0.0
    classes = [f"h{round(LEVELS * min(size, 1.0))}"]
    classes += ["minus"] if isinstance(value, float) and value < -NEARLY_ZERO else []
    classes += ["masked"] if masked else []
    classes += ["lit"] if [i, j] in panel["highlight"] else []
    classes += ["first" if panel["departs"] == [i, j] else "after"] if apart else []
    text, wanted = _cell_texts(value, right, apart, spec)
    is_blank = masked and not apart and size < NEARLY_ZERO
    return {
        "classes": " ".join(classes),
        "text": "·" if is_blank else text,
        "right": wanted,
        "exact": exact_text(value),
        "exact_right": exact_text(right),
        "apart": apart,
    }


def _cell_texts(value: Any, right: Any, apart: bool, spec: str) -> tuple[str, str]:
    """Return the text of a cell, and that of the right number where it is another."""
    if not apart:
        return (format(value + 0.0, spec) if isinstance(value, float) else short_text(value)), ""
    if isinstance(value, float) and isinstance(right, float):
        return tell_apart(value, right)
    return short_text(value), short_text(right)
