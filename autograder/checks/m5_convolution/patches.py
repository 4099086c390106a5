"""Patches: what im2col and col2im are tried on."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

from autograder.checks.m5_convolution.common import Floats, Rng
from autograder.judge.questions import Ask
from autograder.numerics import convolution
from autograder.numerics.compare import close, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import draw_numbers
from autograder.sandbox.failures import CheckFailure, Raised

EVERY = list(product(range(1, 6), range(1, 4), range(3)))  # kernel, stride, padding


@dataclass(frozen=True)
class Patches:
    """Images, and the windows that go over them; `view` says how x lies in memory."""

    x: Floats
    kernel: int
    stride: int = 1
    padding: int = 0
    view: str = ""

    @property
    def how(self) -> tuple[int, int, int]:
        """Kernel, stride, padding."""
        return self.kernel, self.stride, self.padding

    @property
    def rows(self) -> Floats:
        """The right result of im2col."""
        return convolution.im2col(self.x, *self.how)

    @property
    def windows(self) -> dict[str, int]:
        """What both probes need."""
        return {"kernel": self.kernel, "stride": self.stride, "padding": self.padding}

    @property
    def arguments(self) -> str:
        """The arguments, and the shape of x, for a message."""
        return f"kernel={self.kernel}, stride={self.stride}, padding={self.padding}"

    @property
    def where(self) -> str:
        """The images, for a message."""
        lies = f", {self.view} in memory" if self.view else ""
        return f", for images of shape {self.x.shape}{lies}"


def each(ask: Ask, probe: str, cases: Sequence[Patches], asked: Sequence[Any]) -> list[Any]:
    """Return the answer to every case; where one raises, say which."""
    try:
        return require_list(ask(probe, cases=list(asked))["answers"], len(cases), "the results")
    except Raised as raised:
        if raised.status != "missing":
            _find(ask, probe, cases, asked)
        raise


def _find(ask: Ask, probe: str, cases: Sequence[Patches], asked: Sequence[Any]) -> None:
    for case, one in zip(cases, asked, strict=True):
        try:
            ask(probe, cases=[one])
        except Raised as raised:
            raised.message += f"\nwith {case.arguments}{case.where}"
            raise


def ask_im2col(ask: Ask, cases: Sequence[Patches]) -> list[Any]:
    """Return what im2col gives for each case."""
    asked = [{"x": case.x, **case.windows, "view": case.view} for case in cases]
    return each(ask, "unfold", cases, asked)


def ask_col2im(ask: Ask, cases: Sequence[Patches], cols: Sequence[Floats]) -> list[Any]:
    """Return what col2im gives for each case."""
    asked = [
        {"cols": one, "shape": list(case.x.shape), **case.windows}
        for case, one in zip(cases, cols, strict=True)
    ]
    return each(ask, "fold", cases, asked)


def unfolds(ask: Ask, cases: Sequence[Patches]) -> None:
    """Fail unless im2col is right for all cases."""
    for case, got in zip(cases, ask_im2col(ask, cases), strict=True):
        try:
            close(got, case.rows, f"im2col(x, {case.arguments})")
        except WrongAnswer as failed:
            failed.message += case.where
            _again(ask, "unfold", {"x": case.x, **case.windows, "view": case.view})
            raise


def folds(ask: Ask, rng: Rng, cases: Sequence[Patches]) -> None:
    """Fail unless col2im is right for all cases."""
    cols = [draw_numbers(rng, case.rows.shape) for case in cases]
    for case, one, got in zip(cases, cols, ask_col2im(ask, cases, cols), strict=True):
        wanted = convolution.col2im(one, case.x.shape, *case.how)
        try:
            close(got, wanted, f"col2im(cols, {case.x.shape}, {case.arguments})")
        except WrongAnswer:
            _again(ask, "fold", {"cols": one, "shape": list(case.x.shape), **case.windows})
            raise


def _again(ask: Ask, probe: str, one: Any) -> None:
    """Ask once more for what was wrong, alone: that is what can be reproduced."""
    with suppress(CheckFailure):
        ask(probe, cases=[one])
