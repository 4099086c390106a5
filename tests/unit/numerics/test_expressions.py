"""Expressions that a learner types in become steps, with the right numbers or one clear sentence."""

import math

import numpy as np
import pytest

from autograder.numerics.differences import central_differences
from autograder.numerics.expressions import (
    BadExpression,
    compute_height,
    compute_numbers,
    list_leaves,
    parse_expression,
    parse_values,
)
from autograder.numerics.programs import program_values

EXPRESSIONS = [
    "tanh(a*b + a)",
    "a*a + a",
    "h = a*b; h*h + h",
    "(a + 2) / b - 3*a",
    "3 - a",
    "2 / a",
    "-a * 3",
    "a**3 - a**-1 + a**0",
    "h = exp(a); log(h + b**2)",
    "relu(a) + relu(b) + sigmoid(c) * 2",
    "-(-2 + a) / (b - c)",
]


def steps(text: str) -> list[tuple[str, tuple[int, ...], str]]:
    return [(step.op, step.below, step.name) for step in parse_expression(text).steps]


def test_an_expression_becomes_steps() -> None:
    assert steps("h = a*b; tanh(h + a)") == [
        ("", (), "a"), ("", (), "b"), ("*", (0, 1), "h"), ("+", (2, 0), ""), ("tanh", (3,), "")
    ]  # fmt: skip


def test_what_consists_of_numbers_is_one_number() -> None:
    parsed = parse_expression("a * (2*3 - exp(0)) ** 2")
    assert [step.op for step in parsed.steps] == ["", "number", "*"]
    assert parsed.steps[1].number == 25.0


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_right_numbers_agree_with_central_differences(text: str) -> None:
    parsed = parse_expression(text)
    numbers, names = compute_numbers(parsed), list_leaves(parsed)
    leaves = [place for place, step in enumerate(parsed.steps) if step.op == ""]
    point = np.array([[parsed.steps[place].number for place in leaves]])
    program = program_of(text)

    def f(points: np.ndarray) -> np.ndarray:
        return np.asarray(program_values(program, names, points))

    assert numbers.data[-1] == pytest.approx(f(point)[0], rel=1e-12)
    wanted = central_differences(f, point)[0]
    assert [numbers.grad[place] for place in leaves] == pytest.approx(wanted, rel=1e-7, abs=1e-8)


def program_of(text: str) -> list[str]:
    """Return the program of a text: functions become methods."""
    for name in ("exp", "log", "tanh", "relu", "sigmoid"):
        text = text.replace(f"{name}(", f"Method('{name}')(")
    prelude = ["def Method(name): return lambda x: getattr(x, name)()"]
    *named, last = text.split(";")
    return [*prelude, *(line.strip() for line in named), f"out = {last.strip()}"]


def test_every_use_of_a_value_adds_a_share() -> None:
    numbers = compute_numbers(parse_expression("h = a*b; exp(h) + h*h", {"a": 2.0, "b": 3.0}))
    total = math.exp(6.0) + 12.0
    assert numbers.grad[:3] == pytest.approx([3 * total, 2 * total, total])


def test_two_results_add_up() -> None:
    numbers = compute_numbers(parse_expression("a*b; a + b", {"a": 2.0, "b": 3.0}, results=2))
    assert numbers.grad == [4.0, 3.0, 1.0, 1.0]


def test_relu_is_flat_at_0_and_so_is_the_power_0() -> None:
    numbers = compute_numbers(parse_expression("relu(a) + b**0", {"a": 0.0, "b": 0.0}))
    assert numbers.data[-1] == 1.0
    assert [numbers.grad[0], numbers.grad[2]] == [0.0, 0.0]


def test_what_is_not_used_gets_nothing() -> None:
    assert compute_numbers(parse_expression("h = log(b); a*2", {"b": 1.0})).grad[0] == 0.0


@pytest.mark.parametrize("text", ["log(a - a)", "b / (a - a)", "exp(a * 9999)", "(-a) ** 0.5"])
def test_where_there_is_no_value_there_is_no_gradient(text: str) -> None:
    numbers = compute_numbers(parse_expression(text))
    assert numbers.data[-1] is None
    assert {*numbers.grad} == {None}


def test_a_slope_without_a_value_leaves_the_others() -> None:
    numbers = compute_numbers(parse_expression("a**0.5 + b", {"a": 0.0, "b": 1.0}))
    by_step = dict(zip(["a", "n", "root", "b", "out"], numbers.grad, strict=True))
    assert by_step == {"a": None, "n": None, "root": 1.0, "b": 1.0, "out": 1.0}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sin(a)", "sin is unknown; there are exp, log, tanh, relu, sigmoid"),
        ("__import__('os')", "__import__ is unknown"),
        ("a.tanh()", "nothing is reached by a dot; write tanh(a), not a.tanh()"),
        ("a.__class__", "nothing is reached by a dot"),
        ("a**b", "the exponent of ** has to be a number"),
        ("2**a", "the exponent of ** has to be a number"),
        ("a^2", "a power is written **"),
        ("a % 2", "'a % 2': there are + - * / ** and unary -"),
        ("a @ b", "there are + - * / ** and unary -"),
        ("~a", "there are + - * / ** and unary -"),
        ("a" * 201, "the expression has 201 characters, at most 200"),
        ("+".join("ab" * 30), "the graph has more than 40 nodes"),
        ("1 + 2", "there is no name in it"),
        ("h = 3; h*a", "there is no name in it"),
        ("", "one result is drawn"),
        ("h = a*b", "one result is drawn"),
        ("a; b", "one result is drawn"),
        ("a +", "'a +' is no expression"),
        ("(" * 200, "is no expression"),
        ("tanh(a, b)", "tanh takes one operand, as in tanh(a)"),
        ("tanh", "tanh is a function; write tanh(a)"),
        ("tanh = a; tanh", "tanh stands for something already"),
        ("a = 3*b; a = b; a", "a stands for something already"),
        ("True*a", "'True' is neither a name, a number nor an operation"),
        ("'x'*a", "is neither a name, a number nor an operation"),
        ("[a]", "is neither a name, a number nor an operation"),
        ("a if b else c", "is neither a name, a number nor an operation"),
        ("a, b = c; a", "is neither an expression nor a name for one"),
        ("import os", "is neither an expression nor a name for one"),
        ("1e999 * a", "no finite value"),
        ("9**9**9**9 * a", "no finite value"),
        ("(-1)**0.5 * a", "no finite value"),
        ("1/0 + a", "no finite value"),
        ("\0", "is no expression"),
    ],
)
def test_everything_else_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadExpression) as caught:
        parse_expression(text)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 120


def test_names_get_the_values_that_are_given_and_others_a_start() -> None:
    parsed = parse_expression("a*b", parse_values("b = -2e1, unused = 1"))
    assert [step.number for step in parsed.steps[:2]] == [0.5, -20.0]
    assert parse_values(" ") == {}


@pytest.mark.parametrize("text", ["a", "a = b", "a = nan", "1 = 2", "a = 1 = 2", "= 3"])
def test_values_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadExpression, match="is no value|gives no name"):
        parse_values(text)


def test_the_height_of_a_curve() -> None:
    assert compute_height("x**2 - 1", 3.0) == 8.0
    assert compute_height("log(x)", 0.0) is None
