"""The functions of a module's text: where each stands, and one put back to its stub.

Only lines of that function change: comments around it and all other functions keep their bytes.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.worker.source import parse_source

LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # as Python ends lines, and nothing else
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign


@dataclass(frozen=True)
class Extent:
    """The lines of a definition, from 0, the last one excluded."""

    first: int
    end: int


def split_lines(text: str) -> list[str]:
    """Return the lines of `text` with their ends."""
    return LINE.findall(text)


def find_functions(text: str) -> dict[str, Extent]:
    """Return the extent of each function, method and class by its name: ``Value.tanh``.

    A name that is another's, as ``__radd__ = __add__``, counts too; the last definition of a name
    is the one that Python keeps.

    Raises
    ------
    PARSE_ERRORS
        When `text` cannot be parsed.
    """
    tree, lines = parse_source(text), split_lines(text)
    return {
        name: Extent(_first_line(node) - 1, node.end_lineno or node.lineno)
        for name, node in _list_definitions(tree)
        if _is_alone(node, lines)
    }


def _list_definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    for node in tree.body:
        yield from ((name, node) for name in _names_of(node) if isinstance(node, Definition))
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                for name in _names_of(member):
                    if isinstance(member, Definition):
                        yield f"{node.name}.{name}", member


def _names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        return [target.id] if isinstance(target, ast.Name) else []
    return []


def _first_line(node: Definition) -> int:
    decorators = [] if isinstance(node, ast.Assign) else node.decorator_list
    return min([node.lineno, *(one.lineno for one in decorators)])


def _is_alone(node: Definition, lines: list[str]) -> bool:
    """Whether nothing else stands on its lines: ``a = 1; __radd__ = __add__`` holds two."""
    before = lines[node.lineno - 1].encode()[: node.col_offset]
    after = lines[(node.end_lineno or node.lineno) - 1].encode()[node.end_col_offset :]
    rest = after.decode(errors="replace").strip()
    return not before.strip() and (not rest or rest.startswith("#"))


def replace_lines(text: str, extent: Extent, definition: str) -> str:
    """Return `text` with `definition` in place of the lines of `extent`, as far indented."""
    lines, new_lines = split_lines(text), split_lines(definition)
    old, new = _indent_of(new_lines[0]), _indent_of(lines[extent.first])
    end = re.search(r"[\r\n]+$", lines[0])
    moved = [_move(line, old, new, end[0] if end else "\n") for line in new_lines]
    return "".join([*lines[: extent.first], *moved, *lines[extent.end :]])


def cut_lines(text: str, extent: Extent) -> str:
    """Return the lines of `extent`."""
    return "".join(split_lines(text)[extent.first : extent.end])


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _move(line: str, old: str, new: str, end: str) -> str:
    bare = line.rstrip("\r\n")
    return (new + bare.removeprefix(old) if bare else "") + end
