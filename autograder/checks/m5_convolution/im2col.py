"""``im2col``: every patch as a row."""

import numpy as np

from autograder.checks.m5_convolution.common import Rng, images, sides
from autograder.checks.m5_convolution.patches import EVERY, Patches, ask_im2col, unfolds
from autograder.judge.questions import Answer, Ask
from autograder.judge.spec import check
from autograder.numerics import convolution
from autograder.numerics.compare import close, require_list
from autograder.numerics.failure import WrongAnswer


@check("im2col")
def check_im2col(ask: Ask, rng: Rng) -> None:
    unfolds(ask, [Patches(images(rng, sides(rng, 4, 5, 6), 1, c), k) for c, k in ((1, 2), (3, 2))])
    unfolds(ask, [Patches(images(rng, size, 1, 2), 3) for size in ((5, 8), (8, 5))])
    unfolds(ask, [Patches(images(rng, (5, 8), 1, channels), 3) for channels in (1, 3)])


@check("im2col")
def check_im2col_stride(ask: Ask, rng: Rng) -> None:
    size = sides(rng, 7, 8, 9)
    unfolds(ask, [Patches(images(rng, size, 1), k, stride) for k, stride in ((2, 2), (3, 2))])
    unfolds(ask, [Patches(images(rng, size, 1, 2), k, 3) for k in (1, 4)])


@check("im2col")
def check_im2col_padding(ask: Ask, rng: Rng) -> None:
    size = sides(rng, 4, 5, 6)
    unfolds(ask, [Patches(images(rng, size, 1), 3, 1, padding) for padding in (0, 1, 2, 3)])
    unfolds(ask, [Patches(images(rng, size, 1, 2), 2, 2, 1)])


@check("im2col")
def check_output_size(ask: Ask, rng: Rng) -> None:
    high, wide = sides(rng, 6, 7, 8, 9, 11)
    cases = [
        Patches(images(rng, (high, wide), 1, 2), *how)
        for how in ((3, 2, 0), (2, 3, 1), (5, 3, 0), (4, 3, 1), (1, 2, 0), (6, 4, 4))
    ]
    for case, got in zip(cases, ask_im2col(ask, cases), strict=True):
        rows = got.shape[0] if isinstance(got, np.ndarray) and got.ndim else 0
        oh, ow = convolution.output_shape(case.x.shape, *case.how)
        wanted = f"wanted {oh} * {ow} = {oh * ow}"
        if rows != oh * ow:
            raise WrongAnswer(
                f"im2col(x, {case.arguments}) has {rows} rows{case.where}, {wanted}", want=oh * ow
            )
    unfolds(ask, cases)


@check("im2col")
def check_im2col_batch(ask: Ask, rng: Rng) -> None:
    x, kernel = images(rng, sides(rng, 4, 5, 6)), int(rng.integers(2, 4))
    both, first, second = ask_im2col(ask, [Patches(part, kernel) for part in (x, x[:1], x[1:])])
    wanted = Patches(x, kernel).rows
    half = len(wanted) // 2
    close(first, wanted[:half], f"im2col(x[:1], {kernel})")
    close(second, wanted[half:], f"im2col(x[1:], {kernel})")
    close(both, wanted, f"im2col(x, {kernel}) of two images: entry ")


VIEWS = ("transposed", "channels last", "every second")


@check("im2col")
def check_im2col_views(ask: Ask, rng: Rng) -> None:
    size = sides(rng, 4, 5, 6)
    cases = [
        Patches(images(rng, size), 2, 1, padding, view) for padding in (0, 1) for view in VIEWS
    ]
    unfolds(ask, cases)
    after = require_list(
        Answer(ask.exchanges[-1].answer)["after"], len(cases), "the images afterwards"
    )
    for case, x in zip(cases, after, strict=True):
        close(x, case.x, "x after im2col", rtol=0.0)


@check("im2col")
def check_im2col_every(ask: Ask, rng: Rng) -> None:
    size = sides(rng, 5, 6, 7, 8)
    unfolds(ask, [Patches(images(rng, size), *how) for how in EVERY])
