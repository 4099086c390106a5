"""``train_cnn``, and what it is built on."""

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.training import logits_of, small
from autograder.checks.m5_convolution.common import Measure, Rng, refused
from autograder.checks.m5_convolution.programs import convolved
from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import convolution, thresholds
from autograder.numerics.compare import as_floats, close, require_list, same
from autograder.numerics.failure import WrongAnswer


def side(pictures: Images) -> int:
    """Return the height of the pictures, which are square."""
    return math.isqrt(pictures.pixels.shape[1])


@check("property", 2, "conv2d max_pool2d Flatten.__call__ train_cnn",
       ("Whose Tensor comes out of conv2d, and whose backward trains the network?",
        "This milestone is built on your tensor.py: a network trained past it proves nothing "
        "about it.",
        "Results are Tensors of your tensor.py, the model is a Module of your training.py, and "
        "each step makes its graph anew."),
       seconds=40)  # fmt: skip
def check_own_engine(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """Layers and training run on your own tensor.py: every step makes Tensors, as a graph does."""
    few, seed = few_images(pictures, rng)
    case = convolved(rng, 3, size=(6, 7))
    x, w, b = (case.tensors[name] for name in "xwb")
    answer = ask("engine", x=x, weight=w, bias=b, images=few.x, labels=few.y, seed=seed)
    made, a_step = (as_floats(answer[k], (), "a count") for k in ("in_training", "in_a_step"))
    reached = answer["reached"] if isinstance(answer["reached"], list) else []
    kinds = {k: answer[k] for k in ("results", "model", "logits", "parameters")}
    graphs = bool(made >= 3 * a_step)
    ask.recognise_by({**kinds, "reached": sum(map(bool, reached)), "graphs": graphs,
                      "maps": answer["maps"]})  # fmt: skip
    measure["tensors_in_training"] = float(made)
    same(kinds["results"], [True] * 3,
         "whether conv2d, max_pool2d and Flatten give Tensors of tensor.py")  # fmt: skip
    close(answer["maps"], case.out(), "conv2d")
    same(kinds["model"], True, "whether train_cnn returns a Module of training.py")
    same(kinds["logits"], True, "whether the trained model gives a Tensor of tensor.py")
    same(kinds["parameters"], True, "whether its parameters are Tensors of tensor.py")
    if 2 * sum(map(bool, reached)) < max(len(reached), 1):
        raise WrongAnswer(
            f"backward reaches {sum(map(bool, reached))} of the {len(reached)} parameters "
            "of the trained model, wanted nearly all"
        )
    if not graphs:
        raise WrongAnswer(
            f"train_cnn made {made:.0f} Tensors, and one step of its network alone takes "
            f"{a_step:.0f}: it was not trained on tensor.py"
        )


SECONDS_A_STEP = 2.0


@check("equivalence", 1, "conv2d Tensor.backward",
       ("Is there a Python loop over images or pixels?",
        "All patches at once are one matrix product, or one an image; a loop over the k * k places "
        "of a window is short.",
        "sliding_window_view gives all patches without a loop, a reshape copies them."),
       seconds=30)  # fmt: skip
def check_step(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """A convolution of 64 images, forward and backward, takes less than two seconds."""
    x, w = rng.normal(size=(64, 8, 14, 14)), rng.normal(size=(16, 8, 3, 3))
    b, g = rng.normal(size=16), rng.normal(size=(64, 16, 14, 14))
    given = {"x": x, "weight": w, "bias": b, "cotangent": g}
    answer = ask("step", **{k: v.astype(np.float32) for k, v in given.items()}, stride=1,
                 padding=1, rounds=3)  # fmt: skip
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


@check("accuracy", 6, "train_cnn predict",
       ("How good is your network on data that you set aside yourself?",
        "Two convolutions with pooling, He weights, momentum and a falling rate are enough.",
        "Print training and validation accuracy: both low, train longer; far apart, add dropout."),
       seconds=300, memory_mb=4096)  # fmt: skip
def check_train_cnn(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, pictures: Images
) -> None:
    """train_cnn reads digits that it has never seen: 95 % right in quick, over 98 % of MNIST."""
    split = pictures.split(rng, 60_000 if profile == "full" else 1_437)
    begun = time.perf_counter()
    answer = ask("classify", pixels=split.pixels, scale=split.scale, size=[side(pictures)] * 2,
                 y=split.y, tests=split.pixels_test, seed=int(rng.integers(1000)))  # fmt: skip
    clock["seconds_to_train"] = time.perf_counter() - begun
    labels = as_floats(answer["labels"], split.y_test.shape, "the predicted labels")
    share = float((labels == split.y_test).mean())
    what = f"{len(labels):,} held-out images"
    thresholds.at_least(measure, "accuracy", share, LEAST[profile], what)


@dataclass(frozen=True)
class Squares(Images):
    """Pictures as images (N, 1, H, W), perhaps with further columns of zeros at their right."""

    columns: int = 0

    def _shaped(self, x: Any) -> Any:
        square = x.reshape(-1, 1, side(self), side(self))
        return np.pad(square, ((0, 0), (0, 0), (0, 0), (0, self.columns)))

    @property
    def x(self) -> Any:
        """The training images."""
        return self._shaped(super().x)

    @property
    def x_test(self) -> Any:
        """The test images."""
        return self._shaped(super().x_test)


def few_images(pictures: Images, rng: Rng, columns: int = 0) -> tuple[Squares, int]:
    """Return 200 images to train on and 25 to test with, and a seed."""
    few, seed = small(pictures, rng)
    return Squares(**vars(few), columns=columns), seed


@check("reproducibility", 1, "train_cnn",
       ("What does `seed` have to decide?",
        "Everything: first weights, the order of samples, what dropout drops.",
        "Make one generator from the seed, and hand it to all that draws."),
       seconds=50)  # fmt: skip
def check_train_cnn_seed(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """train_cnn gives the same network for the same seed."""
    few, seed = few_images(pictures, rng)
    found, _ = logits_of(ask, measure, few, [seed, seed])
    close(found[1], found[0], "the logits of a second training with the same seed")


@check("property", 1, "train_cnn Module.eval",
       ("May the answer for one image depend on which others are tested with it?",
        "Nothing in evaluation mode looks across the batch, and nothing is dropped.",
        "Call eval() before you return the model; reshape and pool each image by itself."),
       seconds=50)  # fmt: skip
def check_train_cnn_alone(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """The network judges each image by itself, the same way every time."""
    few, seed = few_images(pictures, rng)
    found, alone = logits_of(ask, measure, few, [seed])
    close(alone, found[0], "the logits of an image alone, unlike in company,", rtol=1e-3)


BAD_TRAINING = {
    "train_cnn(np.ones((4, 64), np.float32), np.arange(4), 0)": "images in rows",
    "train_cnn(np.ones((4, 1, 8, 8), np.float32), np.arange(3), 0)": "fewer labels than images",
    "train_cnn(np.ones((0, 1, 8, 8), np.float32), np.arange(0), 0)": "no images",
}


@check("property", 1, "train_cnn",
       ("Where does your network get the size of its last layer from?",
        "From the image's height and width after all pooling, which need not be equal.",
        "Compute it from x.shape; the number of classes is the largest label plus 1."),
       seconds=50)  # fmt: skip
def check_train_cnn_sizes(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    """train_cnn takes images that are wider than high; bad data are a ValueError."""
    few, seed = few_images(pictures, rng, columns=4)
    logits_of(ask, measure, few, [seed])
    refused(ask, BAD_TRAINING)
