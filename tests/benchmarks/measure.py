"""What all benchmarks share: rows of the table, and fair timing on a machine that is not quiet."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "solutions" / "m1_scalar_autograd"
MODULE = "engine.py"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

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
    """Seconds of a ``with timed() as watch`` block, once it has ended: on the clock, of processor time."""

    began: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0
    began_cpu: float = field(default_factory=time.process_time)
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Time a block."""
    watch = Stopwatch()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - watch.began
        watch.cpu = time.process_time() - watch.began_cpu


def interleaved(tasks: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Run every task once a round, so that a busy minute hits all of them alike."""
    found: dict[str, list[T]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            found[name].append(task())
    return found


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def describe_machine() -> str:
    """Return the processor's name, how many cores may be used, and versions."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if platform.system() == "Linux" else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0))
    parts = [
        f"NumPy {version('numpy')}",
        *[f"PyTorch {version('torch')}"] * bool(find_spec("torch")),
    ]
    return ", ".join([
        names[0] if names else platform.processor(), f"{cores} cores", *parts,
        f"Python {platform.python_version()}", f"{platform.system()} {platform.release()}",
    ])  # fmt: skip


def peak_memory() -> float:
    """Return this process's own peak in MB; getrusage would tell the parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


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
