"""``autograder grade --similarity``: pairs of submissions that share code; workers read it."""

from collections.abc import Sequence
from pathlib import Path

from autograder.course import Part
from autograder.course.assignments import find_assignments
from autograder.intake import similarity
from autograder.intake.similarity import Fingerprints, Handout
from autograder.intake.stage import stage_entry
from autograder.intake.submission import Entry, Unusable
from autograder.language.catalogue import translate, translate_count
from autograder.reports import similar
from autograder.run.configure import best_isolation, shared_launcher
from autograder.sandbox.failures import CheckFailure, Raised
from autograder.sandbox.handle import Launcher
from autograder.sandbox.run_folder import temporary_folder
from autograder.words import list_shown

SECONDS = 10.0  # for one module: honest ones take a tenth
CPU_SECONDS, MEMORY_MB = 11, 1024
COPY_SHARE = 0.6  # of the code in a module: independent work stays below 0.45, copies above 0.7
ROOT = Path(__file__).parents[2]
LISTED = 5  # names in a sentence
Prints = dict[str, Fingerprints | None]  # of each module


def report_copies(entries: Sequence[Entry], milestones: Sequence[Part], out: Path) -> None:
    """Compare all entries module by module; write and print the pairs that are alike."""
    launcher = shared_launcher(best_isolation(), ())
    given = {one.module: similarity.read_handout(_handout_texts(one)) for one in milestones}
    prints = {entry.name: _read_entry(entry, given, launcher) for entry in entries}
    pairs = [
        (module, pair)
        for module in given
        for pair in similarity.find_pairs(_having(module, prints), COPY_SHARE)
    ]
    similar.write_similarity(pairs, out / "similarity.csv")
    one = "similar: {count} pair at or above {percent:.0f}%: {file}"
    many = "similar: {count} pairs at or above {percent:.0f}%: {file}"
    file = out / "similarity.csv"
    head = translate_count(one, many, len(pairs), percent=100 * COPY_SHARE, file=file)
    print("", head, *similar.describe_pairs(pairs, file), sep="\n")
    print(translate("A high share is a reason to look, not a verdict."))
    unread = [
        translate("{file} of {name}", file=f"{module}.py", name=name)
        for name, found in prints.items()
        for module in found
        if found[module] is None
    ]
    if unread:
        listed = list_shown(unread, LISTED)
        text = "Not compared, since to read it takes too much time or memory: {files}"
        print(translate(text, files=listed))


def _having(module: str, prints: dict[str, Prints]) -> dict[str, Fingerprints]:
    every = {name: found.get(module) for name, found in prints.items()}
    return {name: found for name, found in every.items() if found is not None}


def _handout_texts(milestone: Part) -> list[str]:
    """Return the texts of the stub, and of the reference where this kit has it.

    A milestone of the course's own has its solution alone: the stub is made of it.
    """
    if milestone.home:
        return [Path(milestone.home, f"{milestone.module}.py").read_text("utf-8")]
    name = f"{milestone.module}.py"
    folders = (find_assignments() / milestone.folder, ROOT / "solutions" / milestone.folder)
    return [(folder / name).read_text("utf-8") for folder in folders if (folder / name).is_file()]


def _read_entry(entry: Entry, given: dict[str, Handout], launcher: Launcher) -> Prints:
    """Return the fingerprints of each module that was handed in; None where reading it failed."""
    with temporary_folder() as folder:
        try:
            work = stage_entry(entry, [*given], folder)
        except Unusable:
            return {}
        return {
            module: _read_module(folder, module, handout, launcher)
            for module, handout in given.items()
            if work.holds(module)
        }


def _read_module(
    folder: Path, module: str, handout: Handout, launcher: Launcher
) -> Fingerprints | None:
    args = {"folder": str(folder), "module": module, "names": sorted(handout.names)}
    try:
        with launcher.start_worker(folder, CPU_SECONDS, MEMORY_MB) as worker:
            trees = worker.call_probe("fingerprints.hash_module", args, SECONDS)
    except Raised:  # a notebook that is none
        return Fingerprints()
    except CheckFailure:
        return None
    return similarity.name_fingerprints(module, trees, handout)
