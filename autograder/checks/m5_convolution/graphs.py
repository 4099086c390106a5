"""``conv2d`` among other operations, and what it must leave alone."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import agrees, answers, part
from autograder.checks.m5_convolution.common import Measure, Rng, images, require_refusals, sides
from autograder.checks.m5_convolution.programs import computes, convolution_case
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import close, same
from autograder.numerics.tensors import draw_numbers, make_case


@check("conv2d Tensor.backward")
def check_conv_chain(ask: Ask, rng: Rng, measure: Measure) -> None:
    x, y = (draw_numbers(rng, (2, 2, *sides(rng, 5, 6))) for _ in range(2))
    b, w = draw_numbers(rng, (3,)), draw_numbers(rng, (3, 2, 2, 2))
    v, c = draw_numbers(rng, (2, 3, 3, 3)), draw_numbers(rng, (2,))
    deep = "h = conv2d(x, w, b).tanh(); out = conv2d(h, v, c, stride=2, padding=1) * 3"
    made = "out = (conv2d(x * 2, w * w, b + 1, padding=1) + 1).sum(axis=(2, 3))"
    agrees(
        ask,
        measure,
        [
            make_case(rng, deep, {"x": x, "w": w, "b": b, "v": v, "c": c}, {}),
            make_case(rng, made, {"x": y, "w": w, "b": b}, {}),
        ],
    )


@check("conv2d Tensor.backward")
def check_conv_shared(ask: Ask, rng: Rng, measure: Measure) -> None:
    one = convolution_case(rng, 2, channels=2, maps=3, size=(4, 5)).tensors
    two = {"y": draw_numbers(rng, one["x"].shape), "v": draw_numbers(rng, one["w"].shape)}
    both = one | two
    agrees(
        ask,
        measure,
        [
            make_case(
                rng, "out = conv2d(x, w, b) + conv2d(y, w, b) * 2", {k: both[k] for k in "xwby"}, {}
            ),
            make_case(
                rng,
                "out = conv2d(x, w, b) * conv2d(x, v, b, stride=1)",
                {k: both[k] for k in "xwbv"},
                {},
            ),
        ],
    )


@check("conv2d max_pool2d Tensor.backward")
def check_dtypes_kept(ask: Ask, rng: Rng) -> None:
    pool = {"x": images(rng, (5, 6), channels=2)}
    cases = [
        convolution_case(rng, 3, 1, 1),
        convolution_case(rng, 2, 2),
        make_case(rng, "out = max_pool2d(x, 2)", pool, {}),
    ]
    for dtype in (np.float64, np.float32):
        for case, answer in zip(cases, answers(ask, cases, dtype), strict=True):
            grads = part(answer, "grads")
            got = {"out": part(answer, "out")} | {name: part(grads, name) for name in case.tensors}
            for name, array in got.items():
                found = array.dtype.name if isinstance(array, np.ndarray) else type(array).__name__
                same(found, np.dtype(dtype).name, f"{case.program}: the dtype of {name}")
            close(part(answer, "out"), case.out(), f"{case.program}: out", rtol=1e-4)


@check("conv2d max_pool2d Tensor.backward")
def check_operands_unchanged(ask: Ask, rng: Rng) -> None:
    pool = {"x": images(rng, (5, 6), channels=2)}
    cases = [
        convolution_case(rng, 3, 1, 1),
        convolution_case(rng, 1),
        make_case(rng, "out = max_pool2d(x, 2)", pool, {}),
        make_case(rng, "out = max_pool2d(x, 1)", pool, {}),
    ]
    for case, answer in zip(cases, answers(ask, cases, after=True), strict=True):
        after = part(answer, "after")
        for name, x in {**case.tensors, "cotangent": case.cotangent}.items():
            close(part(after, name), x, f"{name} after {case.program} and backward", rtol=0.0)
        close(part(answer, "out"), case.out(), f"{case.program}: out")


BAD_SHAPES = {
    "conv2d(T(1, 3, 5, 6), T(4, 2, 3, 3), T(4))": "3 channels for kernels of 2",
    "conv2d(T(1, 1, 5, 6), T(4, 2, 3, 3), T(4))": "1 channel for kernels of 2",
    "conv2d(T(2, 5, 6), T(4, 2, 3, 3), T(4))": "images without an axis for the batch",
    "conv2d(T(1, 2, 5, 6), T(2, 3, 3), T(2))": "kernels without an axis for the maps",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 2), T(4))": "kernels that are not square",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(3))": "3 biases for 4 kernels",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(1))": "1 bias for 4 kernels",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(4, 1))": "biases in two axes",
    "conv2d(T(1, 2, 2, 6), T(4, 2, 3, 3), T(4))": "kernels higher than the images",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(4), stride=0)": "stride 0",
    "conv2d(T(1, 2, 5, 6), T(4, 2, 3, 3), T(4), padding=-1)": "a negative padding",
    "Conv2d(0, 4, 3)": "a layer without input channels",
    "Conv2d(2, 4, 0)": "a layer with windows of 0",
    "Conv2d(2, 4, 3, stride=0)": "a layer with stride 0",
    "Conv2d(2, 4, 3, padding=-1)": "a layer with a negative padding",
    "Conv2d(2, 4, 3)(T(1, 3, 5, 6))": "3 channels for a layer of 2",
}


@check("conv2d Conv2d.__init__ Conv2d.__call__")
def check_bad_shapes(ask: Ask, rng: Rng) -> None:
    computes(ask, [convolution_case(rng, 3), convolution_case(rng, 5, 1, 2, size=(2, 3))])
    require_refusals(ask, BAD_SHAPES)
