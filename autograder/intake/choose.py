"""The choice of the files that are graded, and their paths in the copy."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.intake.rules import SOURCES


def choose_targets(names: list[str], modules: Sequence[str]) -> dict[str, str]:
    """Return the target of each source: below the root unchanged, stray modules in the root."""
    module_files = {f"{module}{suffix}" for module in modules for suffix in SOURCES}
    own_modules = sorted(
        (name for name in names if PurePosixPath(name).name in module_files),
        key=lambda name: (len(PurePosixPath(name).parts), name),
    )
    root = PurePosixPath(own_modules[0]).parent if own_modules else PurePosixPath(".")
    targets = {
        name: PurePosixPath(name).relative_to(root).as_posix()
        for name in names
        if PurePosixPath(name).is_relative_to(root)
    }
    for name in own_modules:
        target = PurePosixPath(name).name
        if target not in targets.values():
            targets[name] = target
    return targets
