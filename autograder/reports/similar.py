"""``similarity.csv``: pairs of submissions that share code, with the lines where."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.intake.similarity import Pair
from autograder.language.catalogue import translate
from autograder.reports.gradebook import Cells, write_table
from autograder.words import escape_unseen, join_first

LISTED = 10  # pairs that a terminal shows
RANGES = 3  # of lines, per submission
PAIR_COLUMNS = ("module", "share", "submission", "other", "lines", "other_lines")


def write_similarity(pairs: Sequence[tuple[str, Pair]], file: Path) -> None:
    """Write a row for each module and pair."""
    rows: Iterator[Cells] = (
        [module, round(pair.share, 2), pair.left, pair.right, *format_lines(pair)]
        for module, pair in pairs
    )
    write_table(PAIR_COLUMNS, rows, file)


def describe_pairs(pairs: Sequence[tuple[str, Pair]], file: Path) -> list[str]:
    """Return a line for each of the pairs that share most, and the file that has the rest."""
    ordered = sorted(pairs, key=lambda row: -row[1].share)
    lines = [_describe_pair(module, pair) for module, pair in ordered[:LISTED]]
    if left := ordered[LISTED:]:
        lines.append(translate("and {count} more in {file}", count=len(left), file=file))
    return [f"  {line}" for line in lines]


def _describe_pair(module: str, pair: Pair) -> str:
    left, right = (join_first(side.split(", "), RANGES) for side in format_lines(pair))
    one, other = (f"'{escape_unseen(name)}'" for name in (pair.left, pair.right))
    text = "{module}: {one} lines {left} and {other} lines {right}"
    said = translate(text, module=module, one=one, left=left, other=other, right=right)
    return f"{100 * pair.share:3.0f} %  {said}"


def format_lines(pair: Pair) -> tuple[str, str]:
    """Return the matching lines of both sides: ``12-40, 55``."""
    left = ", ".join(_format_range(first, last) for (_, first, last), _ in pair.regions)
    right = ", ".join(_format_range(first, last) for _, (_, first, last) in pair.regions)
    return left, right


def _format_range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}"
