"""Probes as they were before any submission, which has no name for them or for what they use.

A probe imports the standard library, NumPy and what it hands on inside itself. It gets copies of
these modules, taken before the first line of learner code runs, and the built-in functions of that
time: to replace `time.perf_counter` or `numpy.array` afterwards replaces nothing for a probe. Each
question is put to functions made anew, and the kit's modules are no longer in `sys.modules`.
"""

import builtins
import dis
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

SHARED = frozenset(sys.stdlib_module_names) | {"numpy"}  # a submission may import them, too
HANDED = frozenset({"array_api_strict"})  # probes hand its arrays to a submission
KEPT = SHARED | HANDED
KIT = "autograder"

Probe = Callable[..., Any]


class KeptModules:
    """What a probe may import, of what is loaded by now: copied."""

    def __init__(self) -> None:
        originals = {
            name: module
            for name, module in sys.modules.items()
            if name.partition(".")[0] in KEPT and isinstance(module, ModuleType)
        }
        self._import = builtins.__import__
        self.builtins = {**vars(builtins), "__import__": self.import_module}
        self._copies = {name: _copy_module(module) for name, module in originals.items()}
        copies = {id(module): self._copies[name] for name, module in originals.items()}
        for copy in self._copies.values():
            vars(copy).update(
                {name: copies[id(part)] for name, part in vars(copy).items() if id(part) in copies}
            )

    def import_module(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import as ``__import__`` does; of what was loaded by then, return the copy."""
        found = self._copies.get(name if fromlist else name.partition(".")[0])
        if found is None or name not in self._copies:
            return self._import(name, globals, locals, fromlist or (), level)
        return found


def _copy_module(module: ModuleType) -> ModuleType:
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module))
    return copy


class KeptProbes:
    """The functions of probe modules, by ``short.name``.

    Parameters
    ----------
    modules : mapping of str to module
        Probe modules by short name, and the kit's own, whose functions stay as they are.
    kit : sequence of str
        The short names of these.
    """

    def __init__(self, modules: Mapping[str, ModuleType], kit: Sequence[str]) -> None:
        helpers = [each for module in modules.values() for each in _list_helpers(module).values()]
        for module in [*modules.values(), *helpers]:
            for name in _list_imports(module):
                if name.partition(".")[0] in KEPT:
                    importlib.import_module(name)
        kept = KeptModules()
        self._sets: dict[str, _KitProbes | _ProbeSet] = {
            short: _KitProbes(module) if short in kit else _ProbeSet(module, kept)
            for short, module in modules.items()
        }

    def find(self, name: str) -> Probe:
        """Return the probe ``short.name``, made anew."""
        short, _, function = name.rpartition(".")
        return self._sets[short].find(function)


class _KitProbes:
    def __init__(self, module: ModuleType) -> None:
        self._parts = dict(vars(module))

    def find(self, name: str) -> Probe:
        probe: Probe = self._parts[name]
        return probe


class _ProbeSet:
    """The probes of one module, which share their globals from question to question."""

    def __init__(self, module: ModuleType, kept: KeptModules) -> None:
        parts = vars(module).items()
        self._functions = {name: part for name, part in parts if _is_own(part, module)}
        self._codes = {name: part.__code__ for name, part in self._functions.items()}
        self._states: dict[str, dict[str, Any]] = {name: {} for name in self._codes}
        self._globals = {**vars(module), "__builtins__": kept.builtins}
        helpers = _list_helpers(module).items()
        self._globals |= {name: _keep_helper(helper, kept) for name, helper in helpers}

    def find(self, name: str) -> Probe:
        self._globals |= {name: self._make(name) for name in self._codes}
        probe: Probe = self._globals[name]
        return probe

    def _make(self, name: str) -> FunctionType:
        """Return a function from the code that was kept; what was noted on it before stays."""
        old = self._functions[name]
        new = FunctionType(self._codes[name], self._globals, name, old.__defaults__)
        new.__kwdefaults__ = old.__kwdefaults__
        new.__dict__ = self._states[name]
        return new


def _is_own(part: object, module: ModuleType) -> bool:
    is_function = isinstance(part, FunctionType) and part.__module__ == module.__name__
    return is_function and not part.__code__.co_freevars  # type: ignore[attr-defined]


def _list_helpers(module: ModuleType) -> dict[str, ModuleType]:
    """Return the modules beside `module` that its probes use, by the names it has for them."""
    beside = f"{module.__name__.rpartition('.')[0]}."
    return {
        name: part
        for name, part in vars(module).items()
        if isinstance(part, ModuleType) and part.__name__.startswith(beside)
    }


def _keep_helper(helper: ModuleType, kept: KeptModules) -> ModuleType:
    """Return a copy of a module whose functions see the modules that are kept."""
    copy = _copy_module(helper)
    vars(copy)["__builtins__"] = kept.builtins
    for name, part in vars(helper).items():
        if _is_own(part, helper):
            new = FunctionType(part.__code__, vars(copy), name, part.__defaults__)
            new.__kwdefaults__ = part.__kwdefaults__
            setattr(copy, name, new)
    return copy


def _list_imports(module: ModuleType) -> set[str]:
    """Return the modules that the functions of `module` import, wherever in them."""
    functions = [part for part in vars(module).values() if _is_own(part, module)]
    return {name for function in functions for name in _find_imports(function.__code__)}


def _find_imports(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            yield step.argval
        elif isinstance(step.argval, CodeType):
            yield from _find_imports(step.argval)


def hide_kit() -> None:
    """Take the kit out of `sys.modules`, and the program that runs: no submission needs them."""
    for name in [name for name in sys.modules if name.partition(".")[0] == KIT]:
        del sys.modules[name]
    sys.modules["__main__"] = ModuleType("__main__")
