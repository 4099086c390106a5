"""``Conv2d``, ``MaxPool2d`` and ``Flatten``."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.checks.m3_tensor_autograd.common import look
from autograder.checks.m4_training_loop.layers import require_unseeded
from autograder.checks.m5_convolution.common import ROUNDED, Floats, Measure, Rng, images
from autograder.checks.m5_convolution.programs import convolution_case, pooling_case
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import (
    all_true,
    as_floats,
    close,
    format_number,
    require_list,
    same,
)
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.tensors import Case, draw_numbers, make_case


def ran(
    ask: Ask, program: str, weights: Mapping[str, Any], x: Floats, cotangent: Floats
) -> dict[str, Any]:
    """Return a model's output and gradients."""
    answer = ask("run", program=program, weights=dict(weights), x=x, cotangent=cotangent)
    if not isinstance(answer["grads"], dict):
        raise WrongAnswer("the answer lacks gradients")
    return answer


def follows(ask: Ask, program: str, weights: dict[str, str], case: Case, what: str) -> None:
    """Fail unless a model gives what `case` gives; `weights` names the layer's tensors."""
    given = {name: case.tensors[letter] for letter, name in weights.items()}
    answer = ran(ask, program, given, case.tensors["x"], case.cotangent)
    close(answer["out"], case.out(), what, ROUNDED)
    for letter, name in {"x": "x", **weights}.items():
        close(answer["grads"].get(name), case.gradient(letter), f"{what}: {name}.grad", ROUNDED)


LAYER = {"w": "model.weight", "b": "model.bias"}


@check("Conv2d.__call__ Conv2d.__init__")
def check_conv_layer(ask: Ask, rng: Rng) -> None:
    for kernel, stride, padding in ((3, 1, 0), (2, 2, 1)):
        case = convolution_case(rng, kernel, stride, padding, channels=2, maps=3, size=(5, 4))
        made = f"Conv2d(2, 3, {kernel}, stride={stride}, padding={padding})"
        follows(ask, f"model = {made}", LAYER, case, made)


SPREAD = (0.2, 2.5)  # times He's deviation: every usual scheme lies within


@check("Conv2d.__init__")
def check_conv_layer_init(ask: Ask, rng: Rng, measure: Measure) -> None:
    seed = int(rng.integers(1000))
    shape, layer = (6, 7, 5, 5), "Conv2d(7, 6, 5, rng=rng)"
    drawn = ask("fresh", layer=layer, seeds=[seed, seed + 1, seed])["layers"]
    made = [require_list(one, 2, "weight and bias") for one in require_list(drawn, 3, "the layers")]
    first, other, again = (as_floats(one[0], shape, f"the weight of {layer}") for one in made)
    deviation = float(first.std()) / math.sqrt(2 / (7 * 25))
    unequal = [len(np.unique(first)) > 1000, not np.array_equal(first, other)]
    measure["deviation"] = deviation
    ask.recognise_by(
        {
            "deviation": float(np.round(deviation)),  # it may be infinite
            "unequal": unequal,
            "same": bool(np.array_equal(first, again)),
        }
    )
    if not all(unequal):
        raise WrongAnswer(f"the weights of {layer} must all differ, and differ with the seed")
    close(again, first, f"the weight of {layer} with the same seed", rtol=0.0)
    close(made[0][1], np.zeros(6), f"the bias of {layer}", rtol=0.0)
    if not SPREAD[0] < deviation < SPREAD[1]:
        raise WrongAnswer(
            f"the weights of {layer} have the standard deviation {format_number(first.std())}, "
            f"wanted about sqrt(2 / (7 * 25)) = {format_number(math.sqrt(2 / 175))}"
        )
    require_unseeded(ask, layer, shape)


STACK = (
    "a = Conv2d(2, 3, 3); b = Conv2d(3, 4, 2); "
    "model = Sequential(a, ReLU(), MaxPool2d(2), b, Flatten(), Linear(24, 5))"
)


@check("Conv2d.__init__ MaxPool2d.__init__ Flatten.__call__")
def check_layer_parameters(ask: Ask, rng: Rng) -> None:
    own = "a.weight, a.bias, b.weight, b.bias"
    shapes, found, out = look(
        ask,
        STACK,
        [
            "sorted(list(p.shape) for p in model.parameters())",
            f"[any(p is q for q in model.parameters()) for p in ({own})]",
            "list(model(Tensor(X)).shape)",
        ],
        {"X": images(rng, (8, 10), channels=2)},
    )
    same(
        shapes,
        [[3], [3, 2, 3, 3], [4], [4, 3, 2, 2], [5], [24, 5]],
        "the shapes in model.parameters()",
    )
    all_true(found, own.split(", "), "not in model.parameters()")
    same(out, [2, 5], "the shape of the network's output")


@check("MaxPool2d.__call__ MaxPool2d.__init__")
def check_pool_layer(ask: Ask, rng: Rng) -> None:
    for how, size in (("2", (4, 6)), ("3, stride=2", (5, 7)), ("2, 3", (5, 8))):
        case = pooling_case(rng, f"max_pool2d(x, {how})", size)
        follows(ask, f"model = MaxPool2d({how})", {}, case, f"MaxPool2d({how})")


@check("Flatten.__call__")
def check_flatten(ask: Ask, rng: Rng) -> None:
    for shape in ((2, 3, 4, 5), (5, 2, 1, 3), (3, 4)):
        x = draw_numbers(rng, shape)
        case = make_case(rng, f"out = x.reshape({shape[0]}, -1)", {"x": x}, {})
        follows(ask, "model = Flatten()", {}, case, f"Flatten() of shape {shape}")
