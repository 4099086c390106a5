"""Which executed cells make up the module of a kernel."""

from typing import Any

import pytest

from autograder.learning.executed import KernelModule, collect_module, read_cell

VALUE = "class Value:\n    def double(self):\n        return scale * helper(self)"


def kernel(
    *cells: str, without: tuple[str, ...] = (), wanted: tuple[str, ...] = ()
) -> KernelModule:
    """Run `cells` as a kernel does, numbered from 1, and collect what they have defined."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells:
        if not cell.startswith("%"):
            exec(compile(cell, "cell", "exec"), namespace)
    for name in without:
        del namespace[name]
    read = [read_cell(number, cell) for number, cell in enumerate(cells, start=1)]
    return collect_module(read, namespace, wanted)


def numbers(module: KernelModule) -> list[int]:
    return [cell.number for cell in module.cells]


CASES = {
    "the last definition of a name": (("def f(): 1", "def f(): 2"), [2]),
    "what runs and defines nothing is left out": (("def f(): 1", "print(f())", "[1, 2]"), [1]),
    "values that no function uses are left out": (("def f(): 1", "x = f()", "y = x"), [1]),
    "values that a function uses are taken": (("scale = 2", "def f(): return scale", "z = 1"), [1, 2]),
    "a value as it is now": (("scale = 2", "def f(): return scale", "scale = 3"), [2, 3]),
    "imports": (("import math", "from os import path as p", "def f(): 1"), [3]),
    "imports that are used": (("import math", "def f(): return math.pi"), [1, 2]),
    "a base as it was, and as it is": (
        ("class A: 1", "class B(A): 2", "class A: 3"),
        [1, 2, 3],
    ),
    "its own name is no older version": (("class A: 1", "class A:\n def f(self): return A()"), [2]),
    "an import that ran again": (("import math", "x = math.pi\ndef f(): x", "import math"), [1, 2, 3]),
    "a decorator": (("def d(f): return f", "@d\ndef f(): 1", "def d(f): return 0"), [1, 2, 3]),
    "a changed class": (("class A: 1", "A.x = 1", "A.y = 2"), [1, 2, 3]),
    "a change of what is imported": (("import math", "math.x = 1", "def f(): 1"), [1, 2, 3]),
    "a change by setattr": (("class A: 1", "setattr(A, 'x', 1)"), [1, 2]),
    "a change of what was there before": (("class A: 1", "A.x = 1", "class A: 2"), [3]),
    "an item": (("T = {}", "def f(): return T", "T['a'] = f"), [1, 2, 3]),
    "a sum": (("n = 1", "n += 1", "def f(): return n"), [1, 2, 3]),
    "a cell of both": (("def g(): 1\nprint(g())", "def f(): 2"), [1, 2]),
    "magics": (("%matplotlib inline\nimport math", "%check m1", "%time\ndef f(): 1"), []),
    "the future": (("from __future__ import annotations", "def f(x: int): 1"), [1, 2]),
    "a star": (("from math import *", "def f(): return pi"), [1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_defined_now_and_what_that_needs_is_taken(case: str) -> None:
    cells, wanted = CASES[case]
    assert numbers(kernel(*cells)) == wanted


def test_what_was_deleted_is_not_taken() -> None:
    assert numbers(kernel("def f(): 1", "def g(): 2", without=("f",))) == [2]


def test_a_cell_that_is_no_python_defines_nothing() -> None:
    assert read_cell(1, "def f(:").binds == frozenset()
    assert read_cell(1, "%%bash\nclass Value").binds == frozenset()


def test_values_that_the_module_has_to_have_are_taken() -> None:
    cells = ("def f(): 1", "WAYS = (1, 2)")
    assert numbers(kernel(*cells)) == [1]
    assert numbers(kernel(*cells, wanted=("WAYS",))) == [1, 2]


def test_an_older_cell_that_is_only_needed_is_not_current() -> None:
    module = kernel("class A: 1", "class B(A): 2", "class A: 3")
    assert module.current == {2, 3}


def test_what_no_cell_defines_is_named() -> None:
    module = kernel("exec('def f(): 1')", "def g(): 2", "_x = exec('def _h(): 1')")
    assert module.unknown == ["f"]


def test_cells_keep_their_numbers_and_lines() -> None:
    module = kernel("x = 1", "def f(): 1", "f()", f"helper = scale = 2\n{VALUE}")
    assert module.list_sources() == ["", "def f(): 1", "", f"helper = scale = 2\n{VALUE}"]
    assert kernel("x = 1").list_sources() == []
