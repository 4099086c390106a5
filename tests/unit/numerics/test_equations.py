"""Equations are evaluated, and nothing else in them is."""

import numpy as np
import pytest

from autograder.numerics import equations
from autograder.numerics.equations import BadEquation, Line, solve_equations

X = np.array([[1.0, -2.0, 0.5], [0.0, 4.0, -1.0]])
B = np.array([0.5, 1.0, -1.0])
GIVEN = {"x": X, "b": B, "n": 2, "alpha": 0.25}


def solve(text: str, *wanted: str, **given: object) -> dict[str, np.ndarray]:
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), start=10)]
    return solve_equations(lines, {**GIVEN, **given}, wanted)


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        ("x + b * 2", X + B * 2),
        ("-x / 4 - 1", -X / 4 - 1),
        ("x ** 2", X**2),
        ("2 ** -1", 0.5),
        ("x @ x.T", X @ X.T),
        ("x @ b", X @ B),
        ("b @ b", B @ B),
        ("sum(x)", X.sum()),
        ("sum(x, axis=0)", X.sum(axis=0)),
        ("mean(x, axis=-1, keepdims=True)", X.mean(axis=-1, keepdims=True)),
        ("max(x, axis=1)", X.max(axis=1)),
        ("x.sum(axis=1)", X.sum(axis=1)),
        ("np.exp(x) + exp(b)", np.exp(X) + np.exp(B)),
        ("log(exp(alpha)) + sqrt(4) + abs(-1)", 0.25 + 2 + 1),
        ("np.tanh(x).T", np.tanh(X).T),
        ("maximum(x, 0) - minimum(0, x)", np.abs(X)),
        ("(x > 0) * x", np.maximum(X, 0)),
        ("x == 4", (X == 4).astype(float)),
    ],
)
def test_what_an_equation_may_hold(expression: str, want: object) -> None:
    got = solve(f"out = {expression}", "out")["out"]
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, want)
    assert got.shape == np.shape(want)


def test_equations_build_on_each_other_and_comments_do_not_count() -> None:
    text = "# forward\n\nh = x * 2   # twice\nout = sum(h) / n\nlater = nonsense(("
    assert solve(text, "out")["out"] == X.sum()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("out = x +", "line 10: 'x +' is no expression"),
        ("out", "line 10: 'out' is no 'name = expression'"),
        ("out == x", "line 10: 'out == x' is no 'name = expression'"),
        ("f(x) = x", "line 10: 'f(x) = x' is no 'name = expression'"),
        ("\nout = hidden", "line 11: hidden has no value yet; there are x, b, n, alpha"),
        ("out = alpa", "line 10: alpa has no value yet; did you mean alpha?"),
        ("x = 1", "line 10: x has a value already; take another name"),
        ("h = 1\nh = 2", "line 11: h has a value already; take another name"),
        ("out = b @ x", "line 10: (3,) @ (2, 3): these shapes do not fit"),
        ("out = x @ x", "line 10: (2, 3) @ (2, 3): these shapes do not fit"),
        ("out = x + x.T", "line 10: (2, 3) + (3, 2): these shapes do not fit"),
        ("out = sine(x)", "line 10: there is no function sine; there are exp, log, sqrt, tanh"),
        ("out = exp(x, axis=0)", "line 10: exp takes no axis"),
        ("out = sum(x, 0)", "line 10: sum takes one array; write its axis by name, as axis=0"),
        ("out = exp(x, x)", "line 10: exp does not take 2 arrays"),
        ("out = sum(x, axis=2)", "line 10: sum takes axis=0, axis=1 or axis=-1"),
        ("out = sum(b, axis=1)", "line 10: sum over an array of shape (3,) has no such axis"),
        ("out = sum(x, where=0)", "line 10: sum takes axis=0"),
        ("other = x", "no equation defines out"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, told: str) -> None:
    with pytest.raises(BadEquation) as raised:
        solve(text, "out")
    assert told in str(raised.value)


HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__array_interface__",
    "x.data",
    "x.tofile('/tmp/out')",
    "x.sum.__self__",
    "np.load('/etc/passwd')",
    "np.sum.__globals__",
    "np",
    "np.T",
    "exp.T",
    "exp",
    "open('/etc/passwd')",
    "(lambda: 1)()",
    "[x for x in x]",
    "{1: 2}",
    "[1, 2]",
    "x[0]",
    "'text'",
    "b'bytes'",
    "f'{x}'",
    "True",
    "None",
    "...",
    "1j",
    "x if n else b",
    "x and b",
    "not x",
    "~n",
    "+x",
    "x // 2",
    "x % 2",
    "1 << 9",
    "0 < n < 3",
    "x is b",
    "x in b",
    "(y := x)",
    "await x",
    "yield",
    "*x",
    "sum(*[x])",
    "sum(**{})",
    "sum(x, axis=x)",
    "sum(x, axis=True)",
    "sum(x, axis=9 ** 9 ** 9)",
    "sum(x, keepdims=1)",
    "sum()",
    "exp(x)(x)",
    "exec('1')",
    "x; import os",
    "1\\\n2",
    "0x" + "f" * 280,
    "(" * 250 + "x" + ")" * 30,
    "x" + " + x" * 90,
    "x" * 400,
    "\x00",
    "exp('\\x00')",
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_nothing_else_is_evaluated(expression: str) -> None:
    with pytest.raises(BadEquation) as raised:
        solve(f"out = {expression}", "out")
    assert len(str(raised.value)) < 300


def test_depth_is_no_trouble() -> None:
    assert solve(f"out = {'-' * 280}n", "out")["out"] == 2
    assert solve(f"out = {'(' * 90}n{')' * 90}", "out")["out"] == 2


def test_arrays_and_steps_are_bounded() -> None:
    column, row = np.ones((200, 1)), np.ones((1, 200))
    for sign in ("@", "+", "*", ">"):
        with pytest.raises(BadEquation, match=r"an array of shape \(200, 200\) is too large"):
            solve(f"out = a {sign} b", "out", a=column, b=row)
    with pytest.raises(BadEquation, match="more than 100 equations"):
        solve("\n".join(f"a{k} = 1" for k in range(101)), "a0")
    long = "\n".join(f"a{k} = {'n + ' * 70}n" for k in range(99))
    with pytest.raises(BadEquation, match=f"more than {equations.MOST_STEPS} steps"):
        solve(long, "a98")


def test_numbers_overflow_quietly() -> None:
    assert np.isinf(solve("out = 9.0 ** 999999999", "out")["out"])
    assert np.isnan(solve("out = log(0 - 1)", "out")["out"])
    assert np.isinf(solve("out = 1 / (n - 2)", "out")["out"])
