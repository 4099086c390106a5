"""``max_pool2d``, forwards and backwards."""

import numpy as np

from autograder.checks.m3_tensor_autograd import agrees, matches
from autograder.checks.m5_convolution.common import Measure, Rng, refused, sides
from autograder.checks.m5_convolution.programs import computes, pooled
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import convolution
from autograder.numerics.tensors import draw_numbers

LARGEST = (
    "Which pixel of a window moves the result?",
    "Only the largest: its slope is 1, that of the others 0.",
)


@check("equivalence", 2, "max_pool2d",
       ("Which four numbers meet in the first window of kernel 2?",
        "Each channel by itself; windows side by side, as the stride is the kernel.",
        "The largest over the two axes of the window: the axes of images and channels stay."),
)  # fmt: skip
def check_max_pool(ask: Ask, rng: Rng) -> None:
    """max_pool2d gives the largest number of each window, channel by channel."""
    computes(ask, [pooled(rng, "max_pool2d(x, 2)", size) for size in ((4, 6), (8, 4))])
    computes(ask, [pooled(rng, "max_pool2d(x, 3)", (6, 9)), pooled(rng, "max_pool2d(x, 1)", (3, 4)),
                   pooled(rng, "max_pool2d(x, 2, stride=2)", (4, 6))])  # fmt: skip


@check("finite-difference", 2, "max_pool2d Tensor.backward",
       (*LARGEST, "Remember where the largest stood; put the cotangent there into zeros of x's "
                  "shape."))  # fmt: skip
def check_max_pool_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of max_pool2d goes to the largest of each window."""
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 2)", sides(rng, 4, 6)),
                          pooled(rng, "max_pool2d(x, 3)", (6, 3)),
                          pooled(rng, "max_pool2d(x * 2, 2) * 3", (4, 2))])  # fmt: skip


@check("finite-difference", 2, "max_pool2d Tensor.backward",
       ("Can one pixel be the largest of two windows?",
        "Where windows overlap it can, and gets both cotangents.",
        "Add into the gradient, window place by window place; an assignment loses a share."),
)  # fmt: skip
def check_max_pool_overlap(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Windows that overlap: a pixel that wins twice gets both cotangents."""
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 3, stride=1)", sides(rng, 5, 6)),
                          pooled(rng, "max_pool2d(x, 3, stride=2)", (7, 5)),
                          pooled(rng, "max_pool2d(x, 2, 1)", (3, 4))])  # fmt: skip


@check("finite-difference", 1, "max_pool2d Tensor.backward",
       ("What becomes of the last column of 7, in windows of 2?",
        "No whole window fits: it is left out, and its gradient is 0.",
        "(size - kernel) // stride + 1 windows, rounded down; the gradient has x's shape."),
)  # fmt: skip
def check_max_pool_rest(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Sizes that do not divide, and strides larger than the window: the rest gets no gradient."""
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 2)", sides(rng, 5, 7)),
                          pooled(rng, "max_pool2d(x, 2, stride=3)", (7, 8)),
                          pooled(rng, "max_pool2d(x, 3, stride=4)", (8, 6))])  # fmt: skip


@check("property", 2, "max_pool2d Tensor.backward",
       ("Who gets the gradient in a window of four equal numbers?",
        "One pixel only: the first of the largest, row by row.",
        "argmax names the first; comparing with the maximum finds all, so keep the first of "
        "them."))  # fmt: skip
def check_max_pool_ties(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Of equal largest numbers the first gets the gradient, and the others get none."""
    cases, wanted = [], []
    for kernel, stride, size in ((2, 2, (4, 6)), (3, 1, (5, 4)), (3, 2, (5, 7))):
        x = rng.integers(0, 3, (2, 2, *size)).astype(np.float64)
        x[0, 0] = 1.0  # where all are equal
        case = pooled(rng, f"max_pool2d(x, {kernel}, stride={stride})", size, x)
        cases.append(case)
        grad = convolution.pool_gradient(x, case.cotangent, kernel, stride)
        wanted.append((case.out(), {"x": grad}))
    matches(ask, measure, cases, wanted)


@check("finite-difference", 1, "max_pool2d Tensor.backward",
       ("What is the largest of four negative numbers?",
        "Not 0: a buffer of zeros, or padding, must not take part.",
        "Begin with the first number of each window, or with minus infinity."))  # fmt: skip
def check_max_pool_negative(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Images of negative numbers have negative maxima."""
    x = -draw_numbers(rng, (2, 3, *sides(rng, 5, 6)), positive=True)
    agrees(ask, measure, [pooled(rng, "max_pool2d(x, 2)", (0, 0), x),
                          pooled(rng, "max_pool2d(x, 3, stride=2)", (0, 0), x)])  # fmt: skip


BAD_POOLS = {
    "max_pool2d(T(2, 4, 5), 2)": "images without an axis for the batch",
    "max_pool2d(T(1, 2, 4, 5), 0)": "windows of 0",
    "max_pool2d(T(1, 2, 4, 5), 2, stride=0)": "stride 0",
    "max_pool2d(T(1, 2, 2, 5), 3)": "windows higher than the images",
    "max_pool2d(T(1, 2, 5, 2), 3)": "windows wider than the images",
    "MaxPool2d(0)": "a layer with windows of 0",
    "MaxPool2d(2, stride=0)": "a layer with stride 0",
}


@check("property", 1, "max_pool2d MaxPool2d.__init__",
       ("What is the largest number of no window?",
        "The same conditions as for patches: four axes, numbers of at least 1, one window fits.",
        "stride=0 is not 'no stride given': compare with None."))  # fmt: skip
def check_bad_pools(ask: Ask, rng: Rng) -> None:
    """Pooling that cannot be is a ValueError; the rest works."""
    computes(
        ask, [pooled(rng, "max_pool2d(x, 4)", (4, 5)), pooled(rng, "max_pool2d(x, 3)", (3, 4))]
    )
    refused(ask, BAD_POOLS)
