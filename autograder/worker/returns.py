"""Which of the learner's functions return another kind of thing than they should."""

import numbers
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MAX_WORDS = 80  # characters that name a kind
Row = dict[str, Any]


def find_wrong_kinds(setup: str, rows: Sequence[Row], submission: str) -> list[dict[str, Any]]:
    """Return an entry a row: the kind that came where it is wrong, and the functions that ran.

    Parameters
    ----------
    setup : str
        Runs first; its names are known to the expressions.
    rows : sequence of dict
        ``when``, an expression, and ``wanted``, the kind of its value: ``a Value``. A row that
        raises, or that a stub cannot answer yet, tells nothing.
    submission : str
        The folder with the learner's modules.
    """
    scope: dict[str, Any] = {}
    exec(setup, scope)
    return [_try_row(row, scope, submission) for row in rows]


def _try_row(row: Row, scope: dict[str, Any], submission: str) -> dict[str, Any]:
    ran: set[str] = set()
    try:
        fits = _kind_test(row["wanted"], scope)
        sys.setprofile(_recorder(ran, submission))
        value = eval(row["when"], scope)
    except Exception:
        return {"got": "", "ran": []}
    finally:
        sys.setprofile(None)
    return {"got": "" if fits(value) else _name_kind(value), "ran": sorted(ran)}


def _recorder(ran: set[str], submission: str) -> Callable[..., None]:
    """Return a profiler that notes which of the learner's functions are called."""

    def record(frame: Any, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(submission):
            ran.add(code.co_qualname.partition(".<locals>")[0])

    return record


def _kind_test(wanted: str, scope: dict[str, Any]) -> Callable[[Any], bool]:
    """Return whether a value is what `wanted` says; what a check would take for it is."""
    if wanted.startswith("a list of "):
        each = _kind_test("a " + wanted.removeprefix("a list of ").removesuffix("s"), scope)
        return lambda value: isinstance(value, list | tuple | np.ndarray) and all(map(each, value))
    if wanted in KINDS:
        return KINDS[wanted]
    kind = scope[wanted.partition(" ")[2]]
    return lambda value: isinstance(value, kind)


def _is_number(value: Any) -> bool:
    if isinstance(value, str | bytes) or value is None:
        return False
    try:
        float(value)
    except Exception:
        return False
    return True


KINDS: dict[str, Callable[[Any], bool]] = {
    "a number": _is_number,
    "an array": lambda value: isinstance(value, np.ndarray | np.generic),
    "a dict": lambda value: isinstance(value, dict),
    "a text": lambda value: isinstance(value, str),
    "a tuple": lambda value: isinstance(value, list | tuple),
    "a function": callable,
    "True or False": lambda value: isinstance(value, bool | np.bool_),
}


NAMES = {str: "text", np.ndarray: "array of objects"}


def _name_kind(value: Any) -> str:
    """Return what `value` is, in a learner's words: ``None``, ``a float``, ``a list of Values``."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, np.ndarray) and value.dtype != object:
        return "an array"
    if isinstance(value, numbers.Number) and hasattr(value, "dtype"):
        return "a number"
    name = NAMES.get(type(value), type(value).__name__[:MAX_WORDS])
    if isinstance(value, list | tuple) and value:
        kinds = dict.fromkeys(_name_kind(item) for item in value)
        return f"a {name} of {' and '.join(map(_plural, kinds))}"[:MAX_WORDS]
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _plural(kind: str) -> str:
    article, blank, name = kind.partition(" ")
    noun, of, rest = name.partition(" of ")
    return f"{noun}s{of}{rest}" if blank else article
