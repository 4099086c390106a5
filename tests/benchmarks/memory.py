"""Does a judge process grow? One process grades many submissions and looks at itself."""

import dataclasses
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.course import load_course
from autograder.intake.submission import Entry
from autograder.run.configure import best_isolation, limit_threads, make_settings
from autograder.run.entry import grade_and_write
from autograder.run.results import GradingOrder
from tests.benchmarks.measure import ROOT, Row, copies

LOOKS = (10, 50, 100, 250, 500)  # submissions graded so far
ONLY = frozenset({"m1.tanh"})
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def rows() -> list[Row]:
    """Grade 500 submissions in a fresh process."""
    command = [sys.executable, "-m", "tests.benchmarks.memory"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    seen = {int(graded): look for graded, look in json.loads(done.stdout).items()}
    last = max(seen)
    made = [
        Row(
            f"judge after {graded} submissions",
            [look["now"]],
            "MB",
            note=f"peak {look['peak']:.1f} MB",
        )
        for graded, look in seen.items()
    ]
    grown = 1024 * (seen[last]["now"] - seen[min(seen)]["now"]) / (last - min(seen))
    return [*made, Row("growth per submission", [grown], "KB", "flat")]


def _main() -> None:
    limit_threads()
    course = load_course()
    how = dataclasses.replace(make_settings(course, None, best_isolation(), hidden=True), only=ONLY)
    seen = {}
    with tempfile.TemporaryDirectory() as place:
        for number in range(1, max(LOOKS) + 1):
            (folder,) = copies(Path(place), 1, number)
            order = GradingOrder(
                Path(place) / "out", [course.milestone("m1")], course.modules, how, True
            )
            grade_and_write(order, Entry(folder.name, folder))
            shutil.rmtree(folder)
            if number in LOOKS:
                seen[number] = {"now": _resident(), "peak": _peak()}
    print(json.dumps(seen))


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MB


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    _main()
