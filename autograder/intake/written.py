"""Files that the cells of a notebook would write: ``%%writefile engine.py``."""

from contextlib import suppress
from pathlib import Path

from autograder.intake.notebook import NoNotebook, read_code_cells
from autograder.intake.rules import SOURCES
from autograder.worker.magics import written_file, written_text


def save_written_files(folder: Path) -> dict[str, str]:
    """Write the files that cells write, where nothing by their names was handed in.

    A file or a notebook of a module's own goes before a cell, and a cell of the module's own
    notebook runs in its place there. Returns each file, with the notebook that it is from.
    """
    texts: dict[str, str] = {}
    notebooks: dict[str, str] = {}
    for notebook in sorted(folder.rglob("*.ipynb")):
        for cell in _list_cells(notebook):
            name, adds = written_file(cell)
            is_there = any((folder / name).with_suffix(end).exists() for end in SOURCES if name)
            if name and not is_there:
                texts[name] = (texts.get(name, "") if adds else "") + written_text(cell)
                notebooks[name] = notebook.relative_to(folder).as_posix()
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8", "replace"))
    return notebooks


def _list_cells(notebook: Path) -> list[str]:
    with suppress(NoNotebook):
        return read_code_cells(notebook.read_bytes())
    return []
