"""``conv2d``, forwards."""

import numpy as np

from autograder.checks.m5_convolution.common import Rng, images, sides
from autograder.checks.m5_convolution.programs import computes, convolution_case, outs
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close
from autograder.numerics.tensors import make_case


@check("conv2d")
def check_conv2d(ask: Ask, rng: Rng) -> None:
    computes(ask, [convolution_case(rng, *how) for how in ((3,), (2, 2), (3, 1, 1), (6, 4, 3))])
    computes(ask, [convolution_case(rng, 3, size=size) for size in ((5, 8), (8, 5))])


@check("conv2d")
def check_conv2d_channels(ask: Ask, rng: Rng) -> None:
    cases = []
    for place in range(3):
        case = convolution_case(rng, 2, channels=3, maps=2)
        case.tensors["x"][:, np.arange(3) != place] = 0.0
        cases.append(case)
    computes(ask, cases)


@check("conv2d")
def check_conv2d_unflipped(ask: Ask, rng: Rng) -> None:
    x, cases = images(rng, sides(rng, 4, 5, 6), 1, 1), []
    for i, j in ((0, 0), (0, 2), (2, 1)):
        weight = np.zeros((1, 1, 3, 3))
        weight[0, 0, i, j] = 1.0
        inputs = {"x": x, "w": weight, "b": np.zeros(1)}
        cases.append(make_case(rng, "out = conv2d(x, w, b)", inputs, {}))
    computes(ask, cases)


@check("conv2d")
def check_conv2d_shift(ask: Ask, rng: Rng) -> None:
    down, right = rng.permutation([1, 2, 3])[:2].tolist()
    inputs = dict(convolution_case(rng, 3, count=1, size=(9, 11)).tensors)
    inputs["x"][:, :, 5:] = inputs["x"][:, :, :, 6:] = 0.0
    moved = inputs | {"x": np.roll(inputs["x"], (down, right), axis=(2, 3))}
    program = "out = conv2d(x, w, b, padding=1)"
    cases = [make_case(rng, program, each_, {}) for each_ in (inputs, moved)]
    here, there = (
        as_floats(got, case.out().shape, "the map")
        for case, got in zip(cases, outs(ask, cases), strict=True)
    )
    what = f"the map of an image that was moved {down} down and {right} to the right: entry "
    close(there[:, :, down:, right:], here[:, :, :-down, :-right], what)
    close(here, cases[0].out(), "the map of the image that was not moved: entry ")


@check("conv2d")
def check_one_by_one(ask: Ask, rng: Rng) -> None:
    case = convolution_case(rng, 1, channels=4, maps=3)
    x, w, b = (case.tensors[name] for name in "xwb")
    wanted = np.einsum("nchw,oc->nohw", x, w[:, :, 0, 0]) + b[:, None, None]
    close(outs(ask, [case])[0], wanted, "a 1 x 1 convolution: entry ", where=f", with {case.where}")


@check("conv2d")
def check_whole_image(ask: Ask, rng: Rng) -> None:
    case = convolution_case(rng, 4, channels=2, maps=5, size=(4, 4), count=3)
    x, w, b = (case.tensors[name] for name in "xwb")
    wanted = (x.reshape(3, -1) @ w.reshape(5, -1).T + b).reshape(3, 5, 1, 1)
    close(outs(ask, [case])[0], wanted, "a convolution with windows of the image's size: entry ")
