"""Which submissions share code that neither the stub nor the reference has.

Expressions and statements are compared as sets of syntax trees. What a copier changes first does
not count: the names of one's own, texts, numbers, comments, annotations, layout, the order of
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
DEEPEST = 4  # class, function, two blocks: as far in as broken code is taken apart
FEW = 28  # trees of one's own: who has fewer counts as having these, or idioms would decide
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SILENT = (ast.Raise, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)
NEAR = 10  # lines between two matches that are shown as one region
BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})  # of a statement
UNREAD = frozenset({"annotation", "ctx", "type_comment", "kind", "simple"})
BUILTINS = frozenset(dir(builtins))
METHODS = frozenset(
    name for kind in (np, np.ndarray, math, str, list, dict, set) for name in dir(kind)
)
Place = tuple[str, int, int]  # file, first line, last line


@dataclass
class Prints:
    """The fingerprints of one submission, and where each stands."""

    places: dict[int, Place] = field(default_factory=dict)

    def without(self, known: set[int]) -> "Prints":
        """Return those that are not in `known`."""
        return Prints({one: at for one, at in self.places.items() if one not in known})


@dataclass(frozen=True)
class Pair:
    """Two submissions that share code.

    Attributes
    ----------
    one, other : str
        Names.
    share : float
        Shared fingerprints, of those of the submission that has fewer of its own.
    regions : list
        Matching lines in `one` and in `other`.
    """

    one: str
    other: str
    share: float
    regions: list[tuple[Place, Place]]


@dataclass(frozen=True)
class Handout:
    """What everybody was given.

    Attributes
    ----------
    names : frozenset of str
        Of the functions and classes that it asks for: who renames one has no points.
    known : set of int
        Fingerprints of stub and reference: they are nobody's own.
    """

    names: frozenset[str]
    known: set[int]


def handout(texts: Sequence[str]) -> Handout:
    """Return what `texts`, the stub first, give to everybody."""
    stub = (node for tree in _trees(texts[0]) for node in ast.walk(tree))
    names = frozenset(node.name for node in stub if isinstance(node, DEFINITIONS))
    return Handout(names, {code for text in texts for code, _, _ in _prints(text, names)})


def prints(files: Mapping[str, str], given: Handout) -> Prints:
    """Return the fingerprints of the sources `files`, name to text, that are their own."""
    found = Prints()
    for name, text in sorted(files.items()):
        for code, first, last in _prints(text, given.names):
            found.places.setdefault(code, (name, first, last))
    return found.without(given.known)


def pairs(own: Mapping[str, Prints], threshold: float) -> list[Pair]:
    """Return the pairs that share at least `threshold` of what is their own, most first."""
    compared = [_pair(a, own[a], b, own[b]) for a, b in combinations(own, 2)]
    alike = [pair for pair in compared if pair.share >= threshold]
    return sorted(alike, key=lambda pair: (-pair.share, pair.one, pair.other))


def _pair(name: str, one: Prints, other_name: str, other: Prints) -> Pair:
    shared = one.places.keys() & other.places.keys()
    share = len(shared) / max(FEW, min(len(one.places), len(other.places)))
    matches = [(one.places[code], other.places[code]) for code in shared]
    return Pair(name, other_name, share, _regions(matches))


def _regions(matches: Sequence[tuple[Place, Place]]) -> list[tuple[Place, Place]]:
    """Join matches that are near each other on both sides: signatures and texts lie between."""
    joined: list[tuple[Place, Place]] = []
    for left, right in sorted(matches):
        if joined and _near(joined[-1][0], left) and _near(joined[-1][1], right):
            joined[-1] = (_hull(joined[-1][0], left), _hull(joined[-1][1], right))
        else:
            joined.append((left, right))
    return joined


def _near(one: Place, other: Place) -> bool:
    return one[0] == other[0] and other[1] <= one[2] + NEAR and one[1] <= other[2] + NEAR


def _hull(one: Place, other: Place) -> Place:
    return one[0], min(one[1], other[1]), max(one[2], other[2])


def _prints(text: str, names: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    """Yield code, first and last line of every tree in `text` that counts."""
    for tree in _trees(text):
        sizes = _sizes(tree)
        for node in _counted(tree):
            if SMALLEST <= sizes[node] <= LARGEST:
                form = "\0".join(_form(node, names))
                yield zlib.crc32(form.encode()), node.lineno, _last_line(node)


def _sizes(tree: ast.AST) -> dict[ast.AST, int]:
    """Return how many nodes each tree in `tree` has; without recursion, for any depth."""
    sizes: dict[ast.AST, int] = {}
    for node in reversed(list(ast.walk(tree))):
        sizes[node] = 1 + sum(sizes[child] for child in _children(node))
    return sizes


def _trees(text: str, before: int = 0, depth: int = 0) -> Iterator[ast.AST]:
    """Yield the syntax tree of `text`; of broken code one for each part that is whole.

    `before` is the number of lines before it, `depth` how often it was taken apart.
    """
    try:
        yield ast.increment_lineno(parse_source(textwrap.dedent(text)), before)
        return
    except PARSE_ERRORS:
        lines = text.splitlines(keepends=True)
    parts = _parts(lines)
    if len(parts) < 2:  # a class or function: its inside
        parts = [(1, len(lines))]
    if len(lines) > 1 and depth < 2 * DEEPEST:
        for start, end in parts:
            yield from _trees("".join(lines[start:end]), before + start, depth + 1)


def _parts(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the lines of least indentation divide `lines`: first and one past the last."""
    depths = [len(line) - len(line.lstrip()) if line.strip() else None for line in lines]
    least = min((depth for depth in depths if depth is not None), default=0)
    starts = [place for place, depth in enumerate(depths) if depth == least]
    return list(zip(starts, [*starts[1:], len(lines)], strict=True))


