"""A picture of curves: a network that underfits, one that fits, one that overfits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.c_checkpoints.plane import MOMENTUM, draw_run, gradients, outputs
from autograder.numerics import trajectories
from tests.pictures.canvas import Canvas, Point
from tests.pictures.references import load_references

SEED = 20260901
OTHERS, EVERY = 1000, 5  # other points, and epochs from one point of a curve to the next
HIGHEST = 3.0  # loss at the top of a picture
PANEL = (330, 118)
EDGE = 60

Floats = NDArray[np.float64]


def compute_regimes() -> dict[str, tuple[Floats, Floats]]:
    """Return training and validation losses by epoch, with the reference's settings."""
    with load_references("checkpoints") as (checkpoints,):
        regimes = checkpoints.regimes()
    return {name: _train(settings) for name, settings in regimes.items()}


def _train(settings: dict[str, Any]) -> tuple[Floats, Floats]:
    run = draw_run(np.random.default_rng(SEED), settings["width"], settings["samples"], OTHERS)
    x, others = (part.astype(np.float64) for part in (run.x, run.x_other))
    start = [weight.astype(np.float64) for weight in run.weights]
    path = trajectories.sgd_path(
        start,
        [lambda weights: gradients(weights, x, run.y)] * settings["epochs"],
        [settings["lr"]] * settings["epochs"],
        MOMENTUM,
        settings["weight_decay"],
    )
    pairs = [(_loss(w, x, run.y), _loss(w, others, run.y_other)) for w in [start, *path][::EVERY]]
    train, validation = np.array(pairs).T
    return train, validation


def _loss(weights: list[Floats], x: Floats, y: NDArray[np.int64]) -> float:
    logits = outputs(weights, x)
    high = logits.max(axis=1, keepdims=True)
    totals = np.log(np.exp(logits - high).sum(axis=1)) + high[:, 0]
    return float((totals - logits[np.arange(len(y)), y]).mean())


def draw_regimes() -> str:
    """Draw both losses of each training, one below the other on one scale."""
    losses, canvas = compute_regimes(), Canvas(3 * 172 + 50)
    canvas.curve([(EDGE, 24), (EDGE + 34, 24)], "first")
    canvas.text(EDGE + 42, 29, "training loss", "data")
    canvas.curve([(EDGE + 168, 24), (EDGE + 202, 24)], "other")
    canvas.text(EDGE + 210, 29, "validation loss", "grad")
    for row, (name, (train, validation)) in enumerate(losses.items()):
        _draw_panel(canvas, 68 + 172 * row, name, train, validation)
    return canvas.render(
        "Underfit, fit and overfit as curves",
        "; ".join(
            f"{name}: training loss ends at {train[-1]:.2f}, validation loss at {validation[-1]:.2f}"
            for name, (train, validation) in losses.items()
        )
        + ".",
    )


def _draw_panel(canvas: Canvas, top: float, name: str, train: Floats, validation: Floats) -> None:
    canvas.text(EDGE, top - 8, name, "bold")
    canvas.box(EDGE, top, *PANEL)
    canvas.text(EDGE - 8, top + 12, f"{HIGHEST:g}", "soft small end")
    canvas.text(EDGE - 8, top + PANEL[1], "0", "soft small end")
    epochs = EVERY * (len(train) - 1)
    canvas.text(EDGE + PANEL[0], top + PANEL[1] + 18, f"epoch {epochs}", "soft small end")
    for losses, kind, colour, shift in (
        (validation, "other", "grad", -4),
        (train, "first", "data", 12),
    ):
        points = _place(losses, top)
        canvas.curve(points, kind)
        words = f"{losses[-1]:.2f}" + (" \u2191" if losses[-1] > HIGHEST else "")
        canvas.text(EDGE + PANEL[0] + 6, points[-1][1] + shift, words, f"small {colour}")


def _place(losses: Floats, top: float) -> list[Point]:
    """Return where the losses lie, to a whole pixel: rounding elsewhere must not show."""
    across = np.linspace(EDGE, EDGE + PANEL[0], len(losses))
    down = top + PANEL[1] * (1 - np.minimum(losses, HIGHEST) / HIGHEST)
    return [(round(x), round(y)) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
