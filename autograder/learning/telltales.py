"""Small examples in which each known mistake of milestone 1 shows: a wrong engine beside the right.

Each is asked of the learner's code and computed here; where both agree, that mistake is not there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from autograder.checks.m1_scalar_autograd.gradcheck import RIGHT, WRONG
from autograder.numerics.expressions import Expression, parse_expression

Kind = Literal["graph", "chain", "slopes", "verdict"]
CHAIN = 20_000  # nodes one after the other
POINT = (0.7, -1.3, 0.4)
STEP = 0.1


@dataclass(frozen=True)
class Telltale:
    """One example.

    Attributes
    ----------
    title : str
        What is special about it.
    kind : str
        ``graph`` of an expression, ``chain`` of sums, ``slopes`` of a function, or the ``verdict``
        of gradcheck.
    text : str
        The expression, or the function of ``xs``.
    values : dict
        The numbers of the expression's names.
    results : int
        How many results are differentiated, one after the other.
    point : tuple of float
        Where a function is taken.
    options : dict
        What the learner's function gets beside it.
    right : Any
        The right numbers, or the right verdict; of a graph they are computed.
    """

    title: str
    kind: Kind
    text: str
    values: Mapping[str, float] = field(default_factory=dict)
    results: int = 1
    point: tuple[float, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    right: Any = None

    def expression(self) -> Expression:
        """Return the steps of a graph."""
        return parse_expression(self.text, self.values, self.results)

    def question(self) -> tuple[str, list[Any]]:
        """Return the kind and the arguments for the probe."""
        if self.kind == "graph":
            return self.kind, list(probe_steps(self.expression()))
        if self.kind == "chain":
            return self.kind, [CHAIN]
        return self.kind, [self.text, list(self.point), dict(self.options)]


def probe_steps(expression: Expression) -> tuple[list[Any], list[int]]:
    """Return the steps and the results as a probe takes them."""
    steps = [[step.op, list(step.below), step.number] for step in expression.steps]
    return steps, list(expression.results)


def _graph(title: str, text: str, results: int = 1, /, **values: float) -> Telltale:
    return Telltale(title, "graph", text, values, results)


def _slopes(title: str, text: str, f: Callable[[Sequence[float]], float], count: int) -> Telltale:
    point = POINT[:count]
    right = [_central_difference(f, point, place) for place in range(count)]
    return Telltale(title, "slopes", text, point=point, options={"eps": STEP}, right=right)


def _central_difference(
    f: Callable[[Sequence[float]], float], point: Sequence[float], place: int
) -> float:
    above, below = list(point), list(point)
    above[place] += STEP
    below[place] -= STEP
    return (f(above) - f(below)) / (2 * STEP)


def _verdict(text: str, count: int, right: bool, **options: float) -> Telltale:
    point, title = POINT[:count], "gradcheck accepts" if right else "gradcheck rejects"
    tol = f" with tol = {options['tol']:g}" if options else ""
    return Telltale(f"{title} {text}{tol}", "verdict", text, {}, 1, point, options, right)


TELLTALES = (
    _graph("a sum", "a + b"),
    _graph("a product", "a*b"),
    _graph("a product of a product", "a*b*c"),
    _graph("one value twice in a sum", "a + a"),
    _graph("one value twice in a product", "a*a"),
    _graph("one value in a power and beside it", "a**2 + a"),
    _graph("one value in tanh and beside it", "tanh(a) + a"),
    _graph("a node used twice by one other", "h = a*b; h + h"),
    _graph("a node used by two others", "h = a*b; exp(h) + tanh(h)"),
    _graph("a short way and a long way round", "h = a*b; h + tanh(tanh(h))"),
    _graph("two results, one after the other", "a*b; a + b", 2),
    _graph("a negative", "-a * 3"),
    _graph("a difference", "(a - b) * 3"),
    _graph("a quotient", "a / b"),
    _graph("a small divisor", "a / b", a=2.0, b=1e-6),
    _graph("a number on the right", "a + 2"),
    _graph("a number minus a value", "3 - a"),
    _graph("a number over a value", "2 / a"),
    _graph("a power of a negative number", "a**3", a=-2.0),
    _graph("a power of a small number", "a**-1", a=1e-6),
    _graph("the power 0 of 0", "a**0", a=0.0),
    _graph("exp below a product", "exp(a) * 5"),
    _graph("log of a small number", "log(a) * 5", a=1e-13),
    _graph("tanh below a product", "tanh(a) * 5"),
    _graph("tanh of a large number", "tanh(a)", a=1000.0),
    _graph(
        "relu on both sides of 0, and at it",
        "relu(a)*5 + relu(b)*5 + relu(c)*5",
        1,
        a=3.0,
        b=-2.0,
        c=0.0,
    ),
    _graph("sigmoid below a product", "sigmoid(a) * 5"),
    _graph("sigmoid of a large negative number", "sigmoid(a)", a=-1000.0),
    Telltale(f"a chain of {CHAIN:,} sums", "chain", "a + 0.5 + 0.5 + ...", right=[1.0]),
    _slopes("numerical_gradient of a cube, eps = 0.1", "xs[0] ** 3", lambda xs: xs[0] ** 3, 1),
    _slopes(
        "numerical_gradient of a product, eps = 0.1", "xs[0] * xs[1]", lambda xs: xs[0] * xs[1], 2
    ),
    *(_verdict(*row) for row in (*RIGHT, *WRONG)),
    _verdict("xs[0] * xs[1] + 0.001 * Value(xs[1].data)", 2, True, tol=0.01),
    _verdict("xs[0] * xs[1] + 0.1 * Value(xs[1].data)", 2, False, tol=0.01),
)
