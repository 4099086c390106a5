"""What is written of a graded class: processor time and memory from 100 to 10,000 entries."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TypeVar

from autograder.lazy import Lazy
from autograder.reports import page
from autograder.reports.register import Register
from autograder.run.class_report import read_class, write_class_tables
from autograder.run.inbox import _with_score
from autograder.score import Outcome
from tests.benchmarks.measure import ROOT, Row, peak_memory
from tests.pictures.growth import write_growth
from tests.synthetic_class import write_scores

COUNTS = (100, 300, 1000, 3000, 10_000)
ROUNDS = 3
T = TypeVar("T")
PICTURE = ROOT / "docs/pictures/class-growth.svg"


def rows() -> list[Row]:
    """Write classes of growing size, each in a fresh process."""
    with tempfile.TemporaryDirectory() as place:
        for count in COUNTS:
            write_scores(Path(place) / str(count), count)
        looks = {
            count: [_measure(Path(place) / str(count)) for _ in range(ROUNDS)] for count in COUNTS
        }
    made = [row for count in (COUNTS[0], 1000, COUNTS[-1]) for row in _rows(count, looks[count])]
    _draw(looks)
    pairs = zip(looks[COUNTS[-1]], looks[1000], strict=True)
    grown = [(most["all"] / COUNTS[-1]) / (few["all"] / 1000) for most, few in pairs]
    return [
        *made,
        Row("all of it: an entry of 10,000 / an entry of 1,000", grown, "x", "about 1: linear"),
    ]


def _measure(folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.class_page", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _rows(count: int, looks: list[dict[str, float]]) -> list[Row]:
    last = count == COUNTS[-1]
    return [
        Row(f"page of {count} entries", [look["page"] for look in looks], "s", "10" * last),
        Row(
            f"feedback, table, CSV and page of {count}", [look["all"] for look in looks], "s",
            "60" * last, note="scores of m1 with twins, read once",
        ),
        Row(f"peak memory, {count} entries", [look["peak"] for look in looks], "MB", "200" * last),
    ]  # fmt: skip


def _draw(looks: dict[int, list[dict[str, float]]]) -> None:
    kinds = {"all": "all that is written", "page": "the page alone"}
    lines = {
        words: [(count, min(look[kind] for look in looks[count])) for count in COUNTS]
        for kind, words in kinds.items()
    }
    write_growth("Writing a graded class", "entries", lines, PICTURE)


def _main(folder: Path) -> None:
    """Write a class; print processor seconds and the peak of memory."""
    files = sorted(folder.glob("*/score.json"))
    outcomes = Lazy([_outcome(file) for file in files], _with_score)
    spent: dict[str, float] = {}
    with redirect_stdout(StringIO()):
        graded = _timed(spent, "read", lambda: read_class(outcomes, len(files), folder))
        _timed(spent, "tables", lambda: write_class_tables(graded, {}, folder, Register()))
        _timed(
            spent, "page", partial(page.write_class_page, graded.outcomes, folder / "index.html")
        )
    spent["all"] = spent["read"] + spent["tables"]
    spent["peak"] = peak_memory()
    print(json.dumps(spent))


def _outcome(file: Path) -> Outcome:
    return Outcome(file.parent.name, None, file, kept=True)


def _timed(spent: dict[str, float], name: str, work: Callable[[], T]) -> T:
    start = time.process_time()
    done = work()
    spent[name] = time.process_time() - start
    return done


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
