"""The package in figures, to hold beside other code: ``python -m tests.figures [FOLDER ...]``.

They are a mirror, not limits: what counts is that a stranger finds the way.
"""

import ast
import re
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from radon.complexity import cc_visit
from rich.console import Console
from rich.table import Table

from tests.conftest import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef
IRREGULAR = frozenset(
    [
        "begun",
        "broken",
        "brought",
        "built",
        "chosen",
        "cut",
        "done",
        "drawn",
        "found",
        "given",
        "heard",
        "held",
        "kept",
        "known",
        "left",
        "lent",
        "lost",
        "made",
        "meant",
        "put",
        "read",
        "said",
        "seen",
        "sent",
        "shown",
        "sought",
        "split",
        "spoken",
        "spread",
        "taken",
        "thrown",
        "told",
        "worn",
        "written",
    ]
)
PARTICIPLE = re.compile(r"(?!.*(?:need|feed|seed|speed|embed)$)[a-z]+ed")


def functions(tree: ast.Module) -> list[Function]:
    """Return all functions and methods of a module."""
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def length(function: Function) -> int:
    """Return the lines of a function without its docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or 0) - docstring.lineno + 1)


def complexity(text: str) -> int:
    """Return the largest cyclomatic complexity of a module's functions."""
    return max((block.complexity for block in cc_visit(text) if block.letter in "FM"), default=0)


def is_participle(name: str) -> bool:
    """Whether a function's name is nothing but a past participle: ``_told``, ``asked``."""
    word = name.strip("_")
    return word in IRREGULAR or PARTICIPLE.fullmatch(word) is not None


def defined(tree: ast.Module) -> set[str]:
    """Return the names of all functions, methods and classes of a module, but for Python's own."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, Function | ast.ClassDef)]
    return {node.name for node in nodes if not node.name.startswith("__")}


def helpers_used_once(tree: ast.Module) -> int:
    """Return how many private functions at a module's top level are named once in it."""
    used = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    private = [node.name for node in tree.body if isinstance(node, Function)]
    return sum(used[name] == 1 for name in private if name.startswith("_"))


def figures(folder: Path) -> dict[str, str]:
    """Return the figures of all modules below `folder`."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py"))]
    trees = [ast.parse(text) for text in texts]
    every = [function for tree in trees for function in functions(tree)]
    lengths = sorted(map(length, every))
    public = [function for function in every if not function.name.startswith("_")]
    names = [name for tree in trees for name in defined(tree)]
    modules = Counter(names)
    shared = sum(modules[name] > 1 for name in names) / len(names)
    documented = sum(ast.get_docstring(function) is not None for function in public) / len(public)
    once = sum(map(helpers_used_once, trees)) / len(every)
    return {
        "files": str(len(texts)),
        "lines": str(sum(text.count("\n") for text in texts)),
        "function length: median": f"{statistics.median(lengths):g}",
        "90 %": str(lengths[9 * len(lengths) // 10]),
        "longest": str(lengths[-1]),
        "complexity, worst": str(max(map(complexity, texts))),
        "name length, median": f"{statistics.median(len(each.name) for each in every):g}",
        "public functions documented": f"{documented:.0%}",
        "functions that are helpers used once": f"{once:.0%}",
        "names that stand in more than one module": f"{shared:.0%}",
        "bare participles as function names": str(sum(is_participle(each.name) for each in every)),
    }


def main(folders: Sequence[Path]) -> None:
    """Print a column of figures for each folder."""
    columns = [figures(folder) for folder in folders]
    table = Table("", *(folder.name for folder in folders), box=None)
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    Console().print(table)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]] or [ROOT / "autograder"])
