"""``python -m tests.evidence.chance [CHECK ...] [-n200] [--full] [--record]``: who fails by chance.

Every check that trains is run as the hidden twin of submissions that differ in nothing but their
hash: on the reference, the alternatives and further sound choices, which must pass, and on work
that must not. What was measured is kept in ``out/chance.jsonl``; a run that was ended goes on where it
was, and with a larger number of hashes only adds. With ``--record`` all that is kept goes into
``docs/evidence.md``, where a line stays until as many hashes were measured anew.
"""

import hashlib
import itertools
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from autograder.course import Course, Milestone, load_course
from autograder.run.configure import limit_threads
from tests.evidence import odds
from tests.evidence.choices import SOUND, UNSOUND, UNSOUND_FIT, Choice
from tests.evidence.local import LocalCheck
from tests.evidence.measure import ROOT
from tests.implementations import REFERENCE, complete, implementations

KEPT = ROOT / "out" / "chance.jsonl"
RECORDED = ROOT / "docs" / "evidence.md"
MARKED = re.compile(r"(?<=<!-- chance -->\n).*(?=\n<!-- end of chance -->)", re.DOTALL)
HASHES = 200
OWN = {  # the checks whose model and plan are the learner's own, and the function that chooses
    "m4.classifier": "train_classifier", "m4.classifier_seed": "train_classifier",
    "m4.classifier_alone": "train_classifier", "m5.train_cnn": "train_cnn",
    "m5.train_cnn_seed": "train_cnn", "m5.train_cnn_alone": "train_cnn",
    "m5.train_cnn_sizes": "train_cnn", "m6.held_out": "train_gpt",
}  # fmt: skip
GIVEN = (  # those whose model and plan the check gives
    "m2.four_points", "m2.overfit_batch", "m2.moons", "m3.sine", "m3.overfit_batch", "m3.images",
    "m4.overfit_batch", "m4.regimes", "m4.epoch", "m5.overfit_batch", "m6.overfit_batch", "m6.copy",
    "m6.step",
)  # fmt: skip
LONG = {  # a training takes so long that there are fewer hashes, by this factor
    "m5.train_cnn": 4, "m5.train_cnn_seed": 4, "m5.train_cnn_alone": 4, "m5.train_cnn_sizes": 4,
    "m6.copy": 4, "m6.held_out": 16,
}  # fmt: skip
LONG_IN_FULL = 16  # the same again, for what takes the images or the text of the full profile
LEAST_HASHES = 6
ENOUGH = 6  # hashes of a work, for it to be recorded
LEARNT_ONLY = ("untrained", "labels shuffled")  # what a check that asks for little must not pass
ASKS_LITTLE = ("seed", "alone", "sizes")
NO_LABELS = ("m3.sine",)


@dataclass(frozen=True)
class Work:
    """What is handed in.

    Attributes
    ----------
    name : str
        ``reference``, the folder of an alternative, or the name of a choice.
    is_sound : bool
        Whether it must pass.
    folder : Path
        Its modules; those it lacks are the reference's.
    choice : Choice or None
        What is written into them.
    """

    name: str
    is_sound: bool
    folder: Path
    choice: Choice | None = None

    def write(self, course: Course, target: Path) -> Path:
        """Write all modules into `target`."""
        complete(course, self.folder, target)
        if self.choice:
            with (target / f"{self.choice.module}.py").open("a") as file:
                file.write(f"\n\n{self.choice.code}")
        return target


def works(milestone: Milestone, check: str) -> list[Work]:
    """Return everything that is handed in for `check`."""
    folders = implementations(milestone)
    name = OWN.get(check)
    sound = SOUND[name] if name else {}
    unsound = UNSOUND[name] if name else UNSOUND_FIT.get(milestone.id, UNSOUND_FIT["m4"])
    if check.rpartition("_")[2] in ASKS_LITTLE:
        unsound = {one: unsound[one] for one in LEARNT_ONLY}
    if check in NO_LABELS:
        unsound = {one: how for one, how in unsound.items() if one != "labels shuffled"}
    base = folders[REFERENCE]
    return [
        *(Work(one, True, folder) for one, folder in folders.items()),
        *(Work(one, True, base, choice) for one, choice in sound.items()),
        *(Work(one, False, base, choice) for one, choice in unsound.items()),
    ]


