"""Equations as a learner writes them, evaluated on arrays by a small evaluator of our own.

A line is ``name = expression``. An expression has numbers, names, arithmetic, comparisons, ``.T``
and a few functions of NumPy; nothing in it can call, reach or name anything else. Lines are parsed
one by one, since Python's parser takes memory by the length of its text, and every array is
measured before it is made.
"""

import ast
import difflib
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_LINES = 100
LONGEST_LINE = 300  # characters
MOST_STEPS = 2000  # of all lines together
MOST_NUMBERS = 20_000  # in one array
MOST_AXES = 2
LONGEST_SHOWN = 40  # characters of the learner's text in a sentence
PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)

OPERATORS: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", np.add),
    ast.Sub: ("-", np.subtract),
    ast.Mult: ("*", np.multiply),
    ast.Div: ("/", np.divide),
    ast.Pow: ("**", np.power),
    ast.MatMult: ("@", np.matmul),
    ast.Gt: (">", np.greater),
    ast.GtE: (">=", np.greater_equal),
    ast.Lt: ("<", np.less),
    ast.LtE: ("<=", np.less_equal),
    ast.Eq: ("==", np.equal),
    ast.NotEq: ("!=", np.not_equal),
}
OF_ONE: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "abs": np.abs,
}
OF_TWO: dict[str, Callable[[Any, Any], Any]] = {"maximum": np.maximum, "minimum": np.minimum}
REDUCED: dict[str, Callable[..., Any]] = {"sum": np.sum, "mean": np.mean, "max": np.max}
FUNCTIONS = (*OF_ONE, *OF_TWO, *REDUCED)


class BadEquation(ValueError):
    """A line that is no equation, or cannot be evaluated; the message says which, and why."""


@dataclass(frozen=True)
class Line:
    """One line of equations, and its number in the document."""

    number: int
    text: str


def solve_equations(
    lines: Sequence[Line], given: Mapping[str, Any], wanted: Sequence[str]
) -> dict[str, Floats]:
    """Return the values of `wanted`, from the equations up to the last of them.

    Parameters
    ----------
    lines : sequence of Line
        Blank ones and what follows ``#`` do not count.
    given : mapping
        Arrays and numbers by name; no equation may define them anew.
    wanted : sequence of str
        The names whose values are asked for.

    Raises
    ------
    BadEquation
        At the first line that cannot be evaluated, or where a name is defined nowhere.
    """
    solver = _Solver({name: np.asarray(value, np.float64) for name, value in given.items()})
    for line in _list_equations(lines):
        if all(name in solver.values for name in wanted):
            break
        solver.add(line)
    for name in wanted:
        if name not in solver.values:
            raise BadEquation(f"no equation defines {name}")
    return {name: solver.values[name] for name in wanted}


def _list_equations(lines: Sequence[Line]) -> Iterator[Line]:
    texts = [Line(line.number, line.text.partition("#")[0].strip()) for line in lines]
    equations = [line for line in texts if line.text]
    if len(equations) > MOST_LINES:
        raise BadEquation(f"more than {MOST_LINES} equations")
    return iter(equations)


