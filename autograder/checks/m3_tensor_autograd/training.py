"""The judge's loops on the learner's engine; the judge computes every loss and score itself."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m3_tensor_autograd.common import Measure, Rng, part
from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import classifiers, goldens, thresholds
from autograder.numerics.compare import as_floats, close
from autograder.numerics.tensors import draw_numbers
from autograder.numerics.thresholds import AT_MOST

EARLY = 10  # after so many steps the weights have to be the judge's own


def train(
    ask: Ask,
    weights: classifiers.Weights,
    x: Any,
    y: Any,
    batches: NDArray[np.int64],
    lr: float,
    momentum: float = 0.9,
) -> dict[str, Any]:
    """Return the losses and the weights, early and late, of a training run on their engine."""
    asked = {"weights": weights, "batches": batches, "lr": lr, "momentum": momentum}
    answer = ask("train", x=x, y=y, early=EARLY, **asked)
    trained = _trained_weights(answer["weights"], weights, "after training")
    early = _trained_weights(answer["early"], weights, f"after {EARLY} steps")
    return {"losses": answer["losses"], "weights": trained, "early": early}


def train_by_gradients(
    ask: Ask,
    weights: classifiers.Weights,
    x: Any,
    y: Any,
    batches: NDArray[np.int64],
    lr: float,
) -> classifiers.Weights:
    """Return the weights of a training run whose first steps are the judge's own.

    Good weights can be had otherwise: the second layer alone is a matter of least squares.
    """
    trained = train(ask, weights, x, y, batches, lr)
    _, own = classifiers.train_classifier(weights, x, y, batches[:EARLY], lr, 0.9)
    for name, w in weights.items():
        rtol = 1e-6 if w.dtype == np.float64 else 1e-4
        close(trained["early"][name], own[name], f"{name} after {EARLY} steps", rtol)
    weights_after: classifiers.Weights = trained["weights"]
    return weights_after


def _trained_weights(got: Any, weights: classifiers.Weights, when: str) -> classifiers.Weights:
    return {k: as_floats(part(got, k), w.shape, f"{k} {when}") for k, w in weights.items()}


TRAINING = "Tensor.__matmul__ Tensor.__add__ Tensor.tanh Tensor.backward"


@check(f"{TRAINING} cross_entropy")
def check_training_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    stored, names = goldens.load_goldens("m3"), ("w1", "b1", "w2", "b2")
    x, y, batches = (stored[f"training.{name}"] for name in ("x", "y", "batches"))
    weights = {name: stored[f"training.{name}"] for name in names}
    curve: Any = stored["training.curve"]
    wanted = {k: stored[f"training.{k}.trained"] for k in names}
    if visibility == "hidden":
        x, y, weights = (
            draw_numbers(rng, x.shape),
            rng.permutation(y),
            classifiers.draw_classifier(rng, (5, 8, 3)),
        )
        curve, wanted = classifiers.train_classifier(weights, x, y, batches, 0.1, 0.9)
    trained = train(ask, weights, x, y, batches, lr=0.1)
    close(trained["losses"], curve, "the loss of step ")
    errors = [close(trained["weights"][k], wanted[k], f"{k} after 20 steps") for k in names]
    measure["max_relative_error"] = max(errors)


FITTED = 0.01  # a mean squared error


@check(TRAINING, seconds=60)
def check_sine(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    grid = np.linspace(-0.9, 0.9, 181)[:, None]

    def learn() -> float:
        x = rng.uniform(-1.0, 1.0, (64, 1))
        weights = classifiers.draw_classifier(rng, (1, 24, 1))
        weights |= {"w1": 2.0 * rng.normal(size=(1, 24))}
        batches = np.tile(np.arange(64), (600, 1))
        with thresholds.time_epochs(clock, 600):
            trained = train_by_gradients(ask, weights, x, np.sin(math.pi * x), batches, lr=0.1)
        return classifiers.mean_loss(trained, grid, np.sin(math.pi * grid))

    loss = thresholds.try_again(measure, "loss", AT_MOST, FITTED, learn)
    thresholds.at_most(measure, "loss", loss, FITTED, "the mean squared error on new points")


@check(f"{TRAINING} cross_entropy", seconds=60)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    x, y = rng.normal(size=(16, 10)), rng.permutation(np.arange(16) % 4)
    batches = np.tile(np.arange(16), (250, 1))
    weights = classifiers.draw_classifier(rng, (10, 32, 4))
    with thresholds.time_epochs(clock, 250):
        trained = train_by_gradients(ask, weights, x, y, batches, lr=0.5)
    loss = classifiers.mean_loss(trained, x, y)
    thresholds.at_most(measure, "loss", loss, 1e-3, "after 250 steps the loss on one batch")


@check(f"{TRAINING} cross_entropy", seconds=60)
def check_images(ask: Ask, rng: Rng, measure: Measure, clock: Measure, pictures: Images) -> None:
    data = pictures.split(rng, 1000)
    weights = classifiers.draw_classifier(rng, (data.x.shape[1], 64, 10), np.float32)
    batches = classifiers.shuffle_batches(rng, 1000, 50, epochs=15)
    with thresholds.time_epochs(clock, 15):
        trained = train_by_gradients(ask, weights, data.x, data.y, batches, lr=0.1)
    share = classifiers.output_accuracy(trained, data.x_test, data.y_test)
    thresholds.at_least(measure, "accuracy", share, 0.85, f"{len(data.y_test):,} new images")
