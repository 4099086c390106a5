"""Submissions that share code which neither the stub nor the reference has.

Expressions and statements are compared as sets of syntax trees. What a copier changes first does
not count: private names, texts, numbers, comments, annotations, layout, the order of
functions, and in which function a statement stands. What cannot be changed counts: operations,
builtins, methods, and the names that the handout asks for. A signature is the handout's, and the
words of an error are free: neither says anything.
"""

import ast
import builtins
import math
import textwrap
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from autograder.worker.source import PARSE_ERRORS, parse_source

SMALLEST = 6  # nodes of a tree that counts: smaller ones are idioms
LARGEST = 50  # larger ones are long lists; their parts count
DEEPEST = 4  # class, function, two blocks: the depth to which broken code is taken apart
FEW = 28  # the least number of own trees that a share is taken of, or idioms would decide
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IGNORED_STATEMENTS = (ast.Raise, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)
NEAR = 10  # lines between two matches that are shown as one region
BLOCK_FIELDS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})  # of a statement
IGNORED_FIELDS = frozenset({"annotation", "ctx", "type_comment", "kind", "simple"})
BUILTINS = frozenset(dir(builtins))
METHODS = frozenset(
    name for kind in (np, np.ndarray, math, str, list, dict, set) for name in dir(kind)
)
Region = tuple[str, int, int]  # file, first line, last line


@dataclass
class Fingerprints:
    """The fingerprints of one submission, with the region of each."""

    regions: dict[int, Region] = field(default_factory=dict)

    def without(self, codes: set[int]) -> "Fingerprints":
        """Return the fingerprints that are not in `codes`."""
        return Fingerprints(
            {code: region for code, region in self.regions.items() if code not in codes}
        )


@dataclass(frozen=True)
class Pair:
    """Two submissions that share code.

    Attributes
    ----------
    left, right : str
        Names.
    share : float
        Shared fingerprints, of those of the submission that has fewer of its own.
    regions : list
        Matching lines in `left` and in `right`.
    """

    left: str
    right: str
    share: float
    regions: list[tuple[Region, Region]]


@dataclass(frozen=True)
class Handout:
    """The code that everybody was given.

    Attributes
    ----------
    names : frozenset of str
        Of the functions and classes that it asks for: to rename one costs its points.
    codes : set of int
        Fingerprints of stub and reference, which count for nobody.
    """

    names: frozenset[str]
    codes: set[int]


def read_handout(texts: Sequence[str]) -> Handout:
    """Return the handout of `texts`, the stub first."""
    stub = (node for tree in _parse_trees(texts[0]) for node in ast.walk(tree))
    names = frozenset(node.name for node in stub if isinstance(node, DEFINITIONS))
    return Handout(names, {code for text in texts for code, _, _ in _hash_trees(text, names)})


def find_fingerprints(files: Mapping[str, str], handout: Handout) -> Fingerprints:
    """Return the fingerprints of the sources `files`, name to text, without the handout's."""
    fingerprints = Fingerprints()
    for name, text in sorted(files.items()):
        for code, first, last in _hash_trees(text, handout.names):
            fingerprints.regions.setdefault(code, (name, first, last))
    return fingerprints.without(handout.codes)


def find_pairs(by_name: Mapping[str, Fingerprints], threshold: float) -> list[Pair]:
    """Return the pairs that share at least `threshold` of their own code, most first."""
    compared = [_compare_pair(a, by_name[a], b, by_name[b]) for a, b in combinations(by_name, 2)]
    alike = [pair for pair in compared if pair.share >= threshold]
    return sorted(alike, key=lambda pair: (-pair.share, pair.left, pair.right))


def _compare_pair(left: str, ours: Fingerprints, right: str, theirs: Fingerprints) -> Pair:
    shared = ours.regions.keys() & theirs.regions.keys()
    share = len(shared) / max(FEW, min(len(ours.regions), len(theirs.regions)))
    matches = [(ours.regions[code], theirs.regions[code]) for code in shared]
    return Pair(left, right, share, _join_matches(matches))


def _join_matches(matches: Sequence[tuple[Region, Region]]) -> list[tuple[Region, Region]]:
    """Join matches that are near each other on both sides: signatures and texts lie between."""
    joined: list[tuple[Region, Region]] = []
    for left, right in sorted(matches):
        if joined and _is_near(joined[-1][0], left) and _is_near(joined[-1][1], right):
            joined[-1] = (_join_regions(joined[-1][0], left), _join_regions(joined[-1][1], right))
        else:
            joined.append((left, right))
    return joined


def _is_near(a: Region, b: Region) -> bool:
    return a[0] == b[0] and b[1] <= a[2] + NEAR and a[1] <= b[2] + NEAR


def _join_regions(a: Region, b: Region) -> Region:
    return a[0], min(a[1], b[1]), max(a[2], b[2])


def _hash_trees(text: str, names: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    """Yield code, first and last line of every tree in `text` that counts."""
    for tree in _parse_trees(text):
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


def _parse_trees(text: str, before: int = 0, depth: int = 0) -> Iterator[ast.AST]:
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
            yield from _parse_trees("".join(lines[start:end]), before + start, depth + 1)


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
