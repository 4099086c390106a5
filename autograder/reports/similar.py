"""``similarity.csv``: pairs of submissions that share code, with the lines where."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from autograder.files import write_atomically
from autograder.reports.gradebook import safe
from autograder.words import few

MOST = 10  # pairs that a terminal shows
RANGES = 3  # of lines, of each
COLUMNS = ("module", "share", "submission", "other", "lines", "other_lines")


class Pair(Protocol):
    """Two submissions that share code."""

    @property
    def one(self) -> str:
        """A name."""

    @property
    def other(self) -> str:
        """Another."""

    @property
    def share(self) -> float:
        """From 0 to 1."""

    @property
    def regions(self) -> list[tuple[tuple[str, int, int], tuple[str, int, int]]]:
        """File, first and last line on both sides."""


def write(found: Sequence[tuple[str, Pair]], file: Path) -> None:
    """Write a row for each module and pair."""
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    table.writerow(COLUMNS)
    for module, pair in found:
        names = (safe(pair.one), safe(pair.other))
        table.writerow([module, round(pair.share, 2), *names, *lines(pair)])
    write_atomically(file, text.getvalue().encode("utf-8", "replace"))


def told(found: Sequence[tuple[str, Pair]], file: Path) -> list[str]:
    """Return a line for each of the pairs that share most, and where the rest stands."""
    most = sorted(found, key=lambda one: -one[1].share)
    more = [f"  and {len(most) - MOST} more in {file}"] if len(most) > MOST else []
    return [*(_told(module, pair) for module, pair in most[:MOST]), *more]


def _told(module: str, pair: Pair) -> str:
    left, right = (few(side.split(", "), RANGES) for side in lines(pair))
    share = f"{100 * pair.share:3.0f} %"
    return f"  {share}  {module}: {pair.one!r} lines {left} and {pair.other!r} lines {right}"


def lines(pair: Pair) -> tuple[str, str]:
    """Return the matching lines of both sides: ``12-40, 55``."""
    left = ", ".join(_range(first, last) for (_, first, last), _ in pair.regions)
    right = ", ".join(_range(first, last) for _, (_, first, last) in pair.regions)
    return left, right


def _range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}"
