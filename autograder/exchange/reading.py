"""The solutions as programs to read: ``python -m autograder.exchange.reading [m1 ...]``.

A solution in `solutions/` is also a notebook and the source of a stub. For a reader who has done
the exercise, its text, docstrings and markers hide the program: here it is alone, highlighted in a
terminal and as plain text in a pipe.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax

from autograder.exchange.checkout import ROOT

SOLUTIONS = ROOT / "solutions"
TEXT = re.compile(r"^# %% \[markdown\]\n(#(?! %%).*\n|\n)*", re.MULTILINE)
CELL = re.compile(r"^# %%\n", re.MULTILINE)
MARKER = re.compile(r"\n *### (BEGIN|END) SOLUTION(?=\n|$)")


def main(ids: Sequence[str]) -> int:
    """Print the solutions of the milestones, or of all; return 2 where that cannot be done."""
    try:
        files = chosen_solutions(SOLUTIONS, ids)
    except LookupError as problem:
        print(problem.args[0], file=sys.stderr)
        return 2
    console = Console(emoji=False)
    for file in files:
        print_program(console, f"{file.parent.name}/{file.name}", program(file.read_text()))
    return 0


def chosen_solutions(solutions: Path, ids: Sequence[str]) -> list[Path]:
    """Return the modules of the milestones `ids`, in that order, or of all.

    Raises
    ------
    LookupError
        If `solutions` holds none, or none of that id.
    """
    files = {file.parent.name.partition("_")[0]: file for file in solutions.glob("m[0-9]*_*/*.py")}
    if not files:
        raise LookupError(
            f"no solutions in {solutions}: a student kit has none; run this in the kit's repository"
        )
    if unknown := [id for id in ids if id not in files]:
        known = ", ".join(sorted(files))
        raise LookupError(f"no milestone {', '.join(unknown)}: there are {known}")
    return [files[id] for id in ids or sorted(files)]


def program(solution: str) -> str:
    """Return a solution in percent format without its text, markers and docstrings.

    Comments and blank lines between statements stay: they belong to the program.
    """
    code = MARKER.sub("", CELL.sub("", TEXT.sub("\n\n", solution)))
    bare = _without_docstrings(code)
    opened = re.sub(r":\n\n+(?= )", ":\n", bare)  # where a docstring stood below its `def`
    return re.sub(r"\n{4,}", "\n\n\n", opened).strip("\n") + "\n"


def _without_docstrings(code: str) -> str:
    lines = code.split("\n")
    for docstring, is_alone in _docstrings(ast.parse(code)):
        first, last = docstring.lineno - 1, docstring.end_lineno or docstring.lineno
        rest = [" " * docstring.col_offset + "pass"] if is_alone else []
        lines[first:last] = rest + [""] * (last - first - len(rest))
    return "\n".join(lines)


def _docstrings(tree: ast.Module) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield each docstring, and whether its body holds nothing else."""
    owners = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, owners) and ast.get_docstring(node) is not None:
            yield node.body[0], len(node.body) == 1


def print_program(console: Console, title: str, code: str) -> None:
    """Print a program, highlighted if it is a terminal that reads it, else byte for byte."""
    if console.is_terminal:
        highlighted = Syntax("", "python", background_color="default").highlight(
            f"# {title}\n\n{code}"
        )
        console.print(highlighted, soft_wrap=True)
    else:
        console.file.write(f"# {title}\n\n{code}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
