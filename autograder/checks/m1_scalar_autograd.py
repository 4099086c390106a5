"""Milestone 1: what makes ``engine.py`` right."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import goldens, programs, small
from autograder.numerics.compare import as_floats, close, close_at, same
from autograder.numerics.differences import central_differences
from autograder.numerics.failure import WrongAnswer

POINTS = 6  # inputs are tried at so many points in one call
Rng = np.random.Generator
Measure = dict[str, float]

UPSTREAM = (
    "Which number reaches this operation from above when the loss is not the operation itself?",
    "The chain rule multiplies: local derivative times out.grad.",
)


def agrees(
    ask: Ask, measure: Measure, program: Sequence[str], inputs: str, points: np.ndarray
) -> None:
    """Compare value and gradients of `program` with the judge's own, at all points."""
    names = inputs.split()
    answer = ask("evaluate", program=list(program), inputs=names, points=points)
    known = {"out": programs.program_values(program, names, points)}
    slopes = central_differences(
        lambda shifted: programs.program_values(program, names, shifted), points
    )
    shown = programs.program_text(program)
    close_at(_column(answer["out"]), known["out"][:, None], [f"{shown}: out"], names, points)
    whats = [f"{shown}: {name}.grad" for name in names]
    measure["max_relative_error"] = close_at(answer["grad"], slopes, whats, names, points)


def _column(got: Any) -> Any:
    return [[entry] for entry in got] if isinstance(got, list) else got