def _counted(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield every expression and statement that says something of its writer."""
    trees = [tree]
    while trees:
        node = trees.pop()
        if isinstance(node, SILENT) or _is_text(node):
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
    """Return the last line of what counts: of a loop its head."""
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        return max(node.lineno, int(body[0].lineno) - 1)
    return node.end_lineno or node.lineno


def _form(root: ast.AST, names: frozenset[str]) -> list[str]:
    """Return a tree as labels, parents first; one's own names are numbered as they come."""
    own: dict[str, int] = {}
    labels: list[str] = []
    nodes = [root]
    while nodes:
        node = nodes.pop()
        children = list(_children(node))
        labels.append(f"{_label(node, names, own)} {len(children)}")
        nodes += reversed(children)
    return labels


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr):
        return
    unread = UNREAD | BLOCKS if isinstance(node, ast.stmt) else UNREAD
    for name, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and name not in unread and one._fields:
                yield one


def _label(node: ast.AST, names: frozenset[str], own: dict[str, int]) -> str:
    kind = type(node).__name__
    if isinstance(node, ast.Constant):
        is_fixed = node.value is None or isinstance(node.value, bool)
        return f"{kind} {node.value!r}" if is_fixed else kind
    if isinstance(node, ast.Name):
        return f"{kind} {_name(node.id, names | BUILTINS, own)}"
    if isinstance(node, ast.arg):
        return f"{kind} {_name(node.arg, names, own)}"
    if isinstance(node, ast.Attribute):
        return f"{kind} {_name(node.attr, names | METHODS, own)}"
    return f"{kind} {' '.join(_operators(node))}"


def _name(name: str, fixed: frozenset[str], own: dict[str, int]) -> str:
    return name if name in fixed else str(own.setdefault(name, len(own)))


def _operators(node: ast.AST) -> Iterator[str]:
    """Yield what an expression does with its parts: operators have no parts of their own."""
    for name, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and name != "ctx" and not one._fields:
                yield type(one).__name__
