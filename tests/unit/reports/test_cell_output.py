"""What a check leaves below a notebook's cell."""

import re

import pytest

from autograder.reports.cell_output import GROUNDS, SHOWN, WRONG, show_checks, show_hints, show_line
from autograder.score import (
    CheckResult,
    Environment,
    GradedWork,
    Hint,
    Kit,
    Score,
    Status,
    Timing,
    score_milestone,
)

HINT = Hint("assign-not-accumulate", "A gradient is <overwritten>.")


def check(name: str, status: Status, message: str = "", hint: Hint | None = None) -> CheckResult:
    points = 1.5 if status == "passed" else 0.0
    return CheckResult(
        f"m1.{name}", f"What {name} does", "property", "public", status, points, 1.5, message, hint
    )


def make_score(checks: list[CheckResult]) -> Score:
    part = score_milestone("m1", "Scalar autograd", checks)
    place, kit = Environment("3.11", "2", "Linux", "strict"), Kit("0", "", "quick", 1)
    work, timing = GradedWork("ada", "", []), Timing("", 0.0, 0.0, {})
    return Score(work, kit, place, part.points, part.max_points, [part], timing)


FAILED = "a.grad is <b>1</b>, wanted 3\nlook at cell [3] line 52 Value.__add__\nthe rest is right"
CHECKS = [
    check("one", "passed"),
    check("add", "failed", FAILED, HINT),
    check("mul", "timeout", "no answer", HINT),
    check("sub", "missing", "not implemented yet"),
]


def text_of(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_a_table_has_the_message_the_place_the_mistake_and_how_to_get_hints() -> None:
    html = show_checks(make_score(CHECKS), ["judged as this kernel ran it"]).html
    shown = text_of(html)
    assert "1.5 of 6 public points" in shown
    assert (
        "failed m1.add : What add does a.grad is &lt;b&gt;1&lt;/b&gt;, wanted 3 the rest is right "
        "look at cell [3] line 52 Value.__add__ "
        "likely mistake: assign-not-accumulate . A gradient is &lt;overwritten&gt;. "
        "hints: %hint m1.add 0 of 1.5"
    ) in shown
    assert "likely mistake: assign-not-accumulate , as above hints: %hint m1.mul" in shown
    assert shown.index("m1.mul") < shown.index("m1.sub") < shown.index("m1.one")
    assert shown.endswith("note: judged as this kernel ran it")
    assert 'aria-label="25 percent"' in html
    assert "width:25%" in html


def test_past_the_first_ones_what_did_not_pass_is_folded() -> None:
    many = [check(f"f{number}", "failed", "wrong") for number in range(SHOWN + 2)]
    html = show_checks(make_score(many)).html
    open_part, folded = html.split("<details>")
    assert re.findall(r"m1\.f\d</strong>", open_part) == [
        "m1.f0</strong>",
        "m1.f1</strong>",
        "m1.f2</strong>",
    ]
    assert "2 more did not pass" in folded
    assert "m1.f4" in folded


def test_as_text_it_is_what_the_command_prints_without_a_terminals_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as ipykernel does
    output = show_checks(make_score(CHECKS), ["judged as this kernel ran it"])
    assert "\x1b" not in output.text
    assert "\nm1.add: failed\n  a.grad is <b>1</b>, wanted 3\n" in output.text
    assert "\nlikely mistake: assign-not-accumulate (m1.add, m1.mul)\n" in output.text
    assert output.text.endswith("\nnote: judged as this kernel ran it")
    assert output._repr_mimebundle_() == {"text/html": output.html, "text/plain": output.text}


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(
        weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


@pytest.mark.parametrize("ground", [*GROUNDS.values(), WRONG])
def test_white_is_readable_on_each_mark(ground: str) -> None:
    assert 1.05 / (luminance(ground) + 0.05) >= 5


def test_who_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "background-color:#" in show_checks(make_score(CHECKS)).html
    monkeypatch.setenv("NO_COLOR", "1")
    html = show_checks(make_score(CHECKS)).html
    assert "#" not in re.sub(r"&#\d+;", "", html)
    assert "failed" in html


def test_hints_and_lines_are_escaped() -> None:
    output = show_hints("m1.add", "a < b", {"Ask yourself": "Is 1 < 2?"}, "more: %hint m1.add 2")
    assert "Is 1 &lt; 2?" in output.html
    assert "a &lt; b" in output.html
    assert output.text == "m1.add: a < b\n  Ask yourself: Is 1 < 2?\n  more: %hint m1.add 2"
    line = show_line("<b>", "http://127.0.0.1:1/?a=1&b=2")
    assert line.html.startswith('<div>&lt;b&gt; <a href="http://127.0.0.1:1/?a=1&amp;b=2"')
    assert line.text == "<b> http://127.0.0.1:1/?a=1&b=2"