def away_from_zero(rng: Rng, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers 0.3 to 2 in size and never near 1; of both signs in every column."""
    draw, shape = small.uncut_generator(rng), small.cut_points(rng, shape)
    sizes = np.where(
        draw.random(shape) < 0.5, draw.uniform(0.3, 0.9, shape), draw.uniform(1.1, 2, shape)
    )
    if not shape:
        return np.asarray(sizes * draw.choice([-1.0, 1.0]))
    alternating = np.where(np.arange(shape[0]) % 2 == 0, 1.0, -1.0).reshape(
        -1, *[1] * (len(shape) - 1)
    )
    return np.asarray(sizes * draw.permuted(np.broadcast_to(alternating, shape), axis=0))


# One operation each


def _operation(
    id: str, title: str, program: str, inputs: str, points: float, needs: str, last: str
) -> Any:
    """Return a row: the last line of `program` uses the operation's result more than once."""
    mark = check("finite-difference", points, f"{needs} Value.backward", (*UPSTREAM, last))
    return row(id, title, (program.split("; "), inputs), mark)


OPERATIONS = [
    _operation(
        "add",
        "a + b passes its gradient on to both operands",
        "s = a + b; out = s + s + s",
        "a b",
        2,
        "Value.__add__",
        "Both operands get `+= out.grad`.",
    ),
    _operation(
        "mul",
        "a * b passes each operand the gradient times the other operand",
        "p = a * b; out = p * c",
        "a b c",
        3,
        "Value.__mul__",
        "a gets `+= b.data * out.grad`, and b gets `+= a.data * out.grad`.",
    ),
    _operation(
        "neg",
        "-a turns the sign of the gradient",
        "n = -a; out = n * c",
        "a c",
        1,
        "Value.__neg__ Value.__mul__",
        "-a is a * -1, and must stay a node of the graph.",
    ),
    _operation(
        "sub",
        "a - b passes the gradient to a and its negative to b",
        "d = a - b; out = d * c",
        "a b c",
        2,
        "Value.__sub__ Value.__mul__",
        "a - b is a + (-b): made of nodes, not of `.data`.",
    ),
    _operation(
        "div",
        "a / b has the gradients 1/b and -a/b^2",
        "q = a / b; out = q * c",
        "a b c",
        2,
        "Value.__truediv__ Value.__mul__",
        "a / b is a * b ** -1.",
    ),
    _operation(
        "pow",
        "a ** n has the gradient n a^(n-1)",
        "u = a ** 3; v = a ** -2; w = a ** 2; out = (u + v) * c + w",
        "a c",
        2,
        "Value.__pow__ Value.__mul__ Value.__add__",
        "The base gets `+= n * a.data ** (n - 1) * out.grad`.",
    ),
    _operation(
        "exp",
        "exp is its own derivative",
        "e = a.exp(); out = e * c",
        "a c",
        2,
        "Value.exp Value.__mul__",
        "The derivative is out.data, not a.data.",
    ),
    _operation(
        "tanh",
        "tanh has the derivative 1 - tanh^2",
        "t = a.tanh(); out = t * c",
        "a c",
        2,
        "Value.tanh Value.__mul__",
        "`(1 - out.data ** 2) * out.grad`: mind the brackets.",
    ),
    _operation(
        "relu",
        "relu passes the gradient where its input is positive",
        "r = a.relu(); out = r * c",
        "a c",
        2,
        "Value.relu Value.__mul__",
        "The derivative is 1 or 0, times out.grad.",
    ),
    _operation(
        "sigmoid",
        "sigmoid has the derivative s (1 - s)",
        "s = a.sigmoid(); out = s * c",
        "a c",
        2,
        "Value.sigmoid Value.__mul__",
        "`s * (1 - s) * out.grad` with s = out.data.",
    ),
]


@pytest.mark.parametrize("operation", OPERATIONS)
def check_operation(ask: Ask, rng: Rng, measure: Measure, operation: tuple[list[str], str]) -> None:
    """Value and gradients of one operation agree with central differences."""
    program, inputs = operation
    agrees(ask, measure, program, inputs, away_from_zero(rng, (POINTS, len(inputs.split()))))


@check(
    "finite-difference",
    2,
    "Value.log Value.__mul__ Value.backward",
    (*UPSTREAM, "The derivative is 1 / a.data, times out.grad."),
)
def check_log(ask: Ask, rng: Rng, measure: Measure) -> None:
    """log has the derivative 1 / a."""
    points = np.abs(away_from_zero(rng, (POINTS, 2)))
    agrees(ask, measure, ["l = a.log()", "out = l * c"], "a c", points)


@check(
    "finite-difference",
    2,
    "Value.__pow__ Value.__mul__ Value.backward",
    (
        "What is 0 ** 0, and what is the slope of the constant function x ** 0?",
        "n x^(n-1) has no value at x = 0, n = 0; a power through logarithms has none below 0.",
        "Leave the gradient alone where n is 0, and use Python's own ** for the rest.",
    ),
)
def check_pow_edges(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Powers of negative numbers and of zero."""
    program, zero = ["out = a ** 3 * c"], np.zeros((1, 1))
    points = np.stack([-rng.uniform(0.5, 2, POINTS), away_from_zero(rng, (POINTS,))], axis=1)
    agrees(ask, measure, program, "a c", points)
    for exponent, out in ((0, 1.0), (1, 0.0), (2, 0.0)):
        line = f"out = a ** {exponent}"
        answer = ask("evaluate", program=[line], inputs=["a"], points=zero)
        close(answer["out"], [out], f"{line}: out", where=" at a = 0")
        close(answer["grad"], [[float(exponent == 1)]], f"{line}: a.grad", where=" at a = 0")


@check(
    "finite-difference",
    2,
    "Value.__add__ Value.__sub__ Value.__mul__ Value.backward",
    (
        "What is `other` in a + 2?",
        "An operation needs a node on both sides.",
        "Turn a number into a Value before anything else: Value.wrap does it.",
    ),
)
def check_numbers_right(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A number may stand on the right: a + 2, a - 2, a * 2, a / 2."""
    program = ["u = a + 2.5", "v = b - 3", "w = a * 1.5", "x = b / 4", "out = u * v + w * x"]
    agrees(ask, measure, program, "a b", away_from_zero(rng, (POINTS, 2)))


@check(
    "finite-difference",
    4,
    "Value.__radd__ Value.__rsub__ Value.__rtruediv__ Value.backward",
    (
        "Python calls b.__rsub__(3) for 3 - b. Which of the two is the minuend?",
        "Subtraction and division do not commute.",
        "__rsub__ is Value(other) - self, __rtruediv__ is Value(other) / self.",
    ),
)
def check_numbers_left(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A number may stand on the left: 2 + a, 3 - a, 2 * a, 2 / a, and sum([a, b])."""
    program = ["u = 2.5 + a", "v = 3 - b", "w = 1.5 * a", "x = 2 / b", "out = sum([u * v, w * x])"]
    agrees(ask, measure, program, "a b", away_from_zero(rng, (POINTS, 2)))


@check(
    "property",
    2,
    "Value.tanh Value.sigmoid Value.backward",
    (
        "How large is exp(800)?",
        "exp overflows above 709; of a large negative number it is just 0.",
        "math.tanh is safe. For sigmoid use exp(-|x|) and treat x < 0 apart.",
    ),
)
def check_large_inputs(ask: Ask, rng: Rng) -> None:
    """tanh and sigmoid do not overflow at 800 and -800."""
    points = np.array([[800.0], [400.0], [-400.0], [-800.0]]) + rng.uniform(0, 9, (4, 1)).round()
    for name, low in (("tanh", -1.0), ("sigmoid", 0.0)):
        answer = ask("evaluate", program=[f"out = a.{name}()"], inputs=["a"], points=points)
        wanted = [1.0, 1.0, low, low]
        close_at(_column(answer["out"]), np.c_[wanted], [f"a.{name}()"], ["a"], points)
        close_at(answer["grad"], np.zeros((4, 1)), ["a.grad"], ["a"], points)


# The graph


def _graph(
    id: str, title: str, program: str, inputs: str, points: float, needs: str, hints: Sequence[str]
) -> Any:
    mark = check("finite-difference", points, f"{needs} Value.backward", hints)
    return row(id, title, (program.split("; "), inputs), mark)


ACCUMULATE = (
    "How many ways lead from the result to a?",
    "The multivariate chain rule sums over all paths.",
    "Use `+=` for every gradient, never `=`.",
)
ORDER = (
    "When may a node pass its gradient on?",
    "Only when everything that was computed from it has already passed its own.",
    "Sort topologically: children first, then the node; walk that list backwards, each node once.",
)
GRAPHS = [
    _graph(
        "shared_add",
        "A value added to itself gets its gradient twice",
        "b = a + a; out = b + b + a",
        "a",
        4,
        "Value.__add__",
        ACCUMULATE,
    ),
    _graph(
        "shared_mul",
        "A value multiplied by itself gets both gradients",
        "b = a * a; out = b * c",
        "a c",
        3,
        "Value.__mul__",
        ACCUMULATE,
    ),
    _graph(
        "diamond",
        "Gradients of all paths through a diamond add up",
        "b = a * 2.0 + 1.0; c = a * a; out = b * c + a",
        "a",
        4,
        "Value.__add__ Value.__mul__",
        ACCUMULATE,
    ),
    _graph(
        "shared_by_functions",
        "A value that functions use twice gets all their gradients",
        "t = a.tanh() + a.tanh(); p = a ** 2 + a ** 3; e = a.exp() + a.exp(); "
        "r = a.relu() + a.relu(); s = a.sigmoid() + a.sigmoid(); out = t * p + e * r + s",
        "a",
        3,
        "Value.__add__ Value.__mul__ Value.tanh Value.__pow__",
        ACCUMULATE,
    ),
    _graph(
        "each_node_once",
        "A node reached twice is visited once",
        "b = a * a; out = b + b",
        "a",
        4,
        "Value.__add__ Value.__mul__",
        ORDER,
    ),
    _graph(
        "topological_order",
        "A node waits for all that was computed from it",
        "c = a * b; d = c * b + a; e = d * c; out = e * c",
        "a b",
        5,
        "Value.__add__ Value.__mul__",
        ORDER,
    ),
    _graph(
        "long_way_round",
        "A short and a long way to one node: the long one is waited for",
        "b = a * a; c = b * 1.5; d = c + a; e = d * d; out = e * b + a",
        "a",
        2,
        "Value.__add__ Value.__mul__",
        ORDER,
    ),
]


@pytest.mark.parametrize("graph", GRAPHS)
def check_graph(ask: Ask, rng: Rng, measure: Measure, graph: tuple[list[str], str]) -> None:
    """Gradients of one graph with shared nodes agree with central differences."""
    program, inputs = graph
    agrees(ask, measure, program, inputs, away_from_zero(rng, (POINTS, len(inputs.split()))))


@check(
    "finite-difference",
    3,
    "Value.__add__ Value.backward",
    (
        "How often is a node visited when x = x + x is written 26 times?",
        "There are 2^26 paths, but only 27 nodes.",
        "Keep a set of the nodes already seen, and leave at once when a node is in it.",
    ),
    seconds=3,
)
def check_many_paths(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A graph of 27 nodes and 67 million paths takes no time."""
    agrees(ask, measure, ["out = a", *["out = out + out"] * 26], "a", away_from_zero(rng, (1, 1)))


@check(
    "property",
    3,
    "Value.__add__ Value.backward",
    (
        "How deep may Python functions call themselves?",
        "About 1,000 calls; a chain of 20,000 nodes needs an explicit stack instead.",
        "Push (node, False); when popped, push (node, True) and its children; at True append it.",
    ),
    seconds=20,
)
def check_deep_chain(ask: Ask, rng: Rng, visibility: str) -> None:
    """A chain of 20,000 nodes works: no recursion."""
    start = float(away_from_zero(rng, ()))
    length = 20_000 if visibility == "public" else int(rng.integers(4_000, 6_000))
    answer = ask("chain", length=length, x=start, step=0.5)
    close(answer["out"], start + 0.5 * length, "the end of the chain")
    close(answer["grad"], 1.0, "the gradient at its start")


@check(
    "property",
    2,
    "Value.backward Value.__mul__ Value.__add__",
    (
        "What is the derivative of a value by itself?",
        "backward starts with it, and every node in between keeps its own gradient.",
        "Give the result itself the gradient 1.0 first; values outside the graph stay at 0.0.",
    ),
)
def check_inner_gradients(ask: Ask, rng: Rng) -> None:
    """The result's gradient is 1, inner nodes have theirs, strangers stay at 0."""
    a, b = away_from_zero(rng, (2,)).tolist()
    answer = ask(
        "look",
        program=[
            f"a = Value({a}); b = Value({b}); stranger = a * 3.0",
            "c = a * b; d = c + a",
            "out = d * c",
            "out.backward()",
        ],
        expressions=["float(x.grad) for x in (out, d, c, stranger)".join("[]")],
    )
    wanted = [1.0, a * b, 2 * a * b + a, 0.0]
    names = ("out.grad", "d.grad", "c.grad", "stranger.grad")
    got = as_floats(_first(answer), (4,), ", ".join(names))
    for name, one, other in zip(names, got, wanted, strict=True):
        close(float(one), other, name)


@check(
    "property",
    2,
    "Value.backward Value.__mul__ Value.__add__",
    (
        "What should a.grad be after two losses that both use a?",
        "backward adds: that is why training loops call zero_grad.",
        "Never reset the gradients of children inside backward.",
    ),
)
def check_accumulates(ask: Ask, rng: Rng) -> None:
    """A second loss on the same inputs adds to their gradients."""
    a, b = away_from_zero(rng, (2,)).tolist()
    answer = ask(
        "look",
        program=[f"a = Value({a}); b = Value({b})", "(a * b).backward()", "(a + b * b).backward()"],
        expressions=["[float(a.grad), float(b.grad)]"],
    )
    close(_first(answer), [b + 1.0, a + 2 * b], "a.grad and b.grad after both")


@check(
    "property",
    2,
    "Value.backward Value.__mul__ Value.__add__",
    (
        "Which numbers may change when an expression is built or differentiated?",
        "Only gradients.",
        "Make a new Value for every result; do not write to the `.data` of an operand.",
    ),
)
def check_operands_unchanged(ask: Ask, rng: Rng) -> None:
    """Building and differentiating an expression leaves its inputs' data alone."""
    a, b = (np.abs(away_from_zero(rng, (2,))) * [-1.0, 1.0]).tolist()
    for expression in (
        "a + b",
        "a - b",
        "a * b",
        "a / b",
        "a ** 2",
        "-a",
        "a.exp()",
        "b.log()",
        "a.tanh()",
        "a.relu()",
        "a.sigmoid()",
    ):
        program = [f"a = Value({a}); b = Value({b})", f"out = {expression}", "out.backward()"]
        answer = ask("look", program=program, expressions=["[float(a.data), float(b.data)]"])
        close(_first(answer), [a, b], f"[a.data, b.data] after {expression}", rtol=0.0)


def _first(answer: dict[str, Any]) -> Any:
    got = answer["values"]
    return got[0] if isinstance(got, list) and got else got


# Against PyTorch, and by hand


def answers(program: Sequence[str], names: Sequence[str], points: np.ndarray) -> np.ndarray:
    """Return ``out`` and the gradients at every point, by central differences."""

    def value(at: np.ndarray) -> np.ndarray:
        return programs.program_values(program, names, at)

    return np.concatenate([value(points)[:, None], central_differences(value, points)], axis=1)


def matches(ask: Ask, program: list[str], inputs: str, points: np.ndarray, wanted: Any) -> float:
    """Compare with stored answers: ``out``, then the gradients."""
    names = inputs.split()
    answer = ask("evaluate", program=program, inputs=names, points=points)
    close_at(_column(answer["out"]), wanted[:, :1], [f"{program[-1]}: out"], names, points)
    whats = [f"{program[-1]}: {name}.grad" for name in names]
    return close_at(answer["grad"], wanted[:, 1:], whats, names, points)


@check(
    "golden",
    4,
    "Value.backward",
    (
        "Which operation do the simpler checks name?",
        "Every operation stands alone in this check, compared with PyTorch at many points.",
        "Mend the operation that the message names; its own check says more.",
    ),
)
def check_operations_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """Every operation agrees with PyTorch."""
    stored = goldens.load_goldens("m1")
    points, names = stored["operations_points"], ["a", "b"]
    fresh = np.abs(away_from_zero(rng, (3, 2)))
    for place, line in enumerate(stored["operations"].tolist()):
        if visibility == "public":
            error = matches(ask, [line], "a b", points, stored[f"operations_{place}"])
        else:
            error = matches(ask, [line], "a b", fresh, answers([line], names, fresh))
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


@check(
    "golden",
    5,
    "Value.backward",
    (
        "Do the simpler checks pass? Which operation works alone but not in company?",
        "Everything at once: sharing, numbers on both sides, activations.",
        "Print the gradients of the inner nodes and compare with a derivation by hand.",
    ),
)
def check_expression_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """A long expression with everything in it agrees with PyTorch."""
    stored = goldens.load_goldens("m1")
    program, points = stored["expression"].tolist(), stored["expression_points"]
    wanted = stored["expression_answers"]
    if visibility == "hidden":
        points = away_from_zero(rng, (3, 2))
        wanted = answers(program, ["a", "b"], points)
    measure["max_relative_error"] = matches(ask, program, "a b", points, wanted)


HAND_WORKED = [
    "h1 = (0.5 * x1 - 1.0 * x2 + 0.25).tanh()",
    "h2 = (1.5 * x1 + 0.5 * x2 - 0.5).tanh()",
    "y = 2.0 * h1 - 1.0 * h2 + w",
    "out = (y - 1.0) ** 2",
]


@check(
    "golden",
    4,
    "Value.backward",
    (
        "Which line of the handout's table differs from yours?",
        "The handout works this network out node by node.",
        "Print h1.grad, h2.grad and y.grad: the first that differs is where to look.",
    ),
)
def check_hand_worked(ask: Ask, rng: Rng, visibility: str) -> None:
    """The two-layer example that the handout works out by hand."""
    points, wanted = np.array([[1.0, 2.0, 0.1]]), goldens.load_goldens("m1")["hand_worked"][None]
    if visibility == "hidden":
        points = away_from_zero(rng, (3, 3))
        wanted = answers(HAND_WORKED, ["x1", "x2", "w"], points)
    matches(ask, HAND_WORKED, "x1 x2 w", points, wanted)


# Bad input

BAD = [
    ("Value({x}) + 'x'", ("TypeError",), "Value + text"),
    ("Value({x}) * None", ("TypeError",), "Value * None"),
    ("Value({x}) ** Value({x})", ("TypeError",), "a Value as exponent"),
    ("Value({x}) ** 'x'", ("TypeError",), "text as exponent"),
    ("Value(0.0).log()", ("ValueError",), "log of 0"),
    ("Value(-{x}).log()", ("ValueError",), "log of a negative number"),
    ("Value({x}) / 0.0", ("ZeroDivisionError",), "division by 0"),
]


@check(
    "property",
    2,
    "Value.__add__ Value.__mul__ Value.__pow__ Value.log Value.__truediv__",
    (
        "What should 'a' + 1 do? What does it do in Python?",
        "Wrong operands are refused at once, not three operations later.",
        "Let Value.wrap raise the TypeError; check the exponent's type in __pow__.",
    ),
)
def check_bad_input(ask: Ask, rng: Rng) -> None:
    """Operands that make no sense raise an error of the stated kind; others do not."""
    x = float(np.abs(away_from_zero(rng, ())))
    good = f"(Value({x}) + 1) * Value({x}) ** 2 + Value({x}).log() / 2.0"
    wanted = (x + 1) * x**2 + np.log(x) / 2.0
    answer = ask("look", program=[], expressions=[f"float(({good}).data)"])
    close(_first(answer), wanted, good)
    for expression, kinds, what in BAD:
        tried = expression.format(x=x)
        ask.raises(kinds, what, "look", program=[], expressions=[f"float(({tried}).data)"])


# numerical_gradient and gradcheck


@check(
    "golden",
    4,
    "numerical_gradient",
    (
        "What is the slope of a line through two points near x?",
        "Central: one point on each side, 2 eps apart, all other coordinates unchanged.",
        "Two calls of f a coordinate, each on a fresh copy of xs; divide by the distance.",
    ),
)
def check_numerical_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    """numerical_gradient finds the slope in every direction."""
    points = away_from_zero(rng, (POINTS, 3))
    x, y, z = points.T
    answer = ask(
        "slopes",
        function="xs[0] ** 2 * xs[1] - 3 * xs[2] * xs[1] + math.sin(xs[2])",
        points=points,
        eps=1e-6,
    )
    wanted = np.stack([2 * x * y, x**2 - 3 * z, -3 * y + np.cos(z)], axis=1)
    whats = ["the slope by xs[0]", "the slope by xs[1]", "the slope by xs[2]"]
    names = ["xs[0]", "xs[1]", "xs[2]"]
    measure["max_relative_error"] = close_at(answer["slopes"], wanted, whats, names, points)


@check(
    "property",
    2,
    "numerical_gradient",
    (
        "How wrong is (f(x + eps) - f(x)) / eps for a curve?",
        "One-sided differences err by eps, central ones by eps squared.",
        "For x^3 the central difference is exactly 3 x^2 + eps^2. Is yours?",
    ),
)
def check_central_difference(ask: Ask, rng: Rng) -> None:
    """The difference is central, and eps is the step to either side."""
    points, eps = away_from_zero(rng, (POINTS, 1)), 0.1
    answer = ask("slopes", function="xs[0] ** 3", points=points, eps=eps)
    whats = ["the central difference of xs[0] ** 3 with eps = 0.1"]
    close_at(answer["slopes"], 3 * points**2 + eps**2, whats, ["xs[0]"], points)


@check(
    "property",
    2,
    "numerical_gradient",
    (
        "Is xs the same after the call?",
        "Other coordinates must stay where they are while one moves.",
        "Perturb a copy, or put the old number back exactly: x + eps - eps is not x.",
    ),
)
def check_one_coordinate_at_a_time(ask: Ask, rng: Rng) -> None:
    """One coordinate moves at a time, and xs comes back untouched."""
    point = away_from_zero(rng, (4,))
    answer = ask("slopes_calls", point=point)
    close(answer["xs"], point, "xs after the call", rtol=0.0)
    asked = answer["asked"]
    if not isinstance(asked, list) or not asked:
        raise WrongAnswer("numerical_gradient never called its function")
    moved = np.abs(as_floats(asked, (len(asked), 4), "the points asked for") - point) > 1e-12
    if moved.sum(axis=1).max() > 1:
        raise WrongAnswer(
            "numerical_gradient moves several coordinates at once, wanted one at a time"
        )


RIGHT = [
    ("xs[0] * xs[1] + 3.0", 2, True),
    ("(xs[0] * xs[1]).exp() + xs[2]", 3, True),
    ("(xs[0] + 2.0) * 100000.0 * xs[1]", 2, True),
    ("Value(3.0) + 0.0 * xs[0]", 2, True),
    ("xs[0] * xs[1] + 0.0 * Value(xs[1].data)", 2, True),
]
WRONG = [
    ("Value(xs[0].data) * xs[1]", 2, False),  # cut off from xs[0]
    ("xs[0] * Value(xs[1].data)", 2, False),
    ("xs[0] * xs[1] + 0.001 * Value(xs[2].data)", 3, False),
    ("xs[0] * xs[1] - Value(2.0 * xs[0].data * xs[1].data)", 2, False),  # the wrong sign
    ("xs[0] * xs[0].data + xs[1]", 2, False),  # half of the slope
    ("1000.0 * (xs[0] * Value(xs[0].data) + xs[1])", 2, False),
]
JUDGE = (
    "On what would your gradcheck say False?",
    "Compare every input, by the absolute difference relative to max(1, |slope|).",
    "Every pair has to be close; one that is not is enough for a False.",
)


def judged(ask: Ask, rng: Rng, cases: Sequence[tuple[str, int, bool]]) -> None:
    """Ask for gradcheck's verdict on each function, and compare it with the right one."""
    functions = [function for function, _, _ in cases]
    points = [away_from_zero(rng, (size,)).tolist() for _, size, _ in cases]
    verdicts = ask("verdicts", functions=functions, points=points, tol=1e-6)["verdicts"]
    if not isinstance(verdicts, list) or len(verdicts) != len(cases):
        raise WrongAnswer(f"wanted {len(cases)} verdicts, got {verdicts!r}")
    for (function, _, wanted), verdict in zip(cases, verdicts, strict=True):
        same(verdict, wanted, f"gradcheck of {function}")


@check("property", 2, "gradcheck numerical_gradient Value.backward", JUDGE)
def check_gradcheck_accepts(ask: Ask, rng: Rng) -> None:
    """gradcheck says True for right gradients, large ones too, and not for all."""
    judged(ask, rng, [*RIGHT, WRONG[0]])


@check("property", 5, "gradcheck numerical_gradient Value.backward", JUDGE)
def check_gradcheck_rejects(ask: Ask, rng: Rng) -> None:
    """gradcheck says False for planted wrong gradients, wherever they are."""
    judged(ask, rng, [RIGHT[0], *WRONG])


@check(
    "property",
    1,
    "gradcheck numerical_gradient Value.backward",
    (
        "What happens to tol in your gradcheck?",
        "The same wrong gradient passes a loose tolerance and fails a strict one.",
        "Compare the difference with tol, not with a number of your own.",
    ),
)
def check_gradcheck_tolerance(ask: Ask, rng: Rng) -> None:
    """gradcheck's tolerance is the one it is given."""
    points = [away_from_zero(rng, (2,)).tolist()]
    function = "xs[0] * xs[1] + 0.001 * Value(xs[1].data)"
    for tol, wanted in ((1e-2, True), (1e-4, False)):
        answer = ask("verdicts", functions=[function], points=points, tol=tol)
        same(answer["verdicts"], [wanted], f"gradcheck of {function} with tol = {tol}")
