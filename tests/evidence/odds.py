"""From the runs of a check to the chance that it comes out wrong."""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import log_ndtr
from scipy.stats import chi, norm

from autograder.checks.m4_training_loop.draws import DRAWS
from autograder.numerics.thresholds import AT_LEAST, TRIES, Result, find_results

MOST_FAIL, MOST_PASS = 1e-4, 1e-3
HEAD = (
    "| profile | check | work | hashes | passed | mean | deviation | lowest | highest | wanted "
    "| chance |\n|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|"
)
POOLED = ("m4.classifier", "m5.train_cnn")  # a first draw that is near is judged with the others
AGAIN = ("m2.four_points", "m3.sine", "m6.copy")  # a run that falls short is made again
TWICE = ("m6.held_out",)  # a run that is near is made again once
SETTLED = ("m2.overfit_batch", "m2.moons", "m4.regimes")  # drawn until the judge's own run is right


@dataclass(frozen=True)
class Row:
    """One work in one check.

    Attributes
    ----------
    profile, check, work : str
    is_sound : bool
        Whether the work must pass.
    runs : list of dict
        What `chance` keeps: one a hash.
    """

    profile: str
    check: str
    work: str
    is_sound: bool
    runs: list[dict[str, Any]]

    @property
    def results(self) -> list[Result]:
        """The result of each run that was nearest to its threshold, or farthest beyond."""
        return [min(found, key=margin) for run in self.runs if (found := _results(run))]

    @property
    def chance(self) -> float:
        """The chance of a wrong outcome: to fail for sound work, to pass for the other.

        Margins are taken as normal (see `short`), or the share of wrong outcomes is, if it is
        larger. A check that judges a near first draw by all of them fails sound work only if all
        together are too few, and passes other work if the first or all are enough; one that tries
        again fails it only if every try falls short.
        """
        margins = list(map(margin, self.results))
        wrong = sum(run["passed"] != self.is_sound for run in self.runs) / len(self.runs)
        if self.check in SETTLED or len(margins) < len(self.runs) or len(margins) < 2:
            return wrong
        if any(one >= 0 and not run["passed"] for one, run in zip(margins, self.runs, strict=True)):
            return wrong  # something else than a threshold fails it
        fails, passes = short(margins, tries=self._tries)
        if self.check in POOLED:
            all_fail, all_pass = short(margins, draws=DRAWS[self.profile])
            fails, passes = min(fails, all_fail), min(1.0, passes + all_pass)
        return max(wrong, fails if self.is_sound else passes)

    @property
    def _tries(self) -> int:
        return TRIES if self.check in AGAIN else 2 if self.check in TWICE else 1

    @property
    def holds(self) -> bool:
        """Whether the chance is small enough."""
        return self.chance <= (MOST_FAIL if self.is_sound else MOST_PASS)

    @property
    def line(self) -> str:
        """This as a line of the table."""
        passed = sum(run["passed"] for run in self.runs)
        wanted = {(one.name, one.side) for one in self.results}
        got = [one.got for one in self.results] if len(wanted) == 1 else []
        cells = [
            self.profile, self.check, self.work, len(self.runs), passed, *_spread(got),
            _wanted(self.results), f"{'fails' if self.is_sound else 'passes'} {_told(self.chance)}",
        ]  # fmt: skip
        return f"| {' | '.join(map(str, cells))} |"


def margin(result: Result) -> float:
    """Return by how much a result is on the right side: a share's distance, a loss's factor."""
    if result.side == AT_LEAST:
        return result.got - result.wanted
    return math.log(result.wanted / max(result.got, 1e-300))


def short(margins: Sequence[float], tries: int = 1, draws: int = 1) -> tuple[float, float]:
    """Return the chances that a further hash falls short of its threshold, and that it does not.

    Margins are taken as normal. Their mean and deviation are known as well as so many of them
    tell: the chance is the mean over all that may have given them (with one try, Student's t).

    Parameters
    ----------
    margins : sequence of float
        At least two; above 0 is on the right side.
    tries : int
        How often it must fall short.
    draws : int
        How many are judged by their mean.
    """
    mean, deviation, count = statistics.mean(margins), statistics.stdev(margins), len(margins)
    if deviation == 0.0:
        return float(mean < 0), float(mean >= 0)
    freedom = count - 1
    scale, scale_step = np.linspace(1e-6, 4, 4000, retstep=True)  # deviation found / the true one
    shift, shift_step = np.linspace(-8, 8, 161, retstep=True)  # of the mean, in its standard errors
    weight = np.outer(
        chi.pdf(scale * math.sqrt(freedom), freedom) * math.sqrt(freedom) * scale_step,
        norm.pdf(shift) * shift_step,
    )
    distance = scale[:, None] * mean / deviation + shift / math.sqrt(count)
    each = tries * log_ndtr(-distance * math.sqrt(draws))
    return float((weight * np.exp(each)).sum()), float((weight * -np.expm1(each)).sum())


def table(lines: Sequence[str]) -> str:
    """Return the lines under their head."""
    return "\n".join([HEAD, *lines])


def read_table(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of every line under the head of a table, and the line."""
    for line in text.splitlines()[HEAD.count("\n") + 1 :]:
        yield [cell.strip() for cell in line.strip("|").split("|")], line


def _results(run: dict[str, Any]) -> list[Result]:
    """Return the results of a run; a first draw counts, not the last or all."""
    numbers = dict(run["numbers"])
    first = {name: numbers[f"first_{name}"] for name in numbers if f"first_{name}" in numbers}
    return find_results(numbers | first)


def _spread(got: Sequence[float]) -> Iterator[str]:
    if not got:
        yield from ("",) * 4
        return
    deviation = statistics.stdev(got) if len(got) > 1 else 0.0
    for number in (statistics.mean(got), deviation, min(got), max(got)):
        yield f"{number:.4f}"


def _wanted(results: Sequence[Result]) -> str:
    """Return the threshold; nothing where several were kept."""
    told = dict.fromkeys(f"{one.side} {one.wanted:.3g}" for one in results)
    return next(iter(told)) if len(told) == 1 else ""


def _told(chance: float) -> str:
    return "0" if chance == 0 else "< 1e-9" if chance < 1e-9 else f"{chance:.1e}"
