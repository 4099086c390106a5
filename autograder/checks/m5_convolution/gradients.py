"""``conv2d``, backwards."""

from collections.abc import Sequence
from typing import Any

from autograder.checks.m3_tensor_autograd import agrees, matches
from autograder.checks.m5_convolution.common import Measure, Rng, sides
from autograder.checks.m5_convolution.programs import convolved
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import goldens
from autograder.numerics.tensors import Case, draw_numbers, make_case


def slopes(ask: Ask, measure: Measure, cases: Sequence[Case], name: str) -> None:
    """Compare results, and one operand's gradients, with central differences."""
    matches(ask, measure, cases, [(case.out(), {name: case.gradient(name)}) for case in cases])


@check("finite-difference", 4, "conv2d Tensor.backward",
       ("How many entries of the result does one pixel move?",
        "As many as there are windows over it, times the kernels: its gradient is a sum over all.",
        "The cotangent times the weights gives the patches' gradient; col2im brings it back."),
)  # fmt: skip
def check_conv2d_input(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of conv2d by the image: every pixel, by central differences."""
    cases = [convolved(rng, *how, maps=2) for how in ((3,), (2, 2), (3, 2, 1))]
    slopes(ask, measure, cases, "x")


@check("finite-difference", 4, "conv2d Tensor.backward",
       ("How often is one weight used?",
        "In every window of every image: its gradient is the sum over all of them.",
        "Cotangent (O, N*OH*OW) times patches (N*OH*OW, C k k), in the weight's shape."),
)  # fmt: skip
def check_conv2d_weight(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of conv2d by the weight: every element, by central differences."""
    cases = [convolved(rng, *how) for how in ((3,), (2, 2), (3, 2, 1), (1,))]
    slopes(ask, measure, cases, "w")


@check("finite-difference", 2, "conv2d Tensor.backward",
       ("Which entries of the result does bias[o] move?",
        "All of map o, in every image.",
        "The cotangent, summed over images, rows and columns: what is left has shape (O,)."),
)  # fmt: skip
def check_conv2d_bias(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The gradient of conv2d by the bias: summed over images and positions."""
    slopes(ask, measure, [convolved(rng, *how) for how in ((3,), (2, 2, 1))], "b")


HARD = ((1, 2, 0), (2, 1, 2), (3, 3, 1), (4, 2, 0), (5, 3, 2), (2, 3, 0))


@check("finite-difference", 3, "conv2d Tensor.backward",
       ("Does the backward pass know the stride and the padding of the forward pass?",
        "Backward walks the same windows: the same stride, padding and order of axes.",
        "Take what the message names and compare the gradient of one pixel with a sum by hand."),
)  # fmt: skip
def check_conv2d_every(ask: Ask, rng: Rng, measure: Measure) -> None:
    """All gradients of conv2d for kernels 1 to 5, with strides and paddings that do not divide."""
    size = {5: (6, 7), 4: (5, 7)}
    agrees(ask, measure, [
        convolved(rng, *how, channels=2, maps=3, size=size.get(how[0], sides(rng, 4, 5, 6)))
        for how in HARD
    ])  # fmt: skip


@check("golden", 3, "conv2d max_pool2d Tensor.backward",
       ("Which of the simpler checks fails too?",
        "Convolutions and poolings of many kinds stand here once more, beside PyTorch's numbers.",
        "Mend what the message names: its own check says more."))  # fmt: skip
def check_conv2d_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    """conv2d and max_pool2d agree with PyTorch, gradients included."""
    cases, wanted = stored_cases()
    if visibility == "public":
        matches(ask, measure, cases, wanted)
    else:
        agrees(ask, measure, [redrawn(rng, case) for case in cases])


def stored_cases() -> tuple[list[Case], list[Any]]:
    """Return PyTorch's cases and what it answered."""
    stored, cases, wanted = goldens.load_goldens("m5"), [], []
    for place, program in enumerate(stored["programs"].tolist()):
        mine = {k.partition(".")[2]: v for k, v in stored.items() if k.startswith(f"{place}.")}
        grads = {k.removesuffix(".grad"): v for k, v in mine.items() if k.endswith(".grad")}
        cases.append(Case(program, {name: mine[name] for name in grads}, {}, mine["cotangent"]))
        wanted.append((mine["out"], grads))
    return cases, wanted


def redrawn(rng: Rng, case: Case) -> Case:
    """Return the same program on other numbers."""
    inputs = {name: draw_numbers(rng, x.shape) for name, x in case.tensors.items()}
    return make_case(rng, case.program, inputs, {})
