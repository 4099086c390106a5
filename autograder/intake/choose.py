"""Which of the files found are graded, and where each goes."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.intake.rules import SOURCES


def choose_targets(names: list[str], modules: Sequence[str]) -> dict[str, str]:
    """Where each source goes: the root's files keep their place, stray modules join the root."""
    wanted = {f"{module}{suffix}" for module in modules for suffix in SOURCES}
    found = sorted(
        (name for name in names if PurePosixPath(name).name in wanted),
        key=lambda name: (len(PurePosixPath(name).parts), name),
    )
    root = PurePosixPath(found[0]).parent if found else PurePosixPath(".")
    placed = {
        name: PurePosixPath(name).relative_to(root).as_posix()
        for name in names
        if PurePosixPath(name).is_relative_to(root)
    }
    for name in found:
        target = PurePosixPath(name).name
        if target not in placed.values():
            placed[name] = target
    return placed
