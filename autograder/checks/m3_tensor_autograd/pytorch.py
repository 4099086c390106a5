"""Every operation, beside PyTorch."""

from typing import Any

from autograder.checks.m3_tensor_autograd.common import (
    EVERY_OPERATION,
    Measure,
    Rng,
    agrees,
    matches,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import goldens
from autograder.numerics.tensors import Case, draw_numbers, make_case


def stored_cases() -> tuple[list[Case], list[Any]]:
    """Return PyTorch's cases and what it answered."""
    stored = goldens.load_goldens("m3")
    cases, wanted = [], []
    for place, program in enumerate(stored["programs"].tolist()):
        mine = {k.partition(".")[2]: v for k, v in stored.items() if k.startswith(f"{place}.")}
        grads = {k.removesuffix(".grad"): v for k, v in mine.items() if k.endswith(".grad")}
        inputs = {name: mine[name] for name in grads}
        arrays = {"Y": mine["Y"]} if "Y" in mine else {}
        cases.append(Case(program, inputs, arrays, mine["cotangent"]))
        wanted.append((mine["out"], grads))
    return cases, wanted


def redrawn(rng: Rng, case: Case) -> Case:
    """Return the same program on other numbers."""
    inputs = {
        name: draw_numbers(rng, x.shape, positive=bool((x > 0).all()))
        for name, x in case.tensors.items()
    }
    arrays = {name: rng.permutation(y) for name, y in case.arrays.items()}
    return make_case(rng, case.program, inputs, arrays)


@check("Tensor.backward", look=f"Tensor.backward {EVERY_OPERATION} cross_entropy")
def check_operations_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    cases, wanted = stored_cases()
    if visibility == "public":
        matches(ask, measure, cases, wanted)
    else:
        agrees(ask, measure, [redrawn(rng, case) for case in cases])
