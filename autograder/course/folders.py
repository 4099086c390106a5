"""The folder of a milestone that is a course's own: its checks, their table, probe and solution.

The kit's milestones lie in packages of the kit, this one beside the course file. In a student kit
it is one of the kit's: `autograder release` puts its files there.
"""

import hashlib
import importlib.util
import sys
import tomllib
import traceback
from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.stop import Stop
from autograder.words import Phrase

CHECKS, TABLE, PROBE, HANDOUT = "checks.py", "checks.toml", "probe.py", "README.md"
POINTS = 100  # of a milestone


def find_fault(folder: Path, module: str) -> Phrase | None:
    """Return what `folder` lacks for a milestone of `module`, in words; None for nothing."""
    if not folder.is_dir():
        return Phrase("there is no folder {folder}", folder=folder)
    wanted = (CHECKS, TABLE, PROBE, f"{module}.py", HANDOUT)
    if lacking := [name for name in wanted if not (folder / name).is_file()]:
        names, all_names = ", ".join(lacking), ", ".join(wanted)
        text = "{folder} lacks {names}; wanted {wanted}"
        return Phrase(text, folder=folder, names=names, wanted=all_names)
    points = _sum_points(folder / TABLE)
    if points != POINTS:
        text = "the checks in {file} have {points:g} points; wanted {most} in all"
        return Phrase(text, file=folder / TABLE, points=points, most=POINTS)
    return None


def _sum_points(table: Path) -> float:
    """Return the points of the rows that state some: what else a row lacks, its reader says."""
    try:
        rows = tomllib.loads(table.read_text(encoding="utf-8")).get("check", [])
        return sum(float(row["points"]) for row in rows)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return POINTS


@cache
def load_checks(folder: Path, name: str) -> ModuleType:
    """Import the checks of `folder` as the module `name`.

    Raises
    ------
    Stop
        With the line of the checks at which that fails.
    """
    file = folder / CHECKS
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as problem:
        lines = [step.lineno for step in traceback.extract_tb(problem.__traceback__, -1)]
        line = problem.lineno if isinstance(problem, SyntaxError) else lines[-1]
        raise Stop(
            "{file}, line {line}: {kind}: {problem}",
            file=file,
            line=line,
            kind=type(problem).__name__,
            problem=problem,
        ) from None
    return module


def folder_sha256(folder: Path) -> str:
    """Return the hash of what decides a score in `folder`: checks, table and probe."""
    contents = [(folder / name).read_bytes() for name in (CHECKS, TABLE, PROBE)]
    return hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in contents)).hexdigest()
