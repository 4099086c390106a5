"""One operation each."""

import numpy as np
import pytest

from autograder.checks.m1_scalar_autograd.common import (
    POINTS,
    Measure,
    Rng,
    agrees,
    away_from_zero,
    column,
    near_zero,
    program_row,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import small
from autograder.numerics.compare import Floats, close, close_at

LEAVES = 5_000

OPERATIONS = [
    program_row("neg", "n = -a; out = n * c", "a c", "Value.__neg__ Value.__mul__"),
    program_row("sub", "d = a - b; out = d * c", "a b c", "Value.__sub__ Value.__mul__"),
    program_row("exp", "e = a.exp(); out = e * c", "a c", "Value.exp Value.__mul__"),
    program_row("tanh", "t = a.tanh(); out = t * c", "a c", "Value.tanh Value.__mul__"),
    program_row("sigmoid", "s = a.sigmoid(); out = s * c", "a c", "Value.sigmoid Value.__mul__"),
]


@pytest.mark.parametrize("operation", OPERATIONS)
def check_operation(ask: Ask, rng: Rng, measure: Measure, operation: tuple[list[str], str]) -> None:
    """Value and gradients of one operation agree with central differences."""
    program, inputs = operation
    agrees(ask, measure, program, inputs, away_from_zero(rng, (POINTS, len(inputs.split()))))


@check("Value.__add__ Value.backward")
def check_add(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    points = away_from_zero(rng, (POINTS, 2))
    agrees(ask, measure, ["s = a + b", "out = s + s + s"], "a b", points)
    if visibility == "public":
        leaves = draw_leaves(rng)
        agree_on_leaves(ask, "a + b", leaves, float(leaves.sum()), np.ones(len(leaves)))


@check("Value.__mul__ Value.backward")
def check_mul(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    points = away_from_zero(rng, (POINTS, 3))
    agrees(ask, measure, ["p = a * b", "out = p * c"], "a b c", points)
    if visibility == "public":
        leaves = draw_leaves(rng)
        product = float(leaves.prod())
        agree_on_leaves(ask, "a * b", leaves, product, product / leaves)


def draw_leaves(rng: Rng) -> Floats:
    """Return many numbers near 1, of which the product is 1."""
    draw, count = small.uncut_generator(rng), small.cut_shape(rng, (LEAVES,))
    sizes = draw.uniform(-0.1, 0.1, count)
    return np.asarray(np.exp(sizes - sizes.mean()))


def agree_on_leaves(ask: Ask, operation: str, leaves: Floats, out: float, slopes: Floats) -> None:
    """Compare a shallow expression of many leaves: a backward that pays for each is too slow."""
    answer = ask("pairwise", operation=operation, leaves=leaves)
    what = f"{operation} of {len(leaves):,} leaves, two by two"
    close(answer["out"], out, f"{what}: out")
    close(answer["grad"], slopes, f"{what}: leaves[{{}}].grad")


@check("Value.__truediv__ Value.__mul__ Value.backward")
def check_div(ask: Ask, rng: Rng, measure: Measure) -> None:
    points = away_from_zero(rng, (POINTS, 3))
    agrees(ask, measure, ["q = a / b", "out = q * c"], "a b c", points)
    tiny = near_zero(rng)
    is_exact(ask, "Value(1.5) / a", tiny, 1.5 / tiny, -1.5 / tiny**2)


@check("Value.__pow__ Value.__mul__ Value.__add__ Value.backward")
def check_pow(ask: Ask, rng: Rng, measure: Measure) -> None:
    program = ["u = a ** 3", "v = a ** -2", "w = a ** 2", "out = (u + v) * c + w"]
    agrees(ask, measure, program, "a c", away_from_zero(rng, (POINTS, 2)))
    tiny = near_zero(rng)
    is_exact(ask, "a ** 0.5", tiny, tiny**0.5, 0.5 * tiny**-0.5)


@check("Value.log Value.__mul__ Value.backward")
def check_log(ask: Ask, rng: Rng, measure: Measure) -> None:
    points = np.abs(away_from_zero(rng, (POINTS, 2)))
    agrees(ask, measure, ["l = a.log()", "out = l * c"], "a c", points)
    tiny = near_zero(rng)
    is_exact(ask, "a.log()", tiny, np.log(tiny), 1.0 / tiny)


@check("Value.relu Value.__mul__ Value.backward")
def check_relu(ask: Ask, rng: Rng, measure: Measure) -> None:
    points = away_from_zero(rng, (POINTS, 2))
    agrees(ask, measure, ["r = a.relu()", "out = r * c"], "a c", points)
    zero = np.zeros(1)
    is_exact(ask, "a.relu()", zero, zero, zero)


def is_exact(ask: Ask, expression: str, at: Floats, value: Floats, slope: Floats) -> None:
    """Compare an expression of ``a`` and its slope with known numbers, where differences fail."""
    answer = ask("evaluate", program=[f"out = {expression}"], inputs=["a"], points=at[:, None])
    close_at(column(answer["out"]), value[:, None], [expression], ["a"], at[:, None])
    close_at(answer["grad"], slope[:, None], [f"{expression}: a.grad"], ["a"], at[:, None])


@check("Value.__pow__ Value.__mul__ Value.backward")
def check_pow_edges(ask: Ask, rng: Rng, measure: Measure) -> None:
    program, zero = ["out = a ** 3 * c"], np.zeros((1, 1))
    points = np.stack([-rng.uniform(0.5, 2, POINTS), away_from_zero(rng, (POINTS,))], axis=1)
    agrees(ask, measure, program, "a c", points)
    for exponent, out in ((0, 1.0), (1, 0.0), (2, 0.0)):
        line = f"out = a ** {exponent}"
        answer = ask("evaluate", program=[line], inputs=["a"], points=zero)
        close(answer["out"], [out], f"{line}: out", where=" at a = 0")
        close(answer["grad"], [[float(exponent == 1)]], f"{line}: a.grad", where=" at a = 0")


@check("Value.__add__ Value.__sub__ Value.__mul__ Value.__truediv__ Value.backward")
def check_numbers_right(ask: Ask, rng: Rng, measure: Measure) -> None:
    program = ["u = a + 2.5", "v = b - 3", "w = a * 1.5", "x = b / 4", "out = u * v + w * x"]
    agrees(ask, measure, program, "a b", away_from_zero(rng, (POINTS, 2)))


@check("Value.__radd__ Value.__rsub__ Value.__rmul__ Value.__rtruediv__ Value.backward")
def check_numbers_left(ask: Ask, rng: Rng, measure: Measure) -> None:
    program = ["u = 2.5 + a", "v = 3 - b", "w = 1.5 * a", "x = 2 / b", "out = sum([u * v, w * x])"]
    agrees(ask, measure, program, "a b", away_from_zero(rng, (POINTS, 2)))


@check("Value.tanh Value.sigmoid Value.backward")
def check_large_inputs(ask: Ask, rng: Rng) -> None:
    points = np.array([[800.0], [400.0], [-400.0], [-800.0]]) + rng.uniform(0, 9, (4, 1)).round()
    for name, low in (("tanh", -1.0), ("sigmoid", 0.0)):
        answer = ask("evaluate", program=[f"out = a.{name}()"], inputs=["a"], points=points)
        wanted = [1.0, 1.0, low, low]
        close_at(column(answer["out"]), np.c_[wanted], [f"a.{name}()"], ["a"], points)
        close_at(answer["grad"], np.zeros((4, 1)), ["a.grad"], ["a"], points)
    _require_slope(ask, rng.uniform(-1, 1, (2, 1)))


def _require_slope(ask: Ask, points: Floats) -> None:
    """Fail where both are flat: a backward that does nothing is right at large inputs."""
    program = "out = a.sigmoid().tanh()"
    answer = ask("evaluate", program=[program], inputs=["a"], points=points)
    share = 1 / (1 + np.exp(-points))
    out = np.tanh(share)
    close_at(column(answer["out"]), out, [program], ["a"], points)
    close_at(answer["grad"], (1 - out**2) * share * (1 - share), ["a.grad"], ["a"], points)
