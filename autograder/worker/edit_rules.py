"""The kinds of small edits: a row each. One that makes no sense costs a trial, and no more."""

import ast
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from autograder.worker.edit_source import EditedSource, Span
from autograder.worker.edit_statements import (
    add_for_other,
    copy_common,
    copy_statement,
    delete_statement,
    exchange_values,
    fill_return,
    indent_statement,
    outdent_statement,
    seed_backward,
    swap_statements,
    wrap_operand,
)

Spans = Sequence[Span]
OPERATORS = {
    ast.Mult: ("/", "+"),
    ast.Div: ("*", "//"),
    ast.FloorDiv: ("/",),
    ast.Pow: ("*",),
    ast.MatMult: ("*",),
}
SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
COMPARISONS = {
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "==": ("!=",),
    "!=": ("==",),
    "is": ("is not",),
    "is not": ("is",),
    "in": ("not in",),
    "not in": ("in",),
}
FAMILIES = [
    family.split()
    for family in (
        "sin cos",
        "exp log tanh sqrt",
        "sum mean max",
        "max min",
        "argmax argmin",
        "maximum minimum",
        "zeros ones",
        "zeros_like ones_like",
        "any all",
        "append extend appendleft",
        "pop popleft",
        "floor ceil",
        "dot matmul",
        "var std",
        "normal uniform",
        "hstack vstack",
        "add update",
    )
]
ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod)
NUMBERS = (0, 1, 2, -1, 0.5)
REDUCTIONS = frozenset({"sum", "mean", "max", "min", "var", "std", "argmax", "amax", "reduce"})
MODULES = ("np", "numpy", "math", "self")
PRODUCTS = ("matmul", "dot", "einsum", "tensordot")
COUNTS = ("n", "N", "count", "size", "total", "batch", "m", "rows")
APPLIED = ("exp", "log", "tanh", "sqrt")
GRADIENTS = ("grad", "g", "upstream", "out_grad", "dout", "cotangent")


def _is_gradient(node: ast.AST, source: EditedSource) -> bool:
    """Whether a value may be a gradient: it is stored, returned or handed to a statement's call."""
    parent = source.parents.get(node)
    while isinstance(parent, ast.Tuple | ast.List | ast.Starred):
        node, parent = parent, source.parents.get(parent)
    if isinstance(parent, ast.AugAssign | ast.Return | ast.Assign):
        return node is parent.value
    if isinstance(parent, ast.Lambda):
        return node is parent.body
    if isinstance(parent, ast.Call) and node in parent.args:
        above = source.parents.get(parent)
        return isinstance(above, ast.Expr | ast.Lambda) or isinstance(node, ast.Tuple)
    return False


def _is_procedure(node: ast.AST) -> bool:
    """Whether `node` calls a method for what it does: ``self.accumulate(...)``."""
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and _base_name(function.value) in ("self", "other")


def _base_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _node_names(node: ast.AST, source: EditedSource) -> set[str]:
    """Return the variables of the function that hold nodes of a graph: they have data or grad."""
    scope = source.outer_function(node) or node

    def find_names() -> set[str]:
        return {
            _base_name(part)
            for part in ast.walk(scope)
            if isinstance(part, ast.Attribute) and part.attr in ("data", "grad")
        }

    return source.remember(("nodes", scope), find_names)


def _is_handed_on(node: ast.AST, source: EditedSource) -> bool:
    """Whether a value may be a gradient, or is an argument of a call."""
    parent = source.parents.get(node)
    return _is_gradient(node, source) or (isinstance(parent, ast.Call) and node in parent.args)


def _add_instead(node: ast.Assign, source: EditedSource) -> Iterator[Spans]:
    if len(node.targets) != 1 or isinstance(node.targets[0], ast.Tuple | ast.List):
        return
    target, value = source.text(node.targets[0]), source.text(node.value)
    if isinstance(node.value, ast.Lambda) or "._" in target or not _may_add_up(node, source):
        return
    yield source.replace(node, f"{target} += {value}")
    if isinstance(node.targets[0], ast.Subscript):
        base, key = source.text(node.targets[0].value), source.text(node.targets[0].slice)
        yield source.replace(node, f"{target} = {base}.get({key}, 0) + {value}")
        yield source.replace(node, f"np.add.at({base}, {key}, {value})")


