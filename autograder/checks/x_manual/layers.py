"""Linear, Tanh and the two losses, each alone."""

from typing import Any

import numpy as np

from autograder.checks.x_manual.common import (
    LOSSES,
    Array,
    Floats,
    Measure,
    Rng,
    all_close,
    part,
    unchanged,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import small
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import WrongAnswer

LARGE = 800.0  # exp of it overflows
SPREAD = 0.05  # of the deviation of 60,000 weights: 17 standard errors
SHIFT = 0.05  # of their mean, in deviations: 12 standard errors


def sizes(rng: Rng) -> tuple[int, int, int]:
    """Return three sizes that differ: rows, inputs, outputs."""
    rows, nin, nout = small.uncut_generator(rng).permutation([2, 3, 4, 5, 6])[:3].tolist()
    return rows, nin, nout


def linear_parts(rng: Rng) -> tuple[list[Floats], list[tuple[Floats, Floats]]]:
    """Return weight and bias, and two pairs of x and cotangent, of 1 and of more rows."""
    draw = small.uncut_generator(rng)
    rows, nin, nout = sizes(rng)
    weights = [draw.normal(size=(nin, nout)), draw.normal(size=nout)]
    pairs = [(draw.normal(size=(n, nin)), draw.normal(size=(n, nout))) for n in (rows, 1)]
    return weights, pairs


def ask_passes(ask: Ask, expression: str, weights: Any, pairs: Any) -> list[Any]:
    """Return what came of each pair of x and cotangent."""
    answer = ask("passes", expression=expression, weights=weights, pairs=pairs)
    return require_list(answer["passes"], len(pairs), "the passes")


def linear_passes(ask: Ask, rng: Rng) -> tuple[list[Floats], list[Any], list[Any]]:
    """Return weights, pairs and what a Linear answers."""
    weights, pairs = linear_parts(rng)
    nin, nout = weights[0].shape
    return weights, pairs, ask_passes(ask, f"Linear({nin}, {nout}, rng)", weights, pairs)


@check("Linear.forward Linear.parameters")
def check_linear(ask: Ask, rng: Rng) -> None:
    (weight, bias), pairs, answers = linear_passes(ask, rng)
    for (x, g), answer in zip(pairs, answers, strict=True):
        wanted = [[row @ column for column in weight.T] + bias for row in x]
        close(part(answer, "out"), wanted, "Linear.forward(x)")
        unchanged(answer, {"x": x, "g": g}, "Linear")


@check("Linear.__init__ Linear.parameters")
def check_linear_init(ask: Ask, rng: Rng) -> None:
    seeds = rng.choice(10_000, 2, replace=False).tolist()
    nin = int(small.uncut_generator(rng).integers(300, 400))
    asked = [seeds[0], seeds[0], seeds[1]]
    answer = ask("fresh", expression=f"Linear({nin}, 200, rng)", seeds=asked)
    layers = [
        require_list(one, 2, "the parameters of Linear")
        for one in require_list(answer["parameters"], 3, "three layers")
    ]
    drawn = [as_floats(one[0], (nin, 200), "the first weight") for one in layers]
    for _, bias in layers:
        close(bias, np.zeros(200), "the first bias")
    deviation, wanted = float(drawn[0].std()), nin**-0.5
    marks = {
        "spread": abs(deviation - wanted) < SPREAD * wanted,
        "same": bool(np.array_equal(drawn[0], drawn[1])),
        "other": not np.array_equal(drawn[0], drawn[2]),
        "times": round(deviation / wanted, 1),
    }
    ask.recognise_by(marks)
    if not marks["spread"]:
        told = f"{deviation:.4g}, wanted 1/sqrt({nin}) = {wanted:.4g}"
        raise WrongAnswer(f"the standard deviation of the first weight is {told}")
    if abs(float(drawn[0].mean())) > SHIFT * wanted:
        raise WrongAnswer(f"the first weight has the mean {drawn[0].mean():.3g}, wanted about 0")
    if not marks["same"]:
        raise WrongAnswer("two generators with one seed give two weights: draw from rng alone")
    if not marks["other"]:
        raise WrongAnswer("two seeds give the same weight: draw from rng")


@check("Linear.backward Linear.gradients")
def check_linear_backward(ask: Ask, rng: Rng, measure: Measure) -> None:
    (weight, _), pairs, answers = linear_passes(ask, rng)
    for (x, g), answer in zip(pairs, answers, strict=True):
        wanted = [sum(np.outer(a, b) for a, b in zip(x, g, strict=True)), sum(g)]
        error = all_close(part(answer, "gradients"), wanted, "the gradients of Linear")
        back = [[weight_row @ row for weight_row in weight] for row in g]
        close(part(answer, "dx"), back, "Linear.backward(g)")
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))
        unchanged(answer, {"x": x, "g": g}, "Linear")


@check("Tanh.forward Tanh.backward")
def check_tanh(ask: Ask, rng: Rng) -> None:
    draw, pairs = small.uncut_generator(rng), []
    for shape in (sizes(rng)[:2], (1, 3)):
        pairs.append((draw.normal(0.0, 2.0, shape), draw.normal(size=shape)))
    step = 1e-5
    for (x, g), answer in zip(pairs, ask_passes(ask, "Tanh()", [], pairs), strict=True):
        close(part(answer, "out"), np.tanh(x), "Tanh.forward(x)")
        slope = (np.tanh(x + step) - np.tanh(x - step)) / (2 * step)
        close(part(answer, "dx"), g * slope, "Tanh.backward(g)")
        require_list(part(answer, "gradients"), 0, "the gradients of Tanh")
        unchanged(answer, {"x": x, "g": g}, "Tanh")


def loss_agrees(ask: Ask, name: str, cases: list[tuple[Floats, Array]]) -> None:
    """Compare a loss and its gradient with the judge's own."""
    answer = ask("losses", name=name, cases=[list(case) for case in cases])
    found = require_list(answer["losses"], len(cases), f"the losses of {name}")
    for (out, y), one in zip(cases, found, strict=True):
        loss, gradient = LOSSES[name](out, y)
        where = f", out of shape {out.shape} and entries up to {np.abs(out).max():.3g}"
        close(part(one, "loss"), loss, f"the loss of {name}", where=where)
        close(part(one, "gradient"), gradient, f"the gradient of {name}", where=where)
        unchanged(one, {"out": out, "y": y}, name)


@check("mean_squared_error")
def check_mse(ask: Ask, rng: Rng) -> None:
    draw, (rows, columns, _) = small.uncut_generator(rng), sizes(rng)
    shapes = [(rows, columns), (1, 1), (rows, 1)]
    loss_agrees(
        ask,
        "mean_squared_error",
        [(draw.normal(size=shape), draw.normal(size=shape)) for shape in shapes],
    )


@check("cross_entropy")
def check_cross_entropy(ask: Ask, rng: Rng) -> None:
    draw, (rows, classes, _) = small.uncut_generator(rng), sizes(rng)
    cases = []
    for n, scale in ((rows, 1.0), (1, 2.0), (rows, LARGE)):
        cases.append((draw.normal(size=(n, classes)) * scale, draw.integers(0, classes, n)))
    loss_agrees(ask, "cross_entropy", cases)
