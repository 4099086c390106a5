"""The code that asks a question, as a script has it: without the kit, with all that it calls."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType

from autograder.course import Course
from autograder.worker.serve import load_probes

KITS_OWN = "trained"  # the module of probes that read a model: a script has no kit
Definition = ast.FunctionDef | ast.Assign | ast.Import


class NeedsKit(Exception):
    """A probe that asks about a model in a way that only the kit can."""


def render_probe(probe: str, course: Course) -> str:
    """Return the source of a probe and of the functions and numbers that it needs.

    Docstrings are left out, and what the kit has to read.

    Raises
    ------
    NeedsKit
        If nothing else is asked.
    """
    owner, _, name = probe.rpartition(".")
    module = load_probes([course.part(owner).probes])[owner]
    found = _Definitions()
    found.add(module, name)
    text = ast.unparse(ast.Module(list(found.made.values()), []))
    return "\n".join(line for line in text.splitlines() if line.strip())


@dataclass
class _Definitions:
    """What a script defines, by the names that it has there."""

    made: dict[str, Definition] = field(default_factory=dict)

    def add(self, module: ModuleType, name: str, prefix: str = "") -> None:
        """Add what `module` calls `name`, and all that it needs."""
        if prefix + name in self.made:
            return
        own = dict(_list_definitions(module))
        node = own[name]
        if isinstance(node, ast.FunctionDef):
            node = _strip(node, module)
            node.name = prefix + name
        self.made[prefix + name] = node
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in own and not _is_local(part.id, node):
                self.add(module, part.id, prefix)
                part.id = prefix + part.id
        self.made[prefix + name] = _NameHelpers(self, module).visit(node)


class _NameHelpers(ast.NodeTransformer):
    """Calls ``files.run`` ``files_run``, and adds it to what a script defines."""

    def __init__(self, found: _Definitions, module: ModuleType) -> None:
        self.found, self.module = found, module

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        helpers = vars(self.module).get(owner)
        if not (isinstance(helpers, ModuleType) and "probes" in helpers.__name__.split(".")):
            self.generic_visit(node)
            return node
        self.found.add(helpers, node.attr, f"{owner}_")
        return ast.Name(f"{owner}_{node.attr}")


def _list_definitions(module: ModuleType) -> Iterator[tuple[str, Definition]]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node
        elif isinstance(node, ast.Import) and node.names[0].name != "numpy":
            yield node.names[0].name, node


def _is_local(name: str, node: Definition) -> bool:
    """Whether a function has an argument or a variable of this name."""
    arguments = {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    return isinstance(node, ast.FunctionDef) and name in _list_stored(node) | arguments


def _list_stored(node: ast.AST) -> set[str]:
    """Return the names that are given a value somewhere in `node`."""
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _strip(function: ast.FunctionDef, module: ModuleType) -> ast.FunctionDef:
    """Return a probe without its docstring, what the kit has to read, and NumPy's import."""
    has_kit = isinstance(vars(module).get(KITS_OWN), ModuleType)
    reader = _WithoutKit({KITS_OWN} if has_kit else set())
    kept = reader.visit(function)
    assert isinstance(kept, ast.FunctionDef)
    if any(map(reader.reads, kept.body)):
        raise NeedsKit(function.name)
    body = kept.body[1:] if ast.get_docstring(kept) else kept.body
    kept.body = _join_imports(body)
    return kept


class _WithoutKit(ast.NodeTransformer):
    """Takes out what reads the kit's module, or a name that such a line made."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def reads(self, node: ast.AST) -> bool:
        return any(isinstance(part, ast.Name) and part.id in self.names for part in ast.walk(node))

    def visit_Dict(self, node: ast.Dict) -> ast.Dict:
        items = zip(node.keys, node.values, strict=True)
        kept = [(key, value) for key, value in items if not self.reads(value)]
        return ast.Dict([key for key, _ in kept], [value for _, value in kept])

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        if not self.reads(node):
            return node
        for target in node.targets:
            self.names |= _list_stored(target)
        return None

    def visit_With(self, node: ast.With) -> ast.With | list[ast.stmt]:
        kept = [item for item in node.items if not self.reads(item.context_expr)]
        gone = [item.optional_vars for item in node.items if item not in kept]
        self.names |= {part.id for part in gone if isinstance(part, ast.Name)}
        self.generic_visit(node)
        node.items = kept
        return node if kept else node.body


def _join_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return `body` with all plain imports on one line; NumPy is imported already."""
    imports = [line for line in body if isinstance(line, ast.Import)]
    names = [name for line in imports for name in line.names if name.name != "numpy"]
    rest = [
        line for line in body if not isinstance(line, ast.Import) and not _is_unused(line, body)
    ]
    return [ast.Import(names), *rest] if names else rest


def _is_unused(line: ast.stmt, body: list[ast.stmt]) -> bool:
    """Whether a line imports names that nothing else in `body` reads."""
    if not isinstance(line, ast.ImportFrom):
        return False
    read = {part.id for each in body for part in ast.walk(each) if isinstance(part, ast.Name)}
    return not read & {name.asname or name.name for name in line.names}
