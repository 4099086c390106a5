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
    ask: Ask,
    problem: Sequence[Sequence[Floats]],
    rates: Sequence[float],
    betas: tuple[float, float] | None = None,
    eps: float = 1e-8,
    max_norm: float = 0.0,
    wanted: tuple[Sequence[Floats], Floats] | None = None,
) -> float:
    """Compare Adam's path with the judge's own, or with `wanted` (paths and norms)."""
    start, targets, curvatures = problem
    answer = ask(
        "descend",
        params=list(start),
        targets=list(targets),
        curvatures=list(curvatures),
        rates=list(rates),
        betas=betas and list(betas),
        eps=eps,
        max_norm=max_norm,
    )
    if wanted is None:
        wanted = _adam_path(problem, rates, betas or (0.9, 0.999), eps, max_norm)
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


def _adam_path(
    problem: Sequence[Sequence[Floats]],
    rates: Sequence[float],
    betas: tuple[float, float],
    eps: float,
    max_norm: float,
) -> tuple[list[Floats], Floats]:
    """Return each parameter's path by the judge's own Adam, and the norms before clipping."""
    start, targets, curvatures = problem
    slopes = trajectories.quadratic_slopes(targets, curvatures)
    path, norms = transformers.adam_path(start, slopes, rates, betas, eps, max_norm)
    return [np.stack([at[k] for at in path]) for k in range(len(start))], np.array(norms)


def problem_of(rng: Rng, *shapes: tuple[int, ...]) -> tuple[list[Floats], ...]:
    """Return starts, targets and curvatures of a quadratic with one parameter a shape."""
    return (
        [rng.uniform(-2.0, 2.0, shape) for shape in shapes],
        [rng.uniform(-1.0, 1.0, shape) for shape in shapes],
        [rng.uniform(0.3, 3.0, shape) for shape in shapes],
    )


ADAM = "Adam.step Adam.__init__"


RUNS = [
    row("adam", ("plain", None, 1e-8, 0.0), check(ADAM)),
    row("adam_settings", ("eps", (0.8, 0.95), 0.3, 0.0), check(ADAM)),
    row("adam_clipped", ("clipped", (0.9, 0.99), 1e-8, 1.5), check(f"{ADAM} clip_grad_norm")),
]


@pytest.mark.parametrize("how", RUNS)
def check_descent(
    ask: Ask,
    rng: Rng,
    measure: Measure,
    visibility: str,
    how: tuple[str, tuple[float, float] | None, float, float],
) -> None:
    """A trajectory of Adam agrees with PyTorch's."""
    name, betas, eps, most = how
    stored, wanted = goldens.load_goldens("m6"), None
    problem: Sequence[Sequence[Floats]] = problem_of(rng, (3, 4), (5,), (3, 4))
    if visibility == "public":
        problem = [
            [stored[f"{part}_{k}"] for k in range(3)] for part in ("start", "target", "curvature")
        ]
        wanted = [stored[f"{name}_{k}"] for k in range(3)], stored[f"{name}_norms"]
    measure["max_error"] = descends(ask, problem, [0.05] * 20, betas, eps, most, wanted)
    if betas is None:
        start, targets, curvatures = problem_of(rng, (3,))
        flat = (start, targets, [1e-7 * curvature for curvature in curvatures])
        descends(ask, flat, [0.05] * 2)  # where eps counts, and none is given


@check(f"{ADAM} Adam.zero_grad")
def check_adam_still(ask: Ask, rng: Rng) -> None:
    start, targets, curvatures = problem_of(rng, (2, 3), (4,))
    curvatures[1][:] = 0.0
    descends(ask, (start, targets, curvatures), [0.1, 0.02, 0.05, 0.2, 0.01])
    begun = rng.uniform(0.5, 2.0, 3)
    answer = ask("look", program=IDLE, expressions=["found"], arrays={"start": begun})
    moved, idle = require_list(require_list(answer["values"], 1, "values")[0], 2, "parameters")
    close(moved, begun - 0.2, "a parameter beside one without a gradient, after two steps", DEEP)
    close(idle, begun, "a parameter that no loss has reached, after two steps", ROUNDED)


IDLE = """
p, q = Tensor(start), Tensor(start)
optimizer = Adam([p, q], lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    p.sum().backward()
    optimizer.step()
found = [np.array(p.data), np.array(q.data)]
"""


def ask_clipping(
    ask: Ask, rng: Rng, length: float, most: float
) -> tuple[list[Floats], dict[str, Any]]:
    """Ask for gradients of that length to be clipped; return them and the answer."""
    grads = [rng.normal(size=shape) for shape in ((3, 4), (5,), (2, 2))]
    norm = math.sqrt(sum(float((g * g).sum()) for g in grads))
    grads = [g * length / norm for g in grads]
    answer = ask("clip", grads=grads, max_norm=most)
    close(answer["norm"], length, "clip_grad_norm's result, the norm before clipping,", ROUNDED)
    return grads, answer


@check("clip_grad_norm")
def check_clip(ask: Ask, rng: Rng) -> None:
    length, most = float(rng.uniform(4.0, 6.0)), float(rng.uniform(0.5, 1.5))
    grads, answer = ask_clipping(ask, rng, length, most)
    for k, got in enumerate(require_list(answer["grads"], 3, "gradients")):
        close(got, grads[k] * most / length, f"gradient {k} after clipping, at ", ROUNDED)


@check("clip_grad_norm")
def check_clip_short(ask: Ask, rng: Rng) -> None:
    length = float(rng.uniform(0.3, 0.8))
    grads, answer = ask_clipping(ask, rng, length, 2.0)
    for k, got in enumerate(require_list(answer["grads"], 3, "gradients")):
        close(got, grads[k], f"gradient {k}, which is short enough, at ", ROUNDED)
    _, answer = ask_clipping(ask, rng, 0.0, 2.0)
    for k, got in enumerate(require_list(answer["grads"], 3, "gradients")):
        close(got, np.zeros_like(grads[k]), f"gradient {k}, which is 0, at ", ROUNDED)
