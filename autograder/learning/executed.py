"""Which of the cells that a kernel has run make up the learner's module.

A kernel has no text of its own: a function lives on though its cell was changed or deleted. So the
module is made of the cells as they ran: those that made what is defined now, and those that these
need, each as it was typed, in the order in which they ran.
"""

import ast
import inspect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.worker import magics
from autograder.worker.source import PARSE_ERRORS, parse_source

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
INNER = (*FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class ExecutedCell:
    """A cell that has run.

    Attributes
    ----------
    number : int
        What stands in its margin: ``[7]``.
    source : str
        As it was typed.
    binds : frozenset of str
        Names that it gives a value.
    changes : frozenset of str
        Names of which it sets an attribute or an item: ``Value`` in ``Value.tanh = tanh``.
    needs : frozenset of str
        Names that it uses while it runs, and does not bind before.
    reads : frozenset of str
        Names that it uses then or later, within functions.
    is_general : bool
        Whether it does what no name shows: ``from engine import *``, ``from __future__ import``.
    """

    number: int
    source: str
    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    is_general: bool = False


@dataclass(frozen=True)
class KernelModule:
    """The cells that make up what a kernel has defined.

    Attributes
    ----------
    cells : list of ExecutedCell
        In the order in which they ran.
    current : frozenset of int
        The numbers of those that made what is defined now; the others are only needed by them.
    unknown : list of str
        Classes and functions that no cell defines: ``%run`` or ``exec`` did.
    """

    cells: Sequence[ExecutedCell]
    current: frozenset[int]
    unknown: Sequence[str]

    @property
    def text(self) -> str:
        """Their code, as Python."""
        return "\n".join(magics.python_source(cell.source) for cell in self.cells)

    def list_sources(self) -> list[str]:
        """Return the source of each cell at its number, counted from 1; the others are empty."""
        sources = {cell.number: cell.source for cell in self.cells}
        return [sources.get(number, "") for number in range(1, max(sources, default=0) + 1)]


def read_cell(number: int, source: str) -> ExecutedCell:
    """Return what a cell does to names; nothing where it is no Python."""
    try:
        tree = parse_source(magics.python_source(source))
    except PARSE_ERRORS:
        return ExecutedCell(number, source)
    outer = list(_walk_outside(tree, INNER))
    imports = [node for node in outer if isinstance(node, ast.ImportFrom)]
    return ExecutedCell(
        number,
        source,
        binds=frozenset(name for node in outer for name in _list_bound(node)),
        changes=frozenset(name for node in outer for name in _list_changed(node)),
        needs=frozenset(_find_needs(tree)),
        reads=frozenset(_list_read(ast.walk(tree))),
        is_general=any(i.module == "__future__" or i.names[0].name == "*" for i in imports),
    )


def _walk_outside(tree: ast.AST, closed: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    """Yield the nodes below `tree`; of `closed` ones only themselves."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, closed):
            yield from _walk_outside(node, closed)


def _find_needs(tree: ast.Module) -> set[str]:
    needs, bound = set[str](), set[str]()
    for statement in tree.body:
        single = ast.Module([statement], [])
        needs |= {*_list_read(_walk_running(single))} - bound
        bound |= {name for node in _walk_outside(single, INNER) for name in _list_bound(node)}
    return needs


def _walk_running(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run with the cell: of a function its decorators and arguments."""
    for node in _walk_outside(tree, FUNCTIONS):
        yield node
        if isinstance(node, FUNCTIONS):
            yield from ast.walk(node.args)
            for part in (*getattr(node, "decorator_list", ()), getattr(node, "returns", None)):
                yield from ast.walk(part) if part else ()


def _list_read(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.AugAssign(target=ast.Name(id=name)):
                yield name


def _list_bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name


def _list_changed(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
            yield from _find_root(node)
        case ast.Call(func=ast.Name(id="setattr"), args=[changed, *_]):
            yield from _find_root(changed)


def _find_root(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def collect_module(
    cells: Sequence[ExecutedCell], namespace: Mapping[str, Any], wanted: Collection[str] = ()
) -> KernelModule:
    """Return the module that a kernel has defined.

    Parameters
    ----------
    cells : sequence of ExecutedCell
        All that have run, in order.
    namespace : mapping
        The kernel's names and their values now. The classes and functions made here belong to the
        learner's module, and what changes others; of values and imports, those that these use.
    wanted : collection of str
        Further names that belong to it.
    """
    bound = {name for cell in cells for name in cell.binds}
    own = {name for name, value in namespace.items() if _is_made_here(value)}
    names = bound & {*namespace} & (own | {*wanted})
    current = [maker for name in names for maker in _find_makers(name, cells)]
    current += [cell for cell in cells if cell.is_general]
    current += [cell for name in bound & {*namespace} for cell in _find_makers(name, cells)[1:]]
    numbers = frozenset(cell.number for cell in current)
    unknown = sorted(name for name in own - bound if name[0] != "_")
    return KernelModule(_add_needed(current, cells), numbers, unknown)


def _is_made_here(value: object) -> bool:
    is_definition = isinstance(value, type) or inspect.isroutine(value)
    return is_definition and getattr(value, "__module__", "") == "__main__"


def _find_makers(name: str, cells: Sequence[ExecutedCell]) -> list[ExecutedCell]:
    """Return the last of `cells` that binds `name`, and those that change it afterwards."""
    last = max((index for index, cell in enumerate(cells) if name in cell.binds), default=None)
    if last is None:
        return []
    return [cells[last], *(cell for cell in cells[last + 1 :] if name in cell.changes)]


def _add_needed(cells: Iterable[ExecutedCell], ran: Sequence[ExecutedCell]) -> list[ExecutedCell]:
    """Return `cells` and all that they need: a name as it was when they ran, and as it is now."""
    taken: dict[int, ExecutedCell] = {}
    waiting = [*cells]
    while waiting:
        cell = waiting.pop()
        if cell.number in taken:
            continue
        taken[cell.number] = cell
        before = [other for other in ran if other.number < cell.number]
        waiting += [maker for name in cell.needs for maker in _find_makers(name, before)]
        waiting += [maker for name in cell.reads for maker in _find_makers(name, ran)]
    return [taken[number] for number in sorted(taken)]
