"""``cross_entropy``."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import Measure, Rng, agrees, matches
from autograder.checks.m3_tensor_autograd.operations import MANY
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics import tensors, transformers
from autograder.numerics.tensors import Case, Floats, draw_numbers, make_case


def _classification_case(rng: Rng, program: str, logits: Floats, **more: Floats) -> Case:
    targets = rng.integers(0, logits.shape[1], len(logits))
    return make_case(rng, program, {"z": logits, **more}, {"Y": targets})


def _require_one_pass(ask: Ask, rng: Rng, measure: Measure, scale: float) -> None:
    """Fail a backward that pays for each of the logits, in rows of every `scale`."""
    rows = scale * rng.permutation(np.linspace(-1.0, 1.0, MANY[0]))[:, None]
    case = _classification_case(rng, "out = cross_entropy(z, Y)", rows + draw_numbers(rng, MANY))
    slope = transformers.softmax(case.tensors["z"])
    slope[np.arange(MANY[0]), case.arrays["Y"]] -= 1.0
    matches(ask, measure, [case], [(case.out(), {"z": case.cotangent * slope / MANY[0]})])


@check("cross_entropy")
def check_cross_entropy(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    n, m, k = (tensors.draw_sizes(rng)[letter] for letter in "nmk")
    shared, w = "out = cross_entropy(z, Y) + (z * z).mean()", draw_numbers(rng, (3, 3))
    agrees(
        ask,
        measure,
        [
            _classification_case(rng, "out = cross_entropy(z, Y)", draw_numbers(rng, (n, m))),
            _classification_case(rng, "out = cross_entropy(z, Y)", draw_numbers(rng, (1, k))),
            _classification_case(
                rng, "out = cross_entropy(z, Y) * 3 + 1", draw_numbers(rng, (2 * m, n))
            ),
            _classification_case(rng, shared, draw_numbers(rng, (m, k))),
            _classification_case(
                rng, "out = cross_entropy(z @ w, Y)", draw_numbers(rng, (7, 3)), w=w
            ),
        ],
    )
    if visibility == "public":
        _require_one_pass(ask, rng, measure, 0.0)


@check("cross_entropy")
def check_cross_entropy_large(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    shifts = rng.permutation([1e4, -1e4, 0.0, 300.0])[:, None]
    near = shifts + draw_numbers(rng, (4, 3))
    signs = np.stack([rng.permutation([1.0, -1.0, 0.0]) for _ in range(3)])
    far = draw_numbers(rng, (3, 3)) + 1e4 * signs
    cases = [
        _classification_case(rng, "out = cross_entropy(z, Y)", near),
        _classification_case(rng, "out = cross_entropy(z, Y) * 1e-3", far),
    ]
    agrees(ask, measure, cases)
    if visibility == "public":
        _require_one_pass(ask, rng, measure, 1e4)


LABELS = {
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([0, 3]))": "a label that is too large",
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([-1, 0]))": "a negative label",
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([0, 1, 2]))": "more labels than rows",
    "cross_entropy(Tensor(np.ones((2, 3))), np.array([1]))": "fewer labels than rows",
    "cross_entropy(Tensor(np.ones((0, 3))), np.zeros(0, dtype=int))": "an empty batch",
}


@check("cross_entropy", look="cross_entropy _classes")
def check_bad_labels(ask: Ask, rng: Rng, measure: Measure) -> None:
    agrees(
        ask,
        measure,
        [_classification_case(rng, "out = cross_entropy(z, Y)", draw_numbers(rng, (4, 3)))],
    )
    bad = [bad_expression(what, ("ValueError",), tried) for tried, what in LABELS.items()]
    halves = "cross_entropy(Tensor(np.ones((2, 3))), np.array([0.5, 1.0]))"
    bad.append(bad_expression("labels that are halves", ("TypeError", "ValueError"), halves))
    ask.refuses("attempt", bad)
