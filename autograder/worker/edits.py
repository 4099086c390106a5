"""Small edits of a learner's source that might take a mistake out again.

Each kind of edit is a row of `edit_rules.RULES`. Source in, edits out: nothing is run here, but the
parser reads hostile text, so this too happens in a worker.
"""

import ast
import json
from collections.abc import Collection, Hashable, Iterator
from typing import Any

from autograder.worker.edit_rules import GRADIENTS, RULES, Rule
from autograder.worker.edit_source import EditedSource
from autograder.worker.source import PARSE_ERRORS
from autograder.worker.words import find_words

MAX_EDITS = 4_000  # of one file that are returned
MAX_MADE = 30_000  # of one file that are made
EMPTY = ("[]", "{}", "set()", "list()", "dict()")
OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Lambda)
BACKWARD = ("backward", "vjp", "_backward", "pull", "pullback")  # functions that return gradients
NEXT = 0.25  # what each edit of a kind adds to the cost of the next at the same place


def list_edits(text: str, lines: list[int]) -> str:
    """Return the edits of the statements on `lines`, those likely in themselves first: a probe.

    Parameters
    ----------
    text : str
        A file, or a cell of a notebook; one that cannot be parsed has no edits.
    lines : list of int
        Where to edit.

    Returns
    -------
    str
        A list as JSON, which the wire carries as one value. Each edit has ``kind``, ``cost`` (the
        less, the likelier), ``line``, ``function`` (``Value.exp``) and ``spans``: start and end in
        the text's bytes, and what stands there instead. One edit may begin on several lines.
    """
    try:
        source = EditedSource(text)
    except PARSE_ERRORS:
        return "[]"
    edits: dict[Hashable, dict[str, Any]] = {}
    for edit in _generate_edits(source, frozenset(lines)):
        key = edit["spans"], edit["line"]
        if key not in edits or edit["cost"] < edits[key]["cost"]:
            edits[key] = edit
        if len(edits) >= MAX_MADE:
            break
    likely = sorted(edits.values(), key=lambda edit: (edit["cost"], edit["line"]))
    return json.dumps(likely[:MAX_EDITS])


def list_statements(text: str) -> str:
    """Return the statements of a file: a probe.

    Parameters
    ----------
    text : str
        A file, or a cell of a notebook; one that cannot be parsed has no statements.

    Returns
    -------
    str
        A list as JSON. Each has its first ``line`` and its ``last`` (of a block its head's), its
        ``kind`` (by `_kind_of`), its ``function`` and its ``words``.
    """
    try:
        source = EditedSource(text)
    except PARSE_ERRORS:
        return "[]"
    nodes = [node for node in ast.walk(source.tree) if isinstance(node, ast.stmt)]
    return json.dumps([_describe_statement(node, source) for node in nodes[:MAX_EDITS]])


def _describe_statement(node: ast.stmt, source: EditedSource) -> dict[str, Any]:
    body = getattr(node, "body", None)
    last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno
    function = source.function_name(node)
    return {
        "line": node.lineno,
        "last": last,
        "kind": _kind_of(node, source),
        "function": function,
        "words": find_words(node, function),
    }


def _kind_of(node: ast.stmt, source: EditedSource) -> str:
    """Return what a statement does: its class, or of a simple one its deed."""
    simple = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr
    value = getattr(node, "value", None)
    if isinstance(node, ast.Pass | ast.Continue | ast.Break) or _is_bare(node, value):
        return "Bare"
    if not isinstance(node, simple) or value is None:
        return type(node).__name__
    if _is_gradient_step(node, source):
        return "Gradient"
    if _is_handed_over(node, value):
        return "Call"
    if any(isinstance(part, OPERATIONS) for part in ast.walk(value)):
        return "Computed"
    return type(node).__name__


def _is_bare(node: ast.stmt, value: ast.expr | None) -> bool:
    """Whether a statement returns a variable, begins an empty collection, or is a text."""
    if isinstance(node, ast.Return):
        return value is None or isinstance(value, ast.Name)
    if isinstance(node, ast.Expr):
        return isinstance(value, ast.Constant)
    return isinstance(node, ast.Assign) and ast.unparse(node.value) in EMPTY


def _is_gradient_step(node: ast.stmt, source: EditedSource) -> bool:
    """Whether a statement uses, makes or returns a gradient."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
        return False
    name = source.function_name(node).rpartition(".")[2]
    if isinstance(node, ast.Return) and name in BACKWARD:
        return True
    parts = list(ast.walk(node))
    if "grad" in name and any(_names(part).startswith("d") for part in parts if _is_set(part)):
        return True
    return any(_names(part) in GRADIENTS for part in parts)


def _names(node: ast.AST) -> str:
    """Return the name that a variable, a parameter or an attribute has; '' of all else."""
    return str(getattr(node, "id", "") or getattr(node, "arg", "") or getattr(node, "attr", ""))


def _is_set(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _is_handed_over(node: ast.stmt, value: ast.expr) -> bool:
    """Whether a statement returns what another function makes of plain variables, or unpacks."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
        return isinstance(value, ast.Name | ast.Attribute)
    if not isinstance(node, ast.Return) or not isinstance(value, ast.Call):
        return False
    arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
    return bool(arguments) and all(isinstance(one, ast.Name) for one in arguments)


def _generate_edits(source: EditedSource, lines: Collection[int]) -> Iterator[dict[str, Any]]:
    for node in ast.walk(source.tree):
        if getattr(node, "lineno", 0) in lines:
            for rule in RULES:
                if isinstance(node, rule.nodes):
                    yield from _edits_at(node, rule, source)


def _edits_at(node: Any, rule: Rule, source: EditedSource) -> Iterator[dict[str, Any]]:
    for number, spans in enumerate(rule.edit(node, source)):
        if spans:
            yield {
                "kind": rule.kind,
                "cost": round(rule.cost + NEXT * number, 2),
                "line": node.lineno,
                "function": source.function_name(node),
                "spans": tuple(spans),
            }
