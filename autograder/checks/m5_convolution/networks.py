"""Networks of all layers: their gradients, steps and files."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import ROUNDED, Floats, Measure, Rng, images, sides
from autograder.checks.m5_convolution.layers import STACK, ran
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import convolution, goldens, tensors, thresholds, trajectories
from autograder.numerics.compare import as_floats, close
from autograder.numerics.failure import WrongAnswer

NETWORK = (
    "conv = Conv2d({channels}, {maps}, {kernel}, padding=1); last = Linear({features}, {classes}); "
    "model = Sequential(conv, Tanh(), MaxPool2d(2), Flatten(), last)"
)
NAMES = {"w": "conv.weight", "b": "conv.bias", "v": "last.weight", "c": "last.bias"}
LEAD = 1e-3  # of every maximum over the next: rounding must not decide who wins


def network_program(weights: convolution.Weights) -> str:
    """Return the program of a network with weights of these shapes."""
    maps, channels, kernel, _ = weights["w"].shape
    features, classes = weights["v"].shape
    return NETWORK.format(
        channels=channels, maps=maps, kernel=kernel, features=features, classes=classes
    )


def problem(rng: Rng, count: int, image: tuple[int, int, int]) -> tuple[convolution.Weights, Any]:
    """Return weights and images, drawn until no window is nearly a tie."""
    while True:
        weights = convolution.draw_network(rng, image, 3, 3, 4)
        x = rng.normal(size=(count, *image))
        if convolution.pool_margin(convolution.network_signals(weights, x)[0], 2) > LEAD:
            return weights, x


TRAINED = "Conv2d.__call__ MaxPool2d.__call__ Flatten.__call__"


@check(f"{TRAINED} Tensor.backward")
def check_network(ask: Ask, rng: Rng, measure: Measure) -> None:
    weights, x = problem(rng, 5, (2, 5, 6))
    cotangent = rng.normal(size=(5, 4))
    answer = ran(
        ask, network_program(weights), {NAMES[k]: w for k, w in weights.items()}, x, cotangent
    )
    close(answer["out"], convolution.network_signals(weights, x)[2], "the logits", ROUNDED)
    wanted = convolution.network_gradients(weights, x, cotangent)
    for k, name in {**NAMES, "x": "x"}.items():
        error = close(answer["grads"].get(name), wanted[k], f"{name}.grad", ROUNDED)
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


RATE, STEPS = 0.1, 20


def descend_network(
    weights: convolution.Weights, x: Floats, y: NDArray[np.int64]
) -> tuple[Any, Any]:
    """Return the loss of each step, and the weights after the last; momentum is 0.9."""
    curve = []

    def slope(at: list[Floats]) -> list[Floats]:
        now = dict(zip("wbvc", at, strict=True))
        logits = convolution.network_signals(now, x)[2]
        curve.append(trajectories.batch_cross_entropy(logits, y))
        softmax = np.asarray(logits.view(tensors.Array).softmax())
        grads = convolution.network_gradients(now, x, (softmax - np.eye(4)[y]) / len(y))
        return [grads[k] for k in "wbvc"]

    start = [weights[k] for k in "wbvc"]
    last = trajectories.sgd_path(start, [slope] * STEPS, [RATE] * STEPS, 0.9, 0.0)[-1]
    return np.array(curve), dict(zip("wbvc", last, strict=True))


@check(f"{TRAINED} fit", seconds=20)
def check_training_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    stored = goldens.load_goldens("m5")
    x, y = stored["training.x"], stored["training.y"]
    weights = {k: stored[f"training.{k}"] for k in "wbvc"}
    curve: Any = stored["training.curve"]
    last = {k: stored[f"training.{k}.trained"] for k in "wbvc"}
    if visibility == "hidden":
        weights, x = problem(rng, 9, (2, 6, 5))
        curve, last = descend_network(weights, x, y)
    given = {NAMES[k]: w for k, w in weights.items()}
    answer = ask(
        "train", program=network_program(weights), weights=given, x=x, y=y, epochs=STEPS, lr=RATE
    )
    close(answer["loss"], curve, "the loss of step ", rtol=1e-4)
    for k, name in NAMES.items():
        error = close(part(answer["weights"], name), last[k], f"{name} after 20 steps", rtol=1e-3)
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


OVERFIT = (
    "model = Sequential(Conv2d(1, 6, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2), "
    "Conv2d(6, 8, 3, rng=rng), Tanh(), Flatten(), Linear({features}, 4, rng=rng))"
)


@check(f"{TRAINED} fit", seconds=40)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure) -> None:
    high, wide = sides(rng, 8, 9, 10)
    x, y = rng.normal(size=(12, 1, high, wide)), rng.permutation(np.arange(12) % 4)
    program = OVERFIT.format(features=8 * (high // 2 - 2) * (wide // 2 - 2))
    answer = ask("learn", program=program, x=x.astype(np.float32), y=y, epochs=120, lr=0.05)
    logits = as_floats(answer["logits"], (12, 4), "the logits of the batch")
    loss = trajectories.batch_cross_entropy(logits, y)
    ask.recognise_by({"learnt": loss < 0.05})
    thresholds.at_most(measure, "loss", loss, 0.05, "after 120 steps the loss on 12 images")


@check("Conv2d.__init__ save load")
def check_save_load(ask: Ask, rng: Rng) -> None:
    x = images(rng, (8, 10), channels=2)
    program = f"{STACK.replace('model', 'one')}; {STACK.replace('model', 'other')}"
    answer = ask("saved", program=program, x=x)
    one, before = (as_floats(answer[k], (2, 5), "the output") for k in ("one", "before"))
    other = as_floats(answer["other"], (2, 5), "the output of the network that was loaded")
    ask.recognise_by(
        {
            "brought over": bool(np.allclose(other, one, ROUNDED)),
            "apart": bool(np.abs(before - one).max() > ROUNDED),
        }
    )
    close(other, one, "the output of the network that was loaded", ROUNDED)
    if np.abs(before - one).max() < ROUNDED:
        raise WrongAnswer(
            "two fresh networks give the same output: their weights are not drawn apart"
        )
