"""``train_cnn``, and what it is built on."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.draws import BETWEEN, DRAWS, judge_draws
from autograder.checks.m4_training_loop.training import ALONE, logits_of, small
from autograder.checks.m5_convolution.common import Measure, Rng, require_refusals
from autograder.checks.m5_convolution.programs import convolution_case
from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import convolution, thresholds
from autograder.numerics.compare import (
    all_true,
    as_floats,
    close,
    require_flags,
    require_list,
    same,
)
from autograder.numerics.failure import WrongAnswer


def side(pictures: Images) -> int:
    """Return the height of the pictures, which are square."""
    return math.isqrt(pictures.pixels.shape[1])


@check("train_cnn conv2d max_pool2d Flatten.__call__", seconds=40)
def check_own_engine(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_images(pictures, rng)
    case = convolution_case(rng, 3, size=(6, 7))
    x, w, b = (case.tensors[name] for name in "xwb")
    answer = ask("engine", x=x, weight=w, bias=b, images=few.x, labels=few.y, seed=seed)
    made, a_step = (as_floats(answer[k], (), "a count") for k in ("in_training", "in_a_step"))
    reached = require_flags(answer["reached"], "whether backward reaches each parameter")
    kinds = {k: answer[k] for k in ("results", "model", "logits", "parameters")}
    graphs = bool(made >= 3 * a_step)
    ask.recognise_by({**kinds, "reached": sum(reached), "graphs": graphs, "maps": answer["maps"]})
    measure["tensors_in_training"] = float(made)
    layers = ["conv2d", "max_pool2d", "Flatten"]
    all_true(kinds["results"], layers, "the result is no Tensor of your tensor.py")
    close(answer["maps"], case.out(), "conv2d")
    same(kinds["model"], True, "whether train_cnn returns a Module of training.py")
    same(kinds["logits"], True, "whether the trained model gives a Tensor of tensor.py")
    same(kinds["parameters"], True, "whether its parameters are Tensors of tensor.py")
    if 2 * sum(reached) < max(len(reached), 1):
        raise WrongAnswer(
            f"backward reaches {sum(reached)} of the {len(reached)} parameters "
            "of the trained model, wanted nearly all"
        )
    if not graphs:
        raise WrongAnswer(
            f"train_cnn made {made:.0f} Tensors, and one step of its network alone takes "
            f"{a_step:.0f}: it was not trained on tensor.py"
        )


SECONDS_A_STEP = 2.0


@check("conv2d Tensor.backward", seconds=30)
def check_step(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    x, w = rng.normal(size=(64, 8, 14, 14)), rng.normal(size=(16, 8, 3, 3))
    b, g = rng.normal(size=16), rng.normal(size=(64, 16, 14, 14))
    given = {"x": x, "weight": w, "bias": b, "cotangent": g}
    answer = ask(
        "step", **{k: v.astype(np.float32) for k, v in given.items()}, stride=1, padding=1, rounds=3
    )
    spent = float(as_floats(answer["seconds"], (), "the seconds"))
    clock["im2col_megabytes"] = float(as_floats(answer["megabytes"], (), "the megabytes"))
    flat = g.transpose(0, 2, 3, 1).reshape(-1, 16)
    d_cols = flat[: 2 * 14 * 14] @ w.reshape(16, -1)
    wanted = [
        convolution.col2im(d_cols, (2, *x.shape[1:]), 3, 1, 1),
        (flat.T @ convolution.im2col(x, 3, 1, 1)).reshape(w.shape),
        flat.sum(axis=0),
    ]
    ask.recognise_by({"out": answer["out"], "grads": answer["grads"]})
    close(answer["out"], convolution.conv2d(x[:2], w, b, 1, 1), "conv2d of 64 images", 1e-3)
    grads = require_list(answer["grads"], 3, "the gradients")
    for got, want, what in zip(grads, wanted, ("x", "weight", "bias"), strict=True):
        close(got, want, f"the gradient by {what}", 1e-3)
    thresholds.at_most(clock, "seconds_per_step", spent, SECONDS_A_STEP, "seconds a step")


LEAST = {"quick": 0.95, "full": 0.98}  # of held-out images; see the handout's table


@check("train_cnn predict", seconds=300, memory_mb=4096)
def check_train_cnn(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, pictures: Images
) -> None:
    def train(split: Images) -> dict[str, Any]:
        return ask(
            "classify",
            pixels=split.pixels,
            scale=split.scale,
            size=[side(pictures)] * 2,
            y=split.y,
            tests=split.pixels_test,
            seed=int(rng.integers(1000)),
            between=BETWEEN,
        )

    judge_draws(train, pictures.draws(rng, DRAWS[profile]), LEAST[profile], measure, clock)


@dataclass(frozen=True)
class Squares(Images):
    """Pictures as images (N, 1, H, W), perhaps with further columns of zeros at their right."""

    columns: int = 0

    def _as_images(self, x: Any) -> Any:
        square = x.reshape(-1, 1, side(self), side(self))
        return np.pad(square, ((0, 0), (0, 0), (0, 0), (0, self.columns)))

    @property
    def x(self) -> Any:
        """The training images."""
        return self._as_images(super().x)

    @property
    def x_test(self) -> Any:
        """The test images."""
        return self._as_images(super().x_test)


def few_images(pictures: Images, rng: Rng, columns: int = 0) -> tuple[Squares, int]:
    """Return 200 images to train on and 400 to test with, and a seed."""
    few, seed = small(pictures, rng)
    return Squares(**vars(few), columns=columns), seed


@check("train_cnn", seconds=50)
def check_train_cnn_seed(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_images(pictures, rng)
    found, _ = logits_of(ask, measure, few, [seed, seed])
    close(found[1], found[0], "the logits of a second training with the same seed")


@check("train_cnn Module.eval", seconds=50)
def check_train_cnn_alone(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_images(pictures, rng)
    found, alone = logits_of(ask, measure, few, [seed])
    close(alone, found[0][:ALONE], "the logits of an image alone, unlike in company,", rtol=1e-3)


BAD_TRAINING = {
    "train_cnn(np.ones((4, 64), np.float32), np.arange(4), 0)": "images in rows",
    "train_cnn(np.ones((4, 1, 8, 8), np.float32), np.arange(3), 0)": "fewer labels than images",
    "train_cnn(np.ones((0, 1, 8, 8), np.float32), np.arange(0), 0)": "no images",
}


@check("train_cnn", seconds=50)
def check_train_cnn_sizes(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_images(pictures, rng, columns=4)
    logits_of(ask, measure, few, [seed])
    require_refusals(ask, BAD_TRAINING)
