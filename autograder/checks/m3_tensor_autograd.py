"""Milestone 3: is ``tensor.py`` right?"""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import classifiers, goldens, tensors, thresholds
from autograder.numerics.compare import as_floats, brief, close, same
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import Case, Floats, draw_case, draw_numbers, make_case
from autograder.sandbox.failures import CheckFailure, Raised

Rng = np.random.Generator
Measure = dict[str, float]
Rows = Sequence[tuple[str, str]]  # programs and their inputs, as `tensors.draw_case` reads them

UPSTREAM = (
    "Which array reaches this operation from above, and what is its shape?",
    "The cotangent of the result times the local derivative, element by element.",
)


# Asking: many cases in one call; the one that is wrong again, alone, so that it can be reproduced


def agrees(ask: Ask, measure: Measure, cases: Sequence[Case]) -> None:
    """Compare results and gradients of all cases with the judge's own."""
    wanted = [(case.out(), case.gradients()) for case in cases]
    matches(ask, measure, cases, wanted)


def matches(ask: Ask, measure: Measure, cases: Sequence[Case], wanted: Sequence[Any]) -> None:
    """Compare results and gradients of all cases with those wanted."""
    for case, answer, (out, grads) in zip(cases, answers(ask, cases), wanted, strict=True):
        try:
            error = compared(case, answer, out, grads)
        except WrongAnswer as failed:
            with suppress(CheckFailure):
                ask("evaluate", cases=[case.probe_arguments()])
            failed.message += f", with {case.where}"
            raise
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


def answers(
    ask: Ask, cases: Sequence[Case], dtype: type = np.float64, after: bool = False
) -> list[Any]:
    """Return the answer to every case, with the inputs `after` it; where one raises, say which."""
    asked = [case.probe_arguments(dtype) for case in cases]
    try:
        answered = ask("evaluate", cases=asked, after=after)["answers"]
    except Raised as raised:
        if raised.status != "missing":
            _find(ask, cases, asked)
        raise
    if not isinstance(answered, list) or len(answered) != len(cases):
        raise WrongAnswer(f"wanted {len(cases)} answers, got {brief(answered)}")
    return answered


def _find(ask: Ask, cases: Sequence[Case], asked: Sequence[Any]) -> None:
    for case, one in zip(cases, asked, strict=True):
        try:
            ask("evaluate", cases=[one])
        except Raised as raised:
            raised.message += f"\nin {case.program} with {case.where}"
            raise


def compared(
    case: Case, answer: Any, out: Floats, grads: Mapping[str, Floats], rtol: float = 1e-6
) -> float:
    """Return the largest error of one answer: of `out`, then of gradients, where it is right."""
    close(part(answer, "out"), out, f"{case.program}: out", rtol)
    got = part(answer, "grads")
    return max(
        close(part(got, name), grad, f"{case.program}: {name}.grad", rtol)
        for name, grad in grads.items()
    )


def part(answer: Any, key: str) -> Any:
    """Return one part of an answer; only a forged one lacks it."""
    if not isinstance(answer, dict) or key not in answer:
        raise WrongAnswer(f"the answer lacks {key!r}")
    return answer[key]


def _case(
    id: str, title: str, points: float, needs: str, hints: Sequence[str], rows: Rows,
    seconds: float = 10.0,
) -> Any:  # fmt: skip
    mark = check("finite-difference", points, f"{needs} Tensor.backward", hints, seconds=seconds)
    return row(id, title, rows, mark)


def _operation(
    id: str, title: str, points: float, needs: str, last: str, *rows: tuple[str, str]
) -> Any:
    return _case(id, title, points, needs, (*UPSTREAM, last), rows)


# One operation each, element by element

OPERATIONS = [
    _operation("add", "x + y passes its cotangent on to both operands", 1, "Tensor.__add__",
               "Both operands get the cotangent as it is.", ("out = x + y", "x:n,m y:n,m"),
               ("out = x + y", "x:k y:k")),
    _operation("mul", "x * y passes each operand the cotangent times the other", 2,
               "Tensor.__mul__", "x gets g * y.data, y gets g * x.data.",
               ("out = x * y", "x:n,m y:n,m"), ("out = x * y * z", "x:p,k y:p,k z:p,k")),
    _operation("neg", "-x turns the sign of the cotangent", 1, "Tensor.__neg__",
               "-x must stay a node of the graph, with the derivative -1.", ("out = -x", "x:n,m"),
               ("out = -(-x) * y", "x:k y:k")),
    _operation("sub", "x - y passes the cotangent to x and its negative to y", 1, "Tensor.__sub__",
               "Only the right operand's share changes its sign.", ("out = x - y", "x:n,m y:n,m"),
               ("out = (x - y) - z", "x:k y:k z:k")),
    _operation("div", "x / y has the derivatives 1/y and -x/y^2", 1, "Tensor.__truediv__",
               "x gets g / y, and y gets -g * x / y^2.", ("out = x / y", "x:n,m y:n,m"),
               ("out = x / y / z", "x:k y:k z:k")),
    _operation("pow", "x ** y has the derivatives y x^(y-1) and x^y log x", 1, "Tensor.__pow__",
               "n x^(n-1) for the base; negative bases and whole n must work; x^y log x for an "
               "exponent that is a tensor.",
               ("out = x ** 3", "x:n,m"), ("out = x ** 2", "x:k"), ("out = x ** -1", "x:n,m"),
               ("out = x ** 0.5", "x+:n,m"), ("out = x ** 1", "x:k"),
               ("out = x ** y", "x+:n,m y:n,m"), ("out = x ** y", "x+:n,m y:m")),
    _operation("exp", "exp is its own derivative", 1, "Tensor.exp",
               "The local derivative is the result, not the input.", ("out = x.exp()", "x:n,m"),
               ("out = x.exp() * y", "x:k y:k")),
    _operation("log", "log has the derivative 1 / x", 1, "Tensor.log",
               "The cotangent divided by the input.", ("out = x.log()", "x+:n,m"),
               ("out = x.log() * y", "x+:k y:k")),
    _operation("sqrt", "sqrt has the derivative 1 / (2 sqrt x)", 1, "Tensor.sqrt",
               "The cotangent divided by twice the result.", ("out = x.sqrt()", "x+:n,m"),
               ("out = x.sqrt() * y", "x+:k y:k")),
    _operation("tanh", "tanh has the derivative 1 - tanh^2", 1, "Tensor.tanh",
               "One minus the squared result, in brackets, times the cotangent.",
               ("out = x.tanh()", "x:n,m"), ("out = x.tanh() * y", "x:k y:k")),
    _operation("relu", "relu passes the cotangent where its input is positive", 1, "Tensor.relu",
               "The local derivative is 1 or 0, not x or 0.", ("out = x.relu()", "x:n,m"),
               ("out = x.relu() * y", "x:k y:k")),
    _operation("sigmoid", "sigmoid has the derivative s (1 - s)", 1, "Tensor.sigmoid",
               "s (1 - s) times the cotangent, with s the result.", ("out = x.sigmoid()", "x:n,m"),
               ("out = x.sigmoid() * y", "x:k y:k")),
]  # fmt: skip


