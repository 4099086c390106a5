"""Expressions that a learner types in: their graph, step by step, and its right numbers.

``h = a*b; tanh(h + a)`` becomes a list of steps, each an operation on steps before it. A typed name
is a leaf; what consists of numbers alone is one number.
"""

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_TEXT = 200  # characters
MOST_NODES = 40
LONGEST_SHOWN = 30  # characters of the learner's text in a sentence
START_VALUES = (0.5, -1.5, 1.0, 0.8, 2.0, -0.6)  # of names that are given none, in turn
PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
Slopes = tuple[float, ...]


class BadExpression(ValueError):
    """A text that is no expression of these operations; the message says why, in one sentence."""


@dataclass(frozen=True)
class Operation:
    """An operation: its value, and its slope by each operand.

    Attributes
    ----------
    value : callable
        Takes the operands.
    slopes : callable
        Takes the operands and the result.
    """

    value: Callable[..., float]
    slopes: Callable[..., Slopes]


def _sigmoid(x: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * x))  # it cannot overflow


def _power_slopes(x: float, n: float, out: float) -> Slopes:
    return (n * x ** (n - 1) if n else 0.0, 0.0)


OPERATIONS = {
    "+": Operation(operator.add, lambda a, b, out: (1.0, 1.0)),
    "-": Operation(operator.sub, lambda a, b, out: (1.0, -1.0)),
    "*": Operation(operator.mul, lambda a, b, out: (b, a)),
    "/": Operation(operator.truediv, lambda a, b, out: (1.0 / b, -a / b / b)),
    "**": Operation(operator.pow, _power_slopes),
    "neg": Operation(operator.neg, lambda a, out: (-1.0,)),
    "exp": Operation(math.exp, lambda a, out: (out,)),
    "log": Operation(math.log, lambda a, out: (1.0 / a,)),
    "tanh": Operation(math.tanh, lambda a, out: (1.0 - out * out,)),
    "relu": Operation(lambda a: max(a, 0.0), lambda a, out: (float(a > 0.0),)),
    "sigmoid": Operation(_sigmoid, lambda a, out: (out * (1.0 - out),)),
}
FUNCTIONS = ("exp", "log", "tanh", "relu", "sigmoid")
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
NAME, NUMBER = "", "number"  # what stands for an operation in a step that is none


@dataclass(frozen=True)
class GraphStep:
    """One node of the graph.

    Attributes
    ----------
    op : str
        A key of `OPERATIONS`, `NAME` or `NUMBER`.
    below : tuple of int
        The steps that are its operands.
    number : float
        The value of a name or a number.
    name : str
        The name that the text has for it.
    """

    op: str
    below: tuple[int, ...] = ()
    number: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Expression:
    """Steps in the order in which they are computed, and the steps that are asked for."""

    steps: tuple[GraphStep, ...]
    results: tuple[int, ...]


@dataclass
class RightNumbers:
    """The data and the gradient of every step; None where there is none."""

    data: list[float | None]
    grad: list[float | None] = field(default_factory=list)


def parse_expression(
    text: str, values: Mapping[str, float] | None = None, results: int = 1
) -> Expression:
    """Return the steps of `text`.

    Parameters
    ----------
    text : str
        Statements ``name = expression`` and expressions, separated by ``;``.
    values : mapping, optional
        The numbers of names; a name without one gets one of `START_VALUES`.
    results : int
        How many statements have to be expressions without a name; the last has to be one.

    Raises
    ------
    BadExpression
        With one sentence.
    """
    builder = _Builder(values or {})
    for statement in _parse_text(text):
        builder.add_statement(statement)
    if len(builder.results) != results or builder.last_is_named:
        raise BadExpression(_count_sentence(results))
    return Expression(tuple(builder.steps), tuple(builder.results))


def parse_values(text: str) -> dict[str, float]:
    """Return the values that ``a = 0.5, b = -1.5`` gives to names.

    Raises
    ------
    BadExpression
        With one sentence.
    """
    values = {}
    for part in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        name, _, number = (piece.strip() for piece in part.partition("="))
        try:
            values[name] = float(number)
        except ValueError:
            raise BadExpression(f"{_cut(part)!r} is no value; write a = 0.5, b = -1.5") from None
        if not name.isidentifier() or not math.isfinite(values[name]):
            raise BadExpression(f"{_cut(part)!r} gives no name a finite number")
    return values


