"""``Adam`` and ``clip_grad_norm``."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograder.checks.m6_transformer.common import DEEP, ROUNDED, Floats, Measure, Rng
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import goldens, trajectories, transformers
from autograder.numerics.compare import as_floats, close, require_list


def descends(
    ask: Ask, problem: Sequence[Sequence[Floats]], rates: Sequence[float],
    betas: tuple[float, float] | None = None, eps: float = 1e-8, max_norm: float = 0.0,
    wanted: tuple[Sequence[Floats], Floats] | None = None,
) -> float:  # fmt: skip
    """Compare Adam's path with the judge's own, or with `wanted` (paths and norms)."""
    start, targets, curvatures = problem
    answer = ask("descend", params=list(start), targets=list(targets), curvatures=list(curvatures),
                 rates=list(rates), betas=betas and list(betas), eps=eps,
                 max_norm=max_norm)  # fmt: skip
    if wanted is None:
        slopes = trajectories.quadratic_slopes(targets, curvatures)
        path, norms = transformers.adam_path(
            start, slopes, rates, betas or (0.9, 0.999), eps, max_norm
        )
        wanted = [np.stack([at[k] for at in path]) for k in range(len(start))], np.array(norms)
    paths = require_list(answer["paths"], len(start), "the paths of the parameters")
    found = [
        as_floats(p, w.shape, "where a parameter is") for p, w in zip(paths, wanted[0], strict=True)
    ]
    if max_norm:
        close(answer["norms"], wanted[1], "clip_grad_norm's result in step {}", DEEP)
    error = 0.0
    for step in range(len(rates)):  # the first wrong step tells most
        for k, walked in enumerate(found):
            what = f"parameter {k} after step {step + 1} "
            error = max(error, close(walked[step], wanted[0][k][step], what, 2 * ROUNDED))
    return error


def problem_of(rng: Rng, *shapes: tuple[int, ...]) -> tuple[list[Floats], ...]:
    """Return starts, targets and curvatures of a quadratic with one parameter a shape."""
    return (
        [rng.uniform(-2.0, 2.0, shape) for shape in shapes],
        [rng.uniform(-1.0, 1.0, shape) for shape in shapes],
        [rng.uniform(0.3, 3.0, shape) for shape in shapes],
    )


ADAM = "Adam.__init__ Adam.step"


def _descent(id: str, title: str, run: Any, points: float, needs: str, hints: Any) -> Any:
    return row(id, title, run, check("golden", points, needs, hints))


RUNS = [
    _descent("adam", "Twenty steps of Adam are PyTorch's", ("plain", None, 1e-8, 0.0), 3, ADAM,
             ("Is the first step lr long in every component?",
              "Two running means, of g and of g squared, each with its own beta, each corrected.",
              "Count steps from 1, once a step and not once a parameter; correct by 1 - beta^t.")),
    _descent("adam_settings", "Adam with other betas and a large eps is PyTorch's",
             ("eps", (0.8, 0.95), 0.3, 0.0), 1, ADAM,
             ("Where does eps stand: under the root or beside it?",
              "Beside it, and after the second mean was corrected.",
              "Divide the corrected first mean by (root of the corrected second, plus eps).")),
    _descent("adam_clipped", "Adam on clipped gradients is PyTorch's",
             ("clipped", (0.9, 0.99), 1e-8, 1.5), 2, f"{ADAM} clip_grad_norm",
             ("Which norm is compared with max_norm?",
              "That of all gradients as one long vector; all shrink by the same factor.",
              "The root of the sum of all squares; change the gradients themselves.")),
]  # fmt: skip


@pytest.mark.parametrize("how", RUNS)
def check_descent(
    ask: Ask, rng: Rng, measure: Measure, visibility: str,
    how: tuple[str, tuple[float, float] | None, float, float],
) -> None:  # fmt: skip
    """A trajectory of Adam agrees with PyTorch's."""
    name, betas, eps, most = how
    stored, wanted = goldens.load_goldens("m6"), None
    problem: Sequence[Sequence[Floats]] = problem_of(rng, (3, 4), (5,), (3, 4))
    if visibility == "public":
        problem = [[stored[f"{part}_{k}"] for k in range(3)]
                   for part in ("start", "target", "curvature")]  # fmt: skip
        wanted = [stored[f"{name}_{k}"] for k in range(3)], stored[f"{name}_norms"]
    measure["max_error"] = descends(ask, problem, [0.05] * 20, betas, eps, most, wanted)


@check("property", 1, f"{ADAM} Adam.zero_grad",
       ("What is 0 / 0?",
        "A parameter with gradient 0 stays where it is: eps keeps the division finite.",
        "And the rate that counts is self.lr at the time of the step."))  # fmt: skip
def check_adam_still(ask: Ask, rng: Rng) -> None:
    """Adam leaves a parameter with gradient 0 alone, and follows a changing rate."""
    start, targets, curvatures = problem_of(rng, (2, 3), (4,))
    curvatures[1][:] = 0.0
    descends(ask, (start, targets, curvatures), [0.1, 0.02, 0.05, 0.2, 0.01])


def clipped(ask: Ask, rng: Rng, length: float, most: float) -> tuple[list[Floats], dict[str, Any]]:
    """Ask for gradients of that length to be clipped; return them and the answer."""
    grads = [rng.normal(size=shape) for shape in ((3, 4), (5,), (2, 2))]
    norm = math.sqrt(sum(float((g * g).sum()) for g in grads))
    grads = [g * length / norm for g in grads]
    answer = ask("clip", grads=grads, max_norm=most)
    close(answer["norm"], length, "clip_grad_norm's result, the norm before clipping,", ROUNDED)
    return grads, answer


@check("golden", 2, "clip_grad_norm",
       ("Is the norm one number for all gradients, or one for each?",
        "One: the direction of the whole step must not turn.",
        "Sum the squares of all gradients, one root, one factor for all."))  # fmt: skip
def check_clip(ask: Ask, rng: Rng) -> None:
    """Too long gradients shrink by one factor; the norm before is returned."""
    length, most = float(rng.uniform(4.0, 6.0)), float(rng.uniform(0.5, 1.5))
    grads, answer = clipped(ask, rng, length, most)
    for k, got in enumerate(require_list(answer["grads"], 3, "gradients")):
        close(got, grads[k] * most / length, f"gradient {k} after clipping, at ", ROUNDED)


@check("property", 1, "clip_grad_norm",
       ("What if the gradients are short enough already?",
        "Nothing changes: clipping never makes them longer.",
        "Scale only where the norm is above max_norm."))  # fmt: skip
def check_clip_short(ask: Ask, rng: Rng) -> None:
    """Gradients that are short enough stay as they are."""
    length = float(rng.uniform(0.3, 0.8))
    grads, answer = clipped(ask, rng, length, 2.0)
    for k, got in enumerate(require_list(answer["grads"], 3, "gradients")):
        close(got, grads[k], f"gradient {k}, which is short enough, at ", ROUNDED)
