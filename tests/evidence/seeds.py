"""``python -m tests.evidence.seeds [CHECK ...] [--record]``: where the accuracy thresholds are from.

A check that leaves everything to the learner, and only counts how many held-out answers are right,
is run on the reference and on each alternative with 20 seeds; the seed draws what is held out and
is handed to the training. A threshold lies below the mean less four standard deviations.
"""

import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.cli.grading import best_isolation, grade_entry, prepare, settings
from autograder.course import Course, Milestone, load
from autograder.grading.submission import Entry
from autograder.judging.thresholds import reached
from tests.evidence.measure import ROOT

CHECKS = ("m4.classifier",)
SEEDS = range(1, 21)
DEVIATIONS = 4
RECORDED = ROOT / "tests" / "evidence" / "seeds.md"
HEAD = (
    "| check | implementation | mean | deviation | worst | mean less 4 deviations | threshold |\n"
    "|---|---|--:|--:|--:|--:|--:|"
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
    shares : list of float
        Right answers, one share a seed.
    threshold : float
        The check's.
    """

    check: str
    implementation: str
    shares: list[float]
    threshold: float

    @property
    def floor(self) -> float:
        """The mean less four standard deviations."""
        return statistics.mean(self.shares) - DEVIATIONS * statistics.stdev(self.shares)

    @property
    def line(self) -> str:
        """This as a line of the table."""
        mean, deviation = statistics.mean(self.shares), statistics.stdev(self.shares)
        numbers = (mean, deviation, min(self.shares), self.floor, self.threshold)
        shown = " | ".join(f"{number:.4f}" for number in numbers)
        return f"| {self.check} | {self.implementation} | {shown} |"


def main(arguments: list[str]) -> int:
    """Measure, print and write; return 1 where a threshold is above a floor."""
    prepare()
    course = load()
    wanted = [name for name in arguments if not name.startswith("-")] or CHECKS
    found = [seeds for check in wanted for seeds in _all(course, check)]
    told = "\n".join([HEAD, *(seeds.line for seeds in found)])
    print(told)
    if "--record" in arguments:
        RECORDED.write_text(f"# 20 seeds, quick profile\n\n{told}\n")
    return 1 if any(seeds.floor < seeds.threshold for seeds in found) else 0


def _all(course: Course, check: str) -> Iterator[Seeds]:
    milestone = course.milestone(check.partition(".")[0])
    for name, folders in implementations(course, milestone).items():
        print(f"{check}: {name} ...", file=sys.stderr, flush=True)
        results = [_reached(course, milestone, check, folders, seed) for seed in SEEDS]
        yield Seeds(check, name, [got for got, _ in results], results[0][1])


def implementations(course: Course, milestone: Milestone) -> dict[str, Path]:
    """Return the folders that hold `milestone`, by name: the reference and the alternatives."""
    own = f"{milestone.module}.py"
    alternatives = sorted(file.parent for file in (ROOT / "tests/alternatives").glob(f"*/{own}"))
    return {"reference": ROOT / "solutions", **{folder.name: folder for folder in alternatives}}


def _reached(
    course: Course, milestone: Milestone, check: str, folder: Path, seed: int
) -> tuple[float, float]:
    usual = settings(course, "quick", best_isolation(), hidden=False)
    how = replace(usual, only=frozenset([check]), seed=seed)
    score = grade_entry(Entry(folder.name, folder), [milestone], course.modules, how).score
    (one,) = score.checks
    (result,) = [each for each in reached(one.measurements) if each.name == "accuracy"]
    return result.got, result.wanted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
