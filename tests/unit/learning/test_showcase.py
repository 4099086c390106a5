"""What a submission says of itself for the report is validated like any answer."""

from typing import Any

import numpy as np
import pytest

from autograder.learning import showcase
from autograder.learning.showcase import Showcase, Stage
from autograder.numerics.failure import WrongAnswer

GOOD = {"data": [3.0, 1.0], "grad": [1.0, 3.0], "op": ["*", ""], "name": ["out", "a"],
        "below": [[1, 1], []]}  # fmt: skip


class Forged(Stage):
    """A stage on which every question has the same answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer

    def ask(self, of: str, probe: str, /, **args: Any) -> dict[str, Any]:
        return self.answer


def test_a_graph_becomes_nodes() -> None:
    shown = Showcase()
    showcase._add_graph(Forged(GOOD), shown)
    assert [(node.name, node.op, node.below) for node in shown.graph] == [
        ("out", "*", (1, 1)), ("a", "", ())
    ]  # fmt: skip
    assert [node.grad for node in shown.graph] == [1.0, 3.0]


@pytest.mark.parametrize(
    "forged",
    [
        {"data": []},
        {"data": "many"},
        {"data": [float("nan"), 1.0]},
        {"grad": [1.0]},
        {"op": ["*"]},
        {"below": [[2], []]},
        {"below": [[-1], []]},
        {"below": [[True], []]},
        {"below": [[1], [0]]},
        {"below": [[0], []]},
        {"below": 3},
        {"data": [0.0] * 1000},
    ],
)
def test_a_forged_graph_is_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        showcase._add_graph(Forged(GOOD | forged), Showcase())


def test_what_nodes_are_called_cannot_steer_a_terminal_or_flood_a_page() -> None:
    shown = Showcase()
    showcase._add_graph(Forged(GOOD | {"op": ["\x1b[2J" + "x" * 1000, 7]}), shown)
    assert shown.graph[0].op == r"\x1b[2Jxxxxx"
    assert shown.graph[1].op == "7"


def test_a_part_that_fails_is_told_and_the_rest_goes_on() -> None:
    shown = Showcase()
    showcase._collect_part(
        "the graph", lambda: showcase._add_graph(Forged({**GOOD, "grad": [1.0]}), shown), shown
    )
    assert list(shown.absent) == ["the graph"]
    assert shown.graph == []


def test_the_judge_counts_right_answers_and_finds_the_worst() -> None:
    y = np.array([0, 1, 2, 2])
    logits = np.zeros((4, 10))
    logits[[0, 1, 2, 3], [0, 3, 2, 5]] = [5.0, 1.0, 5.0, 9.0]
    pixels = np.arange(16, dtype=np.uint8).reshape(4, 4)
    told = showcase._tally_digits(logits, pixels, y, 16)
    assert told.accuracy == 0.5
    assert told.confusion[1, 3] == told.confusion[2, 5] == told.confusion[0, 0] == 1
    assert told.confusion.sum() == 4
    assert [(truth, answer) for _, truth, answer, _ in told.wrong] == [(2, 5), (1, 3)]
    assert told.wrong[0][0].tolist() == [[12, 13], [14, 15]]
    assert told.wrong[0][3] > 0.99
