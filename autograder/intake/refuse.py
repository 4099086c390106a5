"""Which modules may not run, and why; nothing of them is run to find out."""

import ast
from collections.abc import Sequence
from pathlib import Path

from autograder.intake.notebook import NoNotebook, slim
from autograder.intake.rules import FREE_IMPORTS, SOURCES
from autograder.worker.source import PARSE_ERRORS, parse_source


def refused_modules(folder: Path, modules: Sequence[str]) -> dict[str, str]:
    """Return the modules in `folder` that may not run, each with the sentence that says why."""
    own = {path.stem for path in folder.iterdir()}
    reasons = {module: _reason_to_refuse(folder, module, own) for module in modules}
    return {module: reason for module, reason in reasons.items() if reason}


def _reason_to_refuse(folder: Path, module: str, own: set[str]) -> str:
    file, notebook = (folder / f"{module}{suffix}" for suffix in SOURCES)
    if file.is_file():
        return _forbidden(file, own)
    return _unreadable(notebook) if notebook.is_file() else ""


def _forbidden(file: Path, own: set[str]) -> str:
    bad = sorted(_imported(file) - FREE_IMPORTS - own)
    told = "only the standard library and NumPy may be imported"
    return f"{file.name} imports {', '.join(bad)}; {told}" if bad else ""


def _unreadable(notebook: Path) -> str:
    try:
        slim(notebook.read_bytes())
    except NoNotebook as problem:
        return f"{notebook.name} is no notebook: {problem}; save it in Jupyter, hand in that file"
    return ""


def _imported(file: Path) -> set[str]:
    try:
        # Not by the encoding that the file declares: decoding Punycode takes for ever.
        tree = parse_source(file.read_bytes().decode("utf-8-sig"))
    except PARSE_ERRORS:
        return set()  # the worker tells what is wrong with it
    return {name for node in tree.body for name in _top_names(node)}


def _top_names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.partition(".")[0]]
    return []
