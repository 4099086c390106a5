"""What was handed out: how much of a module is still as it was, and what only it defines.

Texts are searched, never parsed: Python's parser takes a gigabyte for a megabyte of them.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from autograder.course.assignments import find_assignments
from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.intake.rules import MAX_SEARCHED, MAX_SOURCE
from autograder.worker.statements import list_definitions

OPEN_PIECE = re.compile(r'NotImplementedError\("((?:milestone \d+|unit [\w.]+): ([\w.]+))"\)')


@dataclass(frozen=True)
class Handout:
    """The stub of one module.

    Attributes
    ----------
    pieces : dict
        What the stub raises for each piece that is to be written, to the piece's own name.
    defines : frozenset of str
        The names of its classes and functions.
    """

    pieces: dict[str, str]
    defines: frozenset[str]


@cache
def read_handout(module: str) -> Handout:
    """Return what was handed out for `module`; nothing where there is no stub of that name."""
    stubs = sorted(find_assignments().glob(f"*/{module}.py"))
    text = stubs[0].read_text("utf-8") if stubs else ""
    pieces = {match[1]: match[2].rpartition(".")[2] for match in OPEN_PIECE.finditer(text)}
    return Handout(pieces, list_definitions(text))


def guess_modules(text: str, modules: Sequence[str]) -> list[str]:
    """Return the modules of which `text` defines a public name that no other module has."""
    shared = Counter(name for module in modules for name in read_handout(module).defines)
    defined = {name for name in list_definitions(head_of(text)) if shared[name] == 1}
    public = {name for name in defined if not name.startswith("_")}
    return [module for module in modules if public & read_handout(module).defines]


def head_of(text: str) -> str:
    """Return as many whole lines of `text` as are searched for what they define."""
    return text if len(text) <= MAX_SEARCHED else text[:MAX_SEARCHED].rpartition("\n")[0]


def read_text(data: bytes, suffix: str) -> str | None:
    """Return the code in a source file, of a notebook that of its cells; None if it has none.

    It is as much as may be graded.
    """
    if suffix != ".ipynb":
        return data[:MAX_SOURCE].decode(json.detect_encoding(data), "replace")
    try:
        return "\n".join(read_code_cells(data))[:MAX_SOURCE]
    except NoNotebook:
        return None


def is_begun(text: str | None, module: str) -> bool:
    """Whether a copy of `module` is more than the stub: something stands there, a piece is done.

    A text that cannot be read is no stub.
    """
    if text is None:
        return True
    pieces = read_handout(module).pieces
    return bool(text.strip()) and not (pieces and all(piece in text for piece in pieces))


def count_done(text: str | None, module: str) -> int:
    """Return how many pieces of `module` are written, as far as a search can tell."""
    pieces = read_handout(module).pieces if text else {}
    return sum(_is_done(text or "", message, name) for message, name in pieces.items())


def _is_done(text: str, message: str, name: str) -> bool:
    return message not in text and re.search(rf"\bdef {name}\b|\b{name} *=", text) is not None