# Broadcasting, and operands that are not Tensors

STRETCHED = (
    "How many elements of the result does one element of the smaller operand reach?",
    "Its gradient is the sum over all of them; and a gradient has the shape of its data.",
)
BROADCASTING = [
    _case("broadcast_outer", "A column and a row: (n, 1) with (1, m)", 3, "Tensor.__add__",
          (*STRETCHED, "Sum over every axis that was stretched from 1, and keep it as size 1."),
          [("out = x + y", "x:n,1 y:1,m"), ("out = x * y", "x:n,1 y:1,m"),
           ("out = x - y", "x:1,m y:n,1"), ("out = x / y", "x:n,1 y:1,m"),
           ("out = x + y", "x:n,m y:n,1"), ("out = x * y", "x:1,m y:n,m")]),
    _case("broadcast_vector", "A vector meets the last axis: (k,) with (2, n, k)", 3,
          "Tensor.__add__",
          (*STRETCHED, "NumPy aligns shapes at the right: sum over leading axes that are new."),
          [("out = x + y", "x:k y:p,n,k"), ("out = x * y", "x:p,n,k y:k"),
           ("out = x - y", "x:n,n y:n"), ("out = x / y", "x:m y:m,m"),
           ("out = x + y", "x:n,m y:m"), ("out = x * y", "x:n,k y:p,n,k")]),
    _case("broadcast_scalar", "A tensor of shape () meets a matrix", 1, "Tensor.__add__",
          (*STRETCHED, "The gradient of a scalar tensor is a sum over everything, of shape ()."),
          [("out = x + y", "x: y:n,m"), ("out = x * y", "x:n,m y:"), ("out = x - y", "x: y:k"),
           ("out = x / y", "x:n,m y:"), ("out = x * y", "x: y:")]),
    _case("size_one_axes", "Axes of size 1 stay in the gradient's shape", 1, "Tensor.__mul__",
          (*STRETCHED, "Sum with keepdims=True over axes of size 1, then look at the shape again."),
          [("out = x * y", "x:n,1,m y:k,1"), ("out = x + y", "x:1 y:n,m"),
           ("out = x * y", "x:1,1 y:1,1"), ("out = x - y", "x:1,n y:1,n"),
           ("out = x + y", "x:1,1,m y:n,k,1"), ("out = x / y", "x:1,n y:1")]),
    _case("empty_axes", "Axes of size 0 give empty results and zero gradients", 1, "Tensor.__add__",
          ("What is the sum of no numbers?",
           "A batch of no rows is an array too: shape (0, m).",
           "Use sizes of arrays, not a loop that needs a first element; a sum over nothing is 0."),
          [("out = x + y", "x:0,m y:m"), ("out = x.sum(axis=0) + y", "x:0,m y:m"),
           ("out = (x * y).sum()", "x:0,m y:1"), ("out = x @ y", "x:0,k y:k,m"),
           ("out = x.relu().sum(axis=1)", "x:n,0"), ("out = x[2:2] * y", "x:n y:")]),
    _case("numbers", "A number may stand on either side of + - * / **", 2,
          "Tensor.__radd__ Tensor.__rsub__ Tensor.__rmul__ Tensor.__rtruediv__ Tensor.__rpow__",
          ("Python asks the right operand for 2 - x. Which method, and what is the minuend?",
           "An operation needs a node on both sides: make one of the number first.",
           "__rsub__ is number - self, __rtruediv__ is number / self: mind the order."),
          [("out = x + 2.5", "x:n,m"), ("out = x - 3", "x:k"), ("out = x * 1.5", "x:n,m"),
           ("out = x / 4", "x:k"), ("out = 2.5 + x", "x:n,m"), ("out = 3 - x", "x:n,m"),
           ("out = 1.5 * x", "x:k"), ("out = 2 / x", "x:n,m"), ("out = 2 ** x", "x:k"),
           ("out = sum([x, x * y])", "x:k y:k")]),
    _case("arrays", "A NumPy array may stand on either side, broadcasting too", 3,
          "Tensor.__radd__ Tensor.__rsub__ Tensor.__rmul__ Tensor.__rmatmul__",
          ("What does NumPy do with an object it does not know?",
           "It takes your Tensor for one element, calls + for each of its own: an object array.",
           "__array_ufunc__ = None in the class makes NumPy leave the operation to __radd__."),
          [("out = A + x", "A:n,m x:n,m"), ("out = A - x", "A:n,m x:m"),
           ("out = A * x", "A:m x:n,m"), ("out = A / x", "A:n,1 x:1,m"),
           ("out = A @ x", "A:n,k x:k,m"), ("out = x + A", "x:n,m A:m"),
           ("out = x - A", "x:m A:n,m"), ("out = x / A", "x:n,1 A:m"),
           ("out = x @ A", "x:n,k A:k,m"), ("out = A * x * A", "A:p,n,m x:m")]),
]  # fmt: skip


# Reductions: every axis, both keepdims


def _reductions(name: str) -> Rows:
    """Return a case for every axis and keepdims."""
    axes = ("None", "0", "1", "2", "-1", "(0, 1)", "(0, 2)", "(1, 2)", "(-1, 0)", "(0, 1, 2)")
    all_axes = [
        (f"out = x.{name}(axis={axis}, keepdims={keepdims})", "x:p,n,m")
        for axis in axes
        for keepdims in ("False", "True")
    ]
    return [*all_axes, (f"out = x.{name}()", "x:n,m"), (f"out = y * x.{name}(1)", "x:n,m y:n")]


REDUCED = "How does a result without the reduced axis line up with the input?"
REDUCTIONS = [
    _case("sum_axes", "sum over every axis, with and without keepdims", 3, "Tensor.sum",
          (REDUCED, "Each element of the input reached one element of the result.",
           "Put the reduced axes back as size 1, then broadcast the cotangent to the input's "
           "shape."),
          _reductions("sum")),
    _case("mean_axes", "mean over every axis divides by the elements it averaged", 2, "Tensor.mean",
          (REDUCED, "A mean is a sum divided by how many elements went into each result.",
           "That count is the input's size divided by the result's size; for a tuple too."),
          _reductions("mean")),
    _case("max_axes", "max sends the cotangent to the largest element of each group", 2,
          "Tensor.max",
          (REDUCED, "Only the largest element moves the result.",
           "Compare the input with the result kept broadcastable; that mask times the cotangent."),
          _reductions("max")),
]  # fmt: skip


