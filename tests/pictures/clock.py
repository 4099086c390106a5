"""A picture of a training loop as a clock, with the worked example's first turns."""

import math
from typing import Any

import numpy as np

from tests.pictures.canvas import Canvas, Point
from tests.pictures.references import load_references

STATIONS = (  # what is called, and what of the example is there
    ("batches", "the next rows"),
    ("model(x)", "forward"),
    ("loss", "one number"),
    ("zero_grad", "all to 0"),
    ("backward", "gradients"),
    ("step", "p moves"),
)
TURNS, RATE, MOMENTUM = 3, 0.1, 0.9
CENTRE, RADIUS = (230, 190), 144


def compute_turns() -> list[dict[str, float]]:
    """Return loss, gradient and parameter of each turn of milestone 4's worked example."""
    rows = []
    with load_references("training", "tensor") as (training, tensor):
        p = tensor.Tensor(np.array([1.0]), requires_grad=True)
        optimizer = training.SGD([p], RATE, MOMENTUM)
        for turn in range(TURNS):
            loss = (p * p * 0.5).sum()
            p.grad = None
            loss.backward()
            row = {"turn": turn + 1, "loss": float(loss.data), "g": float(p.grad[0])}
            optimizer.step()
            rows.append({**row, "p": float(p.data[0])})
    return rows


def draw_clock() -> str:
    """Draw the stations of a step in a circle, and the numbers of three turns below."""
    turns, canvas = compute_turns(), Canvas(530)
    places = [_point(place / len(STATIONS)) for place in range(len(STATIONS))]
    canvas.curve([_point(part / 72) for part in range(73)])
    for place in range(len(STATIONS)):
        canvas.arrow(_point((place + 0.46) / len(STATIONS)), _point((place + 0.56) / len(STATIONS)))
    for (x, y), (name, words) in zip(places, STATIONS, strict=True):
        canvas.box(x - 62, y - 24, 124, 48, "hot" if name == "step" else "box")
        canvas.text(x, y - 3, name, "bold middle")
        canvas.text(x, y + 15, words, "soft small middle")
    canvas.text(230, 174, "one turn: a step", "middle")
    canvas.text(230, 196, "all batches: an epoch", "middle")
    canvas.text(230, 218, "then a new order", "soft middle")
    canvas.text(12, 396, "The worked example, turn by turn", "bold")
    _draw_table(canvas, turns)
    return canvas.render(
        "The clock of a training loop",
        "Six stations in a circle: "
        + ", ".join(f"{name} ({words})" for name, words in STATIONS)
        + ". "
        + "; ".join(
            f"turn {row['turn']}: loss {row['loss']:.4f}, g {row['g']:.4f}, p becomes {row['p']:.4f}"
            for row in turns
        )
        + ".",
    )


def _point(share: float) -> Point:
    """Return the point of the circle after `share` of a turn, from the top clockwise."""
    angle = 2 * math.pi * share - math.pi / 2
    x, y = CENTRE[0] + 1.15 * RADIUS * math.cos(angle), CENTRE[1] + RADIUS * math.sin(angle)
    return round(x, 1), round(y, 1)


def _draw_table(canvas: Canvas, turns: list[dict[str, Any]]) -> None:
    edges = (84, 200, 316, 440)
    for x, words in zip(edges, ("turn", "loss p^2/2", "g", "p after step"), strict=True):
        canvas.text(x, 424, words, "soft small end")
    for row, values in enumerate(turns):
        y = 450 + 26 * row
        canvas.text(edges[0], y, f"{values['turn']}", "end")
        kinds = zip(edges[1:], ("loss", "g", "p"), ("data", "grad", "data"), strict=True)
        for x, key, kind in kinds:
            canvas.text(x, y, f"{values[key]:.4f}", f"{kind} end")
