"""IPython's own lines in a notebook, made Python: the number of lines stays the same.

Only a cell that is no Python as it stands is changed, and in it only where a statement begins: a
line of a text or of an open bracket may begin with ``%`` too.
"""

import re

from autograder.worker.source import LINE_END, NO_PYTHON, parsed

RUN_AS_CODE = frozenset({"%%capture", "%%prun", "%%time"})  # what stands below them is the cell's
ASKED = re.compile(r"\?|%{0,2}[\w.*]+\?{1,2}\s*;?$")
ASSIGNED = re.compile(r"([\w.,\s]+=)\s*[%!]")
TURNS = {  # by the quotes of the text that a place is in, what changes where it is
    "": re.compile(r"#.*|\"{3}|'{3}|[\"'()\[\]{}]"),
    **{quotes: re.compile(rf"\\.|{quotes}") for quotes in ('"', "'", '"""', "'''")},
}


def python(cell: str) -> str:
    """Return the code of `cell`: magics, shell lines and questions become ``pass``.

    A cell that another program runs (``%%bash``) has no code.
    """
    lines = LINE_END.split(cell)
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first].split()[0] not in RUN_AS_CODE:
            return ""
        lines[first] = f"pass  # {lines[first]}"
    text = "\n".join(lines)
    return text if _is_python(text) else "\n".join(_plain(lines))


def _is_python(text: str) -> bool:
    try:
        parsed(text)
    except NO_PYTHON:
        return False
    return True


def _plain(lines: list[str]) -> list[str]:
    found: list[str] = []
    place = Place()
    goes_on = False  # a shell line over several lines
    for line in lines:
        plain = f"# {line.strip()}" if goes_on else _without_magic(line)
        is_magic = goes_on or (plain != line and not place.is_inside)
        found.append(plain.rstrip("\\") if is_magic else line)
        goes_on = is_magic and line.endswith("\\")
        if not is_magic:
            place.pass_over(line)
    return found


def _without_magic(line: str) -> str:
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if code.startswith(("%", "!")) or ASKED.match(code):
        return f"{indent}pass  # {code}"
    if asked := ASSIGNED.match(code):
        return f"{indent}{asked[1]} None  # {code}"
    return line


class Place:
    """Whether a statement goes on: in a bracket, in a text, or after a backslash.

    Line by line, because Python's own tokenizer begins anew at each question.
    """

    def __init__(self) -> None:
        self.quotes = ""
        self.depth = 0
        self.is_joined = False

    @property
    def is_inside(self) -> bool:
        """Whether the next line is no new statement."""
        return bool(self.quotes) or self.depth > 0 or self.is_joined

    def pass_over(self, line: str) -> None:
        """Go to the end of `line`."""
        at = 0
        while turn := TURNS[self.quotes].search(line, at):
            at = turn.end()
            self._turn(turn[0])
        self.is_joined = line.endswith("\\")
        if len(self.quotes) == 1 and not self.is_joined:
            self.quotes = ""  # never closed: an error of its own

    def _turn(self, text: str) -> None:
        if self.quotes:
            self.quotes = "" if text == self.quotes else self.quotes
        elif text[0] in "\"'":
            self.quotes = text
        elif text[0] != "#":
            self.depth = max(0, self.depth + (1 if text in "([{" else -1))
