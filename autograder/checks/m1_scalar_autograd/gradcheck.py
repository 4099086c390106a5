"""``numerical_gradient`` and ``gradcheck``."""

from collections.abc import Sequence

import numpy as np

from autograder.checks.m1_scalar_autograd.common import POINTS, Measure, Rng, away_from_zero
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import (
    as_floats,
    close,
    close_at,
    format_number,
    require_list,
    same,
)
from autograder.numerics.failure import WrongAnswer


@check("numerical_gradient")
def check_numerical_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    points = away_from_zero(rng, (POINTS, 3))
    x, y, z = points.T
    answer = ask(
        "slopes",
        function="xs[0] ** 2 * xs[1] - 3 * xs[2] * xs[1] + math.sin(xs[2])",
        points=points,
    )
    wanted = np.stack([2 * x * y, x**2 - 3 * z, -3 * y + np.cos(z)], axis=1)
    whats = ["the slope by xs[0]", "the slope by xs[1]", "the slope by xs[2]"]
    names = ["xs[0]", "xs[1]", "xs[2]"]
    measure["max_relative_error"] = close_at(answer["slopes"], wanted, whats, names, points)


@check("numerical_gradient")
def check_central_difference(ask: Ask, rng: Rng) -> None:
    points, eps = away_from_zero(rng, (POINTS, 1)), 0.1
    answer = ask("slopes", function="xs[0] ** 3", points=points, eps=eps)
    whats = ["the central difference of xs[0] ** 3 with eps = 0.1"]
    close_at(answer["slopes"], 3 * points**2 + eps**2, whats, ["xs[0]"], points)


ROUGHLY = 0.01  # how good a slope is, other checks say


@check("numerical_gradient")
def check_one_coordinate_at_a_time(ask: Ask, rng: Rng) -> None:
    point = away_from_zero(rng, (4,))
    answer = ask("slopes_calls", point=point)
    close(answer["xs"], point, "xs after the call", rtol=0.0)
    asked = answer["asked"]
    if not isinstance(asked, list) or not asked:
        raise WrongAnswer("numerical_gradient never called its function")
    moved = np.abs(as_floats(asked, (len(asked), 4), "the points asked for") - point)
    if (moved > 1e-12).sum(axis=1).max() > 1:
        raise WrongAnswer(
            "numerical_gradient moves several coordinates at once, wanted one at a time"
        )
    farthest = float(moved.max())
    if abs(farthest - USUAL) > 0.01 * USUAL:
        raise WrongAnswer(
            f"without eps numerical_gradient moves a coordinate by {format_number(farthest)}, "
            f"wanted {USUAL:g}"
        )
    what = "the slope of x[0] ** 2 + ... + x[3] ** 2 by x[{}]"
    close(answer["slopes"], 2 * point, what, ROUGHLY)


RIGHT = [
    ("xs[0] * xs[1] + 3.0", 2, True),
    ("(xs[0] * xs[1]).exp() + xs[2]", 3, True),
    ("(xs[0] + 2.0) * 100000.0 * xs[1]", 2, True),
    ("xs[0] * 0.00001 + 1000.0", 1, True),  # a slope below what differences resolve
    ("Value(3.0) + 0.0 * xs[0]", 2, True),
    ("xs[0] * xs[1] + 0.0 * Value(xs[1].data)", 2, True),
]


WRONG = [
    ("Value(xs[0].data) * xs[1]", 2, False),  # cut off from xs[0]
    ("xs[0] * Value(xs[1].data)", 2, False),
    ("xs[0] * xs[1] + 0.001 * Value(xs[2].data)", 3, False),
    ("xs[0] * xs[1] - Value(2.0 * xs[0].data * xs[1].data)", 2, False),  # the wrong sign
    ("xs[0] * xs[0].data + xs[1]", 2, False),  # half of the slope
    ("1000.0 * (xs[0] * Value(xs[0].data) + xs[1])", 2, False),
    ("Value(xs[0].data - xs[1].data)", 2, False),  # two wrong gradients whose sum is right
]

USUAL = 1e-6  # tol, and eps, where none is given

NEAR_OR_FAR = [  # `d` is so many times the tolerance
    ("xs[0] * xs[1] + {d:g} * Value(xs[1].data)", 2, 0.1, True),
    ("xs[0] * xs[1] + {d:g} * Value(xs[1].data)", 2, 10, False),
    ("sum(xs[1:], xs[0]) + {d:g} * Value(sum(x.data for x in xs))", 12, 0.5, True),  # each is near
    ("sum(xs[1:], xs[0]) + {d:g} * Value(xs[7].data)", 12, 10, False),  # the mean is near
]


def compare_verdicts(
    ask: Ask, rng: Rng, cases: Sequence[tuple[str, int, bool]], tol: float | None = None
) -> None:
    """Ask for gradcheck's verdict on each function, in any order; compare it with the right one."""
    points = [away_from_zero(rng, (size,)).tolist() for _, size, _ in cases]
    order = rng.permutation(np.arange(len(cases))).tolist()
    functions = [cases[place][0] for place in order]
    given = {} if tol is None else {"tol": tol}
    told = "" if tol is None else f" with tol = {tol}"
    answer = ask(
        "verdicts", functions=functions, points=[points[place] for place in order], **given
    )
    verdicts = require_list(answer["verdicts"], len(cases), "the verdicts of gradcheck")
    for place, verdict in zip(order, verdicts, strict=True):
        function, _, wanted = cases[place]
        same(verdict, wanted, f"gradcheck of {function}{told}")


@check("gradcheck numerical_gradient Value.backward")
def check_gradcheck_accepts(ask: Ask, rng: Rng) -> None:
    compare_verdicts(ask, rng, [*RIGHT, WRONG[0]])


@check("gradcheck numerical_gradient Value.backward")
def check_gradcheck_rejects(ask: Ask, rng: Rng) -> None:
    compare_verdicts(ask, rng, [RIGHT[0], *WRONG])


@check("gradcheck numerical_gradient Value.backward")
def check_gradcheck_tolerance(ask: Ask, rng: Rng) -> None:
    for tol in (1e-2, 1e-4, None):
        cases = [
            (function.format(d=factor * (tol or USUAL)), size, verdict)
            for function, size, factor, verdict in NEAR_OR_FAR
        ]
        compare_verdicts(ask, rng, cases, tol)
