"""Shared tensors, the order of backward, where it starts and what it leaves."""

from typing import Any

import numpy as np
import pytest

from autograder.checks.m3_tensor_autograd.common import (
    EVERY_OPERATION,
    Measure,
    Rng,
    Rows,
    agrees,
    cases,
    look,
    programs,
)
from autograder.judge.questions import Ask
from autograder.judge.refusals import BadInput
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import Floats, draw_numbers

ORDERING = "Tensor._topological_order Tensor.backward"
GRAPHS = [
    programs(
        "shared",
        "Tensor.__add__ Tensor.__mul__",
        ("out = x + x", "x:n,m"),
        ("out = x * x", "x:k"),
        ("out = x + x * y", "x:k y:k"),
        ("y = x + x; out = y + y + x", "x:n,m"),
        look="Tensor._accumulate Tensor.__add__ Tensor.__mul__",
    ),
    programs(
        "shared_by_functions",
        "Tensor.__add__ Tensor.tanh Tensor.sum",
        ("out = x.tanh() + x.tanh() * x.sigmoid()", "x:n,m"),
        ("out = x.relu() + x.exp() + x", "x:k"),
        ("out = x.log() + x.sqrt() * x", "x+:k"),
        ("out = x.sum(axis=0) + x.mean(axis=0)", "x:n,m"),
        ("out = x / x.max() + x ** 2", "x:k"),
        ("out = x[1:] + x[:-1] + x.sum()", "x:k"),
        ("out = x.T @ x + x.reshape(-1).sum()", "x:n,m"),
        ("out = x.softmax() * x.log_softmax()", "x:n,m"),
        look=f"Tensor._accumulate {EVERY_OPERATION}",
    ),
    programs(
        "diamond",
        "Tensor.backward Tensor.__add__ Tensor.__mul__",
        ("y = x * 2.0 + 1.0; z = x * x; out = y * z + x", "x:n,m"),
        ("y = x * x; z = y + x; out = y * z * y", "x:k"),
        look=ORDERING,
    ),
    programs(
        "topological_order",
        "Tensor.backward Tensor.__add__ Tensor.__mul__",
        ("c = x * y; d = c * y + x; e = d * c; out = e * c", "x:k y:k"),
        ("b = x * x; c = b * 1.5; d = c + x; e = d * d; out = e * b + x", "x:n,m"),
        ("b = x * x; out = b + b", "x:k"),
        ("a = x * 2; b = a + y; c = b * a; out = c + a * b", "x:k y:k"),
        look=ORDERING,
    ),
    programs(
        "gradients_apart",
        "Tensor.__add__ Tensor.__sub__",
        ("out = (x + y) + x", "x:n,m y:n,m"),
        ("out = x + (x + y) * 2", "x:k y:k"),
        ("z = x + y; out = z + x * y + y", "x:k y:k"),
        ("z = x - y; out = z + x + y", "x:k y:k"),
        ("z = x.reshape(-1); out = z + x.reshape(-1) + z", "x:n,m"),
        ("z = x.T; out = z + x.T + z * y", "x:n,m y:m,n"),
        ("z = x + 1.0; out = z + z + x", "x:k"),
        look="Tensor._accumulate Tensor.reshape Tensor.transpose",
    ),
    programs(
        "many_paths",
        "Tensor.backward Tensor.__add__ Tensor.__mul__",
        ("out = x" + "; out = out * 0.5 + out" * 24, "x:p"),
        seconds=5,
        look=ORDERING,
    ),
]


@pytest.mark.parametrize("rows", GRAPHS)
def check_graph(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, cases(rng, rows))


@check("Tensor.backward Tensor.__add__", look=ORDERING, seconds=20)
def check_deep_chain(ask: Ask, rng: Rng) -> None:
    x = draw_numbers(rng, (3,))
    program = "x = Tensor(X); out = [x]; exec('for _ in range(5000): out[0] = out[0] + 0.5')"
    got = look(ask, f"{program}; out[0].backward(X)", ["out[0].data", "x.grad"], {"X": x})
    close(got[0], x + 2500.0, "the end of the chain")
    close(got[1], x, "the gradient at its start")


