"""A network that is computed by hand: its exercise, its twelve numbers, and how one goes wrong.

Whoever rounds, or goes on from a wrong number, gets others: a number is right, too, where it
follows from those that stand before it.
"""

import math
from collections.abc import Callable, Mapping
from itertools import product
from typing import NamedTuple

Numbers = Mapping[str, float]
Formula = Callable[[Numbers], float]

SIZES = {  # the smallest size in tenths, and how many sizes there are
    "x1": (9, 3),
    "x2": (12, 3),
    "w11": (8, 2),
    "w12": (1, 2),
    "b1": (1, 1),
    "w21": (3, 2),
    "w22": (8, 2),
    "b2": (1, 1),
    "v1": (5, 3),
    "v2": (8, 2),
    "c": (1, 3),
    "t": (25, 11),
}
HALF = 0.0005  # how far a number moves when it is rounded to three decimals
ROUNDED = 0.0006  # how far it may lie off


class Step(NamedTuple):
    """One of the twelve numbers.

    Attributes
    ----------
    needs : tuple of str
        The numbers before it that it is computed from.
    formula : callable
        Computes it from those and from the exercise.
    text : str
        The formula as the handout has it.
    slips : dict of str to callable
        What comes out by known mistakes.
    """

    needs: tuple[str, ...]
    formula: Formula
    text: str
    slips: dict[str, Formula]


def _slope(h: float) -> float:
    """Return the derivative of tanh where its value is `h`."""
    return 1 - h * h


STEPS = {
    "s1": Step(
        (),
        lambda n: n["w11"] * n["x1"] + n["w12"] * n["x2"] + n["b1"],
        "w11 x1 + w12 x2 + b1",
        {
            "bias": lambda n: n["w11"] * n["x1"] + n["w12"] * n["x2"],
            "crossed": lambda n: n["w11"] * n["x1"] + n["w21"] * n["x2"] + n["b1"],
        },
    ),
    "h1": Step(
        ("s1",),
        lambda n: math.tanh(n["s1"]),
        "tanh(s1)",
        {"linear": lambda n: n["s1"], "sigmoid": lambda n: (1 + math.tanh(n["s1"] / 2)) / 2},
    ),
    "s2": Step(
        (),
        lambda n: n["w21"] * n["x1"] + n["w22"] * n["x2"] + n["b2"],
        "w21 x1 + w22 x2 + b2",
        {
            "bias": lambda n: n["w21"] * n["x1"] + n["w22"] * n["x2"],
            "crossed": lambda n: n["w12"] * n["x1"] + n["w22"] * n["x2"] + n["b2"],
        },
    ),
    "h2": Step(
        ("s2",),
        lambda n: math.tanh(n["s2"]),
        "tanh(s2)",
        {"linear": lambda n: n["s2"], "sigmoid": lambda n: (1 + math.tanh(n["s2"] / 2)) / 2},
    ),
    "y": Step(
        ("h1", "h2"),
        lambda n: n["v1"] * n["h1"] + n["v2"] * n["h2"] + n["c"],
        "v1 h1 + v2 h2 + c",
        {
            "bias": lambda n: n["v1"] * n["h1"] + n["v2"] * n["h2"],
            "squashed": lambda n: math.tanh(n["v1"] * n["h1"] + n["v2"] * n["h2"] + n["c"]),
        },
    ),
    "loss": Step(
        ("y",),
        lambda n: (n["y"] - n["t"]) ** 2,
        "(y - t)^2",
        {
            "half": lambda n: (n["y"] - n["t"]) ** 2 / 2,
            "absolute": lambda n: abs(n["y"] - n["t"]),
        },
    ),
    "d_y": Step(
        ("y",),
        lambda n: 2 * (n["y"] - n["t"]),
        "2 (y - t)",
        {"factor": lambda n: n["y"] - n["t"], "sign": lambda n: 2 * (n["t"] - n["y"])},
    ),
    "d_v2": Step(
        ("d_y", "h2"),
        lambda n: n["d_y"] * n["h2"],
        "d_y h2",
        {"weight": lambda n: n["d_y"] * n["v2"], "upstream": lambda n: n["h2"]},
    ),
    "d_s1": Step(
        ("d_y", "h1"),
        lambda n: n["d_y"] * n["v1"] * _slope(n["h1"]),
        "d_y v1 (1 - h1^2)",
        {
            "slope": lambda n: n["d_y"] * n["v1"],
            "square": lambda n: n["d_y"] * n["v1"] * n["h1"] ** 2,
        },
    ),
    "d_s2": Step(
        ("d_y", "h2"),
        lambda n: n["d_y"] * n["v2"] * _slope(n["h2"]),
        "d_y v2 (1 - h2^2)",
        {
            "slope": lambda n: n["d_y"] * n["v2"],
            "square": lambda n: n["d_y"] * n["v2"] * n["h2"] ** 2,
        },
    ),
    "d_w12": Step(
        ("d_s1",),
        lambda n: n["d_s1"] * n["x2"],
        "d_s1 x2",
        {"weight": lambda n: n["d_s1"] * n["w12"], "input": lambda n: n["d_s1"] * n["x1"]},
    ),
    "d_x1": Step(
        ("d_s1", "d_s2"),
        lambda n: n["d_s1"] * n["w11"] + n["d_s2"] * n["w21"],
        "d_s1 w11 + d_s2 w21",
        {
            "path": lambda n: n["d_s1"] * n["w11"],
            "crossed": lambda n: n["d_s1"] * n["w11"] + n["d_s2"] * n["w12"],
        },
    ),
}


