"""A static reading: where a submission does what honest work has no use for; nothing of it runs."""

import ast
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from autograder.worker import imports
from autograder.worker.source import PARSE_ERRORS, parse_source
from autograder.worker.unusual import FREE, KEPT_OPEN, UNUSUAL

Mark = tuple[int, str]  # line, and the key of a row of `UNUSUAL`
NAMES = {name: key for key, row in UNUSUAL.items() for name in row.names}
ATTRIBUTES = {name: key for key, row in UNUSUAL.items() for name in row.attributes}
BUILTINS = {name: key for key, row in UNUSUAL.items() for name in row.builtins}
TAKEN_NAMES = frozenset(sys.stdlib_module_names) | {"numpy", "autograder", "msgspec"}
LONG_TEXT = 200  # characters of a text without blanks, or bytes
LONG_NUMBER = 1 << 192
BLANKS = 0.04  # of a text: that of a sentence is a sixth, and base85 has none
MANY_NUMBERS = 120  # in one table
MOST_NUMBERS = 1500  # in one file
ODD_ENCODINGS = re.compile(
    rb"^[ \t\f]*#.*?coding[:=][ \t]*(?:utf[-_]?7|punycode|idna|\w*unicode[-_]escape|mbcs)\b", re.M
)
DATA_FILES = re.compile(
    r"digits\.|optdigits|sklearn|t10k|(?:train|test)-labels|/proc/|(?:site|dist)-packages"
)
SET_FUNCTIONS = ("setattr", "delattr", "vars")
READERS = ("open", "read_text", "read_bytes")
MAIN_TESTS = {
    ast.dump(ast.parse(text, mode="eval").body)
    for text in ("__name__ == '__main__'", "'__main__' == __name__")
}


def read_files(folder: str, files: Sequence[str]) -> list[tuple[str, int, str]]:
    """Return file, line and key of all that is unusual in `files`, each but once."""
    return [
        (name, line, key)
        for file in files
        for name, line, key in dict.fromkeys(_read_file(Path(folder), file))
    ]


def _read_file(folder: Path, file: str) -> Iterator[tuple[str, int, str]]:
    if file.partition("/")[0].partition(".")[0] in TAKEN_NAMES:
        yield file, 0, "named"
    data = (folder / file).read_bytes()
    if ODD_ENCODINGS.search(data[:200]):
        yield file, 1, "encoding"
    try:
        parts = _parse_parts(file, data)
    except (MemoryError, RecursionError):
        yield file, 0, "unread"
        return
    for name, tree in parts:
        for line, key in sorted(_read_tree(tree)):
            yield name, line, key


def _parse_parts(file: str, data: bytes) -> list[tuple[str, ast.Module]]:
    """Return the syntax tree of a module, or of every cell; what is no Python cannot run."""
    if file.endswith(".ipynb"):
        try:
            cells = enumerate(imports.code_cells(data, f"{Path(file).stem}.py"), start=1)
        except ImportError:
            return []
        return [(f"{file}[{n}]", tree) for n, cell in cells for tree in _parse(cell)]
    try:
        return [(file, tree) for tree in _parse(importlib.util.decode_source(data))]
    except (SyntaxError, UnicodeError, LookupError):
        return []


def _parse(text: str) -> list[ast.Module]:
    try:
        return [parse_source(text)]
    except PARSE_ERRORS as problem:
        if isinstance(problem, SyntaxError | ValueError):
            return []
        raise


def _read_tree(tree: ast.Module) -> set[Mark]:
    nodes = _list_nodes(tree)
    names = Names(nodes)
    marks = {
        (getattr(node, "lineno", 0), key)
        for node in nodes
        if type(node) in READINGS
        for key in READINGS[type(node)](node, names)
    }
    count = sum(map(_is_number, nodes))
    if count >= MANY_NUMBERS:
        marks |= {(node.lineno, "table") for node in nodes if _is_large_table(node)}
    if count > MOST_NUMBERS:
        marks.add((0, "table"))
    return marks


def _list_nodes(tree: ast.Module) -> list[ast.AST]:
    """Return every node that an import can reach: what stands under ``__main__`` never runs."""
    nodes: list[ast.AST] = [tree]
    mains = []
    for node in nodes:
        children = ast.iter_child_nodes(node)
        if isinstance(node, ast.If) and _is_main_test(node.test):
            mains.append(node)
            children = iter(node.orelse)
        nodes += children
    if any(_sets_name(node) for node in nodes):
        nodes += [part for main in mains for child in main.body for part in ast.walk(child)]
    return nodes


def _is_main_test(test: ast.expr) -> bool:
    return ast.dump(test) in MAIN_TESTS


def _sets_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__" and isinstance(node.ctx, ast.Store)


