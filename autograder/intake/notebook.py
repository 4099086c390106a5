"""A notebook as handed in, reduced to what counts: the sources of its code cells."""

import json
from collections.abc import Iterator
from typing import Any


class NoNotebook(ValueError):
    """A file by the name of a notebook that is none; the message says why."""


def slim(notebook: bytes) -> bytes:
    """Return `notebook` with its code cells only, whatever its format.

    Outputs, pictures and prose change nothing in the work, so they change nothing in its hash.

    Raises
    ------
    NoNotebook
        When the code cannot be found.
    """
    try:
        code = [_code(cell) for cell in _cells(json.loads(notebook)) if cell["cell_type"] == "code"]
    except (ValueError, RecursionError):
        raise NoNotebook("it is not JSON to its end, so it may be cut off") from None
    except (KeyError, TypeError, AttributeError):
        raise NoNotebook("it has no cells as a notebook has") from None
    return json.dumps({"cells": code, "nbformat": 4}).encode()


def _cells(book: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the cells; before format 4 they lay in worksheets."""
    sheets = [book] if "cells" in book else book["worksheets"]
    for sheet in sheets:
        yield from sheet["cells"]


def _code(cell: dict[str, Any]) -> dict[str, str]:
    source = _own(cell)
    text = source if isinstance(source, str) else "".join(source)
    return {"cell_type": "code", "source": text}


def _own(cell: dict[str, Any]) -> str | list[str]:
    """Return the source of a cell; nothing for those that call the kit in an nbgrader course.

    They stay as empty cells, so that the numbers of the others are those of the notebook.
    """
    facts = cell.get("metadata", {}).get("nbgrader", {})
    is_test = facts.get("grade") and not facts.get("solution")  # both: an answer, graded by hand
    is_kits = is_test or str(facts.get("grade_id", "")).endswith("-kit")
    return "" if is_kits else cell["source" if "source" in cell else "input"]
