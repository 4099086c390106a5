"""What is graded of the bytes of a source: its code, read as what it is."""

import json
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.intake.handout import guess_modules, read_text
from autograder.intake.notebook import is_notebook, reduce_notebook
from autograder.intake.recognise import recognise_source
from autograder.intake.rules import FREE_IMPORTS, SOURCES

MAGIC_CALL = re.compile(  # what nbconvert makes of a line for IPython; the number of lines stays
    rb"^([ \t]*)(get_ipython\(\)\.(?:magic|run_line_magic|system)\(.*)", re.MULTILINE
)
PACKAGE_IMPORT = re.compile(
    rb"^(?P<start>[ \t]*)(?:"
    rb"from[ \t]+(?P<package>\.+|(?:\w+\.)+)(?P<module>\w+)(?=[ \t]+import\b)"
    rb"|from[ \t]+(?P<home>\.+|\w+)[ \t]+import[ \t]+(?P<name>\w+)(?=[ \t]*(?:#.*)?\r?$)"
    rb"|import[ \t]+(?P<path>(?:\w+\.)+)(?P<last>\w+)(?=[ \t]+as\b))",
    re.MULTILINE,
)


def true_suffix(data: bytes, target: str, modules: Sequence[str]) -> str:
    """Return the suffix of a module: a notebook may have been renamed to ``engine.py``."""
    named = Path(target).suffix
    if target not in {f"{module}{end}" for module in modules for end in SOURCES}:
        return named
    if named == ".py":
        return ".ipynb" if is_notebook(data) else named
    return named if data.lstrip()[:1] == b"{" else recognise_source(data, modules) or named


def plain_source(data: bytes, target: str, beside: Collection[str]) -> tuple[bytes, list[str]]:
    """Return the code of a source, and what was read otherwise than it stands there.

    The number of lines stays, but for notebooks.

    Parameters
    ----------
    data : bytes
        As it was handed in.
    target : str
        The path in the copy.
    beside : collection of str
        What the modules can import where they are graded: files, by their stems, and folders.

    Raises
    ------
    NoNotebook
        When it is a notebook of which the code cannot be found.
    """
    suffix = Path(target).suffix.lower()
    if suffix == ".ipynb":
        return reduce_notebook(data), []
    text = plain_text(data)
    if suffix != ".py":
        return text, []
    text = MAGIC_CALL.sub(rb"\1pass  # \2", text)
    return (text, []) if "/" in target else _leave_package(text, beside)


def plain_text(data: bytes) -> bytes:
    """Return a text as UTF-8; editors on Windows write UTF-16, which Python does not read."""
    encoding = json.detect_encoding(data)
    if encoding.startswith(("utf-16", "utf-32")):
        with suppress(UnicodeError):
            return data.decode(encoding).encode()
    return data


def _leave_package(text: bytes, beside: Collection[str]) -> tuple[bytes, list[str]]:
    """Return `text` with what it imports of a package that its own files were in.

    Who follows micrograd writes ``from micrograd.engine import Value`` in ``micrograd/nn.py``.
    """
    told: dict[str, str] = {}

    def leave(match: re.Match[bytes]) -> bytes:
        found = {name: part.decode() for name, part in match.groupdict(b"").items()}
        package = (found["package"] or found["home"] or found["path"]).strip(".").partition(".")[0]
        module = found["module"] or found["name"] or found["last"]
        if module not in beside or package in FREE_IMPORTS | {*beside}:
            return match[0]
        line = f"from {module}" if found["module"] else f"import {module}"
        told[match[0].decode().strip()] = line
        return match["start"] + line.encode()

    text = PACKAGE_IMPORT.sub(leave, text)
    return text, [f"'{old} ...' was read as '{new} ...'" for old, new in told.items()]


def note_other_module(code: bytes, target: str, modules: Sequence[str]) -> list[str]:
    """Return a sentence where a module defines what another one should, and nothing of its own."""
    module, suffix = Path(target).stem, Path(target).suffix
    if target not in {f"{one}{suffix}" for one in modules}:
        return []
    defined = guess_modules(read_text(code, suffix) or "", modules)
    if module in defined or len(defined) != 1:
        return []
    return [f"it defines what {defined[0]}.py should, and nothing of {module}.py"]
