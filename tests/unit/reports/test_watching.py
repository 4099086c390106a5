"""The screen of `watch`, at several sizes."""

import io

import pytest
from rich.console import Console

from autograder.reports.watching import Chapter, CheckRow, View, render_lines, turn_page
from autograder.score import CheckResult, Hint, Status

NAMES = [f"check_{number:02}" for number in range(30)]
CHAPTERS = [
    Chapter("m1", "First", [CheckRow(f"m1.{name}", f"Title of {name}", 2.5) for name in NAMES]),
    Chapter("m2", "Second", [CheckRow("m2.other", "Another", 75.0)]),
]


def result(id: str, status: Status, message: str = "", hint: Hint | None = None) -> CheckResult:
    points = 2.5 if status == "passed" else 0.0
    return CheckResult(id, "t", "golden", "public", status, points, 2.5, message, hint)


def drawn(view: View, width: int, height: int = 0, terminal: bool = True) -> list[str]:
    out = Console(
        file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, highlight=False
    )
    for line in render_lines(view, out, height):
        out.print(line, no_wrap=line.no_wrap, overflow=line.overflow)
    return out.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def view() -> View:
    results = {f"m1.{name}": result(f"m1.{name}", "passed") for name in NAMES[:20]}
    results["m1.check_20"] = result("m1.check_20", "missing", "not implemented yet")
    results["m1.check_21"] = result(
        "m1.check_21", "failed", "got 1, wanted 2", Hint("lost-sign", "Which sign?")
    )
    results["m1.check_22"] = result("m1.check_22", "blocked", "first fix")
    return View(CHAPTERS, results, "m1", "m1.check_21", status_line="ran in 1 s")


def test_failures_are_the_wrong_then_the_unwritten_then_the_blocked(view: View) -> None:
    assert view.failures() == ["m1.check_21", "m1.check_20", "m1.check_22"]
    assert view.points(CHAPTERS[0]) == 50.0
    assert not view.is_known(CHAPTERS[0])
    assert not view.is_done(CHAPTERS[0])


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("height", [24, 40])
def test_the_screen_holds_points_failure_and_keys(view: View, width: int, height: int) -> None:
    shown = drawn(view, width, height)
    text = "\n".join(shown)
    assert len(shown) <= height
    assert all(len(line) <= width for line in shown)
    assert "*m1 50/75*" in shown[0]
    assert "50 of 75" in shown[1]
    assert "m1.check_21: failed" in text
    assert "Title of check_21" in text
    assert "got 1, wanted 2" in text
    assert "likely mistake: lost-sign" in text
    assert "~ not run yet" in text
    assert "x check_21" in text
    assert shown[-1].split() == ["[n]", "next", "[h]", "hint", "[r]", "rerun", "[l]", "list", "[q]", "quit"]  # fmt: skip


def test_a_low_screen_counts_what_has_passed(view: View) -> None:
    text = "\n".join(drawn(view, 60, 24))
    assert "+ 20 passed (l lists them)" in text
    assert "check_01" not in text


@pytest.mark.parametrize(("height", "pages"), [(0, 1), (60, 1), (24, 2), (12, 6)])
def test_the_list_has_every_title_page_by_page(view: View, height: int, pages: int) -> None:
    out = Console(width=80, force_terminal=True)
    seen: list[str] = []
    for page in range(1, pages + 1):
        turn_page(view, out, height)
        assert view.listing == page
        shown = drawn(view, 80, height)
        assert len(shown) <= (height or 60)
        seen += [name for name in NAMES for line in shown if f"Title of {name}" in line]
    assert seen == NAMES
    turn_page(view, out, height)
    assert view.listing == 0


def test_a_text_that_wraps_keeps_its_indent(view: View) -> None:
    told = "wanted what is right and got what is wrong " * 3
    view.results["m1.check_21"] = result(
        "m1.check_21", "failed", told, Hint("lost-sign", told + "likely")
    )
    view.hints = {"Ask yourself": told + "asked"}
    shown = drawn(view, 60, 40)
    first = shown.index("m1.check_21: failed")
    texts = shown[first + 1 : shown.index("", first)]
    assert len(texts) == 2 + 3 * 3
    assert all(line.startswith("  ") and line[2] != " " for line in texts)


def test_a_pipe_gets_whole_lines_and_no_keys(view: View) -> None:
    text = "\n".join(drawn(view, 1000, terminal=False))
    assert all(f"Title of {name}" in text for name in NAMES)
    assert "[q]" not in text


def test_hints_stand_below_the_failure(view: View) -> None:
    view.hints = {"Ask yourself": "Which sign has it?"}
    text = "\n".join(drawn(view, 80, 40))
    assert text.index("m1.check_21: failed") < text.index("Ask yourself: Which sign has it?")


@pytest.mark.parametrize("terminal", [True, False])
def test_an_offer_stands_right_above_what_happens(view: View, terminal: bool) -> None:
    assert "All public checks" not in "\n".join(drawn(view, 80, terminal=terminal))
    view.offer = "All public checks of m1 pass. Read on"
    shown = drawn(view, 80, terminal=terminal)
    assert shown[shown.index("ran in 1 s") - 1] == "All public checks of m1 pass. Read on"
