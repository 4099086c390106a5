"""The network: forward, gradients, a step, the classes, and all of it elsewhere."""

from contextlib import suppress

import numpy as np

from autograder.checks.m3_tensor_autograd.common import Measure
from autograder.checks.x_backend.calls import (
    HERE,
    MODULES,
    ROUNDED,
    require_right,
    take_keys,
)
from autograder.checks.x_backend.inputs import (
    DTYPES,
    Rng,
    draw_classes,
    draw_forward,
    draw_gradients,
    draw_loss,
    draw_network,
    draw_one_hot,
    draw_step,
    lower,
)
from autograder.checks.x_backend.pieces import init_code, init_parameters, require_refusals
from autograder.judge.questions import Answer, Ask
from autograder.judge.spec import check
from autograder.numerics import classifiers
from autograder.numerics.classifiers import Weights
from autograder.numerics.compare import close, require_list
from autograder.sandbox.failures import CheckFailure

BAD_X = {
    "{}(params, xp.zeros((4, 2)){})": "x of 2 columns for w1 of shape (3, 2)",
    "{}(params, xp.zeros(3){})": "x with one axis",
}
MIXED = "forward(params, strict.zeros((4, 3)))"
BAD_STEPS = {
    'sgd_step(params, {"w1": params["w1"]}, 0.1)': "gradients without b1, w2 and b2",
    'sgd_step({"b": xp.ones(2)}, {"b": xp.ones((2, 2))}, 0.1)': "a gradient of another shape",
    'sgd_step({"b": xp.ones((2, 2))}, {"b": xp.ones(2)}, 0.1)': "a gradient that is broadcast",
    "sgd_step(params, params, 0.0)": "a rate of 0",
    "sgd_step(params, params, -0.1)": "a rate below 0",
    'sgd_step(params, params, float("nan"))': "a rate of NaN",
    'sgd_step(params, params, float("inf"))': "an infinite rate",
}
PARAMETERS = ("w1", "b1", "w2", "b2")
BAD_ROWS = {
    "loss_and_gradients(params, xp.zeros((4, 3)), xp.asarray([0]))": "1 label for 4 rows",
    "loss_and_gradients(params, xp.zeros((1, 3)), xp.asarray([4]))": "a label that is no class",
    "loss_and_gradients(params, xp.zeros((0, 3)), xp.arange(0))": "no rows",
}
STEPS, RATE, TRAINED = 40, 0.5, 24


def wrong_rows(function: str, more: str = "") -> dict[str, str]:
    """Return calls of `function` with x that does not fit."""
    return {tried.format(function, more): what for tried, what in BAD_X.items()}


@check("forward")
def check_forward(ask: Ask, rng: Rng, measure: Measure) -> None:
    measure["max_relative_error"] = require_right(ask, draw_forward(rng))
    require_refusals(ask, wrong_rows("forward"))
    require_refusals(ask, {MIXED: "x of another module"}, "TypeError", ("numpy",))


@check("loss_and_gradients")
def check_gradients(ask: Ask, rng: Rng, measure: Measure) -> None:
    measure["max_relative_error"] = require_right(ask, draw_gradients(rng))
    require_refusals(ask, wrong_rows("loss_and_gradients", ", xp.arange(4)") | BAD_ROWS)


@check("sgd_step")
def check_step(ask: Ask, rng: Rng, measure: Measure) -> None:
    measure["max_relative_error"] = require_right(ask, draw_step(rng))
    require_refusals(ask, BAD_STEPS)


@check("predict sgd_step loss_and_gradients", seconds=10.0)
def check_training(ask: Ask, rng: Rng, measure: Measure) -> None:
    require_right(ask, draw_classes(rng))
    require_refusals(ask, wrong_rows("predict"))
    weights, x, labels = draw_network(rng, TRAINED)
    batches = [np.arange(TRAINED)] * STEPS
    curve, after = classifiers.train_classifier(weights, x, labels, batches, RATE, 0.0)
    for name in HERE:
        for dtype in DTYPES:
            given = lower({"params": weights, "x": x, "labels": labels}, dtype)
            question = {"module": name, "lr": RATE, "steps": STEPS, **given}
            try:
                answer = ask("train_closed", question=question)
                where = f"{STEPS} steps in {dtype}, on arrays of {MODULES[name].title}"
                measure[f"error_{name}_{dtype}"] = compare_training(
                    answer, curve, after, where, ROUNDED[dtype]
                )
            except CheckFailure:
                with suppress(CheckFailure):  # in a way that a script can repeat
                    ask("train", **question)
                raise


def compare_training(
    answer: Answer, curve: list[float], after: Weights, where: str, rounded: float
) -> float:
    """Return the largest error of the parameters, or fail there or at the first wrong loss."""
    losses = require_list(answer["losses"], len(curve), f"{where}: the losses")
    for step, (got, wanted) in enumerate(zip(losses, curve, strict=True)):
        close(got, wanted, f"{where}: the loss before step {step}", rounded)
    arrays = take_keys(answer["params"], PARAMETERS, f"the parameters after {where}")
    return max(
        close(got, after[key], f"entry [{{}}] of {key} after {where}", rounded)
        for key, got in zip(PARAMETERS, arrays, strict=True)
    )


@check("init one_hot softmax_cross_entropy forward loss_and_gradients sgd_step predict")
def check_device(ask: Ask, rng: Rng) -> None:
    for draw in (draw_one_hot, draw_loss, draw_forward, draw_gradients, draw_step, draw_classes):
        require_right(ask, draw(rng), ("device",))
    code = init_code(int(rng.integers(1000, 9000)), ", device=device")
    init_parameters(ask, "device", code, "float32")