class _Solver:
    """Evaluates equations in turn; `values` holds what is given and what they defined."""

    def __init__(self, given: dict[str, Floats]) -> None:
        self.values = given
        self.steps = 0

    def add(self, line: Line) -> None:
        try:
            name, tree = _parse_line(line.text)
            if name in self.values:
                raise BadEquation(f"{name} has a value already; take another name")
            with np.errstate(all="ignore"):
                self.values[name] = self._evaluate(tree)
        except BadEquation as problem:
            raise BadEquation(f"line {line.number}: {problem}") from None

    def _evaluate(self, node: ast.expr) -> Floats:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise BadEquation(f"more than {MOST_STEPS} steps in all equations")
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return _make_number(value)
            case ast.Name(id=name):
                return self._look_up(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._evaluate(operand)
            case (
                ast.BinOp(op=op, left=left, right=right)
                | ast.Compare(left=left, ops=[op], comparators=[right])
            ) if type(op) in OPERATORS:
                return _combine(*OPERATORS[type(op)], self._evaluate(left), self._evaluate(right))
            case ast.Attribute(value=value, attr="T"):
                return self._evaluate(value).T
            case ast.Call(func=func, args=args, keywords=keywords):
                return self._call(func, args, keywords)
        raise BadEquation(f"{_show(node)} is nothing that an equation may hold")

    def _look_up(self, name: str) -> Floats:
        if name not in self.values:
            near = difflib.get_close_matches(name, self.values, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.values)}"
            raise BadEquation(f"{name[:LONGEST_SHOWN]} has no value yet; {hint}")
        return self.values[name]

    def _call(self, func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> Floats:
        name, operands = _name_function(func), list(args)
        if isinstance(func, ast.Attribute) and not _is_numpy(func.value):
            operands.insert(0, func.value)  # z.sum(axis=0)
        if name in REDUCED and len(operands) == 1:
            return _reduce(name, self._evaluate(operands[0]), _read_options(name, keywords))
        if keywords:
            raise BadEquation(f"{name} takes no {keywords[0].arg}")
        if name in OF_ONE and len(operands) == 1:
            return np.asarray(OF_ONE[name](self._evaluate(operands[0])), np.float64)
        if name in OF_TWO and len(operands) == 2:
            left, right = map(self._evaluate, operands)
            return _combine(name, OF_TWO[name], left, right)
        if name in REDUCED:
            raise BadEquation(f"{name} takes one array; write its axis by name, as axis=0")
        if name in FUNCTIONS:
            raise BadEquation(f"{name} does not take {len(operands)} arrays")
        raise BadEquation(f"there is no function {name}; there are {', '.join(FUNCTIONS)}")


def _parse_line(text: str) -> tuple[str, ast.expr]:
    if len(text) > LONGEST_LINE:
        raise BadEquation(f"longer than {LONGEST_LINE} characters; split it")
    name, sign, right = (part.strip() for part in text.partition("="))
    if not sign or not name.isidentifier() or right.startswith("="):
        raise BadEquation(f"{text[:LONGEST_SHOWN]!r} is no 'name = expression'")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return name, ast.parse(right, mode="eval").body
    except PARSE_ERRORS:
        raise BadEquation(f"{right[:LONGEST_SHOWN]!r} is no expression") from None


def _make_number(value: float) -> Floats:
    try:
        return np.asarray(float(value))
    except OverflowError:
        raise BadEquation("a number with too many digits") from None


def _combine(sign: str, function: Callable[[Any, Any], Any], left: Floats, right: Floats) -> Floats:
    try:
        shape = _shape_after(sign, left.shape, right.shape)
    except ValueError:
        raise BadEquation(f"{left.shape} {sign} {right.shape}: these shapes do not fit") from None
    if math.prod(shape) > MOST_NUMBERS or len(shape) > MOST_AXES:
        raise BadEquation(f"an array of shape {shape} is too large")
    return np.asarray(function(left, right), np.float64)


def _shape_after(sign: str, left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    if sign != "@":
        return np.broadcast_shapes(left, right)
    if not left or not right or left[-1] != right[0]:
        raise ValueError
    return left[:-1] + right[1:]


def _name_function(func: ast.expr) -> str:
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return str(name)[:LONGEST_SHOWN]


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy")


def _read_options(name: str, keywords: Sequence[ast.keyword]) -> dict[str, Any]:
    options = {}
    for keyword in keywords:
        value = _read_constant(keyword.value)
        is_axis = keyword.arg == "axis" and type(value) is int and -2 <= value < 2
        if not is_axis and not (keyword.arg == "keepdims" and isinstance(value, bool)):
            raise BadEquation(f"{name} takes axis=0, axis=1 or axis=-1, and keepdims=True")
        options[str(keyword.arg)] = value
    return options


def _read_constant(node: ast.expr) -> Any:
    is_minus = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    inner = node.operand if isinstance(node, ast.UnaryOp) and is_minus else node
    value = inner.value if isinstance(inner, ast.Constant) else None
    return -value if is_minus and type(value) is int else value


def _reduce(name: str, array: Floats, options: dict[str, Any]) -> Floats:
    try:
        return np.asarray(REDUCED[name](array, **options), np.float64)
    except (np.exceptions.AxisError, ValueError):
        raise BadEquation(f"{name} over an array of shape {array.shape} has no such axis") from None


def _show(node: ast.expr) -> str:
    try:
        text = ast.unparse(node)
    except (RecursionError, ValueError):  # an integer of thousands of digits
        text = type(node).__name__
    return repr(text[:LONGEST_SHOWN])
