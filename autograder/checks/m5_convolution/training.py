"""``train_cnn``, and what it is built on."""

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.m3_tensor_autograd.common import agrees
from autograder.checks.m4_training_loop.classifiers import (
    ALONE,
    RETURNED,
    logits_of,
    require_learnt,
    small,
)
from autograder.checks.m4_training_loop.draws import (
    BETWEEN,
    DRAWS,
    judge_draws,
)
from autograder.checks.m5_convolution.common import Measure, Rng, require_refusals
from autograder.checks.m5_convolution.networks import LEAD
from autograder.checks.m5_convolution.programs import convolution_case
from autograder.data.images import Images
from autograder.judge.questions import Answer, Ask
from autograder.judge.spec import check
from autograder.numerics import convolution, thresholds
from autograder.numerics.compare import close, require_list
from autograder.numerics.small import uncut_generator
from autograder.numerics.tensors import Case, draw_numbers, make_case


def side(pictures: Images) -> int:
    """Return the height of the pictures, which are square."""
    return math.isqrt(pictures.pixels.shape[1])


@check("train_cnn conv2d max_pool2d Tensor.backward", seconds=50)
def check_own_engine(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    agrees(ask, measure, [chain_case(rng)])
    few, seed = few_images(pictures, rng)
    _, _, spent = logits_of(ask, measure, few, [seed])
    require_learnt(ask, few, seed, measure, spent)


def chain_case(rng: Rng) -> Case:
    """Return convolution and pooling among other operations of the engine; no window is a tie."""
    while True:
        maps = convolution_case(rng, 3, size=(6, 7))
        if convolution.pool_margin(maps.out(), 2) > LEAD:
            break
    program = "out = (max_pool2d(conv2d(x, w, b), 2) * y).tanh()"
    tensors = {**maps.tensors, "y": draw_numbers(rng, (2, 4, 2, 2))}
    return make_case(rng, program, tensors, {})


SECONDS_A_STEP = 2.0


@check("conv2d Tensor.backward", seconds=30)
def check_step(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    ask_step(ask, step_inputs(rng, 1), [0])  # what is imported is not timed
    inputs, rows = step_inputs(rng, 64), rng.permutation(64)[:2]
    begun = time.perf_counter()
    answer = ask_step(ask, inputs, rows.tolist())
    spent = time.perf_counter() - begun
    x, w, b, g = (array.astype(np.float64) for array in inputs.values())
    flat = g.transpose(0, 2, 3, 1).reshape(-1, 16)
    d_cols = flat.reshape(64, 14 * 14, 16)[rows].reshape(-1, 16) @ w.reshape(16, -1)
    wanted = [
        convolution.col2im(d_cols, (2, *x.shape[1:]), 3, 1, 1),
        (flat.T @ convolution.im2col(x, 3, 1, 1)).reshape(w.shape),
        flat.sum(axis=0),
    ]
    ask.recognise_by({"out": answer["out"], "grads": answer["grads"]})
    close(answer["out"], convolution.conv2d(x[rows], w, b, 1, 1), "conv2d of 64 images", 1e-3)
    grads = require_list(answer["grads"], 3, "the gradients")
    for got, want, what in zip(grads, wanted, ("x", "weight", "bias"), strict=True):
        close(got, want, f"the gradient by {what}", 1e-3)
    thresholds.at_most(clock, "seconds_per_step", spent, SECONDS_A_STEP, "seconds a step")


def step_inputs(rng: Rng, count: int) -> dict[str, Any]:
    """Return what a step takes: images, kernels, biases and the cotangent, in float32."""
    shapes = [(count, 8, 14, 14), (16, 8, 3, 3), (16,), (count, 16, 14, 14)]
    names = ("x", "weight", "bias", "cotangent")
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    return dict(zip(names, arrays, strict=True))


def ask_step(ask: Ask, inputs: dict[str, Any], rows: list[int]) -> Answer:
    """Ask for one step; of the images only these rows come back."""
    return ask("step", **inputs, stride=1, padding=1, rows=rows)


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

    draws = (
        Squares(**vars(split.alter_squares(uncut_generator(rng)).renumber(uncut_generator(rng))))
        for split in pictures.draws(rng, DRAWS[profile])
    )
    judge_draws(ask, train, draws, LEAST[profile], rng, measure, clock)
    require_learnt(ask, *few_images(pictures, rng), measure, clock["seconds_to_train"])


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
    """Return 200 altered images to train on and 400 to test with, and a seed."""
    few, seed = small(pictures, rng)
    return Squares(**vars(few.alter_squares(uncut_generator(rng))), columns=columns), seed


@check("train_cnn", seconds=50)
def check_train_cnn_seed(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_images(pictures, rng)
    found, _, spent = logits_of(ask, measure, few, [seed, seed])
    close(found[1], found[0], "the logits of a second training with the same seed")
    require_learnt(ask, few, seed, measure, spent)


@check("train_cnn Module.eval", seconds=50)
def check_train_cnn_alone(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_images(pictures, rng)
    found, alone, spent = logits_of(ask, measure, few, [seed])
    close(alone, found[0][:ALONE], RETURNED, rtol=1e-3)
    require_learnt(ask, few, seed, measure, spent)


BAD_TRAINING = {
    "train_cnn(np.ones((4, 64), np.float32), np.arange(4), 0)": "images in rows",
    "train_cnn(np.ones((4, 1, 8, 8), np.float32), np.arange(3), 0)": "fewer labels than images",
    "train_cnn(np.ones((0, 1, 8, 8), np.float32), np.arange(0), 0)": "no images",
}


@check("train_cnn", seconds=50)
def check_train_cnn_sizes(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_images(pictures, rng, columns=4)
    *_, spent = logits_of(ask, measure, few, [seed])
    require_refusals(ask, BAD_TRAINING)
    require_learnt(ask, few, seed, measure, spent)
