"""The corpus: right implementations in the styles that real code has, and the mistakes in each."""

import importlib
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Milestone, load_course
from tests.diagnosis.planting import NotThere, Planting, join_plantings, read_rows
from tests.implementations import REFERENCE, ROOT, complete
from tests.mutants import mutants

BASES = Path(__file__).parent / "bases"
ALTERNATIVES = ROOT / "tests/alternatives"
TABLES = Path(__file__).parent / "plantings"

KINDS = {  # milestone -> base -> how it is built: what is tested together is left out together
    "m1": {
        REFERENCE: "closures",
        "closures_recursive": "closures",
        "preallocated": "closures",
        "local_derivatives": "edges",
        "composed": "returned",
        "scalars": "returned",
        "tape": "functions",
        "context": "functions",
        "table_driven": "table",
    },
    "m2": {
        REFERENCE: "lists",
        "closures_recursive": "lists",
        "preallocated": "loops",
        "context": "named",
        "composed": "children",
        "tape": "children",
        "table_driven": "table",
        "local_derivatives": "named",
    },
    "m3": {
        REFERENCE: "edges",
        "arrays_closures": "closures",
        "preallocated": "closures",
        "arrays_functions": "functions",
        "context": "functions",
        "returned": "returned",
    },
    "m4": {
        REFERENCE: "reference",
        "arrays_closures": "plain",
        "arrays_functions": "typed",
        "registered": "registered",
        "functional": "dicts",
    },
    "m5": {
        REFERENCE: "reference",
        "arrays_closures": "indexed",
        "arrays_functions": "strided",
        "fast": "reference",
        "offsets": "offsets",
        "strides": "windows",
    },
    "m6": {
        REFERENCE: "reference",
        "arrays_closures": "composed",
        "arrays_functions": "functions",
        "fast": "reference",
        "per_head": "heads",
        "handmade": "handmade",
    },
}


PAIRS = {"m1": 28, "m2": 8, "m3": 24}  # of the others a run takes long


def base_folder(milestone: Milestone, base: str) -> Path:
    """Return the folder that holds the base's own module."""
    if base == REFERENCE:
        return ROOT / "solutions" / milestone.folder
    own = BASES / base
    return own if (own / f"{milestone.module}.py").exists() else ALTERNATIVES / base


def base_source(milestone: Milestone, base: str) -> str:
    """Return the text of the base's own module."""
    return (base_folder(milestone, base) / f"{milestone.module}.py").read_text()


def list_plantings(milestone: Milestone) -> list[Planting]:
    """Return all single mistakes of `milestone`: those of the reference are its mutants."""
    planted = [
        Planting(milestone.id, REFERENCE, (row.name,), tuple(row.changes))
        for row in mutants.pitfalls(milestone)
    ]
    for base in KINDS[milestone.id]:
        planted += _read_table(milestone.id, base)
    return planted


def list_pairs(milestone: Milestone) -> list[Planting]:
    """Return pairs of mistakes in one base, drawn by lot from those that change different lines."""
    singles = [each for each in list_plantings(milestone) if each.base != REFERENCE]
    lot, pairs = random.Random(milestone.id), []
    while len(pairs) < PAIRS.get(milestone.id, 0):
        first, second = lot.sample(singles, 2)
        if first.base == second.base and _may_stand_together(milestone, first, second):
            pairs.append(join_plantings(first, second))
    return pairs


def _may_stand_together(milestone: Milestone, first: Planting, second: Planting) -> bool:
    """Whether both can be planted, and each leaves what the other changed."""
    source = base_source(milestone, first.base)
    try:
        both = join_plantings(first, second).apply(source)
        other_way = join_plantings(second, first).apply(source)
    except NotThere:
        return False
    return both == other_way and not first.lines(source) & second.lines(source)


def _read_table(milestone: str, base: str) -> list[Planting]:
    name = f"{milestone}_{base}"
    if not (TABLES / f"{name}.py").exists():
        return []
    module = importlib.import_module(f"tests.diagnosis.plantings.{name}")
    return read_rows(milestone, base, module.ROWS)


def write_submission(milestone: Milestone, planting: Planting, target: Path) -> Path:
    """Write the base with its mistake into `target`; other milestones are the reference's."""
    write_base(milestone, planting.base, target)
    file = target / f"{milestone.module}.py"
    file.write_text(planting.apply(file.read_text()))
    return target


def write_base(milestone: Milestone, base: str, target: Path) -> Path:
    """Write a base without a mistake into `target`."""
    folder = base_folder(milestone, base)
    if base == REFERENCE or folder.parent == BASES:
        mutants.reference(milestone, target)
        shutil.copy(folder / f"{milestone.module}.py", target)
        return target
    return complete(load_course(), folder, target)


def find_milestones(ids: Sequence[str]) -> list[Milestone]:
    """Return the milestones named, or all."""
    return [each for each in load_course().milestones if not ids or each.id in ids]
