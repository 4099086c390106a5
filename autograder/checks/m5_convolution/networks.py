"""A network of all layers: its gradients, and its steps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import ROUNDED, Floats, Measure, Rng
from autograder.checks.m5_convolution.layers import ran
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import convolution, goldens, tensors, trajectories
from autograder.numerics.compare import close

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
