"""The learner's own compute: recorded questions, put to a submission without a grader.

``python -m tests.benchmarks.direct FOLDER FILE`` prints wall and processor seconds of all calls.
"""

import contextlib
import gc
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course import load_course
from autograder.judge.outcome import CheckRun
from autograder.sandbox.environment import ENVIRONMENT
from autograder.worker import wire
from autograder.worker.serve import load_probes
from tests.benchmarks.measure import ROOT


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and of processor time."""

    wall: float
    cpu: float

    def __sub__(self, other: "Spent") -> "Spent":
        """Return what is left when `other` is taken off."""
        return Spent(self.wall - other.wall, self.cpu - other.cpu)


def record(runs: Sequence[CheckRun], file: Path) -> None:
    """Write all questions that `runs` asked to `file`, check by check."""
    asked = [[[each.probe, each.args] for each in run.exchanges] for run in runs]
    file.write_bytes(wire.encode(asked))


def own_compute(folder: Path, questions: Path) -> Spent:
    """Return what `folder` takes to answer `questions`, its import included."""
    command = [sys.executable, "-B", "-m", "tests.benchmarks.direct", str(folder), str(questions)]
    done = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=ENVIRONMENT)
    return Spent(**json.loads(done.stdout))


def _main(folder: str, questions: str) -> None:
    asked = wire.decode(Path(questions).read_bytes())
    probes = load_probes([milestone.probes for milestone in load_course().milestones])
    sys.path.insert(0, folder)
    spent = [_answered(probes, of_a_check) for of_a_check in asked]
    print(
        json.dumps({"wall": sum(one.wall for one in spent), "cpu": sum(one.cpu for one in spent)})
    )


def _answered(probes: Mapping[str, ModuleType], asked: list[tuple[str, dict[str, Any]]]) -> Spent:
    began = Spent(time.perf_counter(), time.process_time())
    for name, args in asked:
        short, function = name.split(".")
        with contextlib.suppress(Exception):  # some questions ask for an exception
            getattr(probes[short], function)(**args)
    spent = Spent(time.perf_counter(), time.process_time()) - began
    gc.collect()  # a worker begins without its neighbours' garbage
    return spent


if __name__ == "__main__":
    _main(*sys.argv[1:])
