"""Pictures and the layout of graphs, by their numbers."""

import base64
import io
import re

import numpy as np
import pytest

from autograder.reports.graph import (
    BOX_HEIGHT,
    BOX_WIDTH,
    GAP_ACROSS,
    arrange_graph,
    list_links,
)
from autograder.reports.pictures import (
    COLOURS,
    draw_curves,
    draw_fit,
    draw_forest,
    draw_plane,
    encode_image,
    smooth_losses,
)

LOSS = np.linspace(3.0, 0.5, 50)


def test_long_curves_are_means_of_neighbours() -> None:
    assert smooth_losses(LOSS) is LOSS
    long = np.arange(1000.0)
    drawn = smooth_losses(long)
    assert len(drawn) == 200
    np.testing.assert_allclose(drawn[:2], [2.0, 7.0])
    np.testing.assert_allclose(drawn.mean(), long.mean())


def test_a_picture_takes_the_pages_colour_and_is_told_in_words() -> None:
    drawn = draw_curves({"first": LOSS, "second <b>": LOSS - 1.0}, 'Two "curves" & more')
    assert drawn.startswith("<svg ")
    assert 'role="img" aria-label="Two &quot;curves&quot; &amp; more"' in drawn
    assert "currentColor" in drawn
    assert "#010203" not in drawn
    assert "<b>" not in drawn
    assert "<metadata" not in drawn


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        ({"flat": np.linspace(2.004, 1.991, 9)}, False),
        ({"flat": np.linspace(2.0, 1.9, 9), "steep": np.geomspace(2.0, 1e-3, 9)}, True),
        ({"steep": np.geomspace(2.0, 1e-3, 9), "zero": np.linspace(1.0, 0.0, 9)}, False),
    ],
)
def test_only_losses_that_fall_far_get_a_logarithmic_axis(
    losses: dict[str, np.ndarray], told: bool
) -> None:
    assert ("mathdefault{10^{" in draw_curves(losses, "x")) == told


def test_a_fit_has_two_lines_that_differ_by_more_than_colour() -> None:
    drawn = draw_fit("overfit", np.linspace(1.0, 0.0, 9), np.linspace(1.0, 3.0, 9), '<"words">')
    assert 'role="img" aria-label="&lt;&quot;words&quot;&gt;"' in drawn
    lines = re.findall(r'clip-path="[^"]*" style="fill: none; (stroke[^"]*)', drawn)
    own = [line for line in lines if any(colour in line for colour in COLOURS[:2])]
    assert [("stroke-dasharray" in line, COLOURS[1] in line) for line in own] == [
        (False, False), (True, True)
    ]  # fmt: skip
    assert [">training</text>" in drawn, ">validation</text>" in drawn] == [True, True]
    assert "<script" not in drawn


def test_a_forest_has_a_row_for_each_mean_and_bars_as_long_as_their_errors() -> None:
    rows = [("baseline", 80.0, 2.0), ("L2", 84.0, 1.0), ("step", 76.0, 4.0)]
    drawn = draw_forest(rows, "words")
    assert re.findall(r">(baseline|L2|step)</text>", drawn) == ["baseline", "L2", "step"]
    bars = drawn.partition('id="tuning-LineCollection_1"')[2].partition("</g>")[0]
    spans = [
        (float(start), float(end), float(y))
        for start, y, end in re.findall(r'd="M ([\d.]+) ([\d.]+) \s*L ([\d.]+) ', bars)
    ]
    lengths = [end - start for start, end, _ in spans]
    np.testing.assert_allclose(np.array(lengths) / lengths[0], [1.0, 0.5, 2.0], rtol=1e-4)
    middles = [(start + end) / 2 for start, end, _ in spans]
    np.testing.assert_allclose(np.diff(middles) / lengths[0], [1.0, -2.0], rtol=1e-4)
    assert [y for _, _, y in spans] == sorted(y for _, _, y in spans)  # the first on top


def test_two_pictures_share_no_id() -> None:
    points, classes = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    grid = np.repeat([[0, 1]], 2, axis=0)
    drawn = [draw_plane(name, points, classes, (-1.0, 2.0), grid, name) for name in ("one", "two")]
    ids = [set(re.findall(r'\bid="([^"]*)"', text)) for text in drawn]
    assert ids[0]
    assert not ids[0] & ids[1]
    for text, own in zip(drawn, ids, strict=True):
        assert set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', text)) <= {
            pair for one in own for pair in ((one, ""), ("", one))
        }


def test_between_two_regions_lies_no_third() -> None:
    grid = np.repeat([[0, 0, 2, 2]], 4, axis=0)
    points, classes = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 2])
    drawn = draw_plane("one", points, classes, (-1.0, 2.0), grid, "words")
    regions = [f"fill: {colour}; fill-opacity: 0.3" in drawn for colour in COLOURS[:3]]
    assert regions == [True, False, True]


def test_an_image_is_a_png_of_its_pixels() -> None:
    from matplotlib.image import imread

    pixels = np.array([[0, 16], [8, 16]], np.uint8)
    address = encode_image(pixels, 16)
    kind, _, data = address.partition(",")
    assert kind == "data:image/png;base64"
    seen = imread(io.BytesIO(base64.b64decode(data)), format="png")[..., 0]
    np.testing.assert_allclose(seen, [[1.0, 0.0], [0.5, 0.0]], atol=0.02)


def test_a_graph_runs_from_left_to_right() -> None:
    below = [(1, 2), (3, 4), (4, 4), (), ()]  # 0 from 1 and 2, 1 from 3 and 4, 2 from 4 twice
    drawn = arrange_graph([(str(k),) for k in range(5)], below)
    columns = [box.x / (BOX_WIDTH + GAP_ACROSS) for box in drawn.boxes]
    assert columns == [2, 1, 1, 0, 0]
    assert [box.is_leaf for box in drawn.boxes] == [False, False, False, True, True]
    assert len(drawn.curves) == 5
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(set(places)) == 5
    assert all(0 <= box.y <= drawn.height - BOX_HEIGHT for box in drawn.boxes)
    assert drawn.boxes[3].y < drawn.boxes[4].y  # 3 under 1, 4 under both: no crossing
    assert drawn.boxes[1].y < drawn.boxes[2].y


def test_a_long_link_runs_between_boxes_and_lines_do_not_cross() -> None:
    below = [(), (), (0, 1), (2, 0), (3,)]  # tanh(a*b + a): a is used twice
    drawn = arrange_graph([(str(k),) for k in range(5)], below, size=(100, 40))
    columns = [box.x / (100 + GAP_ACROSS) for box in drawn.boxes]
    assert columns == [0, 0, 1, 2, 3]
    assert list_links(below) == [(0, 2), (1, 2), (2, 3), (0, 3), (3, 4)]
    long = drawn.curves[3]
    (height,) = re.findall(r" ([\d.]+)h100C", long)  # level with the product's column
    product = drawn.boxes[2].y
    assert not product <= float(height) <= product + 40
    assert [curve.count("h") for curve in drawn.curves] == [0, 0, 0, 1, 0]
    assert (drawn.boxes[0].y < drawn.boxes[1].y) == (float(height) < product)
    assert all(0 <= box.y <= drawn.height - 40 for box in drawn.boxes)
