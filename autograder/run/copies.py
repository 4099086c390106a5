"""``autograder grade --similarity``: whose code is somebody else's."""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autograder.course import Milestone
from autograder.course.assignments import find_assignments
from autograder.intake import similarity
from autograder.intake.similarity import Pair
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Unusable
from autograder.reports import similar
from autograder.worker.imports import code_cells

SHARE = 0.6  # of one's own code in a module: independent work stays below 0.45, copies above 0.7
ROOT = Path(__file__).parents[2]


def run(entries: Sequence[Entry], milestones: Sequence[Milestone], out: Path) -> None:
    """Compare all entries module by module; write and print the pairs that are alike."""
    modules = [milestone.module for milestone in milestones]
    sources = {entry.name: _sources(entry, modules) for entry in entries}
    found = [
        (milestone.module, pair) for milestone in milestones for pair in _alike(milestone, sources)
    ]
    similar.write_similarity(found, out / "similarity.csv")
    pairs = "1 pair" if len(found) == 1 else f"{len(found)} pairs"
    head = f"similar: {pairs} at or above {SHARE:.0%}: {out / 'similarity.csv'}"
    print("", head, *similar.describe_pairs(found, out / "similarity.csv"), sep="\n")
    print("A high share is a reason to look, not a verdict.")


def _alike(milestone: Milestone, sources: dict[str, dict[str, str]]) -> list[Pair]:
    module = milestone.module
    given = similarity.read_handout(_handed_out(milestone))
    own = {
        name: similarity.find_fingerprints({module: texts[module]}, given)
        for name, texts in sources.items()
        if module in texts
    }
    return similarity.find_pairs(own, SHARE)


def _handed_out(milestone: Milestone) -> list[str]:
    """Return the stub, and the reference where this kit has it."""
    name = f"{milestone.module}.py"
    places = (find_assignments() / milestone.folder, ROOT / "solutions" / milestone.folder)
    return [(place / name).read_text("utf-8") for place in places if (place / name).is_file()]


def _sources(entry: Entry, modules: Sequence[str]) -> dict[str, str]:
    """Return the source of each module; of a notebook its code cells, one after the other."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="autograder-") as place, suppress(Unusable):
        stage_entry(entry, modules, Path(place))
        for module in modules:
            file, notebook = (Path(place) / f"{module}{end}" for end in (".py", ".ipynb"))
            if file.is_file():
                found[module] = file.read_text("utf-8", "replace")
            elif notebook.is_file():
                with suppress(ImportError):
                    found[module] = "\n".join(code_cells(notebook.read_bytes()))
    return found
