"""Turns IPython's own lines in a notebook into Python: the number of lines stays the same.

Only a cell that is not valid Python is changed, and in it only lines where a statement begins: a
line of a string or of an open bracket may begin with ``%`` too.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

from autograder.worker.source import LINE_END, PARSE_ERRORS, parse_source

RUN_AS_CODE = frozenset({"%%capture", "%%prun", "%%time"})  # the lines below them are Python
WRITING = re.compile(
    r"\s*%%(?:write)?file[ \t]+((?:-a|--append)[ \t]+)?[\"']?([^\"'\r\n]*?)[\"']?[ \t]*(?:[\r\n]|$)"
)
QUIET = re.compile(  # lines that define no name, and cells that run as code
    r"%{1,2}(?:alias|autoreload|capture|cd|check|conda|config|explore|hint|load_ext|ls|matplotlib"
    r"|mkdir|pdb|pip|prun|precision|pwd|reload_ext|time|timeit|who|whos|xmode)\b|!|\?|.*\?$"
)
HELP_REQUEST = re.compile(r"\?|%{0,2}[\w.*]+\?{1,2}\s*;?$")
TIMED_LINE = re.compile(r"%time[ \t]+(?=[^?\s])")
MAGIC_ASSIGNMENT = re.compile(r"([\w.,\s]+=)\s*[%!]")
DELIMITERS = {  # by the quotes of the string that a position is in: what opens or closes
    "": re.compile(r"#.*|\"{3}|'{3}|[\"'()\[\]{}]"),
    **{quotes: re.compile(rf"\\.|{quotes}") for quotes in ('"', "'", '"""', "'''")},
}


def python_source(cell: str, file: str = "") -> str:
    """Return the code of `cell`: magics, shell lines and questions become ``pass``.

    A cell that another program runs (``%%bash``) has no code. One that writes the module `file`
    has: it stands in the module's own notebook, and what it writes is the module.
    """
    lines = LINE_END.split(cell)
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        is_own = bool(file) and written_file(cell)[0] == file
        if lines[first].split()[0] not in RUN_AS_CODE and not is_own:
            return ""
        lines[first] = f"pass  # {lines[first]}"
    text = "\n".join(lines)
    return text if _is_python(text) else "\n".join(_comment_out_magics(lines))


def written_file(cell: str) -> tuple[str, bool]:
    """Return the name of the module that ``%%writefile`` in `cell` writes, and whether it adds.

    The name is '' where the cell writes no module.
    """
    match = WRITING.match(cell)
    name = PurePath(match[2].replace("\\", "/")).name if match else ""
    is_module = name.endswith(".py") and name.removesuffix(".py").isidentifier()
    return (name, bool(match and match[1])) if is_module else ("", False)


def written_text(cell: str) -> str:
    """Return what ``%%writefile`` in `cell` writes."""
    return "\n".join(LINE_END.split(cell.lstrip())[1:]) + "\n"


def list_dropped(cell: str, file: str = "") -> Iterator[tuple[int, str]]:
    """Yield number and text of the lines taken out of `cell` that may define names."""
    lines, kept = LINE_END.split(cell), LINE_END.split(python_source(cell, file))
    if len(kept) < len(lines):  # the whole cell
        lines, kept = [cell.lstrip().partition("\n")[0]], [""]
    for number, (line, code) in enumerate(zip(lines, kept, strict=True), start=1):
        text = line.strip()
        if code != line and not QUIET.match(text):
            yield number, text


def _is_python(text: str) -> bool:
    try:
        parse_source(text)
    except PARSE_ERRORS:
        return False
    return True


def _comment_out_magics(lines: list[str]) -> list[str]:
    plain_lines: list[str] = []
    statement = OpenStatement()
    continues = False  # a shell line over several lines
    for line in lines:
        plain = f"# {line.strip()}" if continues else _without_magic(line)
        is_magic = continues or (plain != line and not statement.is_open)
        plain_lines.append(plain.rstrip("\\") if is_magic else line)
        continues = is_magic and line.endswith("\\")
        if not is_magic:
            statement.read_line(line)
    return plain_lines


def _without_magic(line: str) -> str:
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if timed := TIMED_LINE.match(code):
        return f"{indent}{code[timed.end() :]}"
    if code.startswith(("%", "!")) or HELP_REQUEST.match(code):
        return f"{indent}pass  # {code}"
    if match := MAGIC_ASSIGNMENT.match(code):
        return f"{indent}{match[1]} None  # {code}"
    return line


class OpenStatement:
    """Whether a statement continues: in a bracket, in a string, or after a backslash.

    Line by line, because Python's own tokenizer begins anew at each question.
    """

    def __init__(self) -> None:
        self.quotes = ""
        self.depth = 0
        self.is_joined = False

    @property
    def is_open(self) -> bool:
        """Whether the next line continues the statement."""
        return bool(self.quotes) or self.depth > 0 or self.is_joined

    def read_line(self, line: str) -> None:
        """Update the state to the end of `line`."""
        position = 0
        while delimiter := DELIMITERS[self.quotes].search(line, position):
            position = delimiter.end()
            self._read_delimiter(delimiter[0])
        self.is_joined = line.endswith("\\")
        if len(self.quotes) == 1 and not self.is_joined:
            self.quotes = ""  # never closed: an error of its own

    def _read_delimiter(self, text: str) -> None:
        if self.quotes:
            self.quotes = "" if text == self.quotes else self.quotes
        elif text[0] in "\"'":
            self.quotes = text
        elif text[0] != "#":
            self.depth = max(0, self.depth + (1 if text in "([{" else -1))