def _may_add_up(node: ast.Assign, source: EditedSource) -> bool:
    """Whether what is assigned may be one of several shares: never where an object is made."""
    if source.function_name(node).endswith("__init__"):
        return False
    is_in_loop = isinstance(source.parents.get(node), ast.For | ast.While | ast.If)
    return is_in_loop or not isinstance(node.targets[0], ast.Name)


def _add_everywhere(node: ast.Assign, source: EditedSource) -> Iterator[Spans]:
    """Add instead of assigning in the whole function, and in the whole file."""
    target = node.targets[0]
    if not isinstance(target, ast.Attribute):
        return
    alike = [
        one
        for one in ast.walk(source.tree)
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Attribute)
        and one.targets[0].attr == target.attr
        and source.outer_function(one) is not None
        and not isinstance(one.value, ast.Constant | ast.UnaryOp)
    ]
    function = source.outer_function(node)
    near = [one for one in alike if source.outer_function(one) is function]
    for group in (near, alike):
        if len(group) > 1 and node in group:
            yield [span for one in group for span in next(_add_instead(one, source), [])]


def _next_step(
    node: ast.AugAssign | ast.Assign, source: EditedSource
) -> ast.AugAssign | ast.Assign | None:
    """Return the statement after `node`, if it is of the same sort."""
    block = source.block_of(node)
    after = block[block.index(node) + 1 :][:1]
    return after[0] if after and isinstance(after[0], type(node)) else None


def _multiply_both(node: ast.AugAssign | ast.Assign, source: EditedSource) -> Iterator[Spans]:
    """Multiply in two statements: by the same factor, or each by the data of the other."""
    other = _next_step(node, source)
    if other is None:
        return
    pairs = [(f"{b}.data", f"{a}.data") for a, b in (("self", "other"), ("a", "b"))]
    pairs = [pair for pair in pairs if pair[0][:-5] in source.local_names(node)]
    pairs += [(factor, factor) for factor in _factors(node.value, source)[:3]]
    for first, second in pairs:
        yield [
            *source.replace(node.value, f"({source.text(node.value)} * {first})"),
            *source.replace(other.value, f"({source.text(other.value)} * {second})"),
        ]


def _drop_both(node: ast.AugAssign | ast.Assign, source: EditedSource) -> Iterator[Spans]:
    """Leave out the first part of two values, or the second."""
    other = _next_step(node, source)
    if other and isinstance(node.value, ast.BinOp) and isinstance(other.value, ast.BinOp):
        for side in ("right", "left"):
            yield [
                *source.replace(node.value, source.text(getattr(node.value, side))),
                *source.replace(other.value, source.text(getattr(other.value, side))),
            ]


def _other_value(
    node: ast.AugAssign | ast.Assign | ast.Return, source: EditedSource
) -> Iterator[Spans]:
    """Take another variable wherever a statement uses one: ``out`` for ``self.data``."""
    if node.value is None:
        return
    uses: dict[str, list[ast.AST]] = {}
    for part in ast.walk(node.value):
        is_data = isinstance(part, ast.Attribute) and part.attr == "data"
        if is_data or (isinstance(part, ast.Name) and not _is_called(part, source)):
            uses.setdefault(source.text(part), []).append(part)
    nodes = _node_names(node, source)
    names = source.local_names(node)
    others = [name for name in names if name not in nodes and name not in ("self", "cls")]
    others += [f"{name}.data" for name in names if name in nodes]
    for text, parts in uses.items():
        is_pair = len(parts) > 1 or text.endswith(".data")
        if is_pair and text not in nodes:
            for other in others:
                if other != text:
                    yield [span for part in parts for span in source.replace(part, other)]


