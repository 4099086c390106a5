"""``forward_batched``: an MLP of scalars as matrices."""

from collections.abc import Sequence
from typing import Any

from autograder.checks.c_checkpoints.common import Floats, Measure, Rng, full_generator
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import networks
from autograder.numerics.compare import brief, close, require_list
from autograder.numerics.failure import WrongAnswer

NEAR = 1e-9
TANH = ("tanh", "tanh")


def runs_batched(
    ask: Ask, rng: Rng, measure: Measure, size: Sequence[int], rows: Sequence[int], kinds: Any
) -> None:
    """Compare the outputs for so many rows, and what is left of the weights, with the judge's."""
    weights = networks.draw_parameters(size, rng)
    xs = [2.0 * rng.normal(size=(count, size[0])) for count in rows]
    model = f"MLP({size[0]}, {[*size[1:]]}, {', '.join(kinds)})"
    answer = ask("forward", size=size, kinds=kinds, weights=weights.tolist(), xs=xs)
    outs = require_list(answer["outs"], len(xs), "the outputs")
    for x, out in zip(xs, outs, strict=True):
        wanted = networks.mlp_outputs(size, kinds, weights, x)
        label = f"forward_batched({model}, x of shape {x.shape})"
        error = close(out, wanted, label, NEAR)
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))
    close(answer["weights"], weights, "the model's parameters afterwards: parameter {}", 0.0)


@check("forward_batched")
def check_forward(ask: Ask, rng: Rng, measure: Measure) -> None:
    draw = full_generator(rng)
    for size in ((3, 5, 4, 2), (2, 6, 3), (3, 4, 1), (2, 1, 1), (4, 3)):
        runs_batched(ask, draw, measure, size, (7, 1, 0), TANH)


KINDS = (
    ("relu", "linear"),
    ("sigmoid", "tanh"),
    ("tanh", "linear"),
    ("linear", "sigmoid"),
    ("tanh", "relu"),
)


@check("forward_batched")
def check_forward_activations(ask: Ask, rng: Rng, measure: Measure) -> None:
    draw = full_generator(rng)
    for kinds in KINDS:
        runs_batched(ask, draw, measure, (3, 4, 5, 2), (6,), kinds)


FEW, MANY = 5, 50


@check("forward_batched")
def check_forward_lines(ask: Ask, rng: Rng) -> None:
    draw, size = full_generator(rng), (3, 4, 2)
    weights = networks.draw_parameters(size, draw)
    xs: list[Floats] = [draw.normal(size=(count, size[0])) for count in (1, FEW, MANY)]
    answer = ask("lines", size=size, weights=weights.tolist(), xs=xs)
    outs = require_list(answer["outs"], len(xs), "the outputs")
    for x, out in zip(xs, outs, strict=True):
        label = f"forward_batched(model, x) with x of shape {x.shape}"
        close(out, networks.mlp_outputs(size, TANH, weights, x), label, NEAR)
    counts = require_list(answer["counts"], len(xs), "the numbers of lines")
    if not all(type(count) is int and 0 < count < 2**53 for count in counts):
        raise WrongAnswer(f"the numbers of lines are {brief(counts)}, wanted integers above 0")
    _, few, many = counts
    if many - few >= MANY - FEW:  # a line for each further row
        raise WrongAnswer(
            f"forward_batched runs {few} lines of your code for {FEW} rows and {many} for {MANY}, "
            "wanted the same number for both: something runs once per row",
            want=few,
            got=many,
        )
