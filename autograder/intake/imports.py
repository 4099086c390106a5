"""What a module imports at its top level, read line by line.

A whole hand-in is never parsed here: Python's parser takes a gigabyte for a megabyte of text.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.worker.magics import OpenStatement
from autograder.worker.source import LINE_END, PARSE_ERRORS, parse_source

IMPORT = re.compile(r"\f*(?:import|from)\b")
LONGEST = 10_000  # characters of an import statement


def list_imports(file: Path) -> set[str]:
    """Return the packages and modules that `file` imports, outside of functions and blocks."""
    # Not by the encoding that the file declares: decoding Punycode takes forever.
    text = file.read_bytes().decode("utf-8-sig", "replace")
    statements = {statement for statement in _find_statements(text) if len(statement) <= LONGEST}
    return {name for statement in statements for name in _top_names(statement)}


def _find_statements(text: str) -> Iterator[str]:
    state = OpenStatement()
    lines: list[str] = []
    for line in LINE_END.split(text):
        if state.is_open:
            lines += [line] if lines else []
        else:
            yield "\n".join(lines)
            lines = [line] if IMPORT.match(line) else []
        state.read_line(line)
    yield "\n".join(lines)


def _top_names(statement: str) -> set[str]:
    try:
        nodes = parse_source(statement).body
    except PARSE_ERRORS:
        return set()  # the worker reports the syntax error
    plain = [a.name for node in nodes if isinstance(node, ast.Import) for a in node.names]
    named = [
        node.module
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
    ]
    return {name.partition(".")[0] for name in [*plain, *named]}
