"""What a terminal shows of a score."""

import io
from collections.abc import Sequence

import msgspec
import pytest
from rich.console import Console

from autograder.reports import terminal
from autograder.score import (
    CheckResult,
    Environment,
    GradedWork,
    Hint,
    Kit,
    Score,
    Timing,
    score_milestone,
)

MESSAGE = "b = a * a; out = b * c: a.grad is 2, wanted 4\n  engine.py:7 in __mul__: b.grad = c.grad"
CHECK = CheckResult(
    id="m1.mul", title="a * b", kind="golden", visibility="public", status="failed", points=0.0,
    max_points=1.0, message=MESSAGE, hint=Hint("mul-overwrites", "A gradient is lost on the way: whose?"),
)  # fmt: skip


def shown(
    width: int, monkeypatch: pytest.MonkeyPatch, checks: Sequence[CheckResult] = (CHECK,)
) -> list[str]:
    out = Console(file=io.StringIO(), width=width, markup=False)
    monkeypatch.setattr(terminal, "open_console", lambda: out)
    part = score_milestone("m1", "Scalar autograd", [*checks])
    place, kit = Environment("3.11", "2", "Linux", "strict"), Kit("0", "", "quick", 1)
    work, timing = GradedWork("ada", "", []), Timing("", 0.0, 0.0, {})
    terminal.print_checks(Score(work, kit, place, 0.0, 1.0, [part], timing))
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue().splitlines()


def test_a_message_keeps_its_indent_where_it_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(34, monkeypatch)
    start = next(number for number, line in enumerate(lines) if line.startswith("  b = a"))
    assert lines[start : start + 4] == [
        "  b = a * a; out = b * c: a.grad",
        "  is 2, wanted 4",
        "    engine.py:7 in __mul__: b.grad",
        "  = c.grad",
    ]
    named = next(number for number, line in enumerate(lines) if line.startswith("likely mistake"))
    assert lines[named + 1 : named + 4] == [
        "(m1.mul)",
        "  A gradient is lost on the way:",
        "  whose?",
    ]


def test_what_to_fix_next_is_what_failed_and_not_what_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = msgspec.structs.replace(CHECK, id="m1.add", status="blocked", message="see m1.mul")
    lines = shown(200, monkeypatch, [waits, CHECK])
    first = MESSAGE.partition("\n")[0]
    assert [line for line in lines if line.startswith("Next to")] == [
        f"Next to fix: m1.mul: {first}"
    ]
    absent = msgspec.structs.replace(CHECK, id="m1.sub", status="missing", message="not there")
    lines = shown(200, monkeypatch, [waits, CHECK, absent])
    assert lines[-1] == "Next to write: m1.sub: not there"
