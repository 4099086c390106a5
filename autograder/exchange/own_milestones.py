"""A milestone of a course's own, in the form that the kit's milestones have.

A student kit has no course folder beside it: there the milestone lies in the package as the others.
"""

import shutil
from pathlib import Path

from autograder.course import Part
from autograder.course.folders import CHECKS, PROBE, TABLE


def write_kit_files(part: Part, place: Path) -> None:
    """Write checks, table, probe and assignment of `part` where a kit below `place` has them."""
    from autograder.exchange.assignments import write_assignment  # noqa: PLC0415 - loads nbgrader

    home = Path(part.home)
    checks = place / "autograder/checks" / part.package
    probes = place / "autograder/worker/probes"
    for folder in (checks, probes):
        folder.mkdir(parents=True, exist_ok=True)
    module = CHECKS.removesuffix(".py")
    lines = (f'"""The checks of {part.name}."""', "", f'PARTS = ("{module}",)', "")
    (checks / "__init__.py").write_text("\n".join(lines), encoding="utf-8")
    for name in (CHECKS, TABLE):
        shutil.copyfile(home / name, checks / name)
    shutil.copyfile(home / PROBE, probes / f"{part.package}.py")
    write_assignment(part, home, home / TABLE, place / "assignments" / part.package)
