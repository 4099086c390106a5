"""Evaluation mode, and what is refused."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import ROUNDED, Measure, Rng, require_refusals
from autograder.checks.x_norm.formulas import (
    Batch,
    axes,
    draw_batch,
    draw_weights,
    in_training,
    normalise,
    run_layer,
    spread,
)
from autograder.checks.x_norm.training_mode import CALL_1D, CALL_2D, IMAGES, ROWS
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import close
from autograder.numerics.tensors import draw_numbers

MODES = "Module.train Module.eval"
SHARE = 0.3


@check(f"{CALL_1D} {CALL_2D} {MODES}")
def check_evaluation(ask: Ask, rng: Rng, measure: Measure) -> None:
    for name, shape in (("BatchNorm1d", ROWS), ("BatchNorm2d", IMAGES)):
        seen = [draw_batch(rng, shape) for _ in range(3)]
        x = draw_batch(rng, shape).x
        n = x.shape[1]
        new = Batch(x, draw_numbers(rng, x.shape), "eval")
        alone = [Batch(x[k : k + 1], new.cotangent[k : k + 1], "eval") for k in range(len(x))]
        weights = draw_weights(rng, n)
        program = f"{name}({n}, momentum={SHARE})"
        answers = run_layer(ask, program, weights, [*seen, new, *alone])
        mean, var = np.zeros(n), np.ones(n)
        for batch in seen:
            mean = (1 - SHARE) * mean + SHARE * batch.x.mean(axis=axes(batch.x))
            var = (1 - SHARE) * var + SHARE * batch.x.var(axis=axes(batch.x), ddof=1)
        wanted = normalise(x, weights, mean, var)
        what = f"{name} in evaluation after three batches in training: entry "
        close(part(answers[3], "out"), wanted, what, 2 * ROUNDED)
        for k, answer in enumerate(answers[4:]):
            label = f"{name} in evaluation, row {k} of the batch alone: entry "
            close(part(answer, "out"), wanted[k : k + 1], label, 2 * ROUNDED)
        slope = spread(weights["gain"] / np.sqrt(var + 1e-5), x) * new.cotangent
        label = f"the gradient by x of {name} in evaluation: entry "
        measure["max_relative_error"] = close(part(answers[3], "x"), slope, label, 2 * ROUNDED)


@check(f"{CALL_1D} {MODES}")
def check_evaluation_still(ask: Ask, rng: Rng) -> None:
    first, other, last = (draw_batch(rng, ROWS) for _ in range(3))
    n = first.x.shape[1]
    weights = draw_weights(rng, n)
    batches = [first, Batch(other.x, other.cotangent, "eval"), last]
    answers = run_layer(ask, f"BatchNorm1d({n}, momentum={SHARE})", weights, batches)
    mean = SHARE * first.x.mean(axis=0)
    var = 1 - SHARE + SHARE * first.x.var(axis=0, ddof=1)
    close(part(answers[1], "running_mean"), mean, "running_mean after evaluation: entry ", ROUNDED)
    close(part(answers[1], "running_var"), var, "running_var after evaluation: entry ", ROUNDED)
    wanted = in_training(last.x, weights)
    close(part(answers[2], "out"), wanted, "the result back in training: entry ", ROUNDED)
    mean = (1 - SHARE) * mean + SHARE * last.x.mean(axis=0)
    close(part(answers[2], "running_mean"), mean, "running_mean back in training: entry ", ROUNDED)


BAD = {
    "BatchNorm1d(2)(np.ones((1, 2)))": "one row in training",
    "BatchNorm1d(2)(np.ones((0, 2)))": "no row in training",
    "BatchNorm2d(2)(np.ones((1, 2, 1, 1)))": "one image of one pixel in training",
    "BatchNorm2d(2)(np.ones((0, 2, 3, 3)))": "no image in training",
    "BatchNorm1d(2)(np.ones((4, 3)))": "3 columns for BatchNorm1d(2)",
    "BatchNorm1d(2)(np.ones((4, 1)))": "1 column for BatchNorm1d(2)",
    "BatchNorm1d(2)(np.ones(2))": "a vector for BatchNorm1d",
    "BatchNorm1d(2)(np.ones((4, 2, 3, 3)))": "images for BatchNorm1d",
    "BatchNorm2d(2)(np.ones((4, 3, 5, 5)))": "3 channels for BatchNorm2d(2)",
    "BatchNorm2d(2)(np.ones((4, 2)))": "rows for BatchNorm2d",
    "BatchNorm1d(0)": "no columns",
    "BatchNorm2d(0)": "no channels",
    "BatchNorm1d(2, eps=0.0)": "an eps of 0",
    "BatchNorm1d(2, momentum=1.5)": "a momentum above 1",
    "BatchNorm1d(2, momentum=-0.1)": "a negative momentum",
}


@check("BatchNorm1d.__call__ BatchNorm2d.__call__ BatchNorm1d.__init__")
def check_one_sample(ask: Ask, rng: Rng) -> None:
    weights = draw_weights(rng, 3)
    n = len(weights["gain"])
    one = Batch(draw_numbers(rng, (3,))[None, :n], np.ones((1, n)), "eval")
    (answer,) = run_layer(ask, f"BatchNorm1d({n})", weights, [one])
    wanted = normalise(one.x, weights, np.zeros(n), np.ones(n))
    close(part(answer, "out"), wanted, "one row in evaluation: entry ", ROUNDED)
    require_refusals(ask, BAD)
