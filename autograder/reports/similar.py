"""``similarity.csv``: pairs of submissions that share code, with the lines where."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.intake.similarity import Pair
from autograder.reports.gradebook import escape_formula
from autograder.words import join_first

LISTED = 10  # pairs that a terminal shows
RANGES = 3  # of lines, per submission
PAIR_COLUMNS = ("module", "share", "submission", "other", "lines", "other_lines")


def write_similarity(pairs: Sequence[tuple[str, Pair]], file: Path) -> None:
    """Write a row for each module and pair."""
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    table.writerow(PAIR_COLUMNS)
    for module, pair in pairs:
        names = (escape_formula(pair.left), escape_formula(pair.right))
        table.writerow([module, round(pair.share, 2), *names, *format_lines(pair)])
    write_atomically(file, text.getvalue().encode("utf-8", "replace"))


def describe_pairs(pairs: Sequence[tuple[str, Pair]], file: Path) -> list[str]:
    """Return a line for each of the pairs that share most, and the file that has the rest."""
    ordered = sorted(pairs, key=lambda row: -row[1].share)
    more = [f"  and {len(ordered) - LISTED} more in {file}"] if len(ordered) > LISTED else []
    return [*(_describe_pair(module, pair) for module, pair in ordered[:LISTED]), *more]


def _describe_pair(module: str, pair: Pair) -> str:
    left, right = (join_first(side.split(", "), RANGES) for side in format_lines(pair))
    share = f"{100 * pair.share:3.0f} %"
    return f"  {share}  {module}: {pair.left!r} lines {left} and {pair.right!r} lines {right}"


def format_lines(pair: Pair) -> tuple[str, str]:
    """Return the matching lines of both sides: ``12-40, 55``."""
    left = ", ".join(_format_range(first, last) for (_, first, last), _ in pair.regions)
    right = ", ".join(_format_range(first, last) for _, (_, first, last) in pair.regions)
    return left, right


def _format_range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}"
