"""What was measured as Markdown: a table of results, one of totals, and README's summary of both."""

import platform
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from tests.evidence.measure import Line, Profile, Total, cores

T = TypeVar("T")

NAMES = ("quick", "full")
RESULTS = "| check | measure | threshold | quick | full | seconds, quick | full | ms per epoch | peak MB |"
TOTALS = "| milestone | points, quick | full | seconds, quick | full | peak MB, quick | full |"
SUMMARY = (
    "| milestone | points, quick | full | what training has to reach | quick | full |\n"
    "|---|--:|--:|---|--:|--:|"
)
HEADLINES = {  # of each milestone that trains: the check and the measure for the summary, in words
    "m2": ("m2.moons", "accuracy", "accuracy on two moons"),
    "m3": ("m3.images", "accuracy", "accuracy on held-out digits, two layers"),
    "m4": ("m4.classifier", "accuracy", "accuracy on held-out digits, a classifier"),
    "m5": ("m5.train_cnn", "accuracy", "accuracy on held-out digits, a small CNN"),
    "m6": ("m6.held_out", "loss", "loss on held-out text, a small GPT"),
}


def table(profiles: Sequence[Profile]) -> str:
    """Return both tables; a profile that was not run has dashes."""
    by_name = {profile.name: profile for profile in profiles}
    return "\n".join([_ruled(RESULTS, 3), *_results(by_name), "",
                      _ruled(TOTALS, 1), *_totals(by_name), "", _where(profiles)])  # fmt: skip


def _ruled(head: str, texts: int) -> str:
    columns = head.count("|") - 1
    return f"{head}\n|{'---|' * texts}{'--:|' * (columns - texts)}"


def _results(profiles: dict[str, Profile]) -> Iterator[str]:
    found = {
        name: {(line.check, line.result.name): line for line in profile.lines}
        for name, profile in profiles.items()
    }
    keys = dict.fromkeys(key for name in NAMES if name in found for key in found[name])
    for key in keys:
        yield _line({name: found[name][key] for name in NAMES if key in found.get(name, {})})


def _line(lines: dict[str, Line]) -> str:
    last = [*lines.values()][-1]
    measure, result = last.result.name.replace("_", " "), last.result
    epoch = f"{1e3 * last.epoch_seconds:.3g}" if last.epoch_seconds else ""
    cells = [
        last.check, measure, f"{result.side} {_wanted(lines)}",
        *_both(lines, lambda line: f"{line.result.got:.4g}"),
        *_both(lines, lambda line: f"{line.seconds:.2f}"), epoch, f"{last.peak_mb:.0f}",
    ]  # fmt: skip
    return _row(cells)


def _wanted(lines: dict[str, Line]) -> str:
    """Return the threshold, or both where the profiles differ: ``0.95, 0.98``."""
    return ", ".join(dict.fromkeys(f"{line.result.wanted:.4g}" for line in lines.values()))


def _totals(profiles: dict[str, Profile]) -> Iterator[str]:
    for id in next(iter(profiles.values())).totals:
        both = {name: profile.totals[id] for name, profile in profiles.items()}
        cells = [id, *_both(both, _points), *_both(both, lambda one: f"{one.seconds:.1f}"),
                 *_both(both, lambda one: f"{one.peak_mb:.0f}")]  # fmt: skip
        yield _row(cells)


def _points(total: Total) -> str:
    return f"{total.points:g}/{total.max_points:g}"


def _both(found: dict[str, T], told: Callable[[T], str]) -> list[str]:
    return [told(found[name]) if name in found else "-" for name in NAMES]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _where(profiles: Sequence[Profile]) -> str:
    """Return what it ran on; without it seconds say nothing."""
    return (
        f"{cores()} cores, Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, isolation {profiles[0].isolation}. Of a check and its hidden twin "
        "the worse result and the longer time count; ms per epoch and peak MB are those of the last "
        "profile that ran."
    )


def summary(recorded: str) -> str:
    """Return the tables that `table` made in a line per milestone: points, and one measure."""
    rows = [_cells(line) for line in recorded.splitlines() if line.startswith("| m")]
    measured = {(row[0], row[1]): row[2:5] for row in rows if "." in row[0]}
    totals = {row[0]: row[1:3] for row in rows if "/" in row[1]}
    lines = (_row([id, *points, *_headline(id, measured)]) for id, points in totals.items())
    return "\n".join([SUMMARY, *lines])


def _headline(id: str, measured: dict[tuple[str, str], list[str]]) -> list[str]:
    if id not in HEADLINES:
        return ["nothing is trained", "", ""]
    check, measure, words = HEADLINES[id]
    threshold, *reached = measured[check, measure]
    return [f"{words}: {threshold}", *reached]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
