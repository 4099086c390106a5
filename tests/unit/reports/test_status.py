"""Bars and dates of the status."""

import dataclasses
import io
import re

import pytest
from rich.console import Console

from autograder.reports import status
from autograder.reports.record import Reached, Record
from autograder.reports.status import StatusRow, draw_bar, print_status

PARTS = [
    StatusRow("m1", "First", 75.0, {"m1.add": "Sums", "m1.mul": "Products", "m1.tangent": "Slope"}),
    StatusRow("m2", "Second", 75.0, {"m2.fit": "Fits"}),
    StatusRow("m3", "Third", 75.0, {"m3.sum": "Adds up"}),
]
NOON = "2026-01-02T12:00:00Z"


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0.0, "----"), (0.001, "#---"), (0.5, "##--"), (0.75, "###-"), (0.999, "###-"), (1.0, "####")],
)
def test_a_bar_is_full_only_when_all_is_reached(share: float, drawn: str) -> None:
    assert draw_bar(share, 4, "#-").plain == drawn


def test_status_tells_points_dates_hints_and_the_next_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    record = Record(
        1,
        passed={"m1.add": NOON, "m1.mul": "2026-01-03T12:00:00Z"} | {"m1.tangent": NOON},
        best={"m1": Reached(75.0, 75.0, "2026-01-03T12:00:00Z"), "m2": Reached(30.0, 75.0, NOON)},
        last={"m2": Reached(10.5, 75.0, NOON)},
        hints={"m1.mul": {"1": NOON, "2": NOON}},
    )
    print_status("work", record, PARTS)
    text = capsys.readouterr().out
    assert "work: 105 of 225 public points, 1 of 3 milestones done" in text
    rows = {row[:2]: row for row in text.splitlines() if re.match(r"m\d  ", row)}
    assert "75/75" in rows["m1"]
    assert "3 of 3 checks" in rows["m1"]
    assert "done 3 Jan 2026" in rows["m1"]
    assert "30/75" in rows["m2"]
    assert "now 10.5" in rows["m2"]
    assert "0/75" in rows["m3"]
    assert text.index("m1.add      Sums") < text.index("m1.mul      Products")
    assert "  m1.tangent  Slope\n" in text
    assert "\nhints used\n" in text
    assert "m1.mul 1+2" in text
    assert "Next: m2.fit: Fits" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [50, 71, 72, 80, 91, 92, 120])
def test_the_table_is_whole_at_every_width(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    out = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    monkeypatch.setattr(status, "open_console", lambda: out)
    checks = {f"m1.check_{place}": "Title" for place in range(60)}
    part = StatusRow("m1", "A network of scalars", 75.0, checks)
    best = Reached(74.25, 75.0, "2026-09-23T12:00:00Z")
    last = Reached(50.25, 75.0, best.at)
    finished = Reached(75.0, 75.0, best.at)
    for record in (
        Record(1, best={"m1": finished}),
        Record(1, best={"m1": best}, last={"m1": last}),
    ):
        print_status("work", record, [part])
    rows = [line for line in out.file.getvalue().splitlines() if line.startswith("m1")]  # type: ignore[attr-defined]
    assert len(rows) == 2
    assert not any("…" in row for row in rows)
    assert "done 23 Sep 2026" in rows[0]
    assert rows[1].rstrip().endswith("now 50.25")
    assert all(("A network of scalars" in row) == (width >= 72) for row in rows)


def test_ideas_are_offered_for_what_is_done_and_for_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parts = [dataclasses.replace(part, offer=f"ideas of {part.id}") for part in PARTS]
    best = {"m1": Reached(75.0, 75.0, NOON), "m2": Reached(74.25, 75.0, NOON)}
    print_status("work", Record(1, best=best), parts)
    assert re.findall(r"ideas of m\d", capsys.readouterr().out) == ["ideas of m1"]


def test_status_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    best = {part.id: Reached(75.0, 75.0, NOON) for part in PARTS}
    print_status("work", Record(1, best=best), PARTS)
    assert "All milestones are done. Show your work: autograder report" in capsys.readouterr().out
