"""A network of two convolutions: one batch by heart, and its file."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m4_training_loop.saving import LOADED, SAVED, require_file
from autograder.checks.m5_convolution.common import ROUNDED, Floats, Measure, Rng, images, sides
from autograder.checks.m5_convolution.networks import TRAINED
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import small, stacks, thresholds, trajectories
from autograder.numerics.compare import as_floats, close
from autograder.numerics.failure import WrongAnswer

Weights = dict[str, Floats]

NETWORK = (
    "one = Conv2d({channels}, 6, 3, padding=1); two = Conv2d(6, 8, 3); last = Linear({features}, 4)"
    "; model = Sequential(one, ReLU(), MaxPool2d(2), two, Tanh(), Flatten(), last)"
)


def draw_case(rng: Rng, x: Floats) -> tuple[str, Weights]:
    """Return a network for images x (N, C, H, W): its program, and weights to begin with."""
    channels, high, wide = x.shape[1:]
    features = 8 * (high // 2 - 2) * (wide // 2 - 2)
    shapes = {"one": (6, channels, 3, 3), "two": (8, 6, 3, 3), "last": (features, 4)}
    inputs = {"one": channels * 9, "two": 6 * 9, "last": features}
    normal = small.uncut_generator(rng).normal
    weights = {
        f"{name}.weight": math.sqrt(2 / inputs[name]) * normal(size=shape)
        for name, shape in shapes.items()
    }
    biases = {f"{name}.bias": np.zeros(n) for name, n in (("one", 6), ("two", 8), ("last", 4))}
    weights = {name: small.shorten_numbers(rng, array) for name, array in weights.items()}
    return NETWORK.format(channels=channels, features=features), weights | biases


def compute_logits(weights: Mapping[str, Floats], x: Floats) -> Floats:
    """Return what the network makes of images x, by the judge's own forward pass."""

    def layer(kind: str, name: str, **settings: int) -> dict[str, Any]:
        own = {part: weights[f"{name}.{part}"] for part in ("weight", "bias")}
        return {"kind": kind, **own, **settings}

    chain = [
        layer("Conv2d", "one", stride=1, padding=1),
        {"kind": "ReLU"},
        {"kind": "MaxPool2d", "kernel": 2, "stride": 2},
        layer("Conv2d", "two", stride=1, padding=0),
        {"kind": "Tanh"},
        {"kind": "Flatten"},
        layer("Linear", "last"),
    ]
    return stacks.forward(chain, x)


RATE, EPOCHS, LEARNT = 0.05, 120, 0.05


@check(f"{TRAINED} fit", seconds=40)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure) -> None:
    x = rng.normal(size=(12, 1, *sides(rng, 8, 9, 10)))
    y = rng.permutation(np.arange(12) % 4)
    program, start = draw_case(rng, x)

    def train(epochs: int) -> Weights:
        answer = ask("train", program=program, weights=start, x=x, y=y, epochs=epochs, lr=RATE)
        got = answer["weights"] if isinstance(answer["weights"], dict) else {}
        what = "{} after training"
        return {
            name: as_floats(got.get(name), weight.shape, what.format(name))
            for name, weight in start.items()
        }

    first = train(1)
    with np.errstate(all="ignore"):
        slopes = {name: (weight - first[name]) / RATE for name, weight in start.items()}
        uphill = _find_uphill(rng, start, slopes, x, y)
    ask.recognise_by({"uphill": uphill})
    last = train(EPOCHS)
    with np.errstate(all="ignore"):
        loss = trajectories.batch_cross_entropy(compute_logits(last, x), y)
    ask.recognise_by({"learnt": loss < LEARNT})
    what = f"after {EPOCHS} steps the loss on 12 images"
    thresholds.at_most(measure, "loss", loss, LEARNT, what)
    if uphill:
        raise WrongAnswer(
            f"the first step of fit moves {', '.join(uphill)} elsewhere than against the gradient "
            "of the loss"
        )


DIRECTIONS = 3  # in which a gradient is measured, for each parameter
NUDGE = 1e-6
ASTRAY = 0.02  # of the largest slope: a step in float32, or a kink nearby


def _find_uphill(
    rng: Rng, weights: Weights, slopes: Weights, x: Floats, y: NDArray[np.int64]
) -> list[str]:
    """Return the parameters whose slopes are not those of the loss, in drawn directions."""
    normal = np.random.default_rng(int(rng.integers(1 << 32))).normal
    astray = []
    for name, weight in weights.items():
        ways = normal(size=(DIRECTIONS, *weight.shape))
        ends = [
            [_loss({**weights, name: weight + side * NUDGE * way}, x, y) for side in (1, -1)]
            for way in ways
        ]
        wanted = np.array([(up - down) / (2 * NUDGE) for up, down in ends])
        got = (ways * slopes[name]).reshape(DIRECTIONS, -1).sum(axis=1)
        if not np.abs(got - wanted).max() <= ASTRAY * np.abs(wanted).max():  # NaN is astray
            astray.append(name)
    return astray


def _loss(weights: Weights, x: Floats, y: NDArray[np.int64]) -> float:
    return trajectories.batch_cross_entropy(compute_logits(weights, x), y)


@check("Conv2d.__init__ save load")
def check_save_load(ask: Ask, rng: Rng) -> None:
    x = images(rng, (8, 10), channels=2).astype(np.float32).astype(np.float64)
    program, weights = draw_case(rng, x)
    weights = {name: array.astype(np.float32) for name, array in weights.items()}
    wanted = compute_logits(weights, x)
    shown = {"program": program, "name": "model.npz", "x": x.astype(np.float32)}
    answer = ask("write_model", **shown, weights=weights)
    content = require_file(ask, answer, wanted, sum(array.size for array in weights.values()))
    ask.take_fresh_worker()
    out = ask("read_model", **shown, content=content)["out"]
    ask.recognise_by({"out": bool(np.allclose(as_floats(out, wanted.shape, LOADED), wanted))})
    close(out, wanted, LOADED, ROUNDED)
    close(answer["out"], wanted, SAVED, ROUNDED)