class Names:
    """The names of a module: what each stands for, as far as imports and assignments say."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self.full: dict[str, str] = {}
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.full |= dict(list_imported(node))
        for node in nodes:  # s = sys
            if isinstance(node, ast.Assign) and (full := self.resolve(node.value)):
                targets = [target for target in node.targets if isinstance(target, ast.Name)]
                for target in targets:
                    self.full.setdefault(target.id, full)
        methods = [each for node in nodes if isinstance(node, ast.ClassDef) for each in node.body]
        functions = {node for node in nodes if isinstance(node, ast.FunctionDef)} - {*methods}
        self.own = {function.name for function in functions}

    def resolve(self, node: ast.AST) -> str:
        """Return what a name or a dotted name stands for: ``numpy.linalg.solve``; '' for none."""
        parts = []
        while isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node, ast.Attribute):
                parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.full:
            return ""
        return ".".join([self.full[node.id], *reversed(parts)])

    def is_builtin(self, node: ast.AST, names: Sequence[str]) -> bool:
        """Whether `node` is one of these built-in functions."""
        return isinstance(node, ast.Name) and node.id in names and node.id not in self.own


def list_imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, and what it stands for."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            top = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif node.level == 0 and alias.name == "*":
            known = [name for name in NAMES if name.startswith(f"{node.module}.")]
            yield from ((name.rpartition(".")[2], name) for name in known)
        elif node.level == 0:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _read_import(node: ast.Import | ast.ImportFrom, _: Names) -> Iterator[str]:
    if isinstance(node, ast.Import):
        imported = [alias.name for alias in node.names]
    else:
        imported = [f"{node.module}.{alias.name}" for alias in node.names if not node.level]
    for name in imported:
        yield from _find_name(name)


def _find_name(full: str) -> Iterator[str]:
    """Yield the row of a dotted name: its own, or that of what it is a part of."""
    parts = full.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in FREE:
            return
        if name in NAMES:
            yield NAMES[name]
            return


def _read_attribute(node: ast.Attribute, names: Names) -> Iterator[str]:
    if node.attr in ATTRIBUTES:
        yield ATTRIBUTES[node.attr]
    yield from _find_name(names.resolve(node))
    if not isinstance(node.ctx, ast.Load) or node.attr == "__dict__":
        yield from _find_replaced(names.resolve(node))


def _read_subscript(node: ast.Subscript, names: Names) -> Iterator[str]:
    if not isinstance(node.ctx, ast.Load):
        yield from _find_replaced(names.resolve(node.value))


def _find_replaced(full: str) -> Iterator[str]:
    """Yield a row if `full` is a part of a module that workers share; a variable is none."""
    is_open = any(f"{full}.".startswith(f"{name}.") for name in KEPT_OPEN)
    if full and not is_open and _exists(full):
        yield "replaced"


def _exists(full: str) -> bool:
    top, *parts = full.split(".")
    value: object = sys.modules.get(top) if top in TAKEN_NAMES else None
    for part in (part for part in parts if part != "__dict__"):
        value = vars(value).get(part) if hasattr(value, "__dict__") else None
    return value is not None


def _read_name(node: ast.Name, names: Names) -> Iterator[str]:
    if node.id == "__builtins__":
        yield "insides"
    elif isinstance(node.ctx, ast.Load):
        yield from _find_name(names.full.get(node.id, ""))
        if names.is_builtin(node, tuple(BUILTINS)):
            yield BUILTINS[node.id]


def _read_call(node: ast.Call, names: Names) -> Iterator[str]:
    if names.is_builtin(node.func, ("complex",)):
        yield "complex"
    if names.is_builtin(node.func, SET_FUNCTIONS) and node.args:
        yield from _find_replaced(names.resolve(node.args[0]))
    kinds = [keyword.value for keyword in node.keywords]
    kinds += node.args if isinstance(node.func, ast.Attribute) else []
    if any(names.is_builtin(kind, ("complex",)) for kind in kinds):
        yield "complex"
    if _reads_own_source(node):
        yield "files"


def _reads_own_source(node: ast.Call) -> bool:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    parts = ast.walk(node)
    return name in READERS and any(isinstance(n, ast.Name) and n.id == "__file__" for n in parts)


def _read_constant(node: ast.Constant, _: Names) -> Iterator[str]:
    value = node.value
    if isinstance(value, complex):
        yield "complex"
    elif isinstance(value, str):
        if value in ATTRIBUTES:
            yield ATTRIBUTES[value]
        if len(value) < LONG_TEXT and DATA_FILES.search(value):
            yield "files"
        if len(value) >= LONG_TEXT and _share_of_blanks(value) < BLANKS:
            yield "literal"
    elif (isinstance(value, bytes) and len(value) >= LONG_TEXT) or (
        isinstance(value, int) and value >= LONG_NUMBER
    ):
        yield "literal"


def _share_of_blanks(text: str) -> float:
    return sum(char.isspace() for char in text) / len(text)


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is_large_table(node: ast.AST) -> TypeGuard[ast.expr]:
    is_table = isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict)
    return is_table and sum(map(_is_number, ast.walk(node))) >= MANY_NUMBERS


READINGS: dict[type[ast.AST], Callable[[Any, Names], Iterator[str]]] = {
    ast.Import: _read_import,
    ast.ImportFrom: _read_import,
    ast.Attribute: _read_attribute,
    ast.Subscript: _read_subscript,
    ast.Name: _read_name,
    ast.Call: _read_call,
    ast.Constant: _read_constant,
}