# Matrix products

PRODUCT = (
    "Which shapes have x, y, and the cotangent g of x @ y?",
    "There is one way to multiply g with the other operand that gives the right shape.",
)
PRODUCTS = [
    _case("matmul", "x @ y of two matrices", 4, "Tensor.__matmul__",
          (*PRODUCT, "x gets g @ y^T, y gets x^T @ g."),
          [("out = x @ y", "x:n,k y:k,m"), ("out = x @ y", "x:p,m y:m,n"),
           ("out = x @ y @ z", "x:n,k y:k,p z:p,m")]),
    _case("matmul_stacks", "x @ y of stacks of matrices, broadcast as NumPy does", 2,
          "Tensor.__matmul__",
          (*PRODUCT, "Swap the last two axes, not all; sum over stack axes that were broadcast."),
          [("out = x @ y", "x:3,3,3 y:3,3,3"), ("out = x @ y", "x:p,n,k y:p,k,m"),
           ("out = x @ y", "x:p,n,k y:k,m"),
           ("out = x @ y", "x:n,k y:p,k,m"), ("out = x @ y", "x:p,1,n,k y:m,k,4"),
           ("out = x @ y", "x:1,n,k y:p,k,m"), ("out = x @ y", "x:p,m,n,k y:p,m,k,2")]),
    _case("matmul_vectors", "x @ y where one is a vector, or both", 2, "Tensor.__matmul__",
          ("What shape has a (k,) times a (k, m)? And where did the axis go?",
           "A vector on the left counts as one row, on the right as one column.",
           "Give vectors their second axis, multiply, and take it out of the result again."),
          [("out = x @ y", "x:k y:k,m"), ("out = x @ y", "x:n,k y:k"), ("out = x @ y", "x:k y:k"),
           ("out = x @ y", "x:p,n,k y:k"), ("out = x @ y", "x:k y:p,k,m")]),
    _case("matmul_shared", "One matrix in two products gets both gradients", 2, "Tensor.__matmul__",
          ("How many products use x?",
           "Each of them sends a share.",
           "Add to the gradient: a product that overwrites it loses the other's share."),
          [("out = x @ y + x @ z", "x:n,k y:k,m z:k,m"),
           ("out = (x @ y) @ (x @ y).T", "x:n,k y:k,m"),
           ("out = x @ x.T", "x:n,k"), ("out = x @ x", "x:n,n")]),
]  # fmt: skip


# Shapes

MOVED = (
    "Where did each element of the result stand in the input?",
    "A new arrangement of the same elements: the cotangent goes the way back.",
)
SHAPES = [
    _case("reshape", "reshape sends every element's cotangent back to its place", 1,
          "Tensor.reshape",
          (*MOVED, "Reshape the cotangent to the input's shape."),
          [("out = x.reshape({m}, {n})", "x:n,m"), ("out = x.reshape(-1)", "x:n,m"),
           ("out = x.reshape({p}, -1, {n}) * y", "x:n,p,m y:n"), ("out = x.reshape({n}, 1)", "x:n"),
           ("out = x.reshape(1) * 2", "x:")]),
    _case("transpose", "transpose sends cotangents back by the inverse permutation", 2,
          "Tensor.transpose",
          (*MOVED, "The way back from (1, 2, 0) is (2, 0, 1): np.argsort of the axes."),
          [("out = x.transpose(1, 2, 0)", "x:n,m,k"), ("out = x.transpose(2, 0, 1)", "x:p,n,m"),
           ("out = x.transpose(0, 2, 1)", "x:n,m,k"), ("out = x.T", "x:n,m"),
           ("out = x.transpose()", "x:n,m,k"), ("out = x.T * y", "x:n,m,p y:n"),
           ("out = x.transpose(3, 1, 0, 2)", "x:p,n,m,3"), ("out = x.T", "x:n")]),
    _case("slices", "Slices and single rows: everything else gets no gradient", 1,
          "Tensor.__getitem__",
          (*MOVED, "Zeros of the input's shape, with the cotangent written at the index."),
          [("out = x[1:]", "x:n,m"), ("out = x[:, ::2]", "x:n,m"), ("out = x[..., 0]", "x:p,n,m"),
           ("out = x[1] * y", "x:n,m y:m"), ("out = x[-1, 1:]", "x:n,m"), ("out = x[::-1]", "x:k"),
           ("out = x[:, None] * y", "x:n y:m"), ("out = x[1:] * x[:-1]", "x:k")]),
    _case("repeated_index", "An element that is picked twice gets both cotangents", 3,
          "Tensor.__getitem__",
          ("What does grad[index] += g do where an index stands twice?",
           "NumPy buffers: only the last of the repeated additions counts.",
           "np.add.at adds once for every time an index comes up."),
          [("out = x[np.array([0, 2, 2])]", "x:n,m"),
           ("out = x[np.array([1, 1, 1, 0])] * y", "x:n y:4"),
           ("out = x[np.array([[0, 1], [1, 1]])]", "x:n,m"),
           ("out = x[np.array([0, 2, 0]), np.array([1, 0, 1])]", "x:n,m"),
           ("out = x[:, np.array([2, 2, 0])]", "x:p,m"),
           ("out = x[np.array([2, 0, 1])]", "x:n,m")]),
    _case("views", "Views and transposes that are not contiguous work like any array", 1,
          "Tensor.transpose Tensor.reshape Tensor.__getitem__",
          ("What does reshape do with an array whose rows do not lie one after the other?",
           "It copies: a change to the copy is not seen in the original.",
           "Never write gradients through a reshaped view: compute an array and add it."),
          [("out = x.T.reshape({m}, {n})", "x:n,m"),
           ("out = x.T.reshape(-1) * y.T.reshape(-1)", "x:n,m y:n,m"),
           ("out = x.T @ y.T", "x:k,n y:m,k"), ("out = x[::2].T @ y[::2]", "x:n,m y:n,k"),
           ("out = x.T[1:].T.sum(axis=0)", "x:n,m"),
           ("out = (x.T + y).T.reshape(-1)", "x:n,m y:m,1"),
           ("out = x.transpose(1, 0, 2).reshape({n}, -1)", "x:p,n,m")]),
]  # fmt: skip


# The graph

