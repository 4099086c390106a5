"""Curves of a panel: axes, the learner's line over the right one, marks, and where they part."""

import math
from collections.abc import Sequence
from typing import Any

from autograder.learning.explore.numbers import exact_text, short_text
from autograder.learning.panels import Panel
from autograder.reports.axes import Axis, span_axis

WIDTH, HEIGHT = 420, 270
LEFT, RIGHT, TOP, BOTTOM = 62, 410, 10, 226  # of the plane
MOST_SPANS = 3.0  # by which a learner's line may stretch the picture of the right one
LABELLED = 3  # marks, up to which each has its label


def describe_curve(panel: Panel) -> dict[str, Any]:
    """Return what the template draws of curves, and lists in its tables."""
    across, up = _find_axes(panel)
    departs = panel["departs"]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "plane": (LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP),
        "across": across.ticks(),
        "up": up.ticks(),
        "lines": [
            {"name": own["name"], "role": _role_of(own["name"]), "path": path}
            for own in panel["series"]
            for path in [_draw_line(panel["x"], own["y"], across, up)]
        ],
        "marks": _place_marks(panel, across, up),
        "departure": None if departs is None else _place_departure(panel, across, up),
        "rows": [
            [exact_text(x), *(exact_text(own["y"][place]) for own in panel["series"])]
            for place, x in enumerate(panel["x"])
        ],
        "mark_rows": [
            [mark["label"], exact_text(mark["x"]), exact_text(mark["y"])] for mark in panel["marks"]
        ],
        "label": _label_curve(panel),
    }


def _role_of(name: str) -> str:
    """Return the class of a line."""
    return "right" if name.startswith("right") else "yours" if name.startswith("your") else "plain"


def _find_axes(panel: Panel) -> tuple[Axis, Axis]:
    across = span_axis(_finite(panel["x"]), LEFT, RIGHT, margin=0.0)
    heights = _finite([y for own in panel["series"] for y in _sure(own)])
    low, high = min(heights, default=0.0), max(heights, default=1.0)
    room = MOST_SPANS * (high - low or 1.0)
    near = [
        y
        for y in _finite([y for own in panel["series"] for y in own["y"]])
        if low - room <= y <= high + room
    ]
    return across, span_axis([*heights, *near], BOTTOM, TOP)


def _sure(series: Panel) -> Sequence[Any]:
    """Return the numbers of a line that is right by itself: those fix the range."""
    return [] if _role_of(series["name"]) == "yours" else series["y"]


def _finite(numbers: Sequence[Any]) -> list[float]:
    return [each for each in numbers if _is_number(each)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _draw_line(x: Sequence[Any], y: Sequence[Any], across: Axis, up: Axis) -> str:
    """Return the path of a line, with gaps where there is no number."""
    path, is_down = [], False
    for place, height in zip(x, y, strict=True):
        if is_there := _is_number(place) and _is_number(height):
            command = "L" if is_down else "M"
            path.append(f"{command}{across.position(place):g} {up.position(height):g}")
        is_down = is_there
    return "".join(path)


def _place_marks(panel: Panel, across: Axis, up: Axis) -> list[dict[str, Any]]:
    inside = [
        mark
        for mark in panel["marks"]
        if _is_number(mark["x"])
        and _is_number(mark["y"])
        and across.holds(mark["x"])
        and up.holds(mark["y"])
    ]
    few = len(panel["marks"]) <= LABELLED
    return [
        {
            "x": across.position(mark["x"]),
            "y": up.position(mark["y"]),
            "label": mark["label"],
            "shown": few or mark in (panel["marks"][0], panel["marks"][-1]),
            "anchor": "end" if across.position(mark["x"]) > (LEFT + RIGHT) / 2 else "start",
        }
        for mark in inside
    ]


def _place_departure(panel: Panel, across: Axis, up: Axis) -> dict[str, float]:
    place = panel["departs"]
    heights = [own["y"][place] for own in panel["series"] if _role_of(own["name"]) != "plain"]
    there = _finite(heights) or [up.low]
    return {"x": across.position(panel["x"][place]), "y": up.position(there[0])}


def _label_curve(panel: Panel) -> str:
    names = " and ".join(own["name"] for own in panel["series"])
    parts = [f"{panel['title']}: {names} over {panel['x_label'] or 'x'}, listed below"]
    if panel["departs"] is not None:
        parts.append(f"they part at {short_text(panel['x'][panel['departs']])}")
    parts += [mark["label"] for mark in panel["marks"][:LABELLED] if not mark["label"].isdigit()]
    return "; ".join(parts)
