"""One operation each, element by element."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from autograder.checks.m3_tensor_autograd.common import (
    Measure,
    Rng,
    Rows,
    agrees,
    cases,
    matches,
    programs,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics.compare import Floats, brief
from autograder.numerics.tensors import Case, draw_numbers, make_case

OPERATIONS = [
    programs("neg", "Tensor.__neg__", ("out = -x", "x:n,m"), ("out = -(-x) * y", "x:k y:k")),
    programs(
        "sub",
        "Tensor.__sub__",
        ("out = x - y", "x:n,m y:n,m"),
        ("out = (x - y) - z", "x:k y:k z:k"),
    ),
    programs("exp", "Tensor.exp", ("out = x.exp()", "x:n,m"), ("out = x.exp() * y", "x:k y:k")),
    programs("tanh", "Tensor.tanh", ("out = x.tanh()", "x:n,m"), ("out = x.tanh() * y", "x:k y:k")),
    programs(
        "sigmoid",
        "Tensor.sigmoid",
        ("out = x.sigmoid()", "x:n,m"),
        ("out = x.sigmoid() * y", "x:k y:k"),
    ),
]


@pytest.mark.parametrize("rows", OPERATIONS)
def check_operation(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))


ADD: Rows = [("out = x + y", "x:n,m y:n,m"), ("out = x + y", "x:k y:k")]
MUL: Rows = [("out = x * y", "x:n,m y:n,m"), ("out = x * y * z", "x:p,k y:p,k z:p,k")]
MANY = (300, 300)  # elements of x and y: a backward that pays for each of them is too slow


@check("Tensor.__add__ Tensor.backward", seconds=10.0)
def check_add(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    agrees(ask, measure, cases(rng, ADD))
    if visibility == "public":
        case = many_elements(rng, "out = x + y")
        slopes = {"x": case.cotangent, "y": case.cotangent}
        matches(ask, measure, [case], [(case.out(), slopes)])


@check("Tensor.__mul__ Tensor.backward", seconds=10.0)
def check_mul(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    agrees(ask, measure, cases(rng, MUL))
    if visibility == "public":
        case = many_elements(rng, "out = x * y")
        x, y = case.tensors["x"], case.tensors["y"]
        slopes = {"x": case.cotangent * y, "y": case.cotangent * x}
        matches(ask, measure, [case], [(case.out(), slopes)])


def many_elements(rng: Rng, program: str) -> Case:
    """Return a case of x and y with many elements."""
    return make_case(rng, program, {name: draw_numbers(rng, MANY) for name in "xy"}, {})


NEAR_ZERO = np.array([0.7, 1e-6, 1e-13])  # of these, two are far below any epsilon in use


@dataclass(frozen=True)
class Edge:
    """A program of ``x`` where differences fail, its slope there, and its other inputs."""

    program: str
    at: Floats
    slope: Callable[[Floats], Floats]
    others: Mapping[str, Floats] = field(default_factory=dict)


class EdgeCase(Case):
    """A case whose numbers matter more than its shapes."""

    @property
    def where(self) -> str:
        """The inputs, for a message."""
        return ", ".join(f"{name} = {brief(x)}" for name, x in self.tensors.items())


def at_edge(id: str, needs: str, edge: Edge, *rows: tuple[str, str]) -> Any:
    """Return a row of a check: programs with their inputs, and one at an edge."""
    return row(id, (rows, edge), check(f"{needs} Tensor.backward", seconds=10.0))


AT_EDGES = [
    at_edge(
        "div",
        "Tensor.__truediv__",
        Edge("out = y / x", NEAR_ZERO, lambda x: -1.5 / x**2, {"y": np.full(3, 1.5)}),
        ("out = x / y", "x:n,m y:n,m"),
        ("out = x / y / z", "x:k y:k z:k"),
    ),
    at_edge(
        "pow",
        "Tensor.__pow__",
        Edge("out = x ** 0.5", NEAR_ZERO, lambda x: 0.5 * x**-0.5),
        ("out = x ** 3", "x:n,m"),
        ("out = x ** 2", "x:k"),
        ("out = x ** -1", "x:n,m"),
        ("out = x ** 0.5", "x+:n,m"),
        ("out = x ** 1", "x:k"),
        ("out = x ** y", "x+:n,m y:n,m"),
    ),
    at_edge(
        "log",
        "Tensor.log",
        Edge("out = x.log()", NEAR_ZERO, lambda x: 1 / x),
        ("out = x.log()", "x+:n,m"),
        ("out = x.log() * y", "x+:k y:k"),
    ),
    at_edge(
        "sqrt",
        "Tensor.sqrt",
        Edge("out = x.sqrt()", NEAR_ZERO, lambda x: 0.5 / np.sqrt(x)),
        ("out = x.sqrt()", "x+:n,m"),
        ("out = x.sqrt() * y", "x+:k y:k"),
    ),
    at_edge(
        "relu",
        "Tensor.relu",
        Edge("out = x.relu()", np.array([0.7, 0.0, -0.7]), lambda x: (x > 0).astype(np.float64)),
        ("out = x.relu()", "x:n,m"),
        ("out = x.relu() * y", "x:k y:k"),
    ),
]


@pytest.mark.parametrize("programs_and_edge", AT_EDGES)
def check_at_edge(
    ask: Ask, rng: Rng, measure: Measure, programs_and_edge: tuple[Rows, Edge]
) -> None:
    """Results and gradients of some programs are right, one of them where formulas are fragile."""
    rows, edge = programs_and_edge
    agrees(ask, measure, cases(rng, rows))
    x = edge.at * rng.uniform(1.0, 9.0)
    case = make_case(rng, edge.program, {"x": x, **edge.others}, {})
    case = EdgeCase(case.program, case.tensors, case.arrays, case.cotangent)
    wanted = case.out(), {"x": case.cotangent * edge.slope(x)}
    matches(ask, measure, [case], [wanted])
