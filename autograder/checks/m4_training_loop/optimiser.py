"""``SGD``, step by step."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Measure, Rng
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import goldens, trajectories
from autograder.numerics.compare import as_floats, close, format_number, require_list


def descends(
    ask: Ask, start: Sequence[Floats], targets: Sequence[Floats], curvatures: Sequence[Floats],
    rates: Sequence[float], steps: int, momentum: float = 0.0, weight_decay: float = 0.0,
    wanted: Sequence[Floats] | None = None,
) -> float:  # fmt: skip
    """Compare where SGD is after every step with the judge's own path, or with `wanted`."""
    answer = ask(
        "descend", params=list(start), targets=list(targets), curvatures=list(curvatures),
        rates=list(rates), steps=steps, momentum=momentum, weight_decay=weight_decay,
    )  # fmt: skip
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
            close(
                found[step],
                wanted[k][step],
                f"parameter {k} after step {step + 1} ",
                ROUNDED,
                f" {how}",
            )
    return max(float(np.abs(np.asarray(p) - w).max()) for p, w in zip(paths, wanted, strict=True))


Problem = tuple[list[Floats], list[Floats], list[Floats]]


def problem(rng: Rng, *shapes: tuple[int, ...]) -> Problem:
    """Return starts, targets and curvatures of a quadratic with one parameter a shape."""
    return (
        [rng.uniform(-2.0, 2.0, shape) for shape in shapes],
        [rng.uniform(-1.0, 1.0, shape) for shape in shapes],
        [rng.uniform(0.3, 3.0, shape) for shape in shapes],
    )


def _golden(id: str, title: str, run: str, points: float, how: Sequence[float], hints: Any) -> Any:
    return row(id, title, (run, *how), check("golden", points, "SGD.__init__ SGD.step", hints))


SGD_RUNS = [
    _golden("sgd_golden", "Twenty steps of plain SGD are PyTorch's", "plain", 2, (0.05, 0.0, 0.0),
            ("Do the parameters move at all, and which way?",
             "p -= lr * g for every parameter, in the Tensor's own data.",
             "Change p.data, not the name p; the minus stands in the update.")),
    _golden("momentum_golden", "Twenty steps with momentum are PyTorch's", "momentum", 4,
            (0.02, 0.9, 0.0),
            ("Is the first step right and the second one wrong?",
             "The velocity is kept from step to step: v = momentum v + g, then p -= lr v.",
             "Make the velocities once, in __init__, as zeros; update and use them in step.")),
    _golden("weight_decay_golden", "Twenty steps with momentum and weight decay are PyTorch's",
            "decay", 2, (0.02, 0.8, 0.1),
            ("Where does weight decay enter: in the gradient, or in the step?",
             "It is part of the gradient: g + weight_decay p, before momentum.",
             "v = momentum v + (g + weight_decay p): the penalty pulls towards 0.")),
]  # fmt: skip


@pytest.mark.parametrize("run", SGD_RUNS)
def check_sgd(
    ask: Ask, rng: Rng, measure: Measure, visibility: str, run: tuple[str, float, float, float]
) -> None:
    """A trajectory of SGD agrees with PyTorch's."""
    name, lr, momentum, decay = run
    stored, wanted = goldens.load_goldens("m4"), None
    if visibility == "public":
        start, targets, curvatures = (
            [stored[f"{part}_{k}"] for k in range(3)] for part in ("start", "target", "curvature")
        )
        wanted = [stored[f"{name}_{k}"] for k in range(3)]
    else:
        start, targets, curvatures = problem(rng, (3, 4), (5,), (3, 4))
    measure["max_error"] = descends(
        ask, start, targets, curvatures, [lr], 20, momentum, decay, wanted
    )  # fmt: skip


@check("golden", 1, "SGD.__init__ SGD.step",
       ("Can two parameters of one shape be mixed up?",
        "Each parameter has its own velocity, and each optimiser its own list of them.",
        "One velocity a parameter, in a list beside the parameters, made in __init__."),
)  # fmt: skip
def check_velocities_apart(ask: Ask, rng: Rng) -> None:
    """Every parameter of every optimiser has a velocity of its own."""
    for _ in range(2):
        descends(ask, *problem(rng, (2, 3), (2, 3), (2, 3)), [0.05], 4, momentum=0.9)


@check("golden", 1, "SGD.__init__ SGD.step",
       ("What happens when somebody sets optimizer.lr?",
        "The next step uses it; the velocity is a sum of gradients and knows no rate.",
        "v = momentum v + g without lr; p -= self.lr v."))  # fmt: skip
def check_sgd_lr(ask: Ask, rng: Rng) -> None:
    """A learning rate that is changed between steps counts from the next step on."""
    rates = [0.1, 0.01, 0.05, 0.2, 0.02]
    descends(ask, *problem(rng, (2, 3), (4,)), rates, 5, momentum=0.9)


@check("golden", 2, "SGD.__init__ SGD.step",
       ("Which line of the handout's table differs from yours?",
        "The handout works three steps with momentum out by hand.",
        "Print p and v after every step: the first that differs is where to look."))  # fmt: skip
def check_hand_worked(ask: Ask, rng: Rng, visibility: str) -> None:
    """The three momentum steps that the handout works out by hand."""
    start = 1.0 if visibility == "public" else float(rng.uniform(0.5, 2.0))
    half, zero = np.array([0.5]), np.array([0.0])  # 0.5 p^2 has the gradient p
    descends(ask, [np.array([start])], [zero], [half], [0.1], 3, momentum=0.9)
