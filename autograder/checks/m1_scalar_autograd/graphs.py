"""Shared values, the order of backward, and what stays as it was."""

from functools import partial

import numpy as np
import pytest

from autograder.checks.m1_scalar_autograd.common import (
    EVERY_OPERATION,
    POINTS,
    Measure,
    Rng,
    agrees,
    away_from_zero,
    first,
    program_row,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.differences import central_differences
from autograder.numerics.programs import program_values

GRAPHS = [
    program_row("shared_add", "b = a + a; out = b + b + a", "a", "Value.__add__"),
    program_row("shared_mul", "b = a * a; out = b * c", "a c", "Value.__mul__"),
    program_row(
        "diamond",
        "b = a * 2.0 + 1.0; c = a * a; out = b * c + a",
        "a",
        "Value.backward Value.__add__ Value.__mul__",
    ),
    program_row(
        "shared_by_functions",
        "t = a.tanh() + a.tanh(); p = a ** 2 + a ** 3; e = a.exp() + a.exp(); "
        "r = a.relu() + a.relu(); s = a.sigmoid() + a.sigmoid(); out = t * p + e * r + s",
        "a",
        "Value.__add__ Value.__mul__ Value.tanh Value.__pow__",
        look=EVERY_OPERATION,
    ),
    program_row(  # through two parents that differ: a set of operands holds one only once
        "each_node_once",
        "b = a * a; c = b * 2.0; out = c + b",
        "a",
        "Value.backward Value.__mul__ Value.__add__",
    ),
    program_row(
        "topological_order",
        "c = a * b; d = c * b + a; e = d * c; out = e * c",
        "a b",
        "Value.backward Value.__add__ Value.__mul__",
    ),
    program_row(
        "long_way_round",
        "b = a * a; c = b * 1.5; d = c + a; e = d * d; out = e * b + a",
        "a",
        "Value.backward Value.__add__ Value.__mul__",
    ),
]


@pytest.mark.parametrize("graph", GRAPHS)
def check_graph(ask: Ask, rng: Rng, measure: Measure, graph: tuple[list[str], str]) -> None:
    """Gradients of one graph with shared nodes agree with central differences."""
    program, inputs = graph
    agrees(ask, measure, program, inputs, away_from_zero(rng, (POINTS, len(inputs.split()))))


@check("Value.backward Value.__add__ Value.__mul__", seconds=3)
def check_many_paths(ask: Ask, rng: Rng, measure: Measure) -> None:
    factor = round(float(rng.uniform(0.3, 0.7)), 2)
    program = ["out = a", *[f"out = out * {factor} + out"] * 26]
    agrees(ask, measure, program, "a", away_from_zero(rng, (1, 1)))


@check("Value.backward Value.__add__ Value.__mul__", seconds=20)
def check_deep_chain(ask: Ask, rng: Rng, visibility: str) -> None:
    length = 20_000 if visibility == "public" else int(rng.integers(4_000, 6_000))
    steps = away_from_zero(rng, (length + length // 10,))
    order, last = rng.permutation(len(steps))[:length], float(away_from_zero(rng, (1,))[0])
    answer = ask("chain", steps=steps, order=order, last=last)
    close(answer["out"], float(steps[order].sum()) * last, "the end of the chain")
    wanted = last * np.bincount(order, minlength=len(steps))  # 0 for a step that is not taken
    close(answer["grad"], wanted, "the gradient of step {}")


@check("Value.backward Value.__mul__ Value.__add__")
def check_inner_gradients(ask: Ask, rng: Rng) -> None:
    a, b = away_from_zero(rng, (2,)).tolist()
    answer = ask(
        "look",
        program=[
            f"a = Value({a}); b = Value({b}); stranger = a * 3.0",
            "c = a * b; d = c + a",
            "out = d * c",
            "out.backward()",
        ],
        expressions=["float(x.grad) for x in (out, d, c, stranger)".join("[]")],
    )
    wanted = [1.0, a * b, 2 * a * b + a, 0.0]
    names = ("out.grad", "d.grad", "c.grad", "stranger.grad")
    got = as_floats(first(answer), (4,), ", ".join(names))
    for name, one, other in zip(names, got, wanted, strict=True):
        close(float(one), other, name)


@check("Value.backward Value.__mul__ Value.__add__")
def check_accumulates(ask: Ask, rng: Rng) -> None:
    a, b = away_from_zero(rng, (2,)).tolist()
    answer = ask(
        "look",
        program=[f"a = Value({a}); b = Value({b})", "(a * b).backward()", "(a + b * b).backward()"],
        expressions=["[float(a.grad), float(b.grad)]"],
    )
    close(first(answer), [b + 1.0, a + 2 * b], "a.grad and b.grad after both")
    again = ask(
        "look",
        program=[
            f"a = Value({a}); b = Value({b}); out = a * b",
            "out.backward()",
            "out.backward()",
        ],
        expressions=["[float(out.grad), float(a.grad), float(b.grad)]"],
    )
    names, wanted = ("out.grad", "a.grad", "b.grad"), (1.0, 2 * b, 2 * a)
    grads = as_floats(first(again), (3,), ", ".join(names))
    for name, one, other in zip(names, grads, wanted, strict=True):
        close(float(one), other, f"{name} after out = a * b and out.backward() twice")


@check("Value.backward Value.__mul__ Value.__add__", look=EVERY_OPERATION)
def check_operands_unchanged(ask: Ask, rng: Rng) -> None:
    points = np.abs(away_from_zero(rng, (1, 2))) * [-1.0, 1.0]
    (a, b), names = points[0].tolist(), ["a", "b"]
    for expression in (
        "a + b",
        "a - b",
        "a * b",
        "a / b",
        "a ** 2",
        "-a",
        "a.exp()",
        "b.log()",
        "a.tanh()",
        "a.relu()",
        "a.sigmoid()",
    ):
        program = [f"a = Value({a}); b = Value({b})", f"out = {expression}", "out.backward()"]
        shown = [f"[float(a.{part}), float(b.{part})]" for part in ("data", "grad")]
        answer = ask("look", program=program, expressions=shown)
        data, grads = require_list(answer["values"], 2, "data and gradients")
        close(data, [a, b], f"[a.data, b.data] after {expression}", rtol=0.0)
        slopes = central_differences(partial(program_values, program[1:2], names), points)
        close(grads, slopes[0], f"[a.grad, b.grad] after {expression}")
