"""``similarity.csv``: pairs of submissions that share code, with the lines where."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from autograder.files import write_atomically
from autograder.reports.gradebook import safe

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


def lines(pair: Pair) -> tuple[str, str]:
    """Return the matching lines of both sides: ``12-40, 55-61``."""
    left = ", ".join(f"{first}-{last}" for (_, first, last), _ in pair.regions)
    right = ", ".join(f"{first}-{last}" for _, (_, first, last) in pair.regions)
    return left, right
