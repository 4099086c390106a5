"""The modules that may not run, with the reason; found without running them."""

import ast
from collections.abc import Sequence
from pathlib import Path

from autograder.intake.notebook import NoNotebook, reduce_notebook
from autograder.intake.rules import FREE_IMPORTS, SOURCES
from autograder.worker.source import PARSE_ERRORS, parse_source

IMPORT_RULE = (
    "only the standard library and NumPy may be imported (what you draw or try out with others may "
    "stand, import and all, under if __name__ == '__main__':)"
)


def find_refused(folder: Path, modules: Sequence[str]) -> dict[str, str]:
    """Return the modules in `folder` that may not run, each with the sentence that says why."""
    local = {path.stem for path in folder.iterdir()}
    reasons = {module: _find_reason(folder, module, local) for module in modules}
    return {module: reason for module, reason in reasons.items() if reason}


def _find_reason(folder: Path, module: str, local: set[str]) -> str:
    file, notebook = (folder / f"{module}{suffix}" for suffix in SOURCES)
    if file.is_file():
        return _check_imports(file, local)
    return _check_notebook(notebook) if notebook.is_file() else ""


def _check_imports(file: Path, local: set[str]) -> str:
    bad = sorted(_list_imports(file) - FREE_IMPORTS - local)
    return f"{file.name} imports {', '.join(bad)}; {IMPORT_RULE}" if bad else ""


def _check_notebook(notebook: Path) -> str:
    try:
        reduce_notebook(notebook.read_bytes())
    except NoNotebook as problem:
        return (
            f"{notebook.name} is not a notebook: {problem}; save it in Jupyter, hand in that file"
        )
    return ""


def _list_imports(file: Path) -> set[str]:
    try:
        # Not by the encoding that the file declares: decoding Punycode takes forever.
        tree = parse_source(file.read_bytes().decode("utf-8-sig"))
    except PARSE_ERRORS:
        return set()  # the worker reports the syntax error
    return {name for node in tree.body for name in _top_names(node)}


def _top_names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.partition(".")[0]]
    return []