@check("Tensor.backward Tensor.__mul__ Tensor.sum")
def check_separate_graphs(ask: Ask, rng: Rng) -> None:
    a, b, x = (draw_numbers(rng, (3, 4)) for _ in range(3))
    program = "x = Tensor(X); (x * A).sum().backward(); (x * x * B).sum().backward()"
    got = look(ask, program, ["x.grad"], {"A": a, "B": b, "X": x})
    close(got[0], a + 2 * x * b, "x.grad after (x * A).sum() and (x * x * B).sum()")


@check("Tensor.backward Tensor.sum")
def check_backward_start(ask: Ask, rng: Rng) -> None:
    a, g, x = (draw_numbers(rng, (3, 4)) for _ in range(3))
    program = "x = Tensor(X); y = Tensor(X); (x * A).sum().backward(); (y * A).backward(G)"
    got = look(ask, program, ["x.grad", "y.grad"], {"A": a, "G": g, "X": x})
    close(got[0], a, "x.grad after (x * A).sum().backward()")
    close(got[1], a * g, "y.grad after (y * A).backward(G)")


SCALAR_ONLY = ("(Tensor(np.ones((2, 3))) * 2.0).backward()", "(Tensor(np.ones(4)) + 1).backward()")


@check("Tensor.backward Tensor.sum")
def check_backward_needs_grad(ask: Ask, rng: Rng) -> None:
    x = draw_numbers(rng, (2, 3))
    got = look(ask, "x = Tensor(X); (x * x).sum().backward()", ["x.grad"], {"X": x})
    close(got[0], 2 * x, "x.grad after (x * x).sum().backward()")
    bad = [BadInput(tried, ("ValueError",), {"expression": tried}) for tried in SCALAR_ONLY]
    ask.refuses("attempt", bad)


GRAPHS_HELD, OPERATIONS = 11, 20
KEPT_MB = 8.0  # may stay of 10 graphs; each has 20 arrays of 0.16 MB


@check("Tensor.backward Tensor.__mul__ Tensor.sum")
def check_memory_freed(ask: Ask, rng: Rng) -> None:
    x = rng.normal(size=20_000)
    before, after = (_peak_memory(ask, x, graphs) for graphs in (1, GRAPHS_HELD))
    kept = after - before
    if not after:  # this system does not tell how much memory a process took
        traced = _hold_losses(ask, x, GRAPHS_HELD, traced=True)["kept_mb"]
        kept = float(as_floats(traced, (), "the megabytes that are alive"))
    ask.recognise_by({"kept": kept > KEPT_MB})
    if kept > KEPT_MB:
        raise WrongAnswer(
            f"after backward of {GRAPHS_HELD} graphs, {kept:.0f} MB more are in use than after "
            f"one, though only the losses and x are held; wanted at most {KEPT_MB:g} MB"
        )


def _peak_memory(ask: Ask, x: Floats, graphs: int) -> float:
    """Return the megabytes that a fresh process needs at most for some graphs."""
    _hold_losses(ask, x, graphs, traced=False)
    ask.take_fresh_worker()
    return ask.peak_memory_mb


def _hold_losses(ask: Ask, x: Floats, graphs: int, traced: bool) -> dict[str, Any]:
    """Ask for some graphs of which only the losses are held, and return the answer."""
    answer = ask("hold_losses", x=x, operations=OPERATIONS, graphs=graphs, traced=traced)
    slope = 0.5**OPERATIONS
    close(answer["loss"], slope * x.sum(), "the loss", rtol=1e-9)
    close(answer["grad"], np.full(3, graphs * slope), "x.grad[:3]", rtol=1e-9)
    return answer
