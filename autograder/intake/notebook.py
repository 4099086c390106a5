"""A notebook as handed in, reduced to the sources of its code cells."""

import json
from collections.abc import Iterator
from typing import Any


class NoNotebook(ValueError):
    """A file with a notebook's suffix that is not a notebook; the message says why."""


def reduce_notebook(notebook: bytes) -> bytes:
    """Return `notebook` with its code cells only, whatever its format.

    Outputs, pictures and prose change nothing in the work, so they change nothing in its hash.

    Raises
    ------
    NoNotebook
        When the code cannot be found.
    """
    try:
        cells = _list_cells(json.loads(notebook))
        code = [_reduce_cell(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, RecursionError):
        raise NoNotebook("it is not JSON to its end, so it may be cut off") from None
    except (KeyError, TypeError, AttributeError):
        raise NoNotebook("it has no cells as a notebook has") from None
    return json.dumps({"cells": code, "nbformat": 4}).encode()


def _list_cells(book: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the cells; before format 4 they lay in worksheets."""
    sheets = [book] if "cells" in book else book["worksheets"]
    for sheet in sheets:
        yield from sheet["cells"]


def _reduce_cell(cell: dict[str, Any]) -> dict[str, str]:
    source = _read_cell(cell)
    text = source if isinstance(source, str) else "".join(source)
    return {"cell_type": "code", "source": text}


def _read_cell(cell: dict[str, Any]) -> str | list[str]:
    """Return the source of a cell; nothing for those that call the kit in an nbgrader course.

    They stay as empty cells, so that the numbers of the others are those of the notebook.
    """
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    is_test = metadata.get("grade") and not metadata.get(
        "solution"
    )  # both: an answer, graded by hand
    is_of_kit = is_test or str(metadata.get("grade_id", "")).endswith("-kit")
    return "" if is_of_kit else cell["source" if "source" in cell else "input"]
