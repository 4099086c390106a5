"""Convolutions and poolings, as programs that a learner would type."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from autograder.checks.m5_convolution.common import Floats, Rng, Size, images, sides
from autograder.judge.questions import Ask
from autograder.numerics.compare import close, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import Case, draw_numbers, make_case
from autograder.sandbox.failures import CheckFailure, Raised


def convolution_case(
    rng: Rng,
    kernel: int,
    stride: int = 1,
    padding: int = 0,
    *,
    count: int = 2,
    channels: int = 3,
    maps: int = 4,
    size: Size = (0, 0),
) -> Case:
    """Return a convolution of images x with kernels w and biases b."""
    program = f"out = conv2d(x, w, b, stride={stride}, padding={padding})"
    high, wide = size if all(size) else sides(rng, 5, 6, 7)
    inputs = {
        "x": draw_numbers(rng, (count, channels, high, wide)),
        "w": draw_numbers(rng, (maps, channels, kernel, kernel)),
        "b": draw_numbers(rng, (maps,)),
    }
    return make_case(rng, program, inputs, {})


def outs(ask: Ask, cases: Sequence[Case]) -> list[Any]:
    """Return ``out`` of each case."""
    asked = [{"program": case.program, "tensors": case.tensors} for case in cases]
    try:
        return require_list(ask("forward", cases=asked)["answers"], len(cases), "the results")
    except Raised as raised:
        if raised.status != "missing":
            raised.message += f"\nin one of: {'; '.join(case.where for case in cases)}"
        raise


def computes(ask: Ask, cases: Sequence[Case]) -> None:
    """Fail unless each program's result is right."""
    for case, got in zip(cases, outs(ask, cases), strict=True):
        try:
            close(got, case.out(), case.program)
        except WrongAnswer as failed:
            failed.message += f", with {case.where}"
            with suppress(CheckFailure):
                ask("forward", cases=[{"program": case.program, "tensors": case.tensors}])
            raise


def pooling_case(rng: Rng, program: str, size: Size, x: Floats | None = None) -> Case:
    """Return a pooling of images."""
    x = images(rng, size) if x is None else x
    return make_case(rng, f"out = {program}", {"x": x}, {})
