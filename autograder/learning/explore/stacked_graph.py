"""A computation graph for a narrow page: boxes below each other, and links beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.reports.graph import list_links

GAP = 14  # between boxes
LANE = 9  # between links beside the boxes, and to the boxes
BUCKETS = range(16, 65, 4)  # widths in rem, up to which the style has a rule
SMALLEST = 0.8  # of its size, to which a wide drawing shrinks before it gives way
REM = 16


@dataclass(frozen=True)
class Stack:
    """The top of every box, the path of every link in the order of `list_links`, and the size."""

    tops: list[float]
    paths: list[str]
    width: float
    height: float


def stack_graph(below: Sequence[Sequence[int]], width: float, heights: Sequence[float]) -> Stack:
    """Place the nodes below each other, each after those it was computed from.

    Parameters
    ----------
    below : sequence
        For every node the indices of those it was computed from, all of them smaller.
    width : float
        Of all boxes.
    heights : sequence of float
        Of each.
    """
    tops = [sum(heights[:k]) + k * GAP for k in range(len(heights))]
    links = list_links(below)
    lanes = _choose_lanes(links)
    paths = []
    for (child, node), lane in zip(links, lanes, strict=True):
        start, end = tops[child] + heights[child], tops[node]
        if node == child + 1:
            paths.append(f"M{width / 2:g} {start:g}V{end:g}")
            continue
        start, end = start - heights[child] / 3, end + heights[node] / 3
        x = width + LANE * (lane + 1)
        paths.append(
            f"M{width:g} {start:g}C{x:g} {start:g} {x:g} {start:g} {x:g} {start + GAP:g}"
            f"V{end - GAP:g}C{x:g} {end:g} {x:g} {end:g} {width:g} {end:g}"
        )
    edge = LANE * (max(lanes, default=-1) + 1)
    return Stack(tops, paths, width + edge, tops[-1] + heights[-1])


def _choose_lanes(links: Sequence[tuple[int, int]]) -> list[int]:
    """Return for each link the first lane that is free between its ends; -1 beside no box."""
    taken: list[list[tuple[int, int]]] = []
    lanes = dict.fromkeys(links, -1)
    far = (link for link in links if link[1] > link[0] + 1)
    for child, node in sorted(far, key=lambda link: (link[1] - link[0], link)):
        free = (k for k, own in enumerate(taken) if all(b <= child or a >= node for a, b in own))
        lane = next(free, len(taken))
        taken += [[]] if lane == len(taken) else []
        taken[lane].append((child, node))
        lanes[child, node] = lane
    return [lanes[link] for link in links]


def choose_bucket(width: float) -> int:
    """Return the width in rem, below which a drawing of `width` pixels gives way to its stack."""
    least = SMALLEST * width / REM
    return next((bucket for bucket in BUCKETS if bucket >= least), BUCKETS[-1])
