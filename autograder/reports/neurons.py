"""The network that is computed by hand, with a mark at each of its twelve numbers."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from autograder.language.catalogue import translate
from autograder.score import CheckResult

UNIT = "w.hand"
CORNERS = {  # where each number stands: x and y of its box
    "s1": (190, 40),
    "h1": (190, 68),
    "d_s1": (190, 96),
    "s2": (190, 180),
    "h2": (190, 208),
    "d_s2": (190, 236),
    "y": (400, 96),
    "loss": (400, 124),
    "d_y": (400, 152),
    "d_x1": (10, 96),
    "d_w12": (60, 138),
    "d_v2": (352, 208),
}
GIVEN = {"x1": (10, 82), "x2": (10, 208)}  # the base lines of the inputs
EDGES = (
    "M70 78H186",
    "M70 204H186",
    "M70 84L186 190",
    "M70 198L186 84",
    "M338 82L396 110",
    "M338 208L396 140",
)
BOX = (146, 26)
MARKS = {"right": "\u2713", "follows": "\u2192", "wrong": "\u2717", "open": "\u00b7"}
SENTENCES = {
    "right": "right",
    "follows": "right, since they follow from a wrong one",
    "wrong": "wrong",
    "open": "not judged",
}
STYLE = (
    "width:100%;min-width:30rem;max-width:36rem;font:15px system-ui,sans-serif;fill:currentColor"
)
WRONG = re.compile(r"(\w+) is (-?[\d.e+-]+): that is not ")


class Cell(NamedTuple):
    """One of the numbers: as it was handed in, as far as it is known, and what it is."""

    number: str
    state: str


def judge_cells(
    checks: Sequence[CheckResult], numbers: Mapping[str, float] | None = None
) -> dict[str, Cell]:
    """Return each number of `CORNERS` with its state; {} where none was judged.

    A page without the learner's `numbers` shows those that a message tells: the wrong ones.
    """
    own = {check.id.removeprefix(f"{UNIT}."): check for check in checks}
    known = {key: check for key, check in own.items() if key in CORNERS}
    if not any(check.status in ("passed", "failed") for check in known.values()):
        return {}
    return {key: _judge_cell(key, known.get(key), numbers or {}) for key in CORNERS}


def _judge_cell(key: str, check: CheckResult | None, numbers: Mapping[str, float]) -> Cell:
    number = f"{numbers[key]:.3f}" if key in numbers else ""
    if check is None or check.status not in ("passed", "failed"):
        return Cell(number, "open")
    if check.status == "failed":
        said = WRONG.match(check.message)
        return Cell(number or (said[2] if said else ""), "wrong")
    return Cell(number, "follows" if "follows_from" in check.measurements else "right")


def describe_cells(cells: Mapping[str, Cell]) -> str:
    """Return what the picture shows in a sentence."""
    told = [
        f"{translate(SENTENCES[state])}: {', '.join(names)}"
        for state in MARKS
        if (names := [name for name, cell in cells.items() if cell.state == state])
    ]
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}."


def draw_cells(cells: Mapping[str, Cell]) -> Markup:
    """Return the network as an SVG in the page's colour; a wrong number has a thick edge."""
    label = html.escape(f"{translate('The network by hand')}. {describe_cells(cells)}", quote=True)
    shapes = [
        f'<path d="{path}" fill="none" stroke="currentColor" opacity="0.5"/>' for path in EDGES
    ]
    shapes += [f'<text x="{x}" y="{y}">{name}</text>' for name, (x, y) in GIVEN.items()]
    shapes += [_draw_cell(name, cell) for name, cell in cells.items()]
    text = "".join(shapes)
    return Markup(
        f'<svg role="img" aria-label="{label}" viewBox="0 24 556 250" style="{STYLE}">{text}</svg>'
    )


def _draw_cell(name: str, cell: Cell) -> str:
    x, y = CORNERS[name]
    wrong = cell.state == "wrong"
    bold = 700 if wrong else 400
    edge = 'stroke="#d0342c" stroke-width="3"' if wrong else 'stroke="currentColor" opacity="0.6"'
    words = html.escape(f"{name} {cell.number}".strip())
    return (
        f'<rect x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="5" '
        f'style="fill:var(--card,Canvas)" {edge}/>'
        f'<text x="{x + 8}" y="{y + 18}" font-weight="{bold}">{words}</text>'
        f'<text x="{x + BOX[0] - 20}" y="{y + 18}">{MARKS[cell.state]}</text>'
    )
