"""The judge's own curves, and questions about the learner's."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks.m5_convolution.common import Floats
from autograder.judge.questions import Ask
from autograder.numerics.compare import require_list

SEEN = 2e-5  # of a right answer in float64, from central differences
Curve = Callable[[Floats], Floats]


def leaky_curve(slope: float) -> Curve:
    """Return leaky ReLU with this slope."""
    return lambda x: np.where(x > 0, x, slope * x)


def gate(x: Floats) -> Floats:
    """Return the sigmoid."""
    return np.exp(np.minimum(x, 0.0)) / (1.0 + np.exp(-np.abs(x)))


def swish_curve(x: Floats) -> Floats:
    """Return x sigmoid(x)."""
    return x * gate(x)


def gelu_curve(x: Floats) -> Floats:
    """Return GELU's tanh form."""
    return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))


def run_curves(ask: Ask, expression: str, inputs: list[Any], cotangents: list[Any]) -> list[Any]:
    """Return output, gradient and warnings of an expression of x, for each input."""
    answer = ask("curves", expression=expression, inputs=inputs, cotangents=cotangents)
    return require_list(answer["curves"], len(inputs), f"the results of {expression}")
