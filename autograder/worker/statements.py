"""Statements at the left edge of a module, read line by line: what it imports and defines.

Only import statements are parsed, and only in a worker: Python's parser takes a gigabyte for a
megabyte of text, and seconds for less.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.worker.magics import OpenStatement
from autograder.worker.source import LINE_END, PARSE_ERRORS, parse_source

IMPORT = re.compile(r"\f*(?:import|from)\b")
DEFINITION = re.compile(r"\f*(?:class|def)\s+(\w+)")
BEGINNING = re.compile(r"(?:class|def)\b")  # never within a bracket: one before was not closed
ANY = re.compile(r"\S")
PYTHON = re.compile(
    r"""\f*(?:
        [#@("'\[{] | [bBfFrRuU]{1,2}["']
        | (?:class|def|async|for|while|with|if|elif|except|match)\b.*:
        | (?:else|try|finally)\s*:
        | import\s+\w | from\s+[\w.]+\s+import\b
        | (?:assert|await|del|global|not|pass|raise|return|yield)\b
        | [^\W\d]\w*\s* (?: [=(\[.,:;] | [-+*/%&|^@<>!]+= | $)
    )""",
    re.VERBOSE | re.DOTALL,
)
LONGEST = 10_000  # characters of an import statement


def find_statements(text: str, start: re.Pattern[str] = ANY) -> Iterator[str]:
    """Yield the statements outside of functions and blocks whose first line `start` matches."""
    state = OpenStatement()
    lines: list[str] = []
    for line in LINE_END.split(text):
        if state.is_open and not state.quotes and BEGINNING.match(line):
            state = OpenStatement()
        if lines and not state.is_open:
            yield "\n".join(lines)
            lines = []
        if lines or (not state.is_open and start.match(line)):
            lines.append(line)
        state.read_line(line)
    if lines:
        yield "\n".join(lines)


def list_definitions(text: str) -> frozenset[str]:
    """Return the names of the classes and functions at the left edge of `text`."""
    found = (DEFINITION.match(statement) for statement in find_statements(text, DEFINITION))
    return frozenset(match[1] for match in found if match)


def is_python(text: str) -> bool:
    """Whether all that begins at the left edge of `text` looks like Python, not like prose."""
    return all(PYTHON.match(statement) for statement in find_statements(text))


def list_imports(file: str) -> list[str]:
    """Return the packages and modules that `file` imports: a probe."""
    return sorted(find_imports(Path(file).read_bytes()))


def find_imports(source: bytes) -> set[str]:
    """Return the packages and modules that `source` imports, outside of functions and blocks."""
    # Not by the encoding that the file declares: decoding Punycode takes forever.
    text = source.decode("utf-8-sig", "replace")
    statements = {line for line in find_statements(text, IMPORT) if len(line) <= LONGEST}
    return {name for statement in statements for name in _top_names(statement)}


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
