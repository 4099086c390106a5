"""``max_pool2d``, forwards and backwards."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import agrees, matches
from autograder.checks.m5_convolution.common import Measure, Rng, require_refusals, sides
from autograder.checks.m5_convolution.programs import computes, pooling_case
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import convolution
from autograder.numerics.tensors import draw_numbers


@check("max_pool2d")
def check_max_pool(ask: Ask, rng: Rng) -> None:
    computes(ask, [pooling_case(rng, "max_pool2d(x, 2)", size) for size in ((4, 6), (8, 4))])
    computes(
        ask,
        [
            pooling_case(rng, "max_pool2d(x, 3)", (6, 9)),
            pooling_case(rng, "max_pool2d(x, 1)", (3, 4)),
            pooling_case(rng, "max_pool2d(x, 2, stride=2)", (4, 6)),
        ],
    )


@check("max_pool2d Tensor.backward")
def check_max_pool_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    agrees(
        ask,
        measure,
        [
            pooling_case(rng, "max_pool2d(x, 2)", sides(rng, 4, 6)),
            pooling_case(rng, "max_pool2d(x, 3)", (6, 3)),
            pooling_case(rng, "max_pool2d(x * 2, 2) * 3", (4, 2)),
        ],
    )


@check("max_pool2d Tensor.backward")
def check_max_pool_overlap(ask: Ask, rng: Rng, measure: Measure) -> None:
    agrees(
        ask,
        measure,
        [
            pooling_case(rng, "max_pool2d(x, 3, stride=1)", sides(rng, 5, 6)),
            pooling_case(rng, "max_pool2d(x, 3, stride=2)", (7, 5)),
            pooling_case(rng, "max_pool2d(x, 2, 1)", (3, 4)),
        ],
    )


@check("max_pool2d Tensor.backward")
def check_max_pool_rest(ask: Ask, rng: Rng, measure: Measure) -> None:
    agrees(
        ask,
        measure,
        [
            pooling_case(rng, "max_pool2d(x, 2)", sides(rng, 5, 7)),
            pooling_case(rng, "max_pool2d(x, 2, stride=3)", (7, 8)),
            pooling_case(rng, "max_pool2d(x, 3, stride=4)", (8, 6)),
        ],
    )


@check("max_pool2d Tensor.backward")
def check_max_pool_ties(ask: Ask, rng: Rng, measure: Measure) -> None:
    cases, wanted = [], []
    for kernel, stride, size in ((2, 2, (4, 6)), (3, 1, (5, 4)), (3, 2, (5, 7))):
        x = rng.integers(0, 3, (2, 2, *size)).astype(np.float64)
        x[0, 0] = 1.0  # where all are equal
        case = pooling_case(rng, f"max_pool2d(x, {kernel}, stride={stride})", size, x)
        cases.append(case)
        grad = convolution.pool_gradient(x, case.cotangent, kernel, stride)
        wanted.append((case.out(), {"x": grad}))
    matches(ask, measure, cases, wanted)


@check("max_pool2d Tensor.backward")
def check_max_pool_negative(ask: Ask, rng: Rng, measure: Measure) -> None:
    x = -draw_numbers(rng, (2, 3, *sides(rng, 5, 6)), positive=True)
    agrees(
        ask,
        measure,
        [
            pooling_case(rng, "max_pool2d(x, 2)", (0, 0), x),
            pooling_case(rng, "max_pool2d(x, 3, stride=2)", (0, 0), x),
        ],
    )


BAD_POOLS = {
    "max_pool2d(T(2, 4, 5), 2)": "images without an axis for the batch",
    "max_pool2d(T(1, 2, 4, 5), 0)": "windows of 0",
    "max_pool2d(T(1, 2, 4, 5), 2, stride=0)": "stride 0",
    "max_pool2d(T(1, 2, 2, 5), 3)": "windows higher than the images",
    "max_pool2d(T(1, 2, 5, 2), 3)": "windows wider than the images",
    "MaxPool2d(0)": "a layer with windows of 0",
    "MaxPool2d(2, stride=0)": "a layer with stride 0",
}


@check("max_pool2d MaxPool2d.__init__")
def check_bad_pools(ask: Ask, rng: Rng) -> None:
    computes(
        ask,
        [
            pooling_case(rng, "max_pool2d(x, 4)", (4, 5)),
            pooling_case(rng, "max_pool2d(x, 3)", (3, 4)),
        ],
    )
    require_refusals(ask, BAD_POOLS)