def _assign_instead(node: ast.AugAssign, source: EditedSource) -> Iterator[Spans]:
    yield source.replace(node, f"{source.text(node.target)} = {source.text(node.value)}")


def _turn_step(node: ast.AugAssign, source: EditedSource) -> Iterator[Spans]:
    other = {ast.Add: "-=", ast.Sub: "+=", ast.Mult: "/=", ast.Div: "*="}.get(type(node.op))
    if other:
        yield source.replace(node, f"{source.text(node.target)} {other} {source.text(node.value)}")


def _turn_sign(node: ast.BinOp, source: EditedSource) -> Iterator[Spans]:
    if isinstance(node.op, ast.Add | ast.Sub) and not _is_told(node, source):
        symbol = "-" if isinstance(node.op, ast.Add) else "+"
        yield _join(source, node, source.text(node.left), symbol, source.text(node.right))


def _negate(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield source.replace(node, source.text(node.operand))
    elif _is_handed_on(node, source) and not _is_procedure(node) and not _is_told(node, source):
        yield source.replace(node, f"-{source.text(node)}")


def _is_told(node: ast.expr, source: EditedSource) -> bool:
    """Whether a value is a text, or is in what is raised: a sign there raises another error."""
    is_text = isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    parent = source.parents.get(node)
    while isinstance(parent, ast.expr | ast.keyword):
        parent = source.parents.get(parent)
    return is_text or isinstance(parent, ast.Raise)


def _join(source: EditedSource, node: ast.AST, left: str, symbol: str, right: str) -> Spans:
    return source.replace(node, f"({left} {symbol} {right})")


def _other_operator(node: ast.BinOp, source: EditedSource) -> Iterator[Spans]:
    for symbol in () if _is_told(node, source) else OPERATORS.get(type(node.op), ()):
        yield _join(source, node, source.text(node.left), symbol, source.text(node.right))


def _swap_operands(node: ast.BinOp, source: EditedSource) -> Iterator[Spans]:
    """``a - b`` to ``b - a``; in a reflected operator the number becomes a node first."""
    if not isinstance(node.op, ORDERED) and not _joins_sequences(node):
        return
    left, right, symbol = source.text(node.left), source.text(node.right), SYMBOLS[type(node.op)]
    yield _join(source, node, right, symbol, left)
    owner, _, function = source.function_name(node).rpartition(".")
    if owner and function.startswith("__r"):
        yield _join(source, node, f"{owner}({right})", symbol, left)


def _joins_sequences(node: ast.BinOp) -> bool:
    parts = (part for side in (node.left, node.right) for part in ast.walk(side))
    return isinstance(node.op, ast.Add) and any(isinstance(part, ast.Tuple) for part in parts)


def _move_bracket(node: ast.BinOp, source: EditedSource) -> Iterator[Spans]:
    """``a - b * c`` to ``(a - b) * c``, and so on."""
    outer, text = SYMBOLS.get(type(node.op)), source.text
    if isinstance(node.left, ast.BinOp) and outer:
        inner = SYMBOLS.get(type(node.left.op), "+")
        rest = _join_text(text(node.left.right), outer, text(node.right))
        yield _join(source, node, text(node.left.left), inner, rest)
    if isinstance(node.right, ast.BinOp) and outer:
        inner = SYMBOLS.get(type(node.right.op), "+")
        rest = _join_text(text(node.left), outer, text(node.right.left))
        yield _join(source, node, rest, inner, text(node.right.right))
    if isinstance(node.left, ast.BinOp) and isinstance(node.left.right, ast.BinOp) and outer:
        deep = node.left.right  # n * x ** n - 1
        middle, inner = SYMBOLS.get(type(node.left.op), "+"), SYMBOLS.get(type(deep.op), "+")
        last = _join_text(text(deep.right), outer, text(node.right))
        rest = _join_text(text(deep.left), inner, last)
        yield _join(source, node, text(node.left.left), middle, rest)


def _join_text(left: str, symbol: str, right: str) -> str:
    return f"({left} {symbol} {right})"


def _other_name(node: ast.Name, source: EditedSource) -> Iterator[Spans]:
    if isinstance(node.ctx, ast.Load) and not (_is_called(node, source) or _is_owner(node, source)):
        yield from _exchange_name(node, source)


def _other_owner(node: ast.Name, source: EditedSource) -> Iterator[Spans]:
    """``self._backward = f`` to ``out._backward = f``: another object gets the attribute."""
    if _is_owner(node, source):
        yield from _exchange_name(node, source)


def _exchange_name(node: ast.Name, source: EditedSource) -> Iterator[Spans]:
    names = source.local_names(node)
    for name in sorted(names, key=lambda name: name not in ("self", "other", "out")):
        if name != node.id:
            yield source.replace(node, name)


def _is_owner(node: ast.Name, source: EditedSource) -> bool:
    parent = source.parents.get(node)
    return isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Store)


