"""IPython's own lines in a notebook, made Python: the number of lines stays the same.

Only a cell that is no Python as it stands is changed, and in it only where a statement begins: a
line of a text or of an open bracket may begin with ``%`` too.
"""

import ast
import io
import re
import tokenize
import warnings

RUN_AS_CODE = frozenset({"%%capture", "%%prun", "%%time"})  # what stands below them is the cell's
ASKED = re.compile(r"\?|%{0,2}[\w.*]+\?{1,2}\s*;?$")
ASSIGNED = re.compile(r"([\w.,\s]+=)\s*[%!]")


def python(cell: str) -> str:
    """Return the code of `cell`: magics, shell lines and questions become ``pass``.

    A cell that another program runs (``%%bash``) has no code.
    """
    lines = cell.splitlines()
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        if lines[first].split()[0] not in RUN_AS_CODE:
            return ""
        lines[first] = f"pass  # {lines[first]}"
    text = "\n".join(lines)
    return text if _is_python(text) else "\n".join(_plain(lines))


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _plain(lines: list[str]) -> list[str]:
    found: list[str] = []
    goes_on = False  # a shell line over several lines
    for line in lines:
        plain = f"# {line.strip()}" if goes_on else _without_magic(line)
        is_magic = goes_on or (plain != line and not _is_open(found))
        found.append(plain.rstrip("\\") if is_magic else line)
        goes_on = is_magic and line.endswith("\\")
    return found


def _without_magic(line: str) -> str:
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if code.startswith(("%", "!")) or ASKED.match(code):
        return f"{indent}pass  # {code}"
    if asked := ASSIGNED.match(code):
        return f"{indent}{asked[1]} None  # {code}"
    return line


def _is_open(lines: list[str]) -> bool:
    """Whether a statement that began in `lines` goes on: a bracket, a text or a backslash."""
    if lines and lines[-1].endswith("\\"):
        return True
    try:
        list(tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline))
    except tokenize.TokenError:
        return True
    except SyntaxError:  # of indentation: told when the cell is run
        return False
    return False
