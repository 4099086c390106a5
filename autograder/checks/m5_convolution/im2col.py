"""``im2col``: every patch as a row."""

import numpy as np

from autograder.checks.m5_convolution.common import Rng, images, sides
from autograder.checks.m5_convolution.patches import EVERY, Patches, unfolded, unfolds
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import convolution
from autograder.numerics.compare import close, require_list
from autograder.numerics.failure import WrongAnswer

WINDOW = (
    "Which pixels does the first row hold, and which the second?",
    "A row is one patch: its channels, then its rows, then its columns. The window moves along "
    "a row of the image first.",
)


@check("equivalence", 3, "im2col",
       (*WINDOW, "Four loops over image, row and column say it all; then let sliding_window_view "
                 "and a transpose say the same."))  # fmt: skip
def check_im2col(ask: Ask, rng: Rng) -> None:
    """im2col lays out every patch as a row: channels, rows, columns."""
    unfolds(ask, [Patches(images(rng, sides(rng, 4, 5, 6), 1, c), k) for c, k in ((1, 2), (3, 2))])
    unfolds(ask, [Patches(images(rng, size, 1, 2), 3) for size in ((5, 8), (8, 5))])


@check("equivalence", 2, "im2col",
       ("Where does the second window begin?",
        "stride pixels to the right of the first; the next row of windows stride pixels lower.",
        "Of all windows with stride 1 keep every stride-th along both axes."))  # fmt: skip
def check_im2col_stride(ask: Ask, rng: Rng) -> None:
    """im2col moves the window by the stride, along both axes."""
    size = sides(rng, 7, 8, 9)
    unfolds(ask, [Patches(images(rng, size, 1), k, stride) for k, stride in ((2, 2), (3, 2))])
    unfolds(ask, [Patches(images(rng, size, 1, 2), k, 3) for k in (1, 4)])


@check("equivalence", 3, "im2col",
       ("How much larger is an image with padding 2 on each side?",
        "Zeros on all four sides: H + 2 padding rows, W + 2 padding columns. None for padding 0.",
        "Write the image into the middle of an array of zeros: from padding to padding + H."),
)  # fmt: skip
def check_im2col_padding(ask: Ask, rng: Rng) -> None:
    """im2col puts zeros around the image, and none for padding 0."""
    size = sides(rng, 4, 5, 6)
    unfolds(ask, [Patches(images(rng, size, 1), 3, 1, padding) for padding in (0, 1, 2)])
    unfolds(ask, [Patches(images(rng, size, 1, 2), 2, 2, 1)])


@check("property", 2, "im2col",
       ("How many windows of 3 fit into 8 pixels in steps of 2?",
        "The last one must not reach over the edge: rounded down, not up.",
        "(size + 2 padding - kernel) // stride + 1: the division comes before the + 1."),
)  # fmt: skip
def check_output_size(ask: Ask, rng: Rng) -> None:
    """im2col gives (size + 2 padding - kernel) // stride + 1 windows, where nothing divides too."""
    high, wide = sides(rng, 6, 7, 8, 9, 11)
    cases = [
        Patches(images(rng, (high, wide), 1, 2), *how)
        for how in ((3, 2, 0), (2, 3, 1), (5, 3, 0), (4, 3, 1), (1, 2, 0))
    ]
    for case, got in zip(cases, unfolded(ask, cases), strict=True):
        rows = got.shape[0] if isinstance(got, np.ndarray) and got.ndim else 0
        oh, ow = convolution.output_shape(case.x.shape, *case.how)
        wanted = f"wanted {oh} * {ow} = {oh * ow}"
        if rows != oh * ow:
            raise WrongAnswer(
                f"im2col(x, {case.told}) has {rows} rows{case.where}, {wanted}", want=oh * ow
            )
    unfolds(ask, cases)


@check("equivalence", 2, "im2col",
       ("Where do the patches of the second image stand?",
        "After all patches of the first: a batch is its images one below the other.",
        "The axis of the images comes first among those that become rows."))  # fmt: skip
def check_im2col_batch(ask: Ask, rng: Rng) -> None:
    """im2col of two images is im2col of each, one below the other."""
    x, kernel = images(rng, sides(rng, 4, 5, 6)), int(rng.integers(2, 4))
    both, first, second = unfolded(ask, [Patches(part, kernel) for part in (x, x[:1], x[1:])])
    wanted = Patches(x, kernel).rows
    half = len(wanted) // 2
    close(first, wanted[:half], f"im2col(x[:1], {kernel})")
    close(second, wanted[half:], f"im2col(x[1:], {kernel})")
    close(both, wanted, f"im2col(x, {kernel}) of two images: entry ")


VIEWS = ("transposed", "channels last", "every second")


@check("property", 2, "im2col",
       ("Do neighbours in an array always lie side by side in memory?",
        "A transposed array is the same memory, read in other steps: x.strides tells which.",
        "Never write steps down as numbers: take x.strides, or let sliding_window_view do it."),
)  # fmt: skip
def check_im2col_views(ask: Ask, rng: Rng) -> None:
    """im2col reads transposed and sliced arrays as what they are, and leaves them so."""
    size = sides(rng, 4, 5, 6)
    cases = [
        Patches(images(rng, size), 2, 1, padding, view) for padding in (0, 1) for view in VIEWS
    ]
    unfolds(ask, cases)
    after = require_list(ask.exchanges[-1].answer.get("after"), len(cases), "the images afterwards")
    for case, x in zip(cases, after, strict=True):
        close(x, case.x, "x after im2col", rtol=0.0)


@check("equivalence", 2, "im2col",
       (*WINDOW, "Run the smaller checks first; then take the kernel, stride and padding that the "
                 "message names, and count windows on paper."))  # fmt: skip
def check_im2col_every(ask: Ask, rng: Rng) -> None:
    """im2col agrees with direct loops for kernels 1 to 5, strides 1 to 3, paddings 0 to 2."""
    size = sides(rng, 5, 6, 7, 8)
    unfolds(ask, [Patches(images(rng, size), *how) for how in EVERY])
