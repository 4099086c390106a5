"""Parses Python that somebody else wrote, without risk to the process that reads it."""

import ast
import re
import warnings

PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
LINE_END = re.compile(r"\r\n?|\n")  # `str.splitlines` ends lines inside of strings, too
MAX_PARSED = 128 << 10  # characters: the parser needs a gigabyte for a megabyte of short statements
MAX_DOTS = 200  # in an import line; the parser needs memory by the square of them
IMPORT_WORD = re.compile(r"\b(?:import|from)\b")
CONTINUATION = re.compile(r"\\\r?\n")


def parse_source(text: str) -> ast.Module:
    """Return the syntax tree of `text`, without Python's warnings.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        `PARSE_ERRORS`: when there is none, or it would take the machine's memory.
    """
    if len(text) > MAX_PARSED:
        raise MemoryError(f"more than {MAX_PARSED >> 10} Ki characters")
    for line in CONTINUATION.sub("", text).split("\n"):
        if line.count(".") > MAX_DOTS and IMPORT_WORD.search(line):
            raise MemoryError(f"more than {MAX_DOTS} dots in an import")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
