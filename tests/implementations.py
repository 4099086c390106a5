"""The works that must get all points: the reference, and every alternative."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course, Part, Unit

ROOT = Path(__file__).parent.parent
REFERENCE = "reference"
ALTERNATIVES = sorted(path for path in (ROOT / "tests/alternatives").iterdir() if path.is_dir())


def implementations(milestone: Part) -> dict[str, Path]:
    """Return the folders that hold `milestone`, by name: the reference and the alternatives."""
    own = f"{milestone.module}.py"
    alternatives = {folder.name: folder for folder in ALTERNATIVES if (folder / own).exists()}
    return {REFERENCE: ROOT / "solutions" / milestone.folder, **alternatives}


def write_reference(parts: Sequence[Part], folder: Path) -> Path:
    """Write the reference's modules of `parts`, and their documents, into `folder`."""
    for part in parts:
        documents = part.documents if isinstance(part, Unit) else ()
        for name in (f"{part.module}.py", *documents):
            shutil.copy(ROOT / "solutions" / part.folder / name, folder)
    return folder


def complete(course: Course, folder: Path, target: Path) -> Path:
    """Write the files of `folder` into `target`; what it lacks is the reference's.

    `fast` depends on it: its nodes are made by `Tensor._node`, which only the reference's tensor.py
    has to have.
    """
    units = [unit for unit in course.units if (folder / f"{unit.module}.py").exists()]
    write_reference([*course.milestones, *units], target)
    for file in folder.iterdir():
        if file.is_file():
            shutil.copy(file, target)
    return target