def _parse_text(text: str) -> Sequence[ast.stmt]:
    if len(text) > LONGEST_TEXT:
        raise BadExpression(f"the expression has {len(text)} characters, at most {LONGEST_TEXT}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.strip()).body
    except PARSE_ERRORS:
        raise BadExpression(f"{_cut(text)!r} is no expression; write tanh(a*b + a)") from None


def _count_sentence(results: int) -> str:
    if results == 1:
        return "one result is drawn: h = a*b; tanh(h + a) names a part, and ends with the result"
    return f"{results} results are wanted, the last at the end"


class _Builder:
    """Makes steps of a syntax tree; a repeated name is one step, a repeated number is not."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self.values = values
        self.steps: list[GraphStep] = []
        self.scope: dict[str, int] = {}
        self.leaves: list[str] = []
        self.results: list[int] = []
        self.last_is_named = True

    def add_statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Expr(value=value):
                self.results.append(self._require_value(self._build(value)))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._bind(name, self._require_value(self._build(value)))
            case _:
                raise BadExpression(
                    f"{_show(statement)} is neither an expression nor a name for one"
                )
        self.last_is_named = not isinstance(statement, ast.Expr)

    def _bind(self, name: str, index: int) -> None:
        if name in self.scope or name in FUNCTIONS:
            raise BadExpression(f"{_cut(name)} stands for something already; take another name")
        step = self.steps[index]
        self.steps[index] = GraphStep(step.op, step.below, step.number, step.name or name)
        self.scope[name] = index

    def _require_value(self, index: int) -> int:
        if self.steps[index].op == NUMBER:
            raise BadExpression("there is no name in it; write tanh(a*b + a)")
        return index

    def _build(self, node: ast.expr) -> int:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._add_number(lambda: float(value))
            case ast.Name(id=name):
                return self.scope[name] if name in self.scope else self._add_leaf(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._combine("neg", self._build(operand))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in SIGNS:
                return self._combine(SIGNS[type(op)], self._build(left), self._build(right))
            case ast.Call(func=ast.Name(id=name), args=[operand], keywords=[]) if name in FUNCTIONS:
                return self._combine(name, self._build(operand))
        raise BadExpression(_refusal(node))

    def _add(self, step: GraphStep) -> int:
        if len(self.steps) >= MOST_NODES:
            raise BadExpression(f"the graph has more than {MOST_NODES} nodes; take a shorter one")
        self.steps.append(step)
        return len(self.steps) - 1

    def _add_leaf(self, name: str) -> int:
        if name in FUNCTIONS:
            raise BadExpression(f"{name} is a function; write {name}(a)")
        start = START_VALUES[len(self.leaves) % len(START_VALUES)]
        self.leaves.append(name)
        self.scope[name] = self._add(GraphStep(NAME, (), self.values.get(name, start), _cut(name)))
        return self.scope[name]

    def _add_number(self, compute: Callable[[], float]) -> int:
        try:
            number = compute()
        except (ArithmeticError, ValueError):
            number = math.nan
        if isinstance(number, complex) or not math.isfinite(number):
            raise BadExpression("a part of it that has no name in it has no finite value")
        return self._add(GraphStep(NUMBER, (), float(number)))

    def _combine(self, op: str, *below: int) -> int:
        if op == "**" and self.steps[below[1]].op != NUMBER:
            raise BadExpression("the exponent of ** has to be a number, as in a**2")
        if all(self.steps[index].op == NUMBER for index in below):
            numbers = [self.steps[index].number for index in below]
            del self.steps[min(below) :]  # they are the last
            return self._add_number(lambda: OPERATIONS[op].value(*numbers))
        return self._add(GraphStep(op, below))


def _refusal(node: ast.expr) -> str:
    """Return why `node` may not stand in an expression."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Attribute(attr=name):
            return f"nothing is reached by a dot; write {_cut(name)}(a), not a.{_cut(name)}()"
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            return f"{name} takes one operand, as in {name}(a)"
        case ast.Call(func=ast.Name(id=name)):
            return f"{_cut(name)} is unknown; there are {', '.join(FUNCTIONS)}"
        case ast.BinOp(op=ast.BitXor()):
            return "a power is written **, as in a**2"
        case ast.BinOp() | ast.UnaryOp():
            return f"{_show(node)}: there are + - * / ** and unary -"
    return f"{_show(node)} is neither a name, a number nor an operation on them"


def _show(node: ast.AST) -> str:
    try:
        return repr(_cut(ast.unparse(node)))
    except (RecursionError, ValueError):  # an integer of thousands of digits
        return type(node).__name__


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def compute_numbers(expression: Expression) -> RightNumbers:
    """Return the right data and gradients: those of all results together.

    Where an operation has no value (the logarithm of 0), there is no gradient either.
    """
    numbers = RightNumbers([])
    for step in expression.steps:
        operands = [numbers.data[index] for index in step.below]
        is_leaf = step.op in (NAME, NUMBER)
        numbers.data.append(step.number if is_leaf else _apply(OPERATIONS[step.op].value, operands))
    numbers.grad = [None] * len(expression.steps)
    if None not in numbers.data:
        _fill_gradients(expression, numbers)
    return numbers


def _apply(function: Callable[..., float], operands: Sequence[float | None]) -> float | None:
    if None in operands:
        return None
    try:
        value = function(*operands)
    except (ArithmeticError, ValueError):
        return None
    return None if isinstance(value, complex) else float(value)


def _fill_gradients(expression: Expression, numbers: RightNumbers) -> None:
    grads: list[float | None] = [0.0] * len(expression.steps)
    for result in expression.results:
        shares: list[float | None] = [0.0] * len(expression.steps)
        shares[result], reached = 1.0, {result}
        for index in range(result, -1, -1):
            if index in reached:
                reached |= {*expression.steps[index].below}
                _spread(expression.steps[index], numbers.data, index, shares)
        grads = [_add(*pair) for pair in zip(grads, shares, strict=True)]
    numbers.grad = [
        None if step.op == NUMBER else grad
        for step, grad in zip(expression.steps, grads, strict=True)
    ]


def _spread(
    step: GraphStep, data: Sequence[float | None], index: int, shares: list[float | None]
) -> None:
    """Add to the shares of the operands of `step` what it passes on."""
    if step.op in (NAME, NUMBER):
        return
    operands = [data[below] for below in step.below]
    try:
        slopes: Sequence[float | None] = OPERATIONS[step.op].slopes(*operands, data[index])
    except (ArithmeticError, ValueError):
        slopes = [None] * len(operands)
    for below, slope in zip(step.below, slopes, strict=True):
        share = shares[index]
        passed = None if slope is None or share is None else slope * share
        shares[below] = _add(shares[below], passed)


def _add(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def compute_height(text: str, x: float) -> float | None:
    """Return the value of an expression of x, if it has one."""
    return compute_numbers(parse_expression(text, {"x": x})).data[-1]


def list_leaves(expression: Expression) -> list[str]:
    """Return the names that the expression is a function of, in their order."""
    return [step.name for step in expression.steps if step.op == NAME]
