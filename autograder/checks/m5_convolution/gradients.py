"""``conv2d``, backwards."""

from collections.abc import Sequence
from typing import Any

from autograder.checks.m3_tensor_autograd.common import agrees, matches
from autograder.checks.m5_convolution.common import Measure, Rng, sides
from autograder.checks.m5_convolution.programs import convolution_case
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import goldens
from autograder.numerics.tensors import Case, draw_numbers, make_case


def slopes(ask: Ask, measure: Measure, cases: Sequence[Case], name: str) -> None:
    """Compare results, and one operand's gradients, with central differences."""
    matches(ask, measure, cases, [(case.out(), {name: case.gradient(name)}) for case in cases])


@check("conv2d Tensor.backward")
def check_conv2d_input(ask: Ask, rng: Rng, measure: Measure) -> None:
    cases = [convolution_case(rng, *how, maps=2) for how in ((3,), (2, 2), (3, 2, 1))]
    slopes(ask, measure, cases, "x")


@check("conv2d Tensor.backward")
def check_conv2d_weight(ask: Ask, rng: Rng, measure: Measure) -> None:
    cases = [convolution_case(rng, *how) for how in ((3,), (2, 2), (3, 2, 1), (1,))]
    slopes(ask, measure, cases, "w")


@check("conv2d Tensor.backward")
def check_conv2d_bias(ask: Ask, rng: Rng, measure: Measure) -> None:
    slopes(ask, measure, [convolution_case(rng, *how) for how in ((3,), (2, 2, 1))], "b")


HARD = ((1, 2, 0), (2, 1, 2), (3, 3, 1), (4, 2, 0), (5, 3, 2), (2, 3, 0))


@check("conv2d Tensor.backward")
def check_conv2d_every(ask: Ask, rng: Rng, measure: Measure) -> None:
    size = {5: (6, 7), 4: (5, 7)}
    agrees(
        ask,
        measure,
        [
            convolution_case(
                rng, *how, channels=2, maps=3, size=size.get(how[0], sides(rng, 4, 5, 6))
            )
            for how in HARD
        ],
    )


@check("conv2d max_pool2d Tensor.backward")
def check_conv2d_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
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
