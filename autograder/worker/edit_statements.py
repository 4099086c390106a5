"""Edits of whole statements: their order, their indentation, one that is missing or too many."""

import ast
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from autograder.worker.edit_source import EditedSource, Function, Span

Spans = Sequence[Span]
PAIR, OTHER_PAIR = ("self", "other"), ("a", "b")
COMMON, COMMONEST = 3, 3  # functions that share a statement, and such statements that are tried
MAX_COPIED = 8  # statements of other functions that one function may lack


def fill_return(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Return what the last statement of a function computes, or a variable."""
    function = source.parents.get(node)
    if not isinstance(function, Function) or function.body[-1] is not node:
        return
    if isinstance(node, ast.Return) and node.value is not None:
        return
    end = source.line_bounds(node)[1]
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
        yield source.replace(node, f"return {source.text(node.value)}")
    margin = " " * node.col_offset
    names = source.local_names(node)
    for name in dict.fromkeys([*(name for name in names if name == "out"), *names[::-1]]):
        yield [(end, end, f"{_line_break(source, end)}{margin}return {name}\n")]


def _line_break(source: EditedSource, end: int) -> str:
    return "" if source.data[end - 1 : end] == b"\n" else "\n"


def swap_statements(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Change the places of a statement and the one after it."""
    block = source.block_of(node)
    after = block[block.index(node) + 1 :]
    if after and all(map(source.owns_lines, (node, after[0]))) and not _is_docstring(node):
        start, end = source.line_bounds(node)[0], source.line_bounds(after[0])[1]
        yield [(start, end, source.lines_text(after[0]) + source.lines_text(node))]


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def outdent_statement(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Move the last statement of a block behind it."""
    parent = source.parents.get(node)
    block = source.block_of(node)
    is_inner = isinstance(parent, ast.If | ast.For | ast.While) and node in parent.body
    if is_inner and block[-1] is node and len(block) > 1 and source.owns_lines(node):
        start = source.line_bounds(node)[0]
        end = source.line_bounds(parent)[1]  # type: ignore[arg-type]
        rest = source.data[source.line_bounds(node)[1] : end].decode()
        yield [(start, end, rest + _shift(source.lines_text(node), parent, node))]


def indent_statement(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Move a statement to the end of the block before it."""
    block = source.block_of(node)
    index = block.index(node)
    before = block[index - 1] if index else None
    while isinstance(before, ast.If | ast.For | ast.While) and source.owns_lines(node):
        start, end = source.line_bounds(node)
        yield [(start, end, _shift(source.lines_text(node), before.body[0], node))]
        before = before.body[-1]


def _shift(text: str, like: ast.AST | None, node: ast.stmt) -> str:
    """Return the lines of `node`, as far in as `like`."""
    margin, own = " " * getattr(like, "col_offset", 0), node.col_offset
    return "".join(margin + line[own:] for line in text.splitlines(keepends=True))


def delete_statement(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Leave a statement out."""
    kinds = ast.Expr | ast.Assign | ast.AugAssign | ast.If | ast.Return | ast.Raise
    if isinstance(node, kinds) and not _is_docstring(node):
        yield source.replace(node, "pass")


def copy_statement(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Write before a statement one that other functions have, and this one lacks."""
    function = source.outer_function(node)
    if function is None or isinstance(node, Function) or _is_docstring(node):
        return
    start = source.line_bounds(node)[0]
    for text in source.remember(("lacking", function), lambda: _find_lacking(function, source)):
        yield [(start, start, f"{textwrap.indent(text, ' ' * node.col_offset)}\n")]


def copy_common(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Write before the last statement what most functions have: the closure attached."""
    function = source.outer_function(node)
    if function is None or function.body[-1] is not node:
        return
    own = {_plain_text(part, source) for part in ast.walk(function)}
    names = {*source.local_names(function), *_inner_names(function)}
    start = source.line_bounds(node)[0]
    for text, count in _count_statements(source, names).most_common(COMMONEST):
        if count >= COMMON and text not in own:
            yield [(start, start, f"{textwrap.indent(text, ' ' * node.col_offset)}\n")]


def seed_backward(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Let a walk backwards begin with a gradient of one."""
    function = source.parents.get(node)
    if not isinstance(function, Function) or function.name != "backward":
        return
    if node is _first_statement(function):
        start = source.line_bounds(node)[0]
        for one in ("1.0", "np.ones_like(self.data)"):
            yield [(start, start, f"{' ' * node.col_offset}self.grad = {one}\n")]


def _find_lacking(function: Function, source: EditedSource) -> list[str]:
    own = {_plain_text(part, source) for part in ast.walk(function)}
    names = {*source.local_names(function), *_inner_names(function)}
    common = _common_statements(source, names)
    return [text for text in common if text not in own][:MAX_COPIED]


def add_for_other(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Do for the other operand what is done for one: `self` and `other` change places."""
    names = [name for name in source.local_names(node) if name in PAIR or name in OTHER_PAIR]
    for first, second in (PAIR, OTHER_PAIR):
        text = source.lines_text(node)
        if first in names and second in names and re.search(rf"\b{first}\b", text):
            end = source.line_bounds(node)[1]
            yield [(end, end, _line_break(source, end) + _exchange_words(text, first, second))]


def _exchange_words(text: str, first: str, second: str) -> str:
    swap = {first: second, second: first}
    return re.sub(rf"\b(?:{first}|{second})\b", lambda match: swap[match[0]], text)


def wrap_operand(node: ast.stmt, source: EditedSource) -> Iterator[Spans]:
    """Make a node of the other operand at the start of an operator, and of all that do not."""
    function = source.parents.get(node)
    owner = source.parents.get(function) if function else None
    if not isinstance(function, Function) or not isinstance(owner, ast.ClassDef):
        return
    if node is not _first_statement(function) or not _takes_other(function):
        return
    yield _wrap_at(function, owner, source)
    bare = [
        one
        for one in owner.body
        if isinstance(one, Function) and _takes_other(one) and "isinstance" not in source.text(one)
    ]
    if function in bare and len(bare) > 1:
        yield [span for one in bare for span in _wrap_at(one, owner, source)]


def _takes_other(function: Function) -> bool:
    is_operator = function.name.startswith("__") and function.name != "__init__"
    return is_operator and len(function.args.args) == 2


def _first_statement(function: Function) -> ast.stmt:
    return next((one for one in function.body if not _is_docstring(one)), function.body[-1])


def _wrap_at(function: Function, owner: ast.ClassDef, source: EditedSource) -> list[Span]:
    node, name = _first_statement(function), function.args.args[1].arg
    start = source.line_bounds(node)[0]
    made = f"{name} = {name} if isinstance({name}, {owner.name}) else {owner.name}({name})"
    return [(start, start, f"{' ' * node.col_offset}{made}\n")]


def exchange_values(
    node: ast.Assign | ast.AugAssign | ast.Expr, source: EditedSource
) -> Iterator[Spans]:
    """Let two neighbouring assignments change their values."""
    block = source.block_of(node)
    after = block[block.index(node) + 1 :][:1]
    for other in after:
        if isinstance(other, type(node)) and not isinstance(node, ast.Expr):
            yield [
                *source.replace(node.value, source.text(other.value)),
                *source.replace(other.value, source.text(node.value)),
            ]
        calls = [getattr(one, "value", None) for one in (node, other)]
        if all(isinstance(call, ast.Call) and call.args for call in calls):
            first, second = (call.args[0] for call in calls if isinstance(call, ast.Call))
            yield [
                *source.replace(first, source.text(second)),
                *source.replace(second, source.text(first)),
            ]


def _inner_names(node: Function) -> set[str]:
    return {part.name for part in ast.walk(node) if isinstance(part, Function)}


def _common_statements(source: EditedSource, names: set[str]) -> list[str]:
    """Return statements of one line of which all variables are in `names`, the commonest first."""
    return [text for text, _ in _count_statements(source, names).most_common()]


def _count_statements(source: EditedSource, names: set[str]) -> Counter[str]:
    return Counter(
        text
        for text, used in source.remember("statements", lambda: list(_plain_statements(source)))
        if used and used <= names
    )


def _plain_statements(source: EditedSource) -> Iterator[tuple[str, set[str]]]:
    """Yield each statement of one line, with the variables of its function that it uses."""
    for function in source.functions:
        local = {*source.local_names(function), *_inner_names(function)}
        for part in ast.walk(function):
            if text := _plain_text(part, source):
                used = {name.id for name in ast.walk(part) if isinstance(name, ast.Name)}
                yield text, used & local


def _plain_text(node: ast.AST, source: EditedSource) -> str:
    """Return the text of a statement of one line, or of one under one condition; else ''."""
    if isinstance(node, ast.If) and not node.orelse and len(node.body) == 1:
        inner = _plain_text(node.body[0], source)
        return f"if {source.text(node.test)}:\n    {inner}" if inner and "\n" not in inner else ""
    is_simple = isinstance(node, ast.Assign | ast.Expr) and node.lineno == node.end_lineno
    return source.text(node) if is_simple and not _is_docstring(node) else ""
