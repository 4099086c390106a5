"""Training mode: values, three gradients, and the running statistics."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import ROUNDED, Measure, Rng
from autograder.checks.x_norm.formulas import (
    Batch,
    Weights,
    axes,
    draw_batch,
    draw_weights,
    gradients,
    in_training,
    run_layer,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close

CALL_1D = "BatchNorm1d.__call__ BatchNorm1d.__init__"
CALL_2D = "BatchNorm2d.__call__ BatchNorm2d.__init__"
ROWS, IMAGES = (6, 4), (3, 3, 4, 5)


def gives(ask: Ask, program: str, batch: Batch, weights: Weights, eps: float = 1e-5) -> None:
    """Compare the result in training with the judge's own."""
    (answer,) = run_layer(ask, program, weights, [batch])
    what = f"{program} in training, x of shape {batch.x.shape}: entry "
    wanted = in_training(batch.x.astype(np.float64), weights, eps)
    close(part(answer, "out"), wanted, what, 1e-3 if batch.x.dtype == np.float32 else ROUNDED)


@check(CALL_1D)
def check_rows(ask: Ask, rng: Rng) -> None:
    batch = draw_batch(rng, ROWS)
    count, n = batch.x.shape
    weights = draw_weights(rng, n)
    gives(ask, f"BatchNorm1d({n})", batch, weights)
    gives(ask, f"BatchNorm1d({n}, eps=0.25)", batch, weights, eps=0.25)
    two = Batch(batch.x[:2], batch.cotangent[:2])
    gives(ask, f"BatchNorm1d({n})", two, weights)
    still = Batch(np.where(np.arange(n) == n - 1, 1.5, batch.x), batch.cotangent)
    gives(ask, f"BatchNorm1d({n})", still, weights)
    far = (300.0 + rng.normal(size=(40, n))).astype(np.float32)
    if len(far) > count:  # cut inputs have no room for it
        weights32 = {name: w.astype(np.float32) for name, w in weights.items()}
        gives(ask, f"BatchNorm1d({n})", Batch(far, np.ones_like(far)), weights32)


def slopes(ask: Ask, rng: Rng, measure: Measure, by: str) -> None:
    """Compare the result and one gradient of rows in training with central differences."""
    batch = draw_batch(rng, ROWS)
    n = batch.x.shape[1]
    weights = draw_weights(rng, n)
    (answer,) = run_layer(ask, f"BatchNorm1d({n})", weights, [batch])
    close(
        part(answer, "out"),
        in_training(batch.x, weights),
        "the result in training: entry ",
        ROUNDED,
    )
    wanted = gradients(batch, weights)[by]
    what = f"the gradient by {by} in training: entry "
    error = close(part(answer, by), wanted, what, 2 * ROUNDED)
    measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


@check(f"{CALL_1D} Tensor.backward")
def check_gradient_x(ask: Ask, rng: Rng, measure: Measure) -> None:
    slopes(ask, rng, measure, "x")


@check(f"{CALL_1D} Tensor.backward")
def check_gradient_gain(ask: Ask, rng: Rng, measure: Measure) -> None:
    slopes(ask, rng, measure, "gain")


@check(f"{CALL_1D} Tensor.backward")
def check_gradient_bias(ask: Ask, rng: Rng, measure: Measure) -> None:
    slopes(ask, rng, measure, "bias")


@check(f"{CALL_2D} Tensor.backward")
def check_images(ask: Ask, rng: Rng, measure: Measure) -> None:
    for shape in (IMAGES, (1, 2, 4, 3)):
        batch = draw_batch(rng, shape)
        n = batch.x.shape[1]
        weights = draw_weights(rng, n)
        (answer,) = run_layer(ask, f"BatchNorm2d({n})", weights, [batch])
        what = f"in training, x of shape {batch.x.shape}: entry "
        close(part(answer, "out"), in_training(batch.x, weights), f"the result {what}", ROUNDED)
        for name, wanted in gradients(batch, weights).items():
            label = f"the gradient by {name} {what}"
            measure["max_relative_error"] = close(part(answer, name), wanted, label, 2 * ROUNDED)


@check(f"{CALL_1D} {CALL_2D}")
def check_running(ask: Ask, rng: Rng) -> None:
    momentum = float(rng.uniform(0.2, 0.6))
    cases = [
        ("BatchNorm1d", ROWS, 0.1),
        ("BatchNorm1d", (3, 4), momentum),
        ("BatchNorm2d", IMAGES, momentum),
    ]
    for name, shape, share in cases:
        batches = [draw_batch(rng, shape) for _ in range(4)]
        n = batches[0].x.shape[1]
        given = "" if share == 0.1 else f", momentum={share!r}"
        program = f"{name}({n}{given})"
        answers = run_layer(ask, program, draw_weights(rng, n), batches)
        mean, var = np.zeros(n), np.ones(n)
        for k, (batch, answer) in enumerate(zip(batches, answers, strict=True)):
            mean = (1 - share) * mean + share * batch.x.mean(axis=axes(batch.x))
            var = (1 - share) * var + share * batch.x.var(axis=axes(batch.x), ddof=1)
            after = f"of {program} after batch {k + 1} of shape {batch.x.shape}: entry "
            close(part(answer, "running_mean"), mean, f"running_mean {after}", ROUNDED)
            close(part(answer, "running_var"), var, f"running_var {after}", ROUNDED)


@check("BatchNorm1d.__init__ BatchNorm2d.__init__")
def check_fresh(ask: Ask, rng: Rng) -> None:
    n = int(rng.integers(3, 8))
    for layer in ("BatchNorm1d", "BatchNorm2d"):
        answer = ask("made", program=f"{layer}({n})")
        wanted = [("gain", 1.0), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0)]
        for name, value in wanted:
            close(answer[name], np.full(n, value), f"{name} of a new {layer}({n}): entry ")
        what = f"gain and bias of {layer}({n}), as parameters() lists them"
        both = as_floats(answer["parameters"], (2, n), what)
        close(both, np.stack([np.full(n, 2.0), np.full(n, 3.0)]), f"{what} once they are 2 and 3: ")
