"""``python -m tests.evidence.seeds [CHECK ...] [--record]``: where the thresholds are from.

A check that judges what was learnt by what it does on held-out data is run on the reference and on
each alternative with 20 seeds; the seed draws what is held out and, where the check does not fix
it, is handed to the training. The margin is by how much a threshold is kept; a right solution must
keep it at the mean less four standard deviations, too.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from autograder.course import Course, load_course
from autograder.intake.submission import Entry
from autograder.numerics.thresholds import AT_LEAST, AT_MOST, Result, find_results
from autograder.run.configure import best_isolation, limit_threads, make_settings
from autograder.run.entry import grade_entry
from tests.evidence.measure import ROOT
from tests.implementations import complete, implementations

CHECKS = ("m4.classifier", "m5.train_cnn", "m6.copy", "m6.held_out")
SEEDS = range(1, 21)
DEVIATIONS = 4
RESULTS = ("accuracy", "loss")
RECORDED = ROOT / "tests" / "evidence" / "seeds.md"
HEAD = (
    "| check | implementation | mean | threshold | margin | deviation | worst margin "
    "| margin less 4 deviations |\n|---|---|--:|--:|--:|--:|--:|--:|"
)


@dataclass(frozen=True)
class Seeds:
    """What one implementation reached in one check.

    Attributes
    ----------
    check : str
        ``m4.classifier``.
    implementation : str
        ``reference``, or the folder of an alternative.
    results : list of Result
        What was reached, and the threshold: one a seed.
    """

    check: str
    implementation: str
    results: list[Result]

    @property
    def margins(self) -> list[float]:
        """By how much each threshold was kept; negative where it was not."""
        sign = {AT_LEAST: 1.0, AT_MOST: -1.0}
        return [sign[one.side] * (one.got - one.wanted) for one in self.results]

    @property
    def floor(self) -> float:
        """The mean margin less four standard deviations."""
        return statistics.mean(self.margins) - DEVIATIONS * statistics.stdev(self.margins)

    @property
    def line(self) -> str:
        """This as a line of the table."""
        got, wanted = (
            statistics.mean(getattr(one, name) for one in self.results)
            for name in ("got", "wanted")
        )
        mean, deviation = statistics.mean(self.margins), statistics.stdev(self.margins)
        numbers = (got, wanted, mean, deviation, min(self.margins), self.floor)
        shown = " | ".join(f"{number:.4f}" for number in numbers)
        return f"| {self.check} | {self.implementation} | {shown} |"


def main(arguments: list[str]) -> int:
    """Measure, print and write; return 1 where a threshold might not be kept."""
    limit_threads()
    course = load_course()
    wanted = [name for name in arguments if not name.startswith("-")] or CHECKS
    found = [seeds for check in wanted for seeds in _all(course, check)]
    told = "\n".join([HEAD, *(seeds.line for seeds in found)])
    print(told)
    if "--record" in arguments:
        RECORDED.write_text(f"# 20 seeds, quick profile\n\n{told}\n")
    return 1 if any(seeds.floor < 0 for seeds in found) else 0


def _all(course: Course, check: str) -> Iterator[Seeds]:
    milestone = course.milestone(check.partition(".")[0])
    for name, folder in implementations(milestone).items():
        print(f"{check}: {name} ...", file=sys.stderr, flush=True)
        with (
            tempfile.TemporaryDirectory() as raw,
            ProcessPoolExecutor(
                os.cpu_count(), get_context("spawn"), initializer=limit_threads
            ) as pool,
        ):
            work = complete(course, folder, Path(raw))
            yield Seeds(check, name, list(pool.map(partial(_reached, check, work), SEEDS)))


def _reached(check: str, folder: Path, seed: int) -> Result:
    course = load_course()
    usual = make_settings(course, "quick", best_isolation(), hidden=False)
    how = replace(usual, only=frozenset([check]), seed=seed)
    milestone = course.milestone(check.partition(".")[0])
    score = grade_entry(Entry(folder.name, folder), [milestone], course.modules, how).score
    (one,) = score.checks
    (result,) = [each for each in find_results(one.measurements) if each.name in RESULTS]
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