def _is_called(node: ast.expr, source: EditedSource) -> bool:
    parent = source.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _other_attribute(node: ast.Attribute, source: EditedSource) -> Iterator[Spans]:
    """Take another attribute, of those that the function uses of the same object."""
    if not isinstance(node.ctx, ast.Load) or _is_called(node, source):
        return
    base = source.text(node.value)
    scope = source.outer_function(node)
    used = [
        part.attr
        for part in ast.walk(scope or node)
        if isinstance(part, ast.Attribute)
        and source.text(part.value) == base
        and isinstance(part.ctx, ast.Load)
        and not _is_called(part, source)
    ]
    used = {"data": ["grad"], "grad": ["data"]}.get(node.attr, []) + used
    for name in list(dict.fromkeys(used))[:5]:
        if name != node.attr:
            yield source.replace(node, f"{base}.{name}")


def _multiply(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    if _is_gradient(node, source) and not _is_procedure(node):
        text = source.text(node)
        for factor in _factors(node, source):
            if factor not in text or factor.isalnum():
                yield source.replace(node, f"({text} * {factor})")


def _divide(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    if _is_gradient(node, source) and not _is_procedure(node):
        text, nodes = source.text(node), _node_names(node, source)
        names = sorted(source.local_names(node), key=lambda name: name not in COUNTS)
        for factor in (*(name for name in names[:6] if name not in nodes), "2"):
            yield source.replace(node, f"({text} / {factor})")


def _factors(node: ast.expr, source: EditedSource) -> list[str]:
    """Return what a gradient may lack as a factor: first of all the gradient from above."""
    names, nodes = source.local_names(node), _node_names(node, source)
    scope = source.outer_function(node)
    grads = [
        source.text(part)
        for part in (ast.walk(scope) if scope else ())
        if isinstance(part, ast.Attribute)
        and part.attr == "grad"
        and "self" not in source.text(part)
    ]
    given = [name for name in names if name in GRADIENTS or name.startswith("d")]
    outs = [f"{name}.grad" for name in names if name == "out"]
    others = [name for name in names if name not in (*nodes, *given, "self", "cls")]
    data = [f"{name}.data" for name in names if name in nodes]
    steps = [f"({name}.data > 0)" for name in names[:1] if name in nodes]
    return list(dict.fromkeys([*given, *outs, *grads[:2], "2", "0.5", *others, *data, *steps]))[:12]


def _drop_part(node: ast.BinOp, source: EditedSource) -> Iterator[Spans]:
    yield source.replace(node, source.text(node.left))
    yield source.replace(node, source.text(node.right))


def _drop_call(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    if _is_procedure(node) and isinstance(source.parents.get(node), ast.Expr | ast.Lambda):
        return
    for argument in node.args[:2]:
        if not isinstance(argument, ast.Starred):
            yield source.replace(node, source.text(argument))
    if isinstance(node.func, ast.Attribute) and source.text(node.func.value) not in MODULES:
        yield source.replace(node, source.text(node.func.value))


def _rejoin_graph(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    """``Value(-a.data)`` to ``(-a)``: computed with nodes instead of their data."""
    if node.args and ".data" in source.text(node.args[0]):
        text = source.text(node.args[0]).replace(".data", "")
        if isinstance(node.args[0], ast.UnaryOp):
            yield source.replace(node, f"({text.strip('(-)')} * -1)")
        yield source.replace(node, text)


def _slope_of_max(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    """``max(x, 0)`` to ``(x > 0)``: the slope in the place of the value."""
    if source.text(node.func) in ("max", "np.maximum", "numpy.maximum") and len(node.args) == 2:
        yield source.replace(node, f"({source.text(node.args[0])} > 0)")


def _drop_index(node: ast.Subscript, source: EditedSource) -> Iterator[Spans]:
    if isinstance(node.ctx, ast.Load):
        yield source.replace(node, source.text(node.value))


def _strip_data(node: ast.Attribute, source: EditedSource) -> Iterator[Spans]:
    if node.attr in ("data", "T", "real") and isinstance(node.ctx, ast.Load):
        yield source.replace(node, source.text(node.value))


def _other_number(node: ast.Constant, source: EditedSource) -> Iterator[Spans]:
    value = node.value
    if isinstance(value, bool):
        yield source.replace(node, str(not value))
    elif isinstance(value, int | float):
        near = (value - 1, value + 1) if isinstance(value, int) else ()
        for number in dict.fromkeys([*NUMBERS, *near]):
            if number != value:
                yield source.replace(node, f"({number})" if number < 0 else f"{number}")
    elif value is None:
        yield source.replace(node, "True")


def _move_bound(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    parent = source.parents.get(node)
    is_bound = isinstance(parent, ast.Slice) or (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("range", "max", "min")
    )
    is_power = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow | ast.Add | ast.Sub)
    is_index = isinstance(parent, ast.Subscript) and node is parent.slice
    if isinstance(node, ast.Slice) or not (is_bound or is_index or is_power):
        return
    if is_power and node is not parent.right:  # type: ignore[union-attr]
        return
    yield source.replace(node, f"({source.text(node)} - 1)")
    yield source.replace(node, f"({source.text(node)} + 1)")


def _open_slice(node: ast.Slice, source: EditedSource) -> Iterator[Spans]:
    for part in (node.lower, node.upper, node.step):
        if part is not None:
            yield source.replace(part, "")


def _other_comparison(node: ast.Compare, source: EditedSource) -> Iterator[Spans]:
    left, right = source.text(node.left), source.text(node.comparators[0])
    if len(node.ops) == 1:
        for symbol in COMPARISONS[SYMBOLS[type(node.ops[0])]]:
            yield _join(source, node, left, symbol, right)
        if isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            yield _join(source, node, f"abs({left})", SYMBOLS[type(node.ops[0])], right)


def _drop_condition(node: ast.If | ast.IfExp | ast.While, source: EditedSource) -> Iterator[Spans]:
    yield source.replace(node.test, f"not ({source.text(node.test)})")
    for word in ("True", "False"):
        yield source.replace(node.test, word)


def _other_junction(node: ast.BoolOp, source: EditedSource) -> Iterator[Spans]:
    word = " or " if isinstance(node.op, ast.And) else " and "
    parts = [source.text(value) for value in node.values]
    yield source.replace(node, f"({word.join(parts)})")
    for value, part in zip(node.values, parts, strict=True):
        yield source.replace(value, f"(not {part})")
        yield source.replace(node, part)


def _drop_not(node: ast.UnaryOp, source: EditedSource) -> Iterator[Spans]:
    if isinstance(node.op, ast.Not):
        yield source.replace(node, f"({source.text(node.operand)} is None)")
        yield source.replace(node, source.text(node.operand))


def _is_reduction(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in REDUCTIONS


def _change_axis(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    keywords = {keyword.arg: keyword for keyword in node.keywords}
    if not _is_reduction(node) and not keywords.keys() & {"axis", "keepdims"}:
        return
    for name in ("axis", "keepdims"):
        if name in keywords:
            yield from _without_keyword(node, keywords[name], source)
    end = source.bounds(node)[1] - 1
    comma = ", " if node.args or node.keywords else ""
    names = [name for name in source.local_names(node) if name in ("axis", "axes", "keepdims")]
    added = {"keepdims": ["True", *names], "axis": [*names, "-1", "0"]}
    for name, values in added.items():
        if name not in keywords:
            for value in values:
                yield [(end, end, f"{comma}{name}={value}")]
        else:
            for value in names:
                yield source.replace(keywords[name].value, value)


def _without_keyword(node: ast.Call, keyword: ast.keyword, source: EditedSource) -> Iterator[Spans]:
    rest = [source.text(arg) for arg in node.args]
    rest += [f"{k.arg}={source.text(k.value)}" for k in node.keywords if k.arg and k is not keyword]
    yield source.replace(node, f"{source.text(node.func)}({', '.join(rest)})")


def _drop_keyword(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    for keyword in node.keywords:
        if keyword.arg:
            yield from _without_keyword(node, keyword, source)


def _transpose(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    parent = source.parents.get(node)
    is_factor = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.MatMult)
    if isinstance(parent, ast.Call) and node in parent.args:
        is_factor = getattr(parent.func, "attr", "") in PRODUCTS
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield source.replace(node, f"{source.text(node.value)}.swapaxes(-1, -2)")
        yield source.replace(node, source.text(node.value))
    elif is_factor:
        yield source.replace(node, f"{source.text(node)}.swapaxes(-1, -2)")


def _invert_order(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name == "transpose":
        for argument in node.args:
            text = source.text(argument)
            yield source.replace(argument, f"sorted(range(len({text})), key=({text}).__getitem__)")


def _other_function(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    if not _is_called(node, source) and not isinstance(node, ast.Attribute):
        return
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    owner = f"{source.text(node.value)}." if isinstance(node, ast.Attribute) else ""
    for family in FAMILIES:
        if name in family:
            for other in family:
                if other != name:
                    yield source.replace(node, f"{owner}{other}")


def _apply_function(node: ast.Name | ast.Attribute, source: EditedSource) -> Iterator[Spans]:
    """Take the exponential, the logarithm or so of a value."""
    is_plain = isinstance(node, ast.Name) or node.attr in ("data", "grad")
    if is_plain and isinstance(node.ctx, ast.Load) and source.outer_function(node):
        module = "np" if b"import numpy as np" in source.data else "math"
        for name in APPLIED:
            yield source.replace(node, f"{module}.{name}({source.text(node)})")


def _turn_order(node: ast.For | ast.comprehension, source: EditedSource) -> Iterator[Spans]:
    text = source.text(node.iter)
    if text.startswith("reversed(") and isinstance(node.iter, ast.Call):
        yield source.replace(node.iter, source.text(node.iter.args[0]))
    else:
        yield source.replace(node.iter, f"reversed(list({text}))")
        yield source.replace(node.iter, f"list({text})")
    if text.endswith("[::-1]"):
        yield source.replace(node.iter, text.removesuffix("[::-1]"))


def _copy_value(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    if isinstance(node, ast.Name | ast.Attribute) and _is_gradient(node, source):
        yield source.replace(node, f"{source.text(node)}.copy()")


def _exchange_members(node: ast.Tuple, source: EditedSource) -> Iterator[Spans]:
    """``a, b`` to ``b, a``: two gradients in the wrong order."""
    if len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
        first, second = node.elts
        yield [
            *source.replace(first, source.text(second)),
            *source.replace(second, source.text(first)),
        ]


def _exchange_last(node: ast.Call | ast.Tuple | ast.List, source: EditedSource) -> Iterator[Spans]:
    """``(a, x), (b, y)`` to ``(a, y), (b, x)``, and so for two calls."""
    parts = node.args if isinstance(node, ast.Call) else node.elts
    for one, other in itertools.pairwise(parts):
        for way in (_last_member, _first_argument):
            first, second = way(one), way(other)
            if first is not None and second is not None:
                yield [
                    *source.replace(first, source.text(second)),
                    *source.replace(second, source.text(first)),
                ]


def _last_member(node: ast.expr) -> ast.expr | None:
    return node.elts[-1] if isinstance(node, ast.Tuple) and node.elts else None


def _first_argument(node: ast.expr) -> ast.expr | None:
    return node.args[0] if isinstance(node, ast.Call) and node.args else None


def _apply_helper(node: ast.expr, source: EditedSource) -> Iterator[Spans]:
    """Call a helper of the file as other places call it: ``unbroadcast(value, self.shape)``."""
    statement = source.parents.get(node)
    target = getattr(statement, "target", None) or next(
        iter(getattr(statement, "targets", ())), None
    )
    if not isinstance(target, ast.Attribute) or node is not getattr(statement, "value", None):
        return
    owner = source.text(target.value)
    names = {function.name for function in source.functions}
    helpers = dict.fromkeys(
        source.text(call.func)
        for call in source.calls
        if len(call.args) == 2 and isinstance(call.func, ast.Name) and call.func.id in names
    )
    for helper in helpers:
        for shape in (f"{owner}.data.shape", f"{owner}.shape"):
            yield source.replace(node, f"{helper}({source.text(node)}, {shape})")


def _change_members(node: ast.Tuple | ast.List | ast.Set, source: EditedSource) -> Iterator[Spans]:
    """Complete a collection of operands, or leave a member out."""
    members = [source.text(part) for part in node.elts]
    if not isinstance(node.ctx if not isinstance(node, ast.Set) else ast.Load(), ast.Load):
        return
    names = [name for name in source.local_names(node) if name not in members]
    if len(names) > 1 and not members:
        yield _collect(node, names[:2], source)
    for name in names:
        yield _collect(node, [*members, name], source)
    for member in members:
        yield _collect(node, [one for one in members if one != member], source)


def _collect(
    node: ast.Tuple | ast.List | ast.Set, members: Sequence[str], source: EditedSource
) -> Spans:
    text = ", ".join(members)
    if isinstance(node, ast.Tuple):
        return source.replace(node, f"({text},)" if members else "()")
    return source.replace(node, f"[{text}]" if isinstance(node, ast.List) else f"{{{text}}}")


def _exchange_arguments(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    """``Divide(self, other)`` to ``Divide(other, self)``: the last two arguments."""
    if len(node.args) >= 2 and not any(isinstance(one, ast.Starred) for one in node.args[-2:]):
        first, second = node.args[-2:]
        yield [
            *source.replace(first, source.text(second)),
            *source.replace(second, source.text(first)),
        ]


def _change_arguments(node: ast.Call, source: EditedSource) -> Iterator[Spans]:
    """Leave out the last argument, or hand on one more parameter."""
    texts = [source.text(argument) for argument in node.args]
    rest = [f"{k.arg}={source.text(k.value)}" for k in node.keywords if k.arg]
    head = source.text(node.func)
    given = {*texts, *rest}
    orders = [texts[:-1]] if texts else []
    orders += [[*texts, name] for name in source.local_names(node) if name not in given]
    for order in orders:
        yield source.replace(node, f"{head}({', '.join([*order, *rest])})")
    for name in source.local_names(node):
        if name not in given and not any(keyword.arg == name for keyword in node.keywords):
            yield source.replace(node, f"{head}({', '.join([*texts, *rest, f'{name}={name}'])})")


class Rule(NamedTuple):
    """One kind of edit: its name, how unlikely it is, the nodes it begins at, and what it does."""

    kind: str
    cost: float
    nodes: tuple[type[ast.AST], ...]
    edit: Callable[..., Iterator[Spans]]


VALUES = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.Subscript,
    ast.IfExp,
    ast.Compare,
    ast.Constant,
)
STEPS = (ast.Assign, ast.AugAssign)
COLLECTIONS = (ast.Tuple, ast.List, ast.Set)
RULES = (
    Rule("accumulate", 1, (ast.Assign,), _add_instead),
    Rule("accumulate", 0.5, (ast.Assign,), _add_everywhere),
    Rule("factor", 1.2, STEPS, _multiply_both),
    Rule("part", 1, STEPS, _drop_both),
    Rule("name", 2, (*STEPS, ast.Return), _other_value),
    Rule("function", 1, (ast.Call,), _slope_of_max),
    Rule("missing-line", 1, (ast.stmt,), copy_common),
    Rule("missing-line", 1, (ast.stmt,), seed_backward),
    Rule("sign", 1, (ast.AugAssign,), _turn_step),
    Rule("sign", 1, (ast.BinOp,), _turn_sign),
    Rule("sign", 1, VALUES, _negate),
    Rule("swap", 1, (ast.BinOp,), _swap_operands),
    Rule("bracket", 1, (ast.BinOp,), _move_bracket),
    Rule("comparison", 1, (ast.Compare,), _other_comparison),
    Rule("order", 1, (ast.For, ast.comprehension), _turn_order),
    Rule("return", 1, (ast.stmt,), fill_return),
    Rule("transpose", 1, (ast.BinOp, ast.Name, ast.Attribute, ast.Call), _transpose),
    Rule("axis", 1, (ast.Call,), _change_axis),
    Rule("graph", 1, (ast.Call,), _rejoin_graph),
    Rule("reduction", 1, VALUES, _apply_helper),
    Rule("name", 1.5, (ast.Name,), _other_name),
    Rule("owner", 1, (ast.Name,), _other_owner),
    Rule("factor", 1, VALUES, _multiply),
    Rule("part", 1.5, (ast.BinOp,), _drop_part),
    Rule("part", 1.5, (ast.Subscript,), _drop_index),
    Rule("operator", 1.5, (ast.BinOp,), _other_operator),
    Rule("number", 1.2, (ast.Constant,), _other_number),
    Rule("attribute", 1.5, (ast.Attribute,), _other_attribute),
    Rule("overwrite", 2, (ast.AugAssign,), _assign_instead),
    Rule("statement-order", 2.5, (ast.stmt,), swap_statements),
    Rule("indentation", 2, (ast.stmt,), outdent_statement),
    Rule("indentation", 2, (ast.stmt,), indent_statement),
    Rule("members", 1.2, COLLECTIONS, _change_members),
    Rule("function", 1, (ast.Name, ast.Attribute), _other_function),
    Rule("missing-line", 2.5, (ast.stmt,), copy_statement),
    Rule("wrap", 1, (ast.stmt,), wrap_operand),
    Rule("missing-line", 1, (ast.Assign, ast.AugAssign, ast.If, ast.Expr), add_for_other),
    Rule("exchange", 1, (ast.Tuple,), _exchange_members),
    Rule("exchange", 1, (ast.Call, ast.Tuple, ast.List), _exchange_last),
    Rule("exchange", 1.5, (ast.Call,), _exchange_arguments),
    Rule("exchange", 1, (ast.Assign, ast.AugAssign, ast.Expr), exchange_values),
    Rule("junction", 1, (ast.BoolOp,), _other_junction),
    Rule("junction", 1, (ast.UnaryOp,), _drop_not),
    Rule("call", 1.5, (ast.Call,), _drop_call),
    Rule("factor", 2, VALUES, _divide),
    Rule("axis", 3, (ast.Call,), _invert_order),
    Rule("bound", 3, (ast.Name, ast.Attribute, ast.Call, ast.Constant, ast.BinOp), _move_bound),
    Rule("bound", 3, (ast.Slice,), _open_slice),
    Rule("condition", 2, (ast.If, ast.IfExp, ast.While), _drop_condition),
    Rule("extra-line", 2.5, (ast.stmt,), delete_statement),
    Rule("graph", 3, (ast.Attribute,), _strip_data),
    Rule("function", 3, (ast.Name, ast.Attribute), _apply_function),
    Rule("copy", 3, (ast.Name, ast.Attribute), _copy_value),
    Rule("argument", 3, (ast.Call,), _drop_keyword),
    Rule("argument", 3, (ast.Call,), _change_arguments),
)