ACCUMULATE = (
    "How many ways lead from the result to x?",
    "The multivariate chain rule sums over all paths.",
    "Add to the gradient where one is there already, never replace it.",
)
ORDER = (
    "When may a node pass its gradient on?",
    "Only when everything that was computed from it has already passed its own.",
    "Sort topologically: operands first, then the node; walk that list backwards, each node once.",
)
GRAPHS = [
    _case("shared", "A tensor that is used twice gets both gradients", 2, "Tensor.__add__",
          ACCUMULATE, [("out = x + x", "x:n,m"), ("out = x * x", "x:k"),
                       ("out = x + x * y", "x:k y:k"),
                       ("y = x + x; out = y + y + x", "x:n,m")]),
    _case("shared_by_functions", "A tensor that functions use twice gets all their gradients", 1,
          "Tensor.__add__ Tensor.tanh Tensor.sum", ACCUMULATE,
          [("out = x.tanh() + x.tanh() * x.sigmoid()", "x:n,m"),
           ("out = x.relu() + x.exp() + x", "x:k"),
           ("out = x.log() + x.sqrt() * x", "x+:k"),
           ("out = x.sum(axis=0) + x.mean(axis=0)", "x:n,m"),
           ("out = x / x.max() + x ** 2", "x:k"), ("out = x[1:] + x[:-1] + x.sum()", "x:k"),
           ("out = x.T @ x + x.reshape(-1).sum()", "x:n,m"),
           ("out = x.softmax() * x.log_softmax()", "x:n,m")]),
    _case("diamond", "Gradients of all paths through a diamond add up", 2,
          "Tensor.__add__ Tensor.__mul__", ACCUMULATE,
          [("y = x * 2.0 + 1.0; z = x * x; out = y * z + x", "x:n,m"),
           ("y = x * x; z = y + x; out = y * z * y", "x:k")]),
    _case("topological_order", "A node waits for all that was computed from it", 2,
          "Tensor.__add__ Tensor.__mul__", ORDER,
          [("c = x * y; d = c * y + x; e = d * c; out = e * c", "x:k y:k"),
           ("b = x * x; c = b * 1.5; d = c + x; e = d * d; out = e * b + x", "x:n,m"),
           ("b = x * x; out = b + b", "x:k"),
           ("a = x * 2; b = a + y; c = b * a; out = c + a * b", "x:k y:k")]),
    _case("gradients_apart", "No two tensors share the memory of a gradient", 1,
          "Tensor.__add__ Tensor.__sub__",
          ("Two operands get the same array as gradient. What does += on one do to the other?",
           "In-place addition changes everybody who holds that array.",
           "Copy the first share that comes in, or add with grad = grad + g."),
          [("out = (x + y) + x", "x:n,m y:n,m"), ("out = x + (x + y) * 2", "x:k y:k"),
           ("z = x + y; out = z + x * y + y", "x:k y:k"), ("z = x - y; out = z + x + y", "x:k y:k"),
           ("z = x.reshape(-1); out = z + x.reshape(-1) + z", "x:n,m"),
           ("z = x.T; out = z + x.T + z * y", "x:n,m y:m,n"),
           ("z = x + 1.0; out = z + z + x", "x:k")]),
    _case("many_paths", "A graph of 25 nodes and 16 million paths takes no time", 1,
          "Tensor.__add__",
          ("How often is a node visited when y = y + y is written 24 times?",
           "There are 2^24 paths, but only 25 nodes.",
           "Keep a set of the nodes already seen, and leave at once when a node is in it."),
          [("out = x" + "; out = out + out" * 24, "x:p")], seconds=5),
]  # fmt: skip


# Softmax

SOFTMAX = [
    _case("softmax", "softmax along every axis, with all of its Jacobian", 2, "Tensor.softmax",
          ("Does raising one logit change the other probabilities?",
           "Every output of a row depends on every input of it: the Jacobian is diag(p) - p p^T.",
           "The cotangent minus its p-weighted sum over the axis, all times p: no matrix."),
          [("out = x.softmax()", "x:n,m"), ("out = x.softmax(axis=0)", "x:n,m"),
           ("out = x.softmax()", "x:k"),
           ("out = x.softmax(axis=1)", "x:p,n,m"),
           ("out = x.softmax(axis=-2) * y", "x:p,n,m y:m")]),
    _case("log_softmax", "log_softmax along every axis", 1, "Tensor.log_softmax",
          ("What is the derivative of log(sum(exp(x))) by one x?",
           "The softmax of x: so each row's cotangents are summed and shared out by it.",
           "The cotangent minus the softmax times the cotangent's sum over the axis."),
          [("out = x.log_softmax()", "x:n,m"), ("out = x.log_softmax(axis=0)", "x:n,m"),
           ("out = x.log_softmax()", "x:k"), ("out = x.log_softmax(axis=1)", "x:p,n,m"),
           ("out = x.log_softmax(axis=-2) * y", "x:p,n,m y:m")]),
]  # fmt: skip

ALL_ROWS = [*OPERATIONS, *BROADCASTING, *REDUCTIONS, *PRODUCTS, *SHAPES, *GRAPHS, *SOFTMAX]


@pytest.mark.parametrize("rows", ALL_ROWS)
def check_rows(ask: Ask, rng: Rng, measure: Measure, rows: Rows) -> None:
    """Results and gradients of some programs agree with central differences."""
    agrees(ask, measure, [draw_case(rng, program, inputs) for program, inputs in rows])


def look(
    ask: Ask, program: str, expressions: Sequence[str], arrays: Mapping[str, Any] | None = None
) -> list[Any]:
    """Run `program` in the worker and return what each expression says."""
    lines = [line.strip() for line in program.split(";")]
    answer = ask("look", program=lines, expressions=list(expressions), arrays=dict(arrays or {}))
    values = answer["values"]
    if not isinstance(values, list) or len(values) != len(expressions):
        raise WrongAnswer(f"wanted {len(expressions)} values, got {brief(values)}")
    return values


@check("property", 1, "Tensor.sigmoid Tensor.tanh Tensor.softmax Tensor.log_softmax",
       ("How large is exp(800)? And exp(1e4)?",
        "exp overflows above 709. A softmax does not change when a row is shifted.",
        "Subtract each row's own maximum; in sigmoid, exp only of numbers below 0."))  # fmt: skip
