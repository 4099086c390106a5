"""Dtypes, and what must not change."""

from typing import Any

import numpy as np

from autograder.checks.m3_tensor_autograd.common import (
    EVERY_OPERATION,
    Measure,
    Rng,
    Rows,
    answers,
    look,
    part,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, brief, close
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import Case, draw_case, draw_numbers

TYPED: Rows = [
    ("out = x + 2.5", "x:n,m"),
    ("out = 3 - x", "x:k"),
    ("out = x * 2", "x:n,m"),
    ("out = 1 / x", "x:k"),
    ("out = x ** 2", "x:k"),
    ("out = x ** 0.5", "x+:k"),
    ("out = -x", "x:k"),
    ("out = x @ y", "x:n,k y:k,m"),
    ("out = A @ x", "A:n,k x:k,m"),
    ("out = x.exp()", "x:k"),
    ("out = x.log()", "x+:k"),
    ("out = x.sqrt()", "x+:k"),
    ("out = x.tanh()", "x:k"),
    ("out = x.relu()", "x:k"),
    ("out = x.sigmoid()", "x:k"),
    ("out = x.sum()", "x:n,m"),
    ("out = x.sum(axis=0)", "x:n,m"),
    ("out = x.mean()", "x:n,m"),
    ("out = x.mean(axis=1)", "x:n,m"),
    ("out = x.max()", "x:n,m"),
    ("out = x.max(axis=0)", "x:n,m"),
    ("out = x.reshape(-1)", "x:n,m"),
    ("out = x.T", "x:n,m"),
    ("out = x[np.array([0, 0, 1])]", "x:n,m"),
    ("out = x[1:]", "x:n"),
    ("out = x.softmax()", "x:n,m"),
    ("out = x.log_softmax()", "x:n,m"),
]


@check("Tensor.backward", look=f"Tensor.__init__ {EVERY_OPERATION}")
def check_dtypes_kept(ask: Ask, rng: Rng) -> None:
    cases = [draw_case(rng, program, inputs) for program, inputs in TYPED]
    for dtype in (np.float64, np.float32):
        for case, answer in zip(cases, answers(ask, cases, dtype), strict=True):
            _dtype(part(answer, "out"), dtype, f"{case.program}: out")
            grads = part(answer, "grads")
            for name, x in case.tensors.items():
                grad = _dtype(part(grads, name), dtype, f"{case.program}: {name}.grad")
                as_floats(grad, x.shape, f"{case.program}: {name}.grad")
            close(part(answer, "out"), case.out(), f"{case.program}: out", rtol=1e-4)
            _require_gradients(case, answer)


def _dtype(got: Any, dtype: type, what: str, wanted: str = "") -> Any:
    name = np.dtype(dtype).name
    if not isinstance(got, np.ndarray):
        raise WrongAnswer(f"{what}: got {brief(got)}, wanted an array of {name}")
    if got.dtype != dtype:
        raise WrongAnswer(f"{what} is {got.dtype.name}, wanted {wanted or f'{name} as the data'}")
    return got


INTO_FLOAT32 = {
    "Tensor([[1, 2, 3], [4, 5, 6]])": "a list of integers",
    "Tensor([[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]])": "a list of floats",
    "Tensor(I)": "an int64 array",
    "Tensor(I > 2)": "an array of bools",
}


@check("Tensor.__init__ Tensor.__mul__ Tensor.backward")
def check_becomes_float32(ask: Ask, rng: Rng) -> None:
    i, a = rng.integers(0, 6, (2, 3)), draw_numbers(rng, (2, 3)).astype(np.float32)
    for expression, what in INTO_FLOAT32.items():
        program = f"x = {expression}; out = x * A; out.backward(A)"
        got = look(ask, program, ["x.data", "out.data", "x.grad"], {"I": i, "A": a})
        for value, name in zip(got, ("the data", "x * A", "x.grad"), strict=True):
            _dtype(value, np.float32, f"{name} for {what}", "float32")
        close(got[2], a * a, f"x.grad for {what}", rtol=1e-5)


UNCHANGED: Rows = [
    ("out = x + y", "x:n,m y:m"),
    ("out = x - y", "x:n,m y:n,m"),
    ("out = x * y", "x:n,m y:n,m"),
    ("out = x / y", "x:k y:k"),
    ("out = x ** 2", "x:k"),
    ("out = -x", "x:k"),
    ("out = x @ y", "x:n,k y:k,m"),
    ("out = x.exp()", "x:k"),
    ("out = x.log()", "x+:k"),
    ("out = x.sqrt()", "x+:k"),
    ("out = x.tanh()", "x:k"),
    ("out = x.relu()", "x:n,m"),
    ("out = x.sigmoid()", "x:k"),
    ("out = x.sum(axis=0)", "x:n,m"),
    ("out = x.mean()", "x:n,m"),
    ("out = x.max(axis=1)", "x:n,m"),
    ("out = x.reshape(-1)", "x:n,m"),
    ("out = x.T", "x:n,m"),
    ("out = x[np.array([1, 1])]", "x:n,m"),
    ("out = x.softmax()", "x:n,m"),
    ("out = x.log_softmax(axis=0)", "x:n,m"),
    ("out = A + x", "A:n,m x:n,m"),
    ("out = x - A", "x:n,m A:n,m"),
    ("out = x + x + x", "x:k"),
]


@check("Tensor.backward", look=EVERY_OPERATION)
def check_operands_unchanged(ask: Ask, rng: Rng, measure: Measure) -> None:
    cases = [draw_case(rng, program, inputs) for program, inputs in UNCHANGED]
    for case, answer in zip(cases, answers(ask, cases, after=True), strict=True):
        after = part(answer, "after")
        for name, x in {**case.tensors, **case.arrays, "cotangent": case.cotangent}.items():
            close(part(after, name), x, f"{name} after {case.program} and backward", rtol=0.0)
        close(part(answer, "out"), case.out(), f"{case.program}: out")
        _require_gradients(case, answer)


APART = 1e-3  # entries of a gradient that differ, by central differences


def _require_gradients(case: Case, answer: Any) -> None:
    """Fail where no gradient came at all; which is right, other checks say."""
    grads = part(answer, "grads")
    for name, x in case.tensors.items():
        grad = as_floats(part(grads, name), x.shape, f"{case.program}: {name}.grad")
        if np.ptp(grad) == 0.0 and np.ptp(case.gradient(name)) > APART:
            raise WrongAnswer(f"{case.program}: every entry of {name}.grad is {grad.flat[0]:g}")
