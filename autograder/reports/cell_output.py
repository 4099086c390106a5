"""What a check, or a hint, leaves below a notebook's cell: a table, and the same as plain text.

Jupyter, VS Code and pages made by nbconvert have a style of their own, light or dark, so colours
are those of the marks alone: white on a ground that is dark enough for it.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from autograder.course import load_course
from autograder.language.catalogue import translate
from autograder.language.pages import page_words
from autograder.reports.terminal import PIPE_WIDTH, SafeConsole, print_checks
from autograder.score import CheckResult, MilestoneScore, Score
from autograder.templates import render

GROUNDS = {  # of the marks; white on each of them has a contrast of 5 or more
    "passed": "#1a7340",
    "missing": "#7a5900",
    "blocked": "#7a5900",
}
WRONG = "#b3261e"
LOOK_AT = re.compile(r"^look at (.*)$", re.MULTILINE)
TEXT_BAR = 20  # characters
SHOWN = 3  # wrong checks in full, and as many not written yet; the rest is folded


@dataclass(frozen=True)
class CellOutput:
    """An output that a front end shows as HTML, or as text where it cannot."""

    html: str
    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def show_checks(score: Score, notes: Sequence[str] = ()) -> CellOutput:
    """Return the table of a score, with what did not pass first, and `notes` below it."""
    parts = [_describe_part(part) for part in score.parts]
    facts = {"parts": parts, "notes": notes, "grounds": _find_grounds()}
    html = render("cell_checks.html.j2", **facts, **page_words())
    out = _open_plain_console()
    with out.capture() as printed:
        print_checks(score, console=out)
        for note in notes:
            out.print(f"note: {note}", soft_wrap=True)
    return CellOutput(html, printed.get().strip("\n"))


def _open_plain_console() -> SafeConsole:
    """Return a console for text: in colour on a terminal alone, whatever the kernel says."""
    is_terminal = sys.stdout.isatty()
    out = SafeConsole(
        highlight=False,
        emoji=False,
        markup=False,
        force_terminal=is_terminal,
        force_jupyter=False,
    )
    out.width = out.width if is_terminal else PIPE_WIDTH
    return out


def _describe_part(part: MilestoneScore) -> dict[str, Any]:
    waiting = [check for check in part.checks if check.status in ("missing", "blocked")]
    passed = [check for check in part.checks if check.status == "passed"]
    wrong = [check for check in part.checks if check not in waiting and check not in passed]
    share = part.points / part.max_points if part.max_points else 0.0
    return {
        "id": part.id,
        "title": part.title,
        "points": part.points,
        "most": part.max_points,
        "percent": min(int(100 * share), 100),
        "shown": [_describe_check(check) for check in [*wrong[:SHOWN], *waiting[:SHOWN]]],
        "folded": [_describe_check(check) for check in [*wrong[SHOWN:], *waiting[SHOWN:]]],
        "passed": passed,
    }


def _describe_check(check: CheckResult) -> dict[str, Any]:
    """Return what the table shows of a check: the places that its message points at stand apart."""
    places = LOOK_AT.search(check.message)
    return {
        "check": check,
        "message": LOOK_AT.sub("", check.message).strip(),
        "places": places[1] if places else "",
        "has_hints": check.status in ("failed", "crashed", "missing", "timeout")
        and load_course().shows_hints,
    }


def _find_grounds() -> Mapping[str, str]:
    """Return the colour of each status; none where the environment asks for no colour."""
    return {} if os.environ.get("NO_COLOR") else {"": WRONG, **GROUNDS}


def show_hints(id: str, title: str, hints: Mapping[str, str], more: str) -> CellOutput:
    """Return the hints of a check, by the name of their step; `more` says how to get the next."""
    steps = [f"  {translate(step)}: {translate(text)}" for step, text in hints.items()]
    lines = [f"{id}: {translate(title)}", *steps]
    facts = {"id": id, "title": title, "hints": hints, "more": more}
    html = render("cell_hints.html.j2", **facts, **page_words())
    return CellOutput(html, "\n".join([*lines, f"  {more}"] if more else lines))


def show_progress(done: int, most: int, words: str) -> CellOutput:
    """Return a bar, and in words what goes on; `most` is 0 while nobody knows how many there are.

    As text the bar is of plain characters, which every front end has.
    """
    share = min(done / most, 1.0) if most else 0.0
    filled = int(TEXT_BAR * share)
    bar = f"[{'#' * filled}{'-' * (TEXT_BAR - filled)}]"
    html = render(
        "cell_progress.html.j2",
        done=done,
        most=most,
        percent=int(100 * share),
        words=words,
        grounds=_find_grounds(),
    )
    return CellOutput(html, f"{bar} {words}")


def show_line(text: str, address: str = "") -> CellOutput:
    """Return one line, and a link to `address` where there is one."""
    link = f' <a href="{escape(address)}" target="_blank">{escape(address)}</a>' if address else ""
    return CellOutput(f"<div>{escape(text)}{link}</div>", f"{text} {address}".strip())
