"""``autograder grade --similarity``: pairs of submissions that share code."""

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

COPY_SHARE = 0.6  # of the code in a module: independent work stays below 0.45, copies above 0.7
ROOT = Path(__file__).parents[2]


def report_copies(entries: Sequence[Entry], milestones: Sequence[Milestone], out: Path) -> None:
    """Compare all entries module by module; write and print the pairs that are alike."""
    modules = [milestone.module for milestone in milestones]
    sources = {entry.name: _read_modules(entry, modules) for entry in entries}
    pairs = [
        (milestone.module, pair)
        for milestone in milestones
        for pair in _similar_pairs(milestone, sources)
    ]
    similar.write_similarity(pairs, out / "similarity.csv")
    count = "1 pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
    head = f"similar: {count} at or above {COPY_SHARE:.0%}: {out / 'similarity.csv'}"
    print("", head, *similar.describe_pairs(pairs, out / "similarity.csv"), sep="\n")
    print("A high share is a reason to look, not a verdict.")


def _similar_pairs(milestone: Milestone, sources: dict[str, dict[str, str]]) -> list[Pair]:
    module = milestone.module
    given = similarity.read_handout(_handout_texts(milestone))
    prints = {
        name: similarity.find_fingerprints({module: texts[module]}, given)
        for name, texts in sources.items()
        if module in texts
    }
    return similarity.find_pairs(prints, COPY_SHARE)


def _handout_texts(milestone: Milestone) -> list[str]:
    """Return the texts of the stub, and of the reference where this kit has it."""
    name = f"{milestone.module}.py"
    folders = (find_assignments() / milestone.folder, ROOT / "solutions" / milestone.folder)
    return [(folder / name).read_text("utf-8") for folder in folders if (folder / name).is_file()]


def _read_modules(entry: Entry, modules: Sequence[str]) -> dict[str, str]:
    """Return the source of each module; of a notebook its code cells, one after the other."""
    sources: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder, suppress(Unusable):
        stage_entry(entry, modules, Path(folder))
        for module in modules:
            file, notebook = (Path(folder) / f"{module}{end}" for end in (".py", ".ipynb"))
            if file.is_file():
                sources[module] = file.read_text("utf-8", "replace")
            elif notebook.is_file():
                with suppress(ImportError):
                    sources[module] = "\n".join(code_cells(notebook.read_bytes(), file.name))
    return sources
