"""What makes no sense is refused."""

import numpy as np

from autograder.checks.m1_scalar_autograd.common import Rng, away_from_zero, first
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics.compare import close

BAD = [
    ("Value({x}) + 'x'", ("TypeError",), "Value + text"),
    ("Value({x}) * None", ("TypeError",), "Value * None"),
    ("Value({x}) ** Value({x})", ("TypeError",), "a Value as exponent"),
    ("Value({x}) ** 'x'", ("TypeError",), "text as exponent"),
    ("Value(0.0).log()", ("ValueError",), "log of 0"),
    ("Value(-{x}).log()", ("ValueError",), "log of a negative number"),
    ("Value({x}) / 0.0", ("ZeroDivisionError",), "division by 0"),
    ("{x} / Value(0.0)", ("ZeroDivisionError",), "a number divided by a Value of 0"),
]


@check("Value.__add__ Value.__mul__ Value.__pow__ Value.log Value.__truediv__")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    x = round(float(np.abs(away_from_zero(rng, ()))), 2)
    good = f"(Value({x}) + 1) * Value({x}) ** 2 + Value({x}).log() / 2.0"
    wanted = (x + 1) * x**2 + np.log(x) / 2.0
    answer = ask("look", program=[], expressions=[f"float(({good}).data)"])
    close(first(answer), wanted, good)
    bad = [bad_expression(what, kinds, tried.format(x=x)) for tried, kinds, what in BAD]
    ask.refuses("attempt", bad)
