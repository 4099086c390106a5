"""``autograder start``: a workspace with stubs and handouts."""

import shutil
from pathlib import Path

from autograder.cli.stop import Stop
from autograder.course import Milestone, load
from autograder.course.assignments import folder as assignments


def run(folder: Path, notebook: bool) -> None:
    """Copy what is not there yet; tell what was kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        results = [
            (target, _copied(source, target))
            for milestone in load().milestones
            for source, target in _files(milestone, folder, notebook)
        ]
    except OSError as problem:
        raise Stop(f"cannot write to {folder}: {problem.strerror}; name another folder", 1) from None
    for target, copied in results:
        print(f"{'new ' if copied else 'kept'}  {target}")
    print(f"\nNext: read {folder / 'handouts'}, then cd {folder} && autograder check")


def _files(milestone: Milestone, folder: Path, notebook: bool) -> list[tuple[Path, Path]]:
    source = assignments() / milestone.folder
    stub = f"{milestone.module}.{'ipynb' if notebook else 'py'}"
    handout = folder / "handouts" / f"{milestone.folder}.md"
    return [(source / stub, folder / stub), (source / "README.md", handout)]


def _copied(source: Path, target: Path) -> bool:
    """Copy unless something is there; `x` mode leaves no moment for a race."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as old, target.open("xb") as new:
            shutil.copyfileobj(old, new)
    except FileExistsError:
        return False
    return True
