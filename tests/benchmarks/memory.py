"""Does a judge process grow? One process grades many submissions and looks at itself.

It notes processor time, too, its workers' included, and draws it. ``ENTRIES=10000`` grades so many.
"""

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
from tests.pictures.growth import write_growth

MOST = int(os.environ.get("ENTRIES", "500"))
LOOKS = [each for each in (10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000) if each <= MOST]
PICTURE = ROOT / "docs/pictures/grade-growth.svg"
ONLY = frozenset({"m1.tanh"})
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def rows() -> list[Row]:
    """Grade `MOST` submissions in a fresh process."""
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
    line = [(float(graded), look["cpu"]) for graded, look in seen.items()]
    write_growth("Grading one check of each", "entries", {"judge and workers": line}, PICTURE)
    early, late = (_cost(seen, *ends) for ends in ((LOOKS[0], LOOKS[2]), (LOOKS[2], last)))
    note = f"{1e3 * late:.0f} ms of processor time for one, workers included"
    return [
        *made,
        Row("growth per submission", [grown], "KB", "flat"),
        Row(
            f"grading one check: an entry after {LOOKS[2]} / an entry before", [late / early], "x",
            "about 1: linear", note=note,
        ),
    ]  # fmt: skip


def _cost(seen: dict[int, dict[str, float]], first: int, last: int) -> float:
    """Return the processor seconds of an entry between two looks."""
    return (seen[last]["cpu"] - seen[first]["cpu"]) / (last - first)


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
                seen[number] = {"now": _resident(), "peak": _peak(), "cpu": _processor_time()}
    print(json.dumps(seen))


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MB


def _processor_time() -> float:
    own, workers = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in (own, workers))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    _main()
