"""The syntax trees of a source as numbers, to be compared with others': made in a worker."""

import ast
import builtins
import math
import textwrap
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from autograder.worker.imports import code_cells
from autograder.worker.source import PARSE_ERRORS, parse_source

SMALLEST = 6  # nodes of a tree that counts: smaller ones are idioms
LARGEST = 50  # larger ones are long lists; their parts count
DEEPEST = 4  # class, function, two blocks: the depth to which broken code is taken apart
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IGNORED_STATEMENTS = (ast.Raise, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)
BLOCK_FIELDS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})  # of a statement
IGNORED_FIELDS = frozenset({"annotation", "ctx", "type_comment", "kind", "simple"})
BUILTINS = frozenset(dir(builtins))
METHODS = frozenset(
    name for kind in (np, np.ndarray, math, str, list, dict, set) for name in dir(kind)
)


def hash_module(folder: str, module: str, names: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return code, first and last line of every tree of a module that counts: a probe.

    Of a notebook its code cells are read, one after the other.
    """
    file, notebook = (Path(folder) / f"{module}{end}" for end in (".py", ".ipynb"))
    if file.is_file():
        text = file.read_text("utf-8", "replace")
    else:
        text = "\n".join(code_cells(notebook.read_bytes(), file.name))
    return list(dict.fromkeys(hash_trees(text, frozenset(names))))


def hash_trees(text: str, names: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    """Yield code, first and last line of every tree in `text` that counts."""
    for tree in parse_trees(text):
        sizes = _count_nodes(tree)
        for node in _select_nodes(tree):
            if SMALLEST <= sizes[node] <= LARGEST:
                form = "\0".join(_list_labels(node, names))
                yield zlib.crc32(form.encode()), node.lineno, _last_line(node)


def _count_nodes(tree: ast.AST) -> dict[ast.AST, int]:
    """Return the number of nodes of each tree in `tree`; without recursion, for any depth."""
    sizes: dict[ast.AST, int] = {}
    for node in reversed(list(ast.walk(tree))):
        sizes[node] = 1 + sum(sizes[child] for child in _list_children(node))
    return sizes


def parse_trees(text: str, before: int = 0, depth: int = 0) -> Iterator[ast.AST]:
    """Yield the syntax tree of `text`; of broken code one for each part that can be parsed.

    `before` is the number of lines before it, `depth` the number of times it was taken apart.
    """
    try:
        yield ast.increment_lineno(parse_source(textwrap.dedent(text)), before)
        return
    except PARSE_ERRORS:
        lines = text.splitlines(keepends=True)
    parts = _split_parts(lines)
    if len(parts) < 2:  # a class or function: its inside
        parts = [(1, len(lines))]
    if len(lines) > 1 and depth < 2 * DEEPEST:
        for start, end in parts:
            yield from parse_trees("".join(lines[start:end]), before + start, depth + 1)


def _split_parts(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the parts that start at the lines of least indentation: first, one past the last."""
    depths = [len(line) - len(line.lstrip()) if line.strip() else None for line in lines]
    least = min((depth for depth in depths if depth is not None), default=0)
    starts = [index for index, depth in enumerate(depths) if depth == least]
    return list(zip(starts, [*starts[1:], len(lines)], strict=True))


def _select_nodes(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield every expression and statement that can tell one writer from another."""
    trees = [tree]
    while trees:
        node = trees.pop()
        if isinstance(node, IGNORED_STATEMENTS) or _is_text(node):
            continue
        if isinstance(node, DEFINITIONS):
            trees += node.body
            continue
        if isinstance(node, ast.expr | ast.stmt):
            yield node
        trees += ast.iter_child_nodes(node)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _last_line(node: ast.expr | ast.stmt) -> int:
    """Return the last line of a node that counts: of a loop its head."""
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        return max(node.lineno, int(body[0].lineno) - 1)
    return node.end_lineno or node.lineno


def _list_labels(root: ast.AST, names: frozenset[str]) -> list[str]:
    """Return a tree as labels, parents first; private names are numbered in order."""
    numbers: dict[str, int] = {}
    labels: list[str] = []
    nodes = [root]
    while nodes:
        node = nodes.pop()
        children = list(_list_children(node))
        labels.append(f"{_label_tree(node, names, numbers)} {len(children)}")
        nodes += reversed(children)
    return labels


def _list_children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr):
        return
    ignored = IGNORED_FIELDS | BLOCK_FIELDS if isinstance(node, ast.stmt) else IGNORED_FIELDS
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in ignored and child._fields:
                yield child


def _label_tree(node: ast.AST, names: frozenset[str], numbers: dict[str, int]) -> str:
    kind = type(node).__name__
    if isinstance(node, ast.Constant):
        is_fixed = node.value is None or isinstance(node.value, bool)
        return f"{kind} {node.value!r}" if is_fixed else kind
    if isinstance(node, ast.Name):
        return f"{kind} {_number_name(node.id, names | BUILTINS, numbers)}"
    if isinstance(node, ast.arg):
        return f"{kind} {_number_name(node.arg, names, numbers)}"
    if isinstance(node, ast.Attribute):
        return f"{kind} {_number_name(node.attr, names | METHODS, numbers)}"
    return f"{kind} {' '.join(_list_operators(node))}"


def _number_name(name: str, fixed: frozenset[str], numbers: dict[str, int]) -> str:
    return name if name in fixed else str(numbers.setdefault(name, len(numbers)))


def _list_operators(node: ast.AST) -> Iterator[str]:
    """Yield the names of the operators of an expression: nodes without parts."""
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name != "ctx" and not child._fields:
                yield type(child).__name__
