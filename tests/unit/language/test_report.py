"""The captions and drawings of the report in German."""

import numpy as np
import pytest

from autograder.learning.checkpoints import Regime
from autograder.learning.portfolio import page_parts
from autograder.learning.showcase import Node, Plane, Showcase
from autograder.reports.neurons import Cell, describe_cells
from autograder.reports.report import describe_mistake

LOSS = np.array([2.0, 1.0, 0.5])


def make_showcase() -> Showcase:
    showcase = Showcase()
    showcase.curves = {"Spirale (Meilenstein 4)": LOSS}
    x, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    labels = np.array([[0, 1], [0, 1]])
    showcase.planes = [Plane("Two moons", x, y, -1.0, 1.0, labels, LOSS, 0.5)]
    showcase.regimes = [Regime("underfit", {"lr": 0.5}, LOSS, LOSS, "underfit")]
    showcase.graph = [Node("", "", 1.0, 0.0, [])]
    return showcase


@pytest.mark.usefixtures("german")
def test_captions_and_drawings_are_german() -> None:
    parts = page_parts(make_showcase())
    assert parts.curves
    assert parts.curves.caption == "Spirale (Meilenstein 4): von 2 auf 0.5."
    assert 'aria-label="Verlustkurven. Spirale (Meilenstein 4): von 2' in parts.curves.svg
    assert ">Training, %<" in parts.curves.svg
    assert ">Verlust<" in parts.curves.svg
    (plane,), (regime,) = parts.planes, parts.regimes
    assert plane.caption == "Zwei Monde: 50% von 2 Punkten liegen im Gebiet ihrer Klasse."
    assert 'aria-label="Entscheidungsgrenze von 2 Klassen. Zwei' in plane.svg
    assert ">Klasse 1<" in plane.svg
    assert regime.caption == (
        "Underfit: explain sagt „underfit“. Verlust am Ende: 0.50 im Training, 0.50 in der "
        "Validierung (lr 0.5)."
    )
    assert ">Validierung<" in regime.svg
    assert parts.graph
    assert parts.graph.boxes[0].lines[0] == "Wert"


@pytest.mark.usefixtures("german")
def test_a_misread_digit_and_the_network_by_hand_are_german() -> None:
    assert describe_mistake(np.zeros((8, 8), np.uint8), 16, 3, 8, 0.9).caption == (
        "eine 3 für eine 8 gehalten, zu 90% sicher"
    )
    cells = {"s1": Cell("1", "wrong"), "h1": Cell("1", "follows"), "y": Cell("", "open")}
    assert describe_cells(cells) == (
        "Richtig, da sie aus einer falschen folgen: h1; falsch: s1; nicht beurteilt: y."
    )


def test_captions_are_english_where_nothing_else_is_asked_for() -> None:
    (plane,) = page_parts(make_showcase()).planes
    assert plane.caption == "Two moons: 50% of 2 points lie in their class's region."
    assert ">class 1<" in plane.svg
