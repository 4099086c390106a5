"""Backward of arrays, write by write: what a learner's own Tensors do to their gradients."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.course import Course
from autograder.learning import tensor_demo
from autograder.learning.demos import answer, open_stage
from autograder.learning.explore.graph_drawing import describe_graph
from autograder.learning.playground import Playground
from tests.implementations import ALTERNATIVES, ROOT, complete

TENSOR = (ROOT / "solutions/m3_tensor_autograd/tensor.py").read_text()
WORKS = {folder.name: folder for folder in ALTERNATIVES if (folder / "tensor.py").exists()}
WORKS |= {"reference": ROOT / "solutions/m3_tensor_autograd"}
ROW, COLUMN, ONE, LAYER, _ = tensor_demo.PROGRAMS
Show = Callable[..., Any]


@pytest.fixture
def show(course: Course, tmp_path: Path) -> Show:
    """Return the panel of a program by a tensor.py."""
    (tmp_path / "engine.py").write_text("")
    (tmp_path / "nn.py").write_text("")

    def ask(source: str, program: str) -> Any:
        (tmp_path / "tensor.py").write_text(source)
        with open_stage(tmp_path, course) as stage:
            return answer("arrays", {"program": program}, stage)["panels"][0]

    return ask


@pytest.mark.parametrize("name", WORKS)
def test_the_last_write_of_each_is_its_gradient(name: str, course: Course, tmp_path: Path) -> None:
    with open_stage(complete(course, WORKS[name], tmp_path), course) as stage:
        for program in tensor_demo.PROGRAMS:
            assert_steps_end_at_gradients(program, stage)


def assert_steps_end_at_gradients(program: str, stage: Playground) -> None:
    panel = answer("arrays", {"program": program}, stage)["panels"][0]
    last = {row[0]: row[1] for row in panel["writes"]}
    grads = {place: node["grad"] for place, node in enumerate(panel["nodes"])}
    assert last == grads
    first = [row[0] for row in panel["writes"]]
    assert first[0] == len(grads) - 1  # the result
    assert [*dict.fromkeys(first)][-1] < len(tensor_demo.PROGRAMS[program].leaves)


def test_what_unbroadcast_summed_is_shown_with_its_shape(show: Show) -> None:
    panel = show(TENSOR, ROW)
    summed = {row[0]: row[2] for row in panel["writes"] if row[2] is not None}
    (b,) = (place for place, node in enumerate(panel["nodes"]) if node["name"] == "b")
    assert summed == {b: panel["nodes"][2]["grad"]}  # h.grad as it is, stretched
    assert np.sum(summed[b], axis=0) == pytest.approx(panel["nodes"][b]["grad"], rel=1e-9)
    drawing = describe_graph(panel)
    assert drawing["before"] == ("grad none", "before backward: there is no gradient yet")
    node, lines, sentence = drawing["writes"][-1]
    assert (node, lines) == (b, ["grad 0.491 1.28 0.95"])
    assert sentence == (
        "5 of 5: b.grad is now [0.4906 1.28 0.9499]; what came had the shape (2, 3), and "
        "unbroadcast summed it: [[0.42 0.2804 0.009866] [0.07065 1 0.94]]"
    )


def test_a_matrix_has_a_line_for_each_row(show: Show) -> None:
    panel = show(TENSOR, LAYER)
    writes = describe_graph(panel)["writes"]
    assert [(panel["nodes"][node]["name"], lines) for node, lines, _ in writes][1:3] == [
        ("t", ["grad 1 1", "     1 1"]),
        ("s", ["grad 0 0", "     1 0"]),
    ]


IN_PLACE = TENSOR.replace("self.grad += grad\n", "np.add(self.grad, grad, out=self.grad)\n")


@pytest.mark.parametrize("source", [TENSOR, IN_PLACE], ids=["+=", "np.add"])
def test_a_gradient_that_is_added_to_where_it_lies_is_one_more_write(
    show: Show, source: str
) -> None:
    assert source.count("self.grad += grad") != source.count("np.add(self.grad, grad")
    panel = show(source, ONE)
    (t,) = (place for place, node in enumerate(panel["nodes"]) if node["name"] == "t")
    first, second = (row[1] for row in panel["writes"] if row[0] == t)
    assert 2 * np.array(first) == pytest.approx(np.array(second))
    assert second == panel["nodes"][t]["grad"]


def test_a_sum_that_is_halved_is_seen_where_it_is_made(show: Show) -> None:
    wrong = "\nown = unbroadcast\ndef unbroadcast(g, shape):\n    return own(g, shape) / (1 + (g.shape != shape))\n"
    panel = show(TENSOR + wrong, COLUMN)
    v = panel["departs"]
    assert panel["nodes"][v]["name"] == "v"
    halved, summed = next(row[1:] for row in panel["writes"] if row[0] == v)
    assert 2 * np.array(halved) == pytest.approx(np.sum(summed, axis=0, keepdims=True))


def test_slots_and_properties_of_their_own_are_watched(show: Show) -> None:
    slots = TENSOR.replace(
        "    __array_ufunc__ = None",
        '    __slots__ = ("data", "grad", "requires_grad", "_edges")\n    __array_ufunc__ = None',
    )
    assert slots != TENSOR
    assert show(slots, ROW)["writes"] == show(TENSOR, ROW)["writes"]


def test_work_that_raises_has_no_steps(show: Show) -> None:
    panel = show(TENSOR.replace("def tanh(self)", "def tanh(self, x)"), ROW)
    assert panel["writes"] == []


BIG, SQUARE, ROW_OF_3 = np.zeros(99_999), np.ones((2, 2)), np.ones(3)
FORGED: dict[str, tuple[Any, Any, list[int]]] = {
    "no lists": (3, {}, []),
    "no rows": ([3, [0], [True, ROW_OF_3], ["x", 1], [99, ROW_OF_3], [-1, SQUARE]], [], []),
    "no arrays": ([[0, "x"], [0, BIG], [1, SQUARE]], [[0, 1, 2], [0, ROW_OF_3], 7], [1]),
    "no number": ([[0, np.full(3, np.inf)], [0, np.full(3, np.inf)]], [[0, SQUARE, BIG]], [0, 0]),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_steps_are_left_out(name: str) -> None:
    writes, sums, wanted = FORGED[name]
    steps = tensor_demo.read_steps({"writes": writes, "sums": sums}, 5)
    assert [place for place, _, _ in steps] == wanted
    assert [summed for _, _, summed in steps] == [None] * len(wanted)
