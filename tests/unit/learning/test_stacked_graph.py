"""Graphs for a narrow page: boxes below each other, no link through a box or over another."""

import re

import pytest

from autograder.learning.explore.stacked_graph import GAP, LANE, choose_bucket, stack_graph
from autograder.reports.graph import list_links
from autograder.templates import text

NEURON = [[], [], [0, 1], [], [], [3, 4], [2, 5], [], [6, 7], [8]]
GRAPHS = {
    "a chain": [[], [0], [1]],
    "one value twice": [[], [0, 0], [0, 1]],
    "a neuron": NEURON,
    "one leaf for all": [[], [0], [0, 1], [0, 2], [0, 3]],
}


@pytest.mark.parametrize("name", GRAPHS)
def test_boxes_lie_below_each_other_and_links_beside_them(name: str) -> None:
    below = GRAPHS[name]
    heights = [60.0 + 10 * (k % 3) for k in range(len(below))]
    stack = stack_graph(below, 100, heights)
    for k, top in enumerate(stack.tops[1:], start=1):
        assert top == stack.tops[k - 1] + heights[k - 1] + GAP
    assert stack.height == stack.tops[-1] + heights[-1]
    spans: dict[float, list[tuple[int, int]]] = {}
    for (child, node), path in zip(list_links(below), stack.paths, strict=True):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
        if node == child + 1:
            assert numbers == [50, stack.tops[child] + heights[child], stack.tops[node]]
            continue
        x = max(numbers[::2][:3])
        assert 100 < x <= stack.width
        spans.setdefault(x, []).append((child, node))
        assert numbers[:2] == [
            100,
            pytest.approx(stack.tops[child] + heights[child] * 2 / 3, abs=0.01),
        ]
        assert numbers[-2:] == [100, pytest.approx(stack.tops[node] + heights[node] / 3, abs=0.01)]
    for own in spans.values():
        own.sort()
        assert all(a[1] <= b[0] for a, b in zip(own, own[1:], strict=False))
    assert stack.width == 100 + LANE * len(spans)


def test_short_links_are_nearer_to_the_boxes() -> None:
    stack = stack_graph(GRAPHS["one leaf for all"], 100, [60.0] * 5)
    x = [
        max(float(n) for n in re.findall(r"C([\d.]+)", path)) for path in stack.paths if "C" in path
    ]
    assert x == sorted(x)
    assert len({*x}) == 3


@pytest.mark.parametrize(
    ("width", "rem"), [(100, 16), (320, 16), (321, 20), (752, 40), (1280, 64), (3000, 64)]
)
def test_a_drawing_gives_way_before_it_is_cut(width: float, rem: int) -> None:
    style = text("explore/demos.css")
    assert f"max-width: {rem}rem) {{ .panel .scroll > svg.wide.over-{rem} {{ display: none" in style
    assert choose_bucket(width) == rem
