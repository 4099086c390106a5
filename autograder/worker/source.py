"""Python that somebody else wrote, read by a process whose end would cost others their scores."""

import ast
import re
import warnings

NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
LINE_END = re.compile(r"\r\n?|\n")  # `str.splitlines` ends lines inside of texts, too
DOTS = 200  # in a line that imports; the parser needs memory by the square of them
IMPORTS = re.compile(r"\b(?:import|from)\b")
GOES_ON = re.compile(r"\\\r?\n")


def parsed(text: str) -> ast.Module:
    """Return the syntax tree of `text`; what is odd in it is not warned of.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        `NO_PYTHON`: when there is none, or it would take the machine's memory.
    """
    for line in GOES_ON.sub("", text).split("\n"):
        if line.count(".") > DOTS and IMPORTS.search(line):
            raise MemoryError(f"more than {DOTS} dots in an import")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
