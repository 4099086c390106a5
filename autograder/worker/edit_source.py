"""A learner's source with its syntax tree: what rules of edits ask of it."""

import ast
from collections.abc import Callable, Hashable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from autograder.worker.source import LINE_END, parse_source

Span = tuple[int, int, str]  # start and end in bytes, and the text that stands there instead
Function = ast.FunctionDef | ast.AsyncFunctionDef
MAX_NAMES = 10
Answer = TypeVar("Answer")


class EditedSource:
    """The text of a file, its tree, and each node's place in it.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        When there is no tree.
    """

    def __init__(self, text: str) -> None:
        self.tree = parse_source(text)
        self.data = text.encode()
        self.starts = [0]
        for match in LINE_END.finditer(text):
            self.starts.append(len(text[: match.end()].encode()))
        self._answers: dict[Hashable, Any] = {}
        self.parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def bounds(self, node: ast.AST) -> tuple[int, int]:
        """Return where `node` starts and ends, in bytes."""
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return start, end

    def text(self, node: ast.AST) -> str:
        """Return the text of `node`; an expression of several parts in brackets."""
        start, end = self.bounds(node)
        text = self.data[start:end].decode()
        is_plain = isinstance(node, ast.Name | ast.Attribute | ast.Constant | ast.Call | ast.stmt)
        return text if is_plain or isinstance(node, ast.Subscript) else f"({text})"

    def replace(self, node: ast.AST, text: str) -> list[Span]:
        """Return the edit that puts `text` in the place of `node`."""
        return [(*self.bounds(node), text)]

    def outer_function(self, node: ast.AST) -> Function | None:
        """Return the outermost function around `node`, or itself."""
        found = None
        while node is not None:
            found = node if isinstance(node, Function) else found
            node = self.parents.get(node)  # type: ignore[assignment]
        return found

    def function_name(self, node: ast.AST) -> str:
        """Return the function around `node`, with its class: ``Value.exp``; '' at module level."""
        function = self.outer_function(node)
        owner = self.parents.get(function) if function else node
        while owner is not None and not isinstance(owner, ast.ClassDef):
            owner = self.parents.get(owner)
        names = [part.name for part in (owner, function) if part is not None]
        return ".".join(names)

    def local_names(self, node: ast.AST) -> list[str]:
        """Return the parameters and variables around `node`, in order."""
        scope = self.outer_function(node) or self._outer_lambda(node)
        return self._names_of(scope) if scope is not None else []

    def _outer_lambda(self, node: ast.AST) -> ast.Lambda | None:
        while node is not None and not isinstance(node, ast.Lambda):
            node = self.parents.get(node)  # type: ignore[assignment]
        return node

    def _names_of(self, scope: ast.AST) -> list[str]:
        def find_names() -> list[str]:
            found = [name for part in ast.walk(scope) for name in _bound_names(part)]
            return list(dict.fromkeys(found))[:MAX_NAMES]

        return self.remember(("names", scope), find_names)

    def remember(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return what `make` returned the first time that it was asked for `key`."""
        if key not in self._answers:
            self._answers[key] = make()
        answer: Answer = self._answers[key]
        return answer

    def line_bounds(self, node: ast.stmt) -> tuple[int, int]:
        """Return where the lines of a statement start and end, in bytes."""
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        last = node.end_lineno or node.lineno
        end = self.starts[last] if last < len(self.starts) else len(self.data)
        return self.starts[first - 1], end

    def lines_text(self, node: ast.stmt) -> str:
        """Return the lines of a statement, the end of the last included."""
        start, end = self.line_bounds(node)
        text = self.data[start:end].decode()
        return text if text.endswith("\n") else f"{text}\n"

    def owns_lines(self, node: ast.stmt) -> bool:
        """Whether nothing else stands on the lines of a statement."""
        start, end = self.line_bounds(node)
        first, last = self.bounds(node)
        around = self.data[start:first] + self.data[last:end].partition(b"#")[0]
        return not around.strip()

    def block_of(self, node: ast.stmt) -> list[ast.stmt]:
        """Return the statements of the block that `node` stands in."""
        parent = self.parents.get(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block:
                return block
        return [node]

    @cached_property
    def functions(self) -> list[Function]:
        """All functions of the file that stand in no other."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, Function)]
        return [node for node in found if self.outer_function(node) is node]

    @cached_property
    def calls(self) -> list[ast.Call]:
        """All calls of the file."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]


def _bound_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
