"""What a terminal shows of a score."""

import io

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


def shown(width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    out = Console(file=io.StringIO(), width=width, markup=False)
    monkeypatch.setattr(terminal, "open_console", lambda: out)
    part = score_milestone("m1", "Scalar autograd", [CHECK])
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