def check_large_inputs(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Sigmoid, tanh, softmax and log_softmax survive inputs of 1e4, rows of every scale."""
    scales = np.array([[1e4], [1.0], [-1e4], [300.0]])
    rows = scales + draw_numbers(rng, (4, 3))
    far = rng.permutation([1e4, -1e4, 50.0]) + draw_numbers(rng, (3,))
    programs = {
        "out = x.softmax()": rows, "out = x.log_softmax()": rows, "out = x.softmax(axis=0)": rows.T,
        "out = x.sigmoid()": 0.08 * scales, "out = x.tanh()": 0.08 * scales,
        "out = x.softmax() * 2": far, "out = x.log_softmax() * 1e-3": far,
    }  # fmt: skip
    cases = [make_case(rng, program, {"x": x}, {}) for program, x in programs.items()]
    agrees(ask, measure, cases)


# Deep and separate graphs


@check("property", 1, "Tensor.__add__ Tensor.backward",
       ("How deep may Python functions call themselves?",
        "About 1,000 calls; a chain of 5,000 nodes needs an explicit stack instead.",
        "Push (node, False); when popped, push (node, True) and its operands; at True append it."),
       seconds=20)  # fmt: skip
def check_deep_chain(ask: Ask, rng: Rng) -> None:
    """A chain of 5,000 nodes works: no recursion."""
    x = draw_numbers(rng, (3,))
    program = "x = Tensor(X); out = [x]; exec('for _ in range(5000): out[0] = out[0] + 0.5')"
    got = look(ask, f"{program}; out[0].backward(X)", ["out[0].data", "x.grad"], {"X": x})
    close(got[0], x + 2500.0, "the end of the chain")
    close(got[1], x, "the gradient at its start")


@check("property", 1, "Tensor.__mul__ Tensor.sum Tensor.backward",
       ("What should x.grad be after two losses that both use x?",
        "backward adds: that is why training loops start every step from nothing.",
        "Never reset the gradients of operands inside backward."))  # fmt: skip
def check_separate_graphs(ask: Ask, rng: Rng) -> None:
    """A second loss on the same tensor adds to its gradient."""
    a, b, x = (draw_numbers(rng, (3, 4)) for _ in range(3))
    program = "x = Tensor(X); (x * A).sum().backward(); (x * x * B).sum().backward()"
    got = look(ask, program, ["x.grad"], {"A": a, "B": b, "X": x})
    close(got[0], a + 2 * x * b, "x.grad after (x * A).sum() and (x * x * B).sum()")


@check("property", 1, "Tensor.backward Tensor.sum",
       ("Where does backward start?",
        "With the cotangent of the result: the one given, or 1 for a scalar.",
        "Seed the result's gradient with grad; np.ones of its shape only where grad is "
        "None."))  # fmt: skip
def check_backward_start(ask: Ask, rng: Rng) -> None:
    """Backward starts from the gradient it is given, or from 1 for a scalar."""
    a, g, x = (draw_numbers(rng, (3, 4)) for _ in range(3))
    program = "x = Tensor(X); y = Tensor(X); (x * A).sum().backward(); (y * A).backward(G)"
    got = look(ask, program, ["x.grad", "y.grad"], {"A": a, "G": g, "X": x})
    close(got[0], a, "x.grad after (x * A).sum().backward()")
    close(got[1], a * g, "y.grad after (y * A).backward(G)")


SCALAR_ONLY = ("(Tensor(np.ones((2, 3))) * 2.0).backward()", "(Tensor(np.ones(4)) + 1).backward()")


@check("property", 1, "Tensor.backward Tensor.sum",
       ("Which single number would the gradient of a whole matrix be the gradient of?",
        "Only a scalar has an obvious start; anything else needs grad.",
        "Where grad is None and the shape is not (), raise a clear ValueError."))  # fmt: skip
def check_backward_needs_grad(ask: Ask, rng: Rng) -> None:
    """Backward of a matrix without a gradient is a ValueError, of a scalar it is not."""
    x = draw_numbers(rng, (2, 3))
    got = look(ask, "x = Tensor(X); (x * x).sum().backward()", ["x.grad"], {"X": x})
    close(got[0], 2 * x, "x.grad after (x * x).sum().backward()")
    for expression in SCALAR_ONLY:
        ask.raises(("ValueError",), expression, "attempt", expression=expression)


# Dtypes and what must not change

TYPED: Rows = [
    ("out = x + 2.5", "x:n,m"), ("out = 3 - x", "x:k"), ("out = x * 2", "x:n,m"),
    ("out = 1 / x", "x:k"), ("out = x ** 2", "x:k"), ("out = x ** 0.5", "x+:k"),
    ("out = -x", "x:k"),
    ("out = x @ y", "x:n,k y:k,m"), ("out = A @ x", "A:n,k x:k,m"), ("out = x.exp()", "x:k"),
    ("out = x.log()", "x+:k"), ("out = x.sqrt()", "x+:k"), ("out = x.tanh()", "x:k"),
    ("out = x.relu()", "x:k"), ("out = x.sigmoid()", "x:k"), ("out = x.sum()", "x:n,m"),
    ("out = x.sum(axis=0)", "x:n,m"), ("out = x.mean()", "x:n,m"),
    ("out = x.mean(axis=1)", "x:n,m"),
    ("out = x.max()", "x:n,m"), ("out = x.max(axis=0)", "x:n,m"), ("out = x.reshape(-1)", "x:n,m"),
    ("out = x.T", "x:n,m"), ("out = x[np.array([0, 0, 1])]", "x:n,m"), ("out = x[1:]", "x:n"),
    ("out = x.softmax()", "x:n,m"), ("out = x.log_softmax()", "x:n,m"),
]  # fmt: skip


@check("property", 2, "Tensor.backward",
       ("Which dtype has float32 times a float64 array? And np.zeros(3)?",
        "A single float64 constant or buffer turns all that follows into float64.",
        "Give numbers the dtype of the tensor they meet; make gradients like the data: "
        "zeros_like."))  # fmt: skip
def check_dtypes_kept(ask: Ask, rng: Rng) -> None:
    """float32 stays float32 and float64 stays float64, in results and gradients."""
    cases = [draw_case(rng, program, inputs) for program, inputs in TYPED]
    for dtype in (np.float64, np.float32):
        for case, answer in zip(cases, answers(ask, cases, dtype), strict=True):
            _dtype(part(answer, "out"), dtype, f"{case.program}: out")
            grads = part(answer, "grads")
            for name, x in case.tensors.items():
                grad = _dtype(part(grads, name), dtype, f"{case.program}: {name}.grad")
                as_floats(grad, x.shape, f"{case.program}: {name}.grad")
            close(part(answer, "out"), case.out(), f"{case.program}: out", rtol=1e-4)


def _dtype(got: Any, dtype: type, what: str) -> Any:
    name = np.dtype(dtype).name
    if not isinstance(got, np.ndarray):
        raise WrongAnswer(f"{what}: got {brief(got)}, wanted an array of {name}")
    if got.dtype != dtype:
        raise WrongAnswer(f"{what} is {got.dtype.name}, wanted {name} as the data")
    return got


INTO_FLOAT32 = {
    "Tensor([[1, 2, 3], [4, 5, 6]])": "a list of integers",
    "Tensor([[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]])": "a list of floats",
    "Tensor(I)": "an int64 array",
    "Tensor(I > 2)": "an array of bools",
}


@check("property", 1, "Tensor.__mul__ Tensor.backward",
       ("What is the derivative by a whole number?",
        "Gradients are rarely whole: integers must become floats before anything else.",
        "float32 and float64 arrays keep their dtype; lists, integers, bools become "
        "float32."))  # fmt: skip
def check_becomes_float32(ask: Ask, rng: Rng) -> None:
    """Lists, integers and bools become float32."""
    i, a = rng.integers(0, 6, (2, 3)), draw_numbers(rng, (2, 3)).astype(np.float32)
    for expression, what in INTO_FLOAT32.items():
        program = f"x = {expression}; out = x * A; out.backward(A)"
        shown = ["x.data.dtype.name", "out.data.dtype.name", "x.grad.dtype.name", "x.grad"]
        got = look(ask, program, shown, {"I": i, "A": a})
        for value, name in zip(got, ("the data", "x * A", "x.grad"), strict=False):
            same(value, "float32", f"the dtype of {name} for {what}")
        close(got[3], a * a, f"x.grad for {what}", rtol=1e-5)


UNCHANGED: Rows = [
    ("out = x + y", "x:n,m y:m"), ("out = x - y", "x:n,m y:n,m"), ("out = x * y", "x:n,m y:n,m"),
    ("out = x / y", "x:k y:k"), ("out = x ** 2", "x:k"), ("out = -x", "x:k"),
    ("out = x @ y", "x:n,k y:k,m"),
    ("out = x.exp()", "x:k"), ("out = x.log()", "x+:k"), ("out = x.sqrt()", "x+:k"),
    ("out = x.tanh()", "x:k"), ("out = x.relu()", "x:n,m"), ("out = x.sigmoid()", "x:k"),
    ("out = x.sum(axis=0)", "x:n,m"), ("out = x.mean()", "x:n,m"), ("out = x.max(axis=1)", "x:n,m"),
    ("out = x.reshape(-1)", "x:n,m"), ("out = x.T", "x:n,m"),
    ("out = x[np.array([1, 1])]", "x:n,m"),
    ("out = x.softmax()", "x:n,m"), ("out = x.log_softmax(axis=0)", "x:n,m"),
    ("out = A + x", "A:n,m x:n,m"), ("out = x - A", "x:n,m A:n,m"), ("out = x + x + x", "x:k"),
]  # fmt: skip


@check("property", 1, "Tensor.backward",
       ("Which arrays may change when an expression is built or differentiated?",
        "Only gradients. A += in a forward pass writes into somebody's data.",
        "Make a new array for every result; copy the gradient you are given before adding to "
        "it."))  # fmt: skip
def check_operands_unchanged(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Building and differentiating leaves operands, arrays and the given gradient alone."""
    cases = [draw_case(rng, program, inputs) for program, inputs in UNCHANGED]
    for case, answer in zip(cases, answers(ask, cases, after=True), strict=True):
        after = part(answer, "after")
        for name, x in {**case.tensors, **case.arrays, "cotangent": case.cotangent}.items():
            close(part(after, name), x, f"{name} after {case.program} and backward", rtol=0.0)
        close(part(answer, "out"), case.out(), f"{case.program}: out")


# Cross-entropy

FUSED = (
    "What does the loss look like as a formula of the logits of one row?",
    "log(sum(exp(z))) - z[target]: its derivative is softmax(z) minus the one-hot target.",
)


def _classified(rng: Rng, program: str, logits: Floats, **more: Floats) -> Case:
    targets = rng.integers(0, logits.shape[1], len(logits))
    return make_case(rng, program, {"z": logits, **more}, {"Y": targets})


@check("finite-difference", 3, "cross_entropy",
       (*FUSED, "The mean divides both by N: (p - one_hot) / N, times the cotangent from "
                "above."))  # fmt: skip
def check_cross_entropy(ask: Ask, rng: Rng, measure: Measure) -> None:
    """cross_entropy is the mean negative log-likelihood, and part of the graph."""
    n, m, k = (tensors.draw_sizes(rng)[letter] for letter in "nmk")
    shared, w = "out = cross_entropy(z, Y) + (z * z).mean()", draw_numbers(rng, (3, 3))
    agrees(ask, measure, [
        _classified(rng, "out = cross_entropy(z, Y)", draw_numbers(rng, (n, m))),
        _classified(rng, "out = cross_entropy(z, Y)", draw_numbers(rng, (1, k))),
        _classified(rng, "out = cross_entropy(z, Y) * 3 + 1", draw_numbers(rng, (2 * m, n))),
        _classified(rng, shared, draw_numbers(rng, (m, k))),
        _classified(rng, "out = cross_entropy(z @ w, Y)", draw_numbers(rng, (7, 3)), w=w),
    ])  # fmt: skip


@check("property", 2, "cross_entropy",
       (*FUSED, "Subtract each row's own maximum; never take the log of a softmax."))  # fmt: skip
def check_cross_entropy_large(ask: Ask, rng: Rng, measure: Measure) -> None:
    """cross_entropy is right for logits of 1e4 and -1e4, in rows of every scale."""
    shifts = rng.permutation([1e4, -1e4, 0.0, 300.0])[:, None]
    near = shifts + draw_numbers(rng, (4, 3))
    signs = np.stack([rng.permutation([1.0, -1.0, 0.0]) for _ in range(3)])
    far = draw_numbers(rng, (3, 3)) + 1e4 * signs
    cases = [_classified(rng, "out = cross_entropy(z, Y)", near),
             _classified(rng, "out = cross_entropy(z, Y) * 1e-3", far)]  # fmt: skip
    agrees(ask, measure, cases)


LABELS = {
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([0, 3]))": "a label that is too large",
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([-1, 0]))": "a negative label",
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([0, 1, 2]))": "more labels than rows",
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([1]))": "fewer labels than rows",
    "cross_entropy(Tensor(np.ones((0, 3))), np.zeros(0, dtype=int))": "an empty batch",
}


