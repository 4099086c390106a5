"""``SGD``, step by step."""

from collections.abc import Sequence

import numpy as np
import pytest

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Measure, Rng, ask_values
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import goldens, trajectories
from autograder.numerics.compare import as_floats, close, format_number, require_list

Problem = tuple[Sequence[Floats], Sequence[Floats], Sequence[Floats]]


def descends(
    ask: Ask,
    problem: Problem,
    rates: Sequence[float],
    steps: int,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    wanted: Sequence[Floats] | None = None,
) -> float:
    """Compare where SGD is after every step with the judge's own path, or with `wanted`."""
    start, targets, curvatures = problem
    answer = ask(
        "descend",
        params=list(start),
        targets=list(targets),
        curvatures=list(curvatures),
        rates=list(rates),
        steps=steps,
        momentum=momentum,
        weight_decay=weight_decay,
    )
    if wanted is None:
        slopes = [trajectories.quadratic_slopes(targets, curvatures)] * steps
        each = list(rates) if len(rates) > 1 else [rates[0]] * steps
        path = trajectories.sgd_path(start, slopes, each, momentum, weight_decay)
        wanted = [np.stack([at[k] for at in path]) for k in range(len(start))]
    paths = require_list(answer["paths"], len(start), "the paths of the parameters")
    how = f"with lr {format_number(rates[0])}, momentum {momentum:g}, weight decay {weight_decay:g}"
    for step in range(steps):  # the first wrong step tells most
        for k, path in enumerate(paths):
            found = as_floats(path, wanted[k].shape, f"parameter {k} after every step")
            what = f"parameter {k} after step {step + 1} "
            close(found[step], wanted[k][step], what, ROUNDED, f" {how}")
    return max(float(np.abs(np.asarray(p) - w).max()) for p, w in zip(paths, wanted, strict=True))


def problem_of(rng: Rng, *shapes: tuple[int, ...]) -> Problem:
    """Return starts, targets and curvatures of a quadratic with one parameter a shape."""
    return (
        [rng.uniform(-2.0, 2.0, shape) for shape in shapes],
        [rng.uniform(-1.0, 1.0, shape) for shape in shapes],
        [rng.uniform(0.3, 3.0, shape) for shape in shapes],
    )


STEPPED = "SGD.step SGD.__init__"
SGD_RUNS = [
    row("sgd_golden", ("plain", 0.05, 0.0, 0.0), check(STEPPED)),
    row("momentum_golden", ("momentum", 0.02, 0.9, 0.0), check(STEPPED)),
    row("weight_decay_golden", ("decay", 0.02, 0.8, 0.1), check(STEPPED)),
]


@pytest.mark.parametrize("run", SGD_RUNS)
def check_sgd(
    ask: Ask, rng: Rng, measure: Measure, visibility: str, run: tuple[str, float, float, float]
) -> None:
    """A trajectory of SGD agrees with PyTorch's."""
    name, lr, momentum, decay = run
    stored, wanted = goldens.load_goldens("m4"), None
    problem = problem_of(rng, (3, 4), (5,), (3, 4))
    if visibility == "public":
        start, targets, curvatures = (
            [stored[f"{part}_{k}"] for k in range(3)] for part in ("start", "target", "curvature")
        )
        problem = start, targets, curvatures
        wanted = [stored[f"{name}_{k}"] for k in range(3)]
    measure["max_error"] = descends(ask, problem, [lr], 20, momentum, decay, wanted)


@check(STEPPED)
def check_velocities_apart(ask: Ask, rng: Rng) -> None:
    for _ in range(2):
        descends(ask, problem_of(rng, (2, 3), (2, 3), (2, 3)), [0.05], 4, momentum=0.9)
    _require_idle(ask, rng)


IDLE = """
p, q = Tensor(start), Tensor(start)
optimizer, found = SGD([p, q], lr=0.1, momentum=0.9), []
for _ in range(2):
    optimizer.zero_grad()
    (p * p * 0.5).sum().backward()
    optimizer.step()
    found += [np.array(p.data), np.array(q.data)]
"""


def _require_idle(ask: Ask, rng: Rng) -> None:
    """Fail where a step moves a parameter that no loss has reached, or does not get past it."""
    start = rng.uniform(0.5, 2.0, 3)
    got = require_list(ask_values(ask, "SGD", IDLE, ["found"], start=start)[0], 4, "parameters")
    for place, share in ((0, 0.9), (2, 0.72)):  # v = p, p -= 0.1 v; v = 0.9 v + p, p -= 0.1 v
        close(got[place], share * start, "a parameter beside one without a gradient", ROUNDED)
        close(got[place + 1], start, "a parameter that no loss has reached", ROUNDED)


@check(STEPPED)
def check_sgd_lr(ask: Ask, rng: Rng) -> None:
    rates = [0.1, 0.01, 0.05, 0.2, 0.02]
    descends(ask, problem_of(rng, (2, 3), (4,)), rates, 5, momentum=0.9)


@check(STEPPED)
def check_hand_worked(ask: Ask, rng: Rng, visibility: str) -> None:
    start = 1.0 if visibility == "public" else float(rng.uniform(0.5, 2.0))
    half, zero = np.array([0.5]), np.array([0.0])  # 0.5 p^2 has the gradient p
    descends(ask, ([np.array([start])], [zero], [half]), [0.1], 3, momentum=0.9)
