"""The words of a statement: what it names, which operations it has, in what function it stands."""

import ast
import re
from collections.abc import Iterator

BLOCKS = ("body", "orelse", "finalbody", "handlers", "decorator_list")  # other statements' words
OPERATIONS = (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
FORMS = (
    ast.stmt,
    ast.Subscript,
    ast.Tuple,
    ast.Lambda,
    ast.IfExp,
    ast.Compare,
    ast.Call,
    ast.GeneratorExp,
    ast.ListComp,
)
MOST_WORDS = 60  # of one statement: a table may have thousands
BORDERS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[._]+")


def find_words(node: ast.stmt, function: str) -> list[str]:
    """Return the words of a statement, of a block those of its head; the first in order.

    Parameters
    ----------
    node : ast.stmt
        The statement.
    function : str
        The function that it stands in, with its class: ``LogSoftmax.backward``.
    """
    words = {word for part in _walk_head(node) for word in _words_of(part)}
    parts = BORDERS.split(function)
    places = sorted({f"in:{part.lower()}" for part in parts if part})
    return [*places, *sorted(words)][:MOST_WORDS]


def _walk_head(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if not (isinstance(node, ast.stmt) and name in BLOCKS):
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    yield from _walk_head(part)


def _words_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id.strip("_").lower()
    elif isinstance(node, ast.arg | ast.keyword):
        yield str(node.arg).strip("_").lower()
    elif isinstance(node, ast.Attribute):
        yield f".{node.attr.strip('_').lower()}"
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield repr(node.value)
    elif isinstance(node, OPERATIONS):
        yield type(node).__name__
    elif isinstance(node, FORMS):
        yield f"<{type(node).__name__}>"
