"""The small grid of settings on which each demo is recorded, to be replayed without its code."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from autograder.learning import curve_demos, difference_demo, tensor_demo

Axes = Mapping[str, Sequence[Any]]
GRIDS: dict[str, Sequence[Axes]] = {
    "neuron": (
        {"w1": (0.8, -2.0, -1.0, 0.0, 2.0)},
        {"activation": ("relu", "sigmoid", "linear"), "w1": (0.8, -1.0)},
    ),
    "tangent": ({"x": (1.0, -2.0, -1.0, 0.0, 2.0)}, {"curve": tuple(curve_demos.CURVES)[1:]}),
    "descent": (
        {"rate": (0.1, 0.01, 0.5, 0.9, 1.0, 1.1)},
        {"curve": tuple(curve_demos.CURVES)[1:]},
    ),
    "expression": (
        {
            "expression": (
                "tanh(a*b + a)",
                "a*a + a",
                "h = a*b; h*h + h",
                "(a + 2) / b - 3*a",
                "h = exp(a); log(h + b**2)",
                "relu(a*b) + sigmoid(c)",
            )
        },
    ),
    "difference": (
        {
            "example": (
                difference_demo.FIRST,
                "one value twice in a sum",
                "one value twice in a product",
                "a node used twice by one other",
                "a short way and a long way round",
                "a number minus a value",
                "tanh below a product",
                "relu on both sides of 0, and at it",
                "log of a small number",
            )
        },
    ),
    "forward": (
        {"x1": (0.5, -1.0, 2.0), "x2": (-1.0, 0.0, 1.0)},
        {"activation": ("relu", "sigmoid", "linear")},
        {"seed": (2, 3)},
    ),
    "training": ({"rate": (0.02, 0.005, 0.1)},),
    "arrays": ({"program": tuple(tensor_demo.PROGRAMS)},),
    "classifier": ({"rate": (0.5, 0.1, 2.0)},),
    "window": (
        {"window": range(9)},
        {"stride": (2,), "padding": (1,), "window": range(9)},
    ),
    "attention": ({"steps": (20, 0, 60), "layer": (0, 1)},),
}


def list_settings(demo_id: str) -> Iterator[dict[str, Any]]:
    """Yield the settings of a demo's grid that differ from its defaults, the defaults first."""
    for axes in GRIDS[demo_id]:
        for values in product(*axes.values()):
            yield dict(zip(axes, values, strict=True))
