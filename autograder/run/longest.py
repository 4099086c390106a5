"""The order in which a class is graded: what takes long begins first, so no core idles at the end.

Nobody knows how long work will take. But trainings take most of the time, so it is told by the
milestones that were handed in, and by how long their checks may run.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePath

from autograder.course import Part
from autograder.intake.rules import SOURCES
from autograder.intake.submission import Entry
from autograder.judge.spec import list_checks

DEPTH = 3  # folders in which modules are looked for; what lies deeper is not counted
MOST_NAMES = 1000  # of one entry


def sort_longest_first(entries: Sequence[Entry], milestones: Sequence[Part]) -> list[Entry]:
    """Return `entries`, those first that may take longest; an archive may hold everything."""
    limits = {part.module: _sum_limits(part) for part in milestones}
    return sorted(entries, key=lambda entry: -_estimate_seconds(entry, limits))


def _sum_limits(part: Part) -> float:
    return sum(listed.spec.seconds for listed in list_checks(part.id, part.checks))


def _estimate_seconds(entry: Entry, limits: Mapping[str, float]) -> float:
    if entry.module:
        return limits.get(entry.module, 0.0)
    files = [name for path in entry.paths for name in _list_names(path)]
    is_packed = any(not file.endswith(SOURCES) for file in files) and not entry.path.is_dir()
    modules = {PurePath(file).stem for file in files}
    return sum(limit for module, limit in limits.items() if is_packed or module in modules)


def _list_names(path: Path) -> Iterator[str]:
    """Yield the names of the files in a folder, or that of a file."""
    if not path.is_dir() or path.is_symlink():
        yield path.name
        return
    pending, count = [(path, 1)], 0
    while pending and count < MOST_NAMES:
        folder, depth = pending.pop()
        with suppress(OSError), os.scandir(folder) as items:
            for item in islice(items, MOST_NAMES):
                count += 1
                yield item.name
                if depth < DEPTH and item.is_dir(follow_symlinks=False):
                    pending.append((Path(item.path), depth + 1))
