"""A graph of a panel: boxes, curves, the first departure, and the writes of backward."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.language.catalogue import translate
from autograder.learning.explore.numbers import exact_text, short_text, text_rows
from autograder.learning.explore.stacked_graph import choose_bucket, stack_graph
from autograder.learning.panels import Panel, departs_in
from autograder.numerics.compare import tell_apart
from autograder.reports.graph import BOX_HEIGHT, BOX_WIDTH, arrange_graph, list_links

LETTER, LINE, EDGE = 7.9, 18, 10  # pixels: a letter, a line, and beside the text
PARTS = ("data", "grad")
BEFORE = "grad 0", "before backward: every gradient is 0"  # in a box, and in words
BEFORE_ARRAYS = "grad none", "before backward: there is no gradient yet"
Line = tuple[str, str]  # its class, and its text
Drawn = tuple[dict[str, float], list[dict[str, float]], Sequence[str]]
Write = tuple[int, list[str], str]  # a node, the lines of its gradient, and a sentence


def describe_graph(panel: Panel) -> dict[str, Any]:
    """Return what the template draws of a graph, and lists in its table."""
    nodes, departs = panel["nodes"], panel["departs"]
    lines, writes = [_list_lines(node) for node in nodes], _list_writes(panel)
    size = _box_size(lines, [line for _, rows, _ in writes for line in rows])
    boxes = [
        {"lines": own, "state": _state_of(node, index == departs)}
        for index, (own, node) in enumerate(zip(lines, nodes, strict=True))
    ]
    wide = _draw_columns(lines, nodes, size)
    return {
        "drawings": [
            {
                "form": form,
                "over": choose_bucket(wide[0]["width"]),
                "links": _mark_links(paths, nodes, departs),
                "boxes": [{**own, **corner} for own, corner in zip(boxes, corners, strict=True)],
                **drawn,
            }
            for form, (drawn, corners, paths) in (
                ("wide", wide),
                ("tall", _draw_stack(lines, nodes, size[0])),
            )
        ],
        "rows": [_table_row(index, nodes) for index in range(len(nodes))],
        "writes": writes,
        "before": BEFORE_ARRAYS if any(node["shape"] is not None for node in nodes) else BEFORE,
        "label": _label_graph(panel),
    }


def _draw_columns(
    lines: Sequence[Sequence[Line]], nodes: Sequence[Panel], size: tuple[float, float]
) -> Drawn:
    """Return the graph from left to right: its size, the corners of its boxes, and its links."""
    texts = [tuple(text for _, text in own) for own in lines]
    drawing = arrange_graph(texts, [node["below"] for node in nodes], size)
    corners = [
        {"x": box.x, "y": box.y, "width": size[0], "height": size[1]} for box in drawing.boxes
    ]
    return {"width": drawing.width, "height": drawing.height}, corners, drawing.curves


def _draw_stack(lines: Sequence[Sequence[Line]], nodes: Sequence[Panel], width: float) -> Drawn:
    """Return the graph from top to bottom, for a narrow page."""
    heights = [_box_height(len(own)) for own in lines]
    stack = stack_graph([node["below"] for node in nodes], width, heights)
    corners = [
        {"x": 0, "y": top, "width": width, "height": height}
        for top, height in zip(stack.tops, heights, strict=True)
    ]
    return {"width": stack.width, "height": stack.height}, corners, stack.paths


def _mark_links(
    paths: Sequence[str], nodes: Sequence[Panel], departs: int | None
) -> list[dict[str, Any]]:
    red, links = _red_links(nodes, departs), list_links([node["below"] for node in nodes])
    return [{"path": path, "is_red": link in red} for path, link in zip(paths, links, strict=True)]


def name_node(nodes: Sequence[Panel], index: int) -> str:
    """Return what a node is called: its name, or its operation."""
    node = nodes[index]
    return node["name"] or f"node {index} ({node['op']})"


def _list_lines(node: Panel) -> list[Line]:
    lines = [("head", _head(node))]
    for part in PARTS:
        if part == "data" or node["order"] is not None:
            lines += _part_lines(node, part)
    return lines


def _head(node: Panel) -> str:
    name, op = node["name"], node["op"]
    head = name if op in ("", "number") else f"{name} = {op}" if name else op
    return f"{head} {tuple(node['shape'])}".replace(",)", ")") if node["shape"] else head


def _part_lines(node: Panel, part: str) -> list[Line]:
    """Return the data or the gradient of a node; the right one below, where it departs."""
    got, right = node[part], node[f"right_{part}"]
    if not departs_in(node, part):
        return _labelled(part, part, got)
    if isinstance(got, float) and isinstance(right, float):
        texts = tell_apart(got, right)
        return [(f"{part} wrong", f"{part} {texts[0]} ✕"), ("right", f"right {texts[1]}")]
    wrong = _labelled(part, f"{part} wrong", got)
    wrong[-1] = (wrong[-1][0], f"{wrong[-1][1]} ✕")
    return [*wrong, *_labelled("right", "right", right)]


def _labelled(label: str, kind: str, value: Any) -> list[Line]:
    rows = text_rows(value)
    first = f"{label} {rows[0]}" if rows else label
    return [(kind, first), *((kind, f"{' ' * len(label)} {row}") for row in rows[1:])]


def _box_size(lines: Sequence[Sequence[Line]], steps: Sequence[str]) -> tuple[float, float]:
    longest = max(map(len, [*steps, *(text for own in lines for _, text in own)]))
    width = max(BOX_WIDTH, round(2 * EDGE + LETTER * longest))
    return width, max(BOX_HEIGHT, _box_height(max(map(len, lines))))


def _box_height(count: int) -> float:
    return 10 + LINE * count


def _state_of(node: Panel, is_first: bool) -> str:
    """Return the class of a box: the first that departs, one that departs after it, or a leaf."""
    if is_first:
        return "first"
    if any(departs_in(node, part) for part in PARTS):
        return "after"
    return "" if node["below"] else "leaf"


def _red_links(nodes: Sequence[Panel], departs: int | None) -> set[tuple[int, int]]:
    """Return the links over which the first wrong number came: from below, or back from above."""
    if departs is None:
        return set()
    if departs_in(nodes[departs], "data"):
        return {(child, departs) for child in nodes[departs]["below"]}
    return {(departs, place) for place, node in enumerate(nodes) if departs in node["below"]}


def _table_row(index: int, nodes: Sequence[Panel]) -> dict[str, Any]:
    node = nodes[index]
    cells = [
        {
            "got": exact_text(node[part]),
            "right": exact_text(node[f"right_{part}"]),
            "apart": departs_in(node, part),
        }
        for part in PARTS
    ]
    of = ", ".join(name_node(nodes, child) for child in node["below"])
    return {"name": name_node(nodes, index), "op": node["op"] or "input", "of": of, "cells": cells}


def _list_writes(panel: Panel) -> list[Write]:
    """Return the writes of backward: node, lines of its box, and a sentence."""
    last: dict[int, str] = {}
    writes = []
    for number, (node, value, *summed) in enumerate(panel["writes"], start=1):
        text, name = _inline_text(value), f"{name_node(panel['nodes'], node)}.grad"
        change = "was {old}, is now {new}"
        before = translate("is now {new}", new=text)
        if node in last:
            before = translate(change, old=last[node], new=text)
        after = _describe_sum(summed[0]) if summed and summed[0] is not None else ""
        lines = [line for _, line in _labelled("grad", "grad", value)]
        place = translate("{part} of {whole}", part=number, whole=len(panel["writes"]))
        writes.append((node, lines, f"{place}: {name} {before}{after}"))
        last[node] = text
    return writes


def _inline_text(value: Any) -> str:
    """Return a number, or an array, in one line of a sentence."""
    if isinstance(value, list):
        return f"[{' '.join(map(_inline_text, value))}]"
    return short_text(value)


def _describe_sum(summed: Any) -> str:
    shape = str(np.shape(summed)).replace(",)", ")")
    said = "what came had the shape {shape}, and unbroadcast summed it: {numbers}"
    return f"; {translate(said, shape=shape, numbers=_inline_text(summed))}"


def _label_graph(panel: Panel) -> str:
    nodes, departs = panel["nodes"], panel["departs"]
    text = (
        f"The graph of {panel['title']}: {len(nodes)} values in the order of forward, listed below"
    )
    if departs is None:
        return text
    return f"{text}; the first that departs is {name_node(nodes, departs)}"
