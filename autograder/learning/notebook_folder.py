"""Where a kernel's notebook lies: a kernel itself knows only in which folder it runs."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.intake.rules import SOURCES

VSCODE = "__vsc_ipynb_file__"  # a name that VS Code gives its kernels
NOTEBOOK = ".ipynb"


def find_notebook_folder(namespace: Mapping[str, Any]) -> Path:
    """Return the folder of a kernel's notebook.

    Jupyter runs a kernel where its notebook lies. VS Code may run it at the root of the workspace
    (its setting ``jupyter.notebookFileRoot``), and leaves the notebook's path in a name. Without
    that, it is the one folder below that has notebooks of the course, where the kernel's own folder
    has no module of it.

    Parameters
    ----------
    namespace : mapping
        The kernel's names and their values.
    """
    here = Path.cwd()
    path = namespace.get(VSCODE)
    if isinstance(path, str) and Path(path).is_file():
        return Path(path).resolve().parent
    if any(_list_modules(here, SOURCES)):
        return here
    below = [folder for folder in _list_folders(here) if any(_list_modules(folder, (NOTEBOOK,)))]
    return below[0] if len(below) == 1 else here


def _list_modules(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    files = (folder / f"{module}{end}" for module in load_course().modules for end in suffixes)
    return (file for file in files if file.is_file())


def _list_folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")
    except OSError:
        return []


def describe_folder(folder: Path) -> str:
    """Return a sentence where the kernel runs elsewhere than in `folder`; else nothing."""
    here = Path.cwd().resolve()
    if folder.resolve() == here:
        return ""
    return f"this kernel runs in {here}; earlier notebooks are taken from {folder}"