@check("property", 1, "cross_entropy",
       ("What does log_p[rows, -1] give you?",
        "NumPy counts negative indices from the end: a wrong label goes unnoticed.",
        "Compare shape, smallest and largest label with the logits' shape; raise a "
        "ValueError."))  # fmt: skip
def check_bad_labels(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Labels that do not suit the logits are a ValueError; others are not."""
    agrees(ask, measure, [_classified(rng, "out = cross_entropy(z, Y)", draw_numbers(rng, (4, 3)))])
    for expression, what in LABELS.items():
        ask.raises(("ValueError",), what, "attempt", expression=expression)
    halves = "cross_entropy(Tensor(np.ones((2, 3))), np.array([0.5, 1.0]))"
    ask.raises(("TypeError", "ValueError"), "labels that are halves", "attempt", expression=halves)


BAD = {
    "Tensor('text')": ("TypeError",),
    "Tensor(np.ones((2, 3))) @ Tensor(np.ones((2, 3)))": ("ValueError",),
    "Tensor(np.ones((2, 3))) @ 2.0": ("ValueError", "TypeError"),
    "Tensor(np.ones((2, 3))) + Tensor(np.ones((3, 2)))": ("ValueError",),
    "Tensor(np.ones((2, 3))).reshape(4, 2)": ("ValueError",),
    "Tensor(np.ones((0, 3))).mean()": ("ValueError",),
}


@check("property", 1, "Tensor.__matmul__ Tensor.__add__ Tensor.mean",
       ("Which of the two shapes is wrong, and where would you notice?",
        "Wrong shapes are refused at once, not three operations later.",
        "Let NumPy raise its ValueError; raise one yourself for an empty mean."))  # fmt: skip
def check_bad_input(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Shapes that do not fit are a ValueError, text is a TypeError; the rest works."""
    good = "out = (x @ y + z).reshape(-1).mean()"
    agrees(ask, measure, [draw_case(rng, good, "x:n,k y:k,m z:m")])
    for expression, kinds in BAD.items():
        ask.raises(kinds, expression, "attempt", expression=expression)


# By hand


def problem(rng: Rng, visibility: str) -> tuple[Any, Any, classifiers.Weights]:
    """Return x, y and weights of a classifier: the handout's in public, drawn ones otherwise."""
    if visibility == "public":
        stored = goldens.load_goldens("m3")
        weights = {name: stored[f"worked.{name}"] for name in ("w1", "b1", "w2", "b2")}
        return stored["worked.x"], stored["worked.y"], weights
    n, (d, h) = tensors.draw_sizes(rng)["n"], rng.permutation([2, 4, 6])[:2].tolist()
    weights = classifiers.draw_classifier(rng, (d, h, 3))
    return draw_numbers(rng, (n, d)), rng.integers(0, 3, n), weights


def same_gradients(answer: Mapping[str, Any], wanted: Any, what: str) -> float:
    """Compare a loss and the gradients of all weights."""
    loss, grads = wanted
    close(answer["loss"], loss, f"{what}: the loss")
    got = answer["grads"]
    return max(close(part(got, k), grads[k], f"{what}: the gradient of {k}") for k in grads)


def differences(x: Any, y: Any, weights: classifiers.Weights) -> tuple[float, classifiers.Weights]:
    """Return the classifier's loss and its gradients by central differences."""
    program = "out = cross_entropy((X @ w1 + b1).tanh() @ w2 + b2, Y)"
    case = Case(program, dict(weights), {"X": x, "Y": y}, np.ones(()))
    return float(case.out()), case.gradients()


@check("finite-difference", 3, "hand_gradients",
       ("What is the derivative of the loss by the logits?",
        "(softmax - one_hot) / N; from there, one matrix product for each step back.",
        "w2 gets hidden^T d, b2 the column sums of d; d w2^T times 1 - hidden^2 goes on to w1, "
        "b1."))  # fmt: skip
def check_hand_gradients(ask: Ask, rng: Rng, measure: Measure) -> None:
    """hand_gradients agrees with central differences, for batches of several sizes."""
    for n, size in ((7, (3, 5, 4)), (1, (4, 2, 3)), (5, (6, 3, 2))):
        weights = classifiers.draw_classifier(rng, size)
        x, y = draw_numbers(rng, (n, size[0])), rng.integers(0, size[2], n)
        answer = ask("by_hand", x=x, y=y, weights=weights)
        error = same_gradients(answer, differences(x, y, weights), "hand_gradients")
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


@check("golden", 2, "hand_gradients cross_entropy Tensor.backward",
       ("Which of the three is different from the other two?",
        "The handout works this example out, number by number.",
        "Compare logits first, then the gradient of b2, then w2, b1, w1: the first that "
        "differs."))  # fmt: skip
def check_three_ways(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """The handout's example three ways: derived by hand, by the engine, by central differences."""
    x, y, weights = problem(rng, visibility)
    wanted = differences(x, y, weights)
    for way in ("by_hand", "by_engine"):
        error = same_gradients(ask(way, x=x, y=y, weights=weights), wanted, way.replace("_", " "))
        measure[f"error_{way}"] = error


@check("equivalence", 1, "Tensor.__matmul__ Tensor.tanh Tensor.backward",
       ("Does engine.py still pass milestone 1?",
        "The same network, neuron by neuron or all at once, is the same function.",
        "Compare the loss first; then the gradients of one weight in both."))  # fmt: skip
def check_scalar_engine(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Your engine.py and your tensor.py agree on the same network."""
    x, y, weights = (
        draw_numbers(rng, (4, 3)),
        draw_numbers(rng, (4, 2)),
        classifiers.draw_classifier(rng, (3, 5, 2)),
    )
    case = Case("out = (((X @ w1 + b1).tanh() @ w2 + b2 - Y) ** 2).sum()", dict(weights),
                {"X": x, "Y": y}, np.ones(()))  # fmt: skip
    wanted = float(case.out()), case.gradients()
    for way, what in (("by_vectors", "tensor.py"), ("by_scalars", "engine.py")):
        error = same_gradients(ask(way, x=x, y=y, weights=weights), wanted, what)
        measure[f"error_{way}"] = error


# Against PyTorch


def stored_cases() -> tuple[list[Case], list[Any]]:
    """Return PyTorch's cases and what it answered."""
    stored = goldens.load_goldens("m3")
    cases, wanted = [], []
    for place, program in enumerate(stored["programs"].tolist()):
        mine = {k.partition(".")[2]: v for k, v in stored.items() if k.startswith(f"{place}.")}
        grads = {k.removesuffix(".grad"): v for k, v in mine.items() if k.endswith(".grad")}
        inputs = {name: mine[name] for name in grads}
        arrays = {"Y": mine["Y"]} if "Y" in mine else {}
        cases.append(Case(program, inputs, arrays, mine["cotangent"]))
        wanted.append((mine["out"], grads))
    return cases, wanted


def redrawn(rng: Rng, case: Case) -> Case:
    """Return the same program on other numbers."""
    inputs = {
        name: draw_numbers(rng, x.shape, positive=bool((x > 0).all()))
        for name, x in case.tensors.items()
    }
    arrays = {name: rng.permutation(y) for name, y in case.arrays.items()}
    return make_case(rng, case.program, inputs, arrays)


@check("golden", 2, "Tensor.backward",
       ("Which operation do the simpler checks name?",
        "Every operation stands here once more, compared with PyTorch in float64.",
        "Mend the operation that the message names; its own check says more."))  # fmt: skip
def check_operations_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """Every operation agrees with PyTorch."""
    cases, wanted = stored_cases()
    if visibility == "public":
        matches(ask, measure, cases, wanted)
    else:
        agrees(ask, measure, [redrawn(rng, case) for case in cases])


# Training: the judge's loops, the learner's engine; the judge computes every loss and score itself


def train(
    ask: Ask, weights: classifiers.Weights, x: Any, y: Any, batches: NDArray[np.int64], lr: float,
    momentum: float = 0.9,
) -> tuple[Any, classifiers.Weights]:  # fmt: skip
    """Return the losses and the weights of a training run on the learner's engine."""
    answer = ask("train", x=x, y=y, weights=weights, batches=batches, lr=lr, momentum=momentum)
    got = answer["weights"]
    trained = {
        k: as_floats(part(got, k), w.shape, f"{k} after training") for k, w in weights.items()
    }
    return answer["losses"], trained


TRAINING = "Tensor.__matmul__ Tensor.__add__ Tensor.tanh Tensor.backward"


@check("golden", 2, f"{TRAINING} cross_entropy",
       ("Which step's loss differs first, and what happened just before it?",
        "The first loss is forward alone, the second needs every gradient.",
        "Fresh tensors every step: no earlier gradient may be left."))  # fmt: skip
def check_training_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """Twenty steps of SGD with momentum give PyTorch's losses and weights."""
    stored, names = goldens.load_goldens("m3"), ("w1", "b1", "w2", "b2")
    x, y, batches = (stored[f"training.{name}"] for name in ("x", "y", "batches"))
    weights = {name: stored[f"training.{name}"] for name in names}
    curve: Any = stored["training.curve"]
    wanted = {k: stored[f"training.{k}.trained"] for k in names}
    if visibility == "hidden":
        x, y, weights = (
            draw_numbers(rng, x.shape),
            rng.permutation(y),
            classifiers.draw_classifier(rng, (5, 8, 3)),
        )
        curve, wanted = classifiers.train_classifier(weights, x, y, batches, 0.1, 0.9)
    losses, trained = train(ask, weights, x, y, batches, lr=0.1)
    close(losses, curve, "the loss of step ")
    errors = [close(trained[k], wanted[k], f"{k} after 20 steps") for k in names]
    measure["max_relative_error"] = max(errors)


@check("overfit", 2, TRAINING,
       ("Does the loss fall at all?",
        "A network of 24 tanh units, mean squared error, 600 steps of gradient descent.",
        "If matmul, broadcast_vector, tanh and mean_axes pass, this one does."),
       seconds=60)  # fmt: skip
def check_sine(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """A network on your engine learns y = sin(pi x), between the points it saw, too."""
    x = rng.uniform(-1.0, 1.0, (64, 1))
    weights = classifiers.draw_classifier(rng, (1, 24, 1)) | {"w1": 2.0 * rng.normal(size=(1, 24))}
    batches = np.tile(np.arange(64), (600, 1))
    with thresholds.time_epochs(clock, 600):
        _, trained = train(ask, weights, x, np.sin(math.pi * x), batches, lr=0.1)
    grid = np.linspace(-0.9, 0.9, 181)[:, None]
    loss = classifiers.mean_loss(trained, grid, np.sin(math.pi * grid))
    thresholds.at_most(measure, "loss", loss, 0.01, "the mean squared error on new points")


@check("overfit", 3, f"{TRAINING} cross_entropy",
       ("Can your network learn 16 random labels by heart?",
        "One batch, learned to nearly nothing: if not, a gradient is wrong.",
        "If matmul, broadcast_vector, tanh and cross_entropy pass, this one does."),
       seconds=60)  # fmt: skip
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """A network learns one batch of random labels to a loss under 0.001."""
    x, y = rng.normal(size=(16, 10)), rng.permutation(np.arange(16) % 4)
    batches = np.tile(np.arange(16), (250, 1))
    weights = classifiers.draw_classifier(rng, (10, 32, 4))
    with thresholds.time_epochs(clock, 250):
        _, trained = train(ask, weights, x, y, batches, lr=0.5)
    loss = classifiers.mean_loss(trained, x, y)
    thresholds.at_most(measure, "loss", loss, 1e-3, "after 250 steps the loss on one batch")


@check("accuracy", 4, f"{TRAINING} cross_entropy",
       ("Does the loss fall? How far?",
        "1,000 images, 64 tanh units, batches of 50, 15 epochs; the rest of the images test it.",
        "If overfit_batch passes and this one does not, look at speed: the deadline is a minute."),
       seconds=60)  # fmt: skip
def check_images(ask: Ask, rng: Rng, measure: Measure, clock: Measure, pictures: Images) -> None:
    """A network learns digits from 1,000 images: over 85 % right on images it never saw."""
    data = pictures.split(rng, 1000)
    weights = classifiers.draw_classifier(rng, (data.x.shape[1], 64, 10), np.float32)
    batches = classifiers.shuffle_batches(rng, 1000, 50, epochs=15)
    with thresholds.time_epochs(clock, 15):
        _, trained = train(ask, weights, data.x, data.y, batches, lr=0.1)
    share = classifiers.output_accuracy(trained, data.x_test, data.y_test)
    thresholds.at_least(measure, "accuracy", share, 0.85, f"{len(data.y_test):,} new images")


GRAPH_KEPT = 12  # arrays that may stay; the leaf's gradient is one, the graphs would be over 60


@check("property", 1, "Tensor.backward Tensor.__mul__ Tensor.sum",
       ("Who holds on to the arrays of a graph after backward?",
        "Every result refers to its operands. In a list of losses, all graphs stay alive.",
        "Let backward drop each node's operands and functions once they are used."))  # fmt: skip
def check_memory_freed(ask: Ask, rng: Rng) -> None:
    """A loss that is kept does not keep its graph: backward releases it."""
    x = rng.normal(size=20_000)
    answer = ask("memory", x=x, operations=20, graphs=3)
    close(answer["loss"], 0.5**20 * x.sum(), "the loss", rtol=1e-9)
    close(answer["grad"], np.full(3, 3 * 0.5**20), "x.grad[:3]", rtol=1e-9)
    kept = answer["kept"]
    if not isinstance(kept, int) or kept > GRAPH_KEPT:
        raise WrongAnswer(
            f"after backward of 3 graphs, arrays of {brief(kept)} times the size of x are alive "
            f"though only the losses and x are held; wanted at most {GRAPH_KEPT}"
        )