def draw_exercise(name: str) -> dict[str, float]:
    """Return the inputs, weights and target that a name stands for, as the stub draws them."""
    state = 1
    for letter in name:
        state = (31 * state + ord(letter)) % 2**32
    numbers = {}
    for key, (smallest, count) in SIZES.items():
        state = (1664525 * state + 1013904223) % 2**32
        tenths = smallest + (state >> 8) % count
        numbers[key] = (tenths if state >> 31 else -tenths) / 10
    return numbers


def compute_numbers(exercise: Numbers) -> dict[str, float]:
    """Return the twelve numbers, unrounded."""
    numbers = dict(exercise)
    for key, step in STEPS.items():
        numbers[key] = step.formula(numbers)
    return {key: numbers[key] for key in STEPS}


def find_range(key: str, before: Numbers, errors: Numbers, formula: Formula) -> tuple[float, float]:
    """Return the least and the most that `formula` gives while what it needs moves by `errors`."""
    needs = STEPS[key].needs
    values = [
        formula({**before, **{k: before[k] + sign * errors[k] for k, sign in signs.items()}})
        for signs in (dict(zip(needs, corner, strict=True)) for corner in _corners(len(needs)))
    ]
    return min(values), max(values)


def _corners(axes: int) -> list[tuple[int, ...]]:
    return list(product((-1, 0, 1), repeat=axes))


def follows(key: str, number: float, before: Numbers, formula: Formula) -> bool:
    """Whether `number` is what `formula` makes of the numbers before it, rounded or not.

    Parameters
    ----------
    before : mapping
        The exercise, and all numbers that the step needs.
    """
    low, high = find_range(key, before, dict.fromkeys(STEPS, HALF), formula)
    return low - ROUNDED <= number <= high + ROUNDED


def rounding_errors(exercise: Numbers) -> dict[str, float]:
    """Return by how much each number may lie off where all were rounded on the way to it."""
    numbers = {**exercise, **compute_numbers(exercise)}
    errors: dict[str, float] = {}
    for key, step in STEPS.items():
        low, high = find_range(key, numbers, errors, step.formula)
        errors[key] = max(high - numbers[key], numbers[key] - low) + ROUNDED
    return errors


def find_slip(key: str, number: float, before: Numbers) -> str:
    """Return the known mistake that `number` comes of; empty where there is none."""
    slips = STEPS[key].slips.items()
    return next((name for name, slip in slips if follows(key, number, before, slip)), "")


def find_sources(key: str, wrong: Mapping[str, bool]) -> list[str]:
    """Return which of the numbers before `key`, however far, are wrong themselves."""
    found: list[str] = []
    pending = list(STEPS[key].needs)
    for need in pending:  # it grows on the way
        found += [need] if wrong[need] and need not in found else []
        pending += [other for other in STEPS[need].needs if other not in pending]
    return [step for step in STEPS if step in found]