def main(arguments: list[str]) -> int:
    """Measure what is not kept yet, print the table; return 1 where a rate is too high."""
    limit_threads()
    profile = "full" if "--full" in arguments else "quick"
    most = int(next((one[2:] for one in arguments if one.startswith("-n")), HASHES))
    wanted = [one for one in arguments if not one.startswith("-")] or [*GIVEN, *OWN]
    course = load_course()
    found = [row for check in wanted for row in rows(course, profile, check, most)]
    if "--record" in arguments:
        told = odds.table([*recorded(course, RECORDED.read_text())])
        RECORDED.write_text(MARKED.sub(lambda _: told, RECORDED.read_text()))
    print(odds.table([row.line for row in found]))
    return 1 if any(not row.holds for row in found) else 0


def rows(course: Course, profile: str, check: str, most: int) -> Iterator[odds.Row]:
    """Measure `check` on every work; yield a line each."""
    milestone = course.milestone(check.partition(".")[0])
    for work in works(milestone, check):
        count = hashes(profile, check, work, most)
        with tempfile.TemporaryDirectory() as raw:
            folder = work.write(course, Path(raw))
            key = made_from(milestone, profile, check, work, folder)
            runs = kept_runs(key)
            if len(runs) < count:
                told = f"{profile} {check} {work.name}"
                print(f"{told}: {len(runs)} of {count} ...", file=sys.stderr, flush=True)
                jobs = (key, check, profile, str(folder))
                with ProcessPoolExecutor(
                    1, get_context("spawn"), initializer=limit_threads
                ) as pool:
                    pool.submit(measure, *jobs, len(runs), count).result()
        yield odds.Row(profile, check, work.name, work.is_sound, kept_runs(key))


def hashes(profile: str, check: str, work: Work, most: int) -> int:
    """Return for how many hashes a check is run: for a quarter where it is far from passing."""
    share = LONG.get(check, 1) * (LONG_IN_FULL if profile == "full" else 1)
    return max(most // share // (1 if work.is_sound else 4), LEAST_HASHES)


def recorded(course: Course, document: str) -> Iterator[str]:
    """Yield the lines of the table: what is kept, or the `document`'s where that has more hashes."""
    (table,) = MARKED.findall(document)
    lines = {tuple(cells[:3]): (int(cells[3]), line) for cells, line in odds.read_table(table)}
    for profile, check in itertools.product(("quick", "full"), (*GIVEN, *OWN)):
        milestone = course.milestone(check.partition(".")[0])
        for work in works(milestone, check):
            with tempfile.TemporaryDirectory() as raw:
                folder = work.write(course, Path(raw))
                runs = kept_runs(made_from(milestone, profile, check, work, folder))
            before, line = lines.get((profile, check, work.name), (ENOUGH, ""))
            if len(runs) >= before:
                yield odds.Row(profile, check, work.name, work.is_sound, runs).line
            elif line:
                yield line


def measure(key: str, check: str, profile: str, folder: str, first: int, count: int) -> None:
    """Run `check` for the hashes from `first` on, and keep each result."""
    local = LocalCheck(load_course(), check, profile, Path(folder))
    KEPT.parent.mkdir(exist_ok=True)
    for number in range(first, count):
        begun = time.perf_counter()
        passed, numbers = local.run(f"{number:064x}")
        plain = {name: got for name, got in numbers.items() if not isinstance(got, str)}
        line = {"key": key, "about": f"{profile} {check}", "passed": passed, "numbers": plain,
                "seconds": round(time.perf_counter() - begun, 3)}  # fmt: skip
        with KEPT.open("a") as file:
            file.write(json.dumps(line) + "\n")


def kept_runs(key: str) -> list[dict[str, Any]]:
    """Return the runs that are kept, in the order of their hashes."""
    if not KEPT.exists():
        return []
    lines = map(json.loads, KEPT.read_text().splitlines())
    return [line for line in lines if line["key"] == key]


def made_from(milestone: Milestone, profile: str, check: str, work: Work, folder: Path) -> str:
    """Return a hash of everything that a run depends on: what it was measured on."""
    name = f"check_{check.partition('.')[2]}"
    own = [str(one.__file__) for one in milestone.checks if hasattr(one, name)]
    beside = {f"{unit.module}.py" for unit in load_course().units}  # alternatives hold units too
    modules = [file for file in sorted(folder.glob("*.py")) if file.name not in beside]
    files = [*modules, *map(Path, own)]
    parts = [profile, check, work.name, *(file.read_text() for file in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
