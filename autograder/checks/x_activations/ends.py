"""Far from 0, and in float32."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import Rng
from autograder.checks.x_activations.common import (
    Curve,
    gelu_curve,
    leaky_curve,
    run_curves,
    swish_curve,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import close, same
from autograder.numerics.tensors import draw_numbers

CURVES: dict[str, tuple[Curve, float]] = {  # and its slope far at the left; at the right it is 1
    "leaky_relu(x)": (leaky_curve(0.01), 0.01),
    "swish(x)": (swish_curve, 0.0),
    "gelu(x)": (gelu_curve, 0.0),
}
FAR = (-1e4, -300.0, -50.0, 50.0, 300.0, 1e4)
EVERY = "leaky_relu swish gelu Tensor.backward"


@check(EVERY)
def check_far(ask: Ask, rng: Rng) -> None:
    g = draw_numbers(rng, (len(FAR),))
    x = np.array(FAR[: len(g)])
    for dtype in (np.float64, np.float32):
        for expression, (curve, left) in CURVES.items():
            (answer,) = run_curves(ask, expression, [x.astype(dtype)], [g.astype(dtype)])
            where = f" in {np.dtype(dtype).name}, far from 0: x = {FAR}"
            close(part(answer, "out"), curve(x), f"{expression}: entry ", 1e-4, where)
            slopes = np.where(x > 0, 1.0, left)
            what = f"{expression}: the gradient at entry "
            close(part(answer, "grad"), slopes * g, what, 1e-4, where)
            same(part(answer, "warnings"), [], f"{expression}{where}: what NumPy warns of")


@check(EVERY)
def check_dtypes(ask: Ask, rng: Rng) -> None:
    x = draw_numbers(rng, (4, 3))
    g = draw_numbers(rng, x.shape)
    for dtype in (np.float64, np.float32):
        name = np.dtype(dtype).name
        for expression, (curve, _) in CURVES.items():
            (answer,) = run_curves(ask, expression, [x.astype(dtype)], [g.astype(dtype)])
            for key, said in (("out", "its result"), ("grad", "the gradient of x")):
                got = part(answer, key)
                found = got.dtype.name if isinstance(got, np.ndarray) else type(got).__name__
                same(found, name, f"{expression} of {name}: the dtype of {said}")
            close(part(answer, "out"), curve(x), f"{expression} of {name}: entry ", 1e-5)
