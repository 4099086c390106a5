"""A computation graph laid out from left to right: the leaves come first."""

from collections.abc import Sequence
from dataclasses import dataclass

BOX_WIDTH, BOX_HEIGHT = 128, 62  # a box
GAP_ACROSS, GAP_DOWN = 28, 20  # between boxes
SWEEPS = 6  # rounds in which boxes move towards their neighbours


@dataclass(frozen=True)
class Box:
    """A node of the graph at its position, with the lines of text in it."""

    x: float
    y: float
    lines: tuple[str, ...]
    is_leaf: bool


@dataclass(frozen=True)
class Drawing:
    """Boxes, and the curves between them."""

    boxes: list[Box]
    curves: list[str]
    width: float
    height: float


def arrange_graph(
    texts: Sequence[tuple[str, ...]],
    below: Sequence[Sequence[int]],
    size: tuple[float, float] = (BOX_WIDTH, BOX_HEIGHT),
) -> Drawing:
    """Place nodes in columns by their distance from the leaves, without crossings where possible.

    Parameters
    ----------
    texts : sequence
        The lines of every node.
    below : sequence
        For every node the indices of those it was computed from; no cycles.
    size : (float, float)
        Width and height of every box.
    """
    width, height = size[0] + GAP_ACROSS, size[1] + GAP_DOWN  # with the gap behind
    columns = _group_by_depth(below)
    rows = _order_columns(columns, below)
    tallest = max(len(column) for column in columns)
    corners: dict[int, tuple[float, float]] = {}
    for number, column in enumerate(rows):
        top = (tallest - len(column)) * height / 2
        for row, node in enumerate(column):
            corners[node] = (number * width, top + row * height)
    boxes = [Box(*corners[k], lines, not below[k]) for k, lines in enumerate(texts)]
    links = list_links(below)
    curves = [_draw_curve(corners[child], corners[node], size) for child, node in links]
    return Drawing(boxes, curves, len(columns) * width - GAP_ACROSS, tallest * height - GAP_DOWN)


def list_links(below: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return the pairs of nodes between which a curve is drawn, in order."""
    return [*dict.fromkeys((child, node) for node, row in enumerate(below) for child in row)]


def _group_by_depth(below: Sequence[Sequence[int]]) -> list[list[int]]:
    depth = [0] * len(below)
    for _ in below:  # at most so many rounds: there are no cycles
        new = [1 + max((depth[child] for child in row), default=-1) for row in below]
        if new == depth:
            break
        depth = new
    return [[k for k, own in enumerate(depth) if own == column] for column in range(max(depth) + 1)]


def _order_columns(columns: list[list[int]], below: Sequence[Sequence[int]]) -> list[list[int]]:
    linked: dict[int, list[int]] = {k: list(row) for k, row in enumerate(below)}
    for node, row in enumerate(below):
        for child in row:
            linked[child].append(node)
    rows = [list(column) for column in columns]
    for _ in range(SWEEPS):
        at = {k: i / max(1, len(column) - 1) for column in rows for i, k in enumerate(column)}

        def middle(node: int, at: dict[int, float] = at) -> float:
            near = linked[node]
            return sum(at[k] for k in near) / len(near) if near else 0.5

        rows = [sorted(column, key=middle) for column in rows]
    return rows


def _draw_curve(
    start: tuple[float, float], end: tuple[float, float], size: tuple[float, float]
) -> str:
    x1, y1 = start[0] + size[0], start[1] + size[1] / 2
    x2, y2 = end[0], end[1] + size[1] / 2
    bend = (x2 - x1) / 2
    return f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
