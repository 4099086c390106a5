"""Values and slopes at drawn points."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import Measure, Rng, require_refusals
from autograder.checks.x_activations.common import (
    SEEN,
    Curve,
    gelu_curve,
    leaky_curve,
    run_curves,
    swish_curve,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import close
from autograder.numerics.tensors import draw_numbers

STEP = 1e-5
SHAPES = {(3, 5): 1.0, (7,): 3.0, (2, 3, 4): 0.2}  # and how large the numbers are


def follows(ask: Ask, rng: Rng, measure: Measure, expression: str, curve: Curve) -> None:
    """Compare values with the judge's own, and gradients with central differences."""
    inputs = [
        draw_numbers(rng, shape) * size for shape, size in zip(SHAPES, (1, 3, 0.2), strict=True)
    ]
    cotangents = [draw_numbers(rng, x.shape) for x in inputs]
    answers = run_curves(ask, expression, inputs, cotangents)
    for x, g, answer in zip(inputs, cotangents, answers, strict=True):
        what = f"of x of shape {x.shape}: entry "
        close(part(answer, "out"), curve(x), f"{expression} {what}")
        slope = (curve(x + STEP) - curve(x - STEP)) / (2 * STEP)
        error = close(part(answer, "grad"), g * slope, f"{expression}: the gradient {what}", SEEN)
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


@check("leaky_relu Tensor.backward")
def check_leaky_relu(ask: Ask, rng: Rng, measure: Measure) -> None:
    slope = round(float(rng.uniform(0.1, 0.6)), 3)
    follows(ask, rng, measure, "leaky_relu(x)", leaky_curve(0.01))
    follows(ask, rng, measure, f"leaky_relu(x, slope={slope!r})", leaky_curve(slope))
    follows(ask, rng, measure, "leaky_relu(x, slope=0.0)", leaky_curve(0.0))
    follows(ask, rng, measure, "leaky_relu(x, slope=1.0)", leaky_curve(1.0))


@check("leaky_relu Tensor.backward")
def check_leaky_relu_at_0(ask: Ask, rng: Rng) -> None:
    slope = round(float(rng.uniform(0.1, 0.6)), 3)
    g = draw_numbers(rng, (4,))
    for zero in (0.0, -0.0):
        (answer,) = run_curves(ask, f"leaky_relu(x, slope={slope!r})", [np.full_like(g, zero)], [g])
        close(part(answer, "out"), np.zeros(g.shape), "leaky_relu of exactly 0: entry ")
        close(part(answer, "grad"), slope * g, "the gradient of leaky_relu at exactly 0: entry ")


@check("swish Tensor.backward")
def check_swish(ask: Ask, rng: Rng, measure: Measure) -> None:
    follows(ask, rng, measure, "swish(x)", swish_curve)
    follows(ask, rng, measure, "swish(x * 2.0)", lambda x: swish_curve(x * 2.0))


@check("gelu Tensor.backward")
def check_gelu(ask: Ask, rng: Rng, measure: Measure) -> None:
    follows(ask, rng, measure, "gelu(x)", gelu_curve)
    follows(ask, rng, measure, "gelu(x * 2.0)", lambda x: gelu_curve(x * 2.0))


BAD = {
    "leaky_relu(Tensor([1.0, -1.0]), slope=-0.1)": "a negative slope",
    "leaky_relu(Tensor([1.0, -1.0]), slope=1.5)": "a slope above 1",
}


@check("leaky_relu")
def check_bad_slope(ask: Ask, rng: Rng) -> None:
    x = draw_numbers(rng, (5,))
    (answer,) = run_curves(ask, "leaky_relu(x, slope=1.0)", [x], [np.ones_like(x)])
    close(part(answer, "out"), x, "leaky_relu with slope 1: entry ")
    require_refusals(ask, BAD)
