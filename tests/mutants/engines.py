"""``python -m tests.mutants.engines``: the engines that learners' own gradchecks are tried on.

A wrong engine is the reference with one mistake of milestone 1 that gives a right value and a wrong
gradient: only that can a gradcheck see. Of each a function is stored, a point, and the gradient
that this engine gives there: numbers, and no line of any engine.
"""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.course import load_course
from autograder.files import write_atomically
from autograder.judge.own_tests import FILE
from tests.implementations import ROOT
from tests.mutants import mutants

CLEAR = 1e-3  # a wrong slope is off by this much at least, relative to max(1, |slope|)
FUNCTIONS = {  # of numbers -> of Values; a, b and c are the inputs, m is the module math
    "a * b + c * a": "a * b + c * a",
    "m.tanh(a * b) - c / b": "(a * b).tanh() - c / b",
    "0.01 * (a + a) * c + b": "0.01 * (a + a) * c + b",
    "1 / (1 + m.exp(-2 * c)) * a ** 2": "(2 * c).sigmoid() * a ** 2",
    "m.exp(c * a) * b": "(c * a).exp() * b",
    "b - max(c * b, 0) * 5 + a": "b - (c * b).relu() * 5 + a",
    "m.log(a * b) * 0.1 + c": "(a * b).log() * 0.1 + c",
    "(a - c) ** 3 / 50 + b": "(a - c) ** 3 / 50 + b",
    "a * b * b + m.tanh(c) * m.tanh(c)": "a * b * b + c.tanh() * c.tanh()",
    "max(-a, 0) + c * b": "(-a).relu() + c * b",
    "m.tanh(a) ** 2 + m.tanh(a) + b * c": "a.tanh() ** 2 + (lambda t: t)(a.tanh()) + b * c",
    "((a * b + c) * (a * b + c)) * 1000": "(lambda s: s * s * 1000)(a * b + c)",
    "(a * b) * (a * b) * c + (a * b)": "(lambda s: s * s * c + s)(a * b)",
    "0.1 * a ** -2 + c ** 2 * b": "0.1 * a ** -2 + c ** 2 * b",
    "m.tanh(b) * m.tanh(b) + m.tanh(b) + a + c": "(lambda t: t * t + t)(b.tanh()) + a + c",
    "(a + c) * ((a + c) * b + (a + c))": "(lambda s: s * (s * b + s))(a + c)",
}
RIGHT = {  # what a gradcheck rejects that measures wrongly: large, tiny, flat, unused
    "(a + 2) * 100000 * b * c": "(a + 2) * 100000 * b * c",
    "a * 0.00001 + 1000 + b + c": "a * 0.00001 + 1000 + b + c",
    "a * b": "a * b",
    "0 * a + 3 + 0 * b + 0 * c": "0 * a + 3 + 0 * b + 0 * c",
    "(a * b) ** 2 * 300 + c ** 3": "(a * b) ** 2 * 300 + c ** 3",
}
POINTS = [[1.3, 0.7, -0.9], [0.6, 1.7, 0.8], [2.1, 0.4, 1.2]]


@dataclass(frozen=True)
class Answer:
    """What an engine says of a function: its value and the slopes by a, b and c."""

    value: float
    slopes: list[float]


def make_engine(source: str) -> type:
    """Return the class Value of an engine."""
    scope: dict[str, Any] = {"__name__": "engine"}
    exec(compile(source, "engine.py", "exec"), scope)
    value: type = scope["Value"]
    return value


def ask_engine(value: type, function: str, point: list[float]) -> Answer | None:
    """Return what the engine says; None where it fails."""
    inputs = [value(x) for x in point]
    try:
        out = eval(f"lambda a, b, c: {function}")(*inputs)
        out.backward()
        return Answer(float(out.data), [float(x.grad) for x in inputs])
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError):
        return None


def is_clearly_wrong(answer: Answer, truth: Answer) -> bool:
    """Whether the value is right and a slope is not."""
    errors = [
        abs(slope - right) / max(1.0, abs(right))
        for slope, right in zip(answer.slopes, truth.slopes, strict=True)
    ]
    is_finite = all(map(math.isfinite, answer.slopes))
    return is_finite and answer.value == truth.value and max(errors) >= CLEAR


def list_engines() -> Iterator[dict[str, Any]]:
    """Yield the rows of the table: the wrong engines, then the right ones."""
    milestone = load_course().part("m1")
    source = (ROOT / "solutions" / milestone.folder / f"{milestone.module}.py").read_text()
    right = make_engine(source)
    asked = [(text, code, point) for point in POINTS for text, code in FUNCTIONS.items()]
    for number, row in enumerate(mutants.pitfalls(milestone)):
        start = number % len(FUNCTIONS)  # so that not all show in one function and one input
        wrong = make_engine(row.mutate(source))
        for text, code, point in asked[start:] + asked[:start]:
            truth, answer = ask_engine(right, code, point), ask_engine(wrong, code, point)
            assert truth is not None
            if answer and is_clearly_wrong(answer, truth):
                yield _row(row.name, text, point, answer)
                break
    for text, code in [*RIGHT.items(), *FUNCTIONS.items()]:
        truth = ask_engine(right, code, POINTS[1])
        assert truth is not None
        yield _row("", text, POINTS[1], truth)


def _row(mistake: str, function: str, point: list[float], answer: Answer) -> dict[str, Any]:
    return {"mistake": mistake, "function": function, "point": point, "slopes": answer.slopes}


def render_engines() -> str:
    """Return the table as TOML."""
    lines = ["# Made by python -m tests.mutants.engines: what wrong and right engines answer."]
    for row in list_engines():
        lines += ["", "[[engine]]", *(f"{key} = {_literal(value)}" for key, value in row.items())]
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _literal(value: str | list[float]) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    write_atomically(FILE, render_engines().encode())
