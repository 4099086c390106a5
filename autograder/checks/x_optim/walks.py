"""``RMSprop``, ``AdamW`` and ``Nesterov``: where parameters are after each of 50 steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.checks.m5_convolution.common import ROUNDED, Floats, Measure, Rng
from autograder.checks.x_optim import formulas
from autograder.checks.x_optim.formulas import Gradients
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import WrongAnswer

STEPS = 50
SHAPES = ((3, 4), (5,), (2, 1, 3))


@dataclass(frozen=True)
class Problem:
    """Parameters, the gradients that each gets, and the rate of each step."""

    start: list[Floats]
    gradients: Sequence[Gradients]
    rates: list[float]


def draw_problem(rng: Rng, steps: int = STEPS) -> Problem:
    """Return parameters whose gradients vanish: an entry always, a parameter half-way."""
    start = [rng.uniform(-2.0, 2.0, shape) for shape in SHAPES]
    scales = [10.0 ** rng.uniform(-1.5, 0.5, p.shape) for p in start]
    gradients = [
        [scale * rng.normal(0.3, 1.0, p.shape) for _ in range(steps)]
        for p, scale in zip(start, scales, strict=True)
    ]
    for g in gradients[0]:
        g.flat[0] = 0.0
    for g in gradients[1][steps // 2 : -steps // 5]:
        g[:] = 0.0
    first, second, third = rng.uniform(0.02, 0.09, 3).tolist()
    parts = steps // 3, steps // 3, steps - 2 * (steps // 3)
    rates = [first] * parts[0] + [second] * parts[1] + [third / 4] * parts[2]
    return Problem(start, gradients, rates)


def walks(
    ask: Ask, measure: Measure, problem: Problem, name: str, walk: formulas.Walk, **how: float
) -> None:
    """Compare the path of every parameter with the judge's own."""
    answer = ask(
        "walk",
        name=name,
        settings=_as_arguments(how),
        params=problem.start,
        gradients=problem.gradients,
        rates=problem.rates,
    )
    places = list(zip(problem.start, problem.gradients, strict=True))
    wanted = [walk(p, gradients, problem.rates, **how) for p, gradients in places]
    paths = require_list(answer["paths"], len(wanted), "the paths of the parameters")
    found = [
        _split_steps(path, right.shape, f"{name}: parameter {k} after each step")
        for k, (path, right) in enumerate(zip(paths, wanted, strict=True))
    ]
    for step in range(len(problem.rates)):  # the first wrong step tells most
        for k, (path, right) in enumerate(zip(found, wanted, strict=True)):
            what = f"{name}, after step {step + 1}: entry [{{}}] of parameter {k}"
            error = close(path[step], right[step], what, 2 * ROUNDED)
            measure["max_error"] = max(error, measure.get("max_error", 0.0))


def _split_steps(path: Any, shape: tuple[int, ...], label: str) -> Floats:
    """Return a path of that shape, which may hold NaN, or fail."""
    is_path = isinstance(path, np.ndarray) and path.shape == shape
    return path if is_path else as_floats(path, shape, label)


LOW, FEW = "float32", 3  # a dtype that has to stay, and steps in it
LOW_ROUNDED = 1e-4


def keeps_dtype(ask: Ask, problem: Problem, name: str, walk: formulas.Walk, **how: float) -> None:
    """Fail unless float32 parameters stay float32, with float32 gradients."""
    start = [p.astype(LOW) for p in problem.start]
    rows = [[g.astype(LOW) for g in row[:FEW] if g is not None] for row in problem.gradients]
    rates = problem.rates[:FEW]
    given = {"settings": _as_arguments(how), "params": start, "gradients": rows, "rates": rates}
    paths = require_list(ask("walk", name=name, **given)["paths"], len(start), "the paths")
    dtypes = [str(getattr(path, "dtype", type(path).__name__)) for path in paths]
    ask.recognise_by({"dtypes": dtypes})
    for k, (path, dtype) in enumerate(zip(paths, dtypes, strict=True)):
        if dtype != LOW:
            told = f"parameter {k} is {dtype} after {FEW} steps, wanted {LOW} as before them"
            raise WrongAnswer(f"{name}, with parameters and gradients of {LOW}: {told}")
        what = f"{name}, after each of {FEW} steps in {LOW}: entry [{{}}] of parameter {k}"
        close(path, walk(problem.start[k], rows[k], rates, **how), what, LOW_ROUNDED)


def _as_arguments(how: dict[str, float]) -> dict[str, float | list[float]]:
    """Return settings as the learner's constructors take them: both betas together."""
    betas = [how[name] for name in ("b1", "b2") if name in how]
    others: dict[str, float | list[float]] = {k: v for k, v in how.items() if k not in ("b1", "b2")}
    return others | ({"betas": betas} if betas else {})


@check("RMSprop.step RMSprop.__init__")
def check_rmsprop(ask: Ask, rng: Rng, measure: Measure) -> None:
    problem = draw_problem(rng)
    walks(ask, measure, problem, "RMSprop", formulas.rmsprop)
    keeps_dtype(ask, problem, "RMSprop", formulas.rmsprop)


@check("AdamW.step AdamW.__init__")
def check_adamw(ask: Ask, rng: Rng, measure: Measure) -> None:
    problem = draw_problem(rng)
    walks(ask, measure, problem, "AdamW", formulas.adamw, weight_decay=0.3)
    keeps_dtype(ask, problem, "AdamW", formulas.adamw, weight_decay=0.3)


@check("Nesterov.step Nesterov.__init__")
def check_nesterov(ask: Ask, rng: Rng, measure: Measure) -> None:
    momentum = float(rng.uniform(0.7, 0.95))
    problem = draw_problem(rng)
    walks(ask, measure, problem, "Nesterov", formulas.nesterov, momentum=momentum)
    keeps_dtype(ask, problem, "Nesterov", formulas.nesterov, momentum=momentum)


EVERY = "RMSprop.step AdamW.step Nesterov.step"


@check(EVERY)
def check_settings(ask: Ask, rng: Rng, measure: Measure) -> None:
    eps, decay = float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.5, 0.8))
    b1, b2 = float(rng.uniform(0.3, 0.8)), float(rng.uniform(0.85, 0.95))
    problem = draw_problem(rng)
    walks(ask, measure, problem, "RMSprop", formulas.rmsprop, decay=decay, eps=eps)
    adamw = {"b1": b1, "b2": b2, "eps": eps, "weight_decay": 0.0}
    walks(ask, measure, problem, "AdamW", formulas.adamw, **adamw)
    walks(ask, measure, problem, "AdamW", formulas.adamw)  # the default decay
    walks(ask, measure, problem, "Nesterov", formulas.nesterov, momentum=0.0)


SKIPPED = {0: (2, 3, 7), 1: (0, 1, 5), 2: (4,)}  # steps, by parameter


@check(EVERY)
def check_no_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    problem = draw_problem(rng, 12)
    gradients = [_without(row, SKIPPED[k]) for k, row in enumerate(problem.gradients)]
    problem = replace(problem, gradients=gradients)
    walks(ask, measure, problem, "RMSprop", formulas.rmsprop)
    walks(ask, measure, problem, "Nesterov", formulas.nesterov, momentum=0.9)
    walks(ask, measure, problem, "AdamW", formulas.adamw, weight_decay=0.5)


def _without(gradients: Gradients, steps: Sequence[int]) -> Gradients:
    return [None if step in steps else g for step, g in enumerate(gradients)]
