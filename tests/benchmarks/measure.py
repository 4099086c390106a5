"""What all benchmarks share: rows of the table, and fair timing on a machine that is not quiet."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "solutions" / "m1_scalar_autograd"
MODULE = "engine.py"

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what : str
        What was measured.
    samples : list of float
        All of them, in `unit`.
    unit : str
        ``ms``, ``MB``, ``submissions/s``.
    target : str
        What is aimed at; empty where nothing is.
    most_is_best : bool
        For rates and ratios.
    note : str
        How to read it.
    """

    what: str
    samples: list[float]
    unit: str
    target: str = ""
    most_is_best: bool = False
    note: str = ""

    @property
    def median(self) -> float:
        """The middle of all samples."""
        return statistics.median(self.samples)

    @property
    def best(self) -> float:
        """The sample that the rest of the machine disturbed least."""
        return max(self.samples) if self.most_is_best else min(self.samples)


@dataclass
class Stopwatch:
    """Wall-clock seconds of a ``with timed() as watch`` block, once it has ended."""

    began: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Time a block."""
    watch = Stopwatch()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - watch.began


def interleaved(tasks: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Run every task once a round, so that a busy minute hits all of them alike."""
    found: dict[str, list[T]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            found[name].append(task())
    return found


def load() -> str:
    """Return the load averages and the processors they fall on."""
    one, five, _ = os.getloadavg()
    return f"{one:.1f} (1 min), {five:.1f} (5 min) on {len(os.sched_getaffinity(0))} cores"


def milliseconds(seconds: list[float]) -> list[float]:
    """Return `seconds` in ms."""
    return [1e3 * each for each in seconds]


def copies(folder: Path, count: int, first: int = 0) -> list[Path]:
    """Write `count` references that differ in one comment; return their folders."""
    source = (REFERENCE / MODULE).read_text()
    made = [folder / f"student{number:04d}" for number in range(first, first + count)]
    for place in made:
        place.mkdir(parents=True)
        (place / MODULE).write_text(f"{source}\n# {place.name}\n")
    return made
