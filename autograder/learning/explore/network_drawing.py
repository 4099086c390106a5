"""A network of a panel: units in layers, connections as thick as their weights."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder.learning.explore.numbers import exact_text, short_text
from autograder.learning.explore.stacked_graph import choose_bucket
from autograder.learning.panels import Panel, is_apart
from autograder.numerics.compare import tell_apart

ACROSS, DOWN = 170, 84  # from layer to layer, from unit to unit
BELOW = 124  # from layer to layer, where they lie below each other
RADIUS = 32
EDGE = 56  # before the first and after the last
THICKEST = 6.0
LABEL = 16  # the line of a label


def describe_network(panel: Panel) -> dict[str, Any]:
    """Return what the template draws of a network, and lists in its tables."""
    drawings = [_draw_across(panel), _draw_downwards(panel)]
    bucket = choose_bucket(drawings[0]["width"])
    return {
        "radius": RADIUS,
        "drawings": [{**drawing, "over": bucket} for drawing in drawings],
        "units": drawings[0]["units"],
        "weights": _list_weights(panel),
        "label": _label_network(panel),
    }


def _draw_across(panel: Panel) -> dict[str, Any]:
    """Return the layers from left to right."""
    count, tallest = len(panel["layers"]), max(map(len, panel["layers"]))
    return _draw_network(
        panel,
        form="wide",
        size=((count - 1) * ACROSS + 2 * EDGE, tallest * DOWN + 24),
        locate=lambda layer, unit: (EDGE + layer * ACROSS, 24 + DOWN / 2 + unit * DOWN),
        labels=[(EDGE + k * ACROSS, LABEL) for k in range(count)],
    )


def _draw_downwards(panel: Panel) -> dict[str, Any]:
    """Return the layers below each other, for a narrow page."""
    count, widest = len(panel["layers"]), max(map(len, panel["layers"]))
    return _draw_network(
        panel,
        form="tall",
        size=(widest * DOWN, count * BELOW),
        locate=lambda layer, unit: (DOWN / 2 + unit * DOWN, layer * BELOW + 24 + RADIUS),
        labels=[(widest * DOWN / 2, k * BELOW + LABEL) for k in range(count)],
    )


def _draw_network(
    panel: Panel,
    form: str,
    size: tuple[float, float],
    locate: Callable[[int, float], tuple[float, float]],
    labels: Sequence[tuple[float, float]],
) -> dict[str, Any]:
    widest = max(map(len, panel["layers"]))
    units = [
        [
            _describe_unit(panel, layer, unit, locate(layer, unit + (widest - len(row)) / 2))
            for unit in range(len(row))
        ]
        for layer, row in enumerate(panel["layers"])
    ]
    return {
        "form": form,
        "width": size[0],
        "height": size[1],
        "units": [unit for row in units for unit in row],
        "links": _list_links(panel, units),
        "labels": [(*at, text) for at, text in zip(labels, panel["labels"], strict=True)],
    }


def _describe_unit(
    panel: Panel, layer: int, unit: int, center: tuple[float, float]
) -> dict[str, Any]:
    own = panel["layers"][layer][unit]
    value, right = own["value"], own["right"]
    texts = (short_text(value), "")
    if apart := is_apart(value, right):
        both = isinstance(value, float) and isinstance(right, float)
        texts = tell_apart(value, right) if both else (short_text(value), short_text(right))
    return {
        "x": center[0],
        "y": center[1],
        "text": texts[0],
        "right": texts[1],
        "state": "first" if panel["departs"] == [layer, unit] else "after" if apart else "",
        "name": f"{panel['labels'][layer]} {unit}",
        "exact": exact_text(value),
        "exact_right": exact_text(right),
        "apart": apart,
    }


def _list_links(panel: Panel, units: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    links = []
    for layer, rows in enumerate(panel["weights"]):
        biggest = max((abs(w) for row in rows for w in row if isinstance(w, float)), default=1.0)
        for unit, row in enumerate(rows):
            end = units[layer + 1][unit]
            for start, weight in zip(units[layer], row, strict=False):
                links.append(_describe_link(start, end, weight, biggest or 1.0))
    return links


def _describe_link(start: Any, end: Any, weight: Any, biggest: float) -> dict[str, Any]:
    share = abs(weight) / biggest if isinstance(weight, float) else 0.0
    sign = "minus" if isinstance(weight, float) and weight < 0 else "plus"
    red = " red" if end["state"] == "first" else ""
    ends = {"x1": start["x"], "y1": start["y"], "x2": end["x"], "y2": end["y"]}
    return {**ends, "thick": round(0.6 + THICKEST * share, 1), "kind": f"{sign}{red}"}


def _list_weights(panel: Panel) -> list[tuple[str, list[str], str]]:
    """Return a row for each unit behind the inputs: its name, its weights, its bias."""
    return [
        (f"{panel['labels'][layer + 1]} {unit}", [*map(exact_text, row[:-1])], exact_text(row[-1]))
        for layer, rows in enumerate(panel["weights"])
        for unit, row in enumerate(rows)
    ]


def _label_network(panel: Panel) -> str:
    sizes = ", ".join(
        f"{label} {len(layer)}"
        for label, layer in zip(panel["labels"], panel["layers"], strict=True)
    )
    text = f"A network: {sizes}; its values and weights are listed below"
    if panel["departs"] is None:
        return text
    layer, unit = panel["departs"]
    return f"{text}; the first that departs is {panel['labels'][layer]} {unit}"
