"""Every operation in one table: how to compute it and how to pull back through it.

``vjp(g, y, *xs)`` returns the cotangents of the inputs ``xs`` for the cotangent
``g`` of the output ``y``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

F = np.float64


@dataclass(frozen=True, slots=True)
class Rule:
    """Forward function and vector-Jacobian product of one operation."""

    forward: Callable
    vjp: Callable
    arity: int = 1


def _divide(x, y):
    if y == 0:
        raise ZeroDivisionError(f"{x} / {y}")
    return x / y


def _log(x):
    if x <= 0:
        raise ValueError(f"domain of log is x > 0; x = {x}")
    return np.log(x)


def _logistic(x):
    return np.exp(-np.logaddexp(F(0), -x))


TABLE = {
    "add": Rule(lambda x, y: x + y, lambda g, o, x, y: (g, g), 2),
    "sub": Rule(lambda x, y: x - y, lambda g, o, x, y: (g, -g), 2),
    "mul": Rule(lambda x, y: x * y, lambda g, o, x, y: (g * y, g * x), 2),
    "truediv": Rule(_divide, lambda g, o, x, y: (g / y, -g * o / y), 2),
    "neg": Rule(np.negative, lambda g, o, x: (-g,)),
    "exp": Rule(np.exp, lambda g, o, x: (g * o,)),
    "log": Rule(_log, lambda g, o, x: (g / x,)),
    "tanh": Rule(np.tanh, lambda g, o, x: (g * (1 - o * o),)),
    "relu": Rule(lambda x: np.maximum(x, F(0)), lambda g, o, x: (g * (x > 0),)),
    "sigmoid": Rule(_logistic, lambda g, o, x: (g * o * (1 - o),)),
}


def power(n):
    """Make the rule of ``x ** n`` for a fixed number ``n``."""

    def forward(x):
        if x == 0 and n < 0:
            raise ZeroDivisionError(f"0 to the negative power {n}")
        if x < 0 and n % 1:
            raise ValueError(f"fractional power {n} of the negative number {x}")
        return x ** F(n)

    def vjp(g, _, x):
        return (g * n * x ** F(n - 1) if n != 0 else F(0),)

    return Rule(forward, vjp)
