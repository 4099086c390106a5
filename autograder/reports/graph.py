"""A computation graph laid out from left to right: the leaves come first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    linked, routes = _route_links(below)
    columns = _group_by_depth(linked)
    tallest = max(len(column) for column in columns)
    corners: dict[int, tuple[float, float]] = {}
    for number, column in enumerate(_order_columns(columns, linked)):
        top = (tallest - len(column)) * height / 2
        for row, node in enumerate(column):
            corners[node] = (number * width, top + row * height)
    boxes = [Box(*corners[k], lines, not below[k]) for k, lines in enumerate(texts)]
    curves = [_draw_route([corners[k] for k in route], size) for route in routes]
    return Drawing(boxes, curves, len(columns) * width - GAP_ACROSS, tallest * height - GAP_DOWN)


def list_links(below: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return the pairs of nodes between which a curve is drawn, in order."""
    return [*dict.fromkeys((child, node) for node, row in enumerate(below) for child in row)]


def _route_links(
    below: Sequence[Sequence[int]],
) -> tuple[list[list[int]], list[list[int]]]:
    """Give a link past a column a waypoint in it, so that it runs between boxes and not behind.

    Returns
    -------
    below, routes : list, list
        The graph with waypoints as further nodes; for every link the nodes from end to end.
    """
    depth, linked = _find_depths(below), [list(row) for row in below]
    routes = []
    for child, node in list_links(below):
        route = [child]
        for _ in range(depth[child] + 1, depth[node]):
            linked.append([route[-1]])
            route.append(len(linked) - 1)
        linked[node] = [route[-1] if each == child else each for each in linked[node]]
        routes.append([*route, node])
    return linked, routes


def _find_depths(below: Sequence[Sequence[int]]) -> list[int]:
    depth = [0] * len(below)
    for _ in below:  # at most so many rounds: there are no cycles
        new = [1 + max((depth[child] for child in row), default=-1) for row in below]
        if new == depth:
            break
        depth = new
    return depth


def _group_by_depth(below: Sequence[Sequence[int]]) -> list[list[int]]:
    depth = _find_depths(below)
    return [[k for k, own in enumerate(depth) if own == column] for column in range(max(depth) + 1)]


def _order_columns(columns: list[list[int]], below: Sequence[Sequence[int]]) -> list[list[int]]:
    linked: dict[int, list[int]] = {k: list(row) for k, row in enumerate(below)}
    for node, row in enumerate(below):
        for child in row:
            linked[child].append(node)
    rows = [list(column) for column in columns]
    at = {node: share for column in rows for node, share in _share_places(column)}

    def middle(node: int) -> float:
        near = linked[node]
        return sum(at[k] for k in near) / len(near) if near else 0.5

    for sweep in range(SWEEPS):
        for column in rows if sweep % 2 == 0 else reversed(rows):
            column.sort(key=middle)
            at |= _share_places(column)
    return rows


def _share_places(column: Sequence[int]) -> list[tuple[int, float]]:
    """Return each node of a column with its place in it, from 0 to 1."""
    return [(node, row / max(1, len(column) - 1)) for row, node in enumerate(column)]


def _draw_route(corners: Sequence[tuple[float, float]], size: tuple[float, float]) -> str:
    """Return the path from the box at the first corner to that at the last, by the others."""
    path = f"M{corners[0][0] + size[0]:g} {corners[0][1] + size[1] / 2:g}"
    for start, end in pairwise(corners):
        x1, y1 = start[0] + size[0], start[1] + size[1] / 2
        x2, y2 = end[0], end[1] + size[1] / 2
        bend = (x2 - x1) / 2
        path += f"C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
        path += f"h{size[0]:g}" if end is not corners[-1] else ""
    return path
