"""Training for real: by heart, well or badly, an epoch on images."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import TRAINED, Floats, Ints, Measure, Rng
from autograder.checks.m4_training_loop.networks import DENSE, dense, name_arrays, size_of
from autograder.checks.m4_training_loop.runs import Case, ask_training_run, task, weights_after
from autograder.data.images import Images
from autograder.data.points import make_spiral
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds, trajectories
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.numerics.small import uncut_generator
from autograder.numerics.thresholds import AT_LEAST, AT_MOST, Result
from autograder.numerics.trajectories import Batch, Layers

LEARNT = 0.05  # a loss: eight labels known by heart


@check(TRAINED, seconds=20)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    layers, x, y = task(rng, 8, [5, 24, 3])
    with thresholds.time_epochs(clock, 200):
        answer = ask_training_run(ask, layers, x, y, 200, 8, lr=0.2, momentum=0.9)
    last = weights_after(answer, layers)
    loss = trajectories.batch_cross_entropy(trajectories.network_logits(last, x), y)
    first = first_losses(layers, [(x, y)] * FOLLOWED, 0.2)
    told = as_floats(answer["loss"], (200,), "history['loss'], one a step")
    ask.recognise_by({"learnt": loss < LEARNT, "begun": bool(np.allclose(told[:FOLLOWED], first))})
    thresholds.note_result(measure, Result("loss", loss, AT_MOST, LEARNT))
    close(told[:FOLLOWED], first, "the loss of step {}", BEGUN)
    thresholds.at_most(measure, "loss", loss, LEARNT, "after 200 steps the loss on 8 samples")


FOLLOWED = 5  # steps whose losses are the judge's: rounding has not spread yet
BEGUN = 1e-4


def first_losses(layers: Layers, batches: Sequence[Batch], lr: float) -> Floats:
    """Return the losses of the first steps of a run with momentum, before each step."""
    return trajectories.train_layers(layers, batches, [lr] * len(batches), 0.9)[0]


REGIMES = [  # name, hidden units, steps, samples, share of labels that are drawn by lot
    ("underfit", 2, 5, 60, 0.0),
    ("fit", 40, 150, 90, 0.0),
    ("overfit", 60, 250, 24, 0.4),
]

LOW, APART = 0.7, 0.15  # an accuracy that is low, and two that are far apart
SHOWS = {
    "underfit": [("train", AT_MOST, LOW)],
    "fit": [("train", AT_LEAST, LOW), ("gap", AT_MOST, APART)],
    "overfit": [("train", AT_LEAST, LOW), ("gap", AT_LEAST, APART)],
}


def verdict(train: float, validation: float) -> str:
    """Return what two accuracies say about a training run."""
    if train < LOW:
        return "underfit"
    return "overfit" if train - validation > APART else "fit"


ONE_TIE = 1.5 / 120  # of accuracies: a sample between two classes falls either way in float32


@check(f"{TRAINED} accuracy", seconds=20)
def check_regimes(ask: Ask, rng: Rng, measure: Measure) -> None:
    for name, units, steps, count, lot in REGIMES:
        layers, x, y, tests, labels = _regime(rng, name, units, steps, count, lot)
        answer = ask_training_run(
            ask, layers, x, y, steps, count, lr=0.5, momentum=0.9, validation=(tests, labels)
        )
        curve = as_floats(answer["validation_accuracy"], (steps,), "history['validation_accuracy']")
        losses = as_floats(answer["loss"], (steps,), "history['loss'], one a step")
        first = first_losses(layers, [(x, y)] * FOLLOWED, 0.5)
        last = weights_after(answer, layers)
        train = trajectories.logit_accuracy(last, x, y)
        validation = trajectories.logit_accuracy(last, tests, labels)
        ask.recognise_by(
            {
                "begun": bool(np.allclose(losses[:FOLLOWED], first, atol=BEGUN)),
                "verdict": verdict(train, validation),
                "validated": abs(float(curve[-1]) - validation) < ONE_TIE,
            }
        )
        _note_regime(measure, name, train, validation)
        close(
            losses[:FOLLOWED], first, f"the loss of step {{}} of the run that should {name}", BEGUN
        )
        if verdict(train, validation) != name:
            raise Missed(
                f"this run should {name}: by its weights the training accuracy is {train:.0%} and "
                f"the validation accuracy {validation:.0%}, which looks like "
                f"{verdict(train, validation)}"
            )
        if abs(float(curve[-1]) - validation) >= ONE_TIE:
            raise Missed(
                f"the last history['validation_accuracy'] of the run that should {name} is "
                f"{curve[-1]:.1%}; by the weights after training it is {validation:.1%}"
            )


def _note_regime(measure: Measure, name: str, train: float, validation: float) -> None:
    found = {"train": train, "validation": validation, "gap": train - validation}
    measure |= {f"{name}_{part}": share for part, share in found.items()}
    for part, side, wanted in SHOWS[name]:
        thresholds.note_result(measure, Result(f"{name}_{part}", found[part], side, wanted))


def _regime(rng: Rng, name: str, units: int, steps: int, count: int, lot: float) -> Case:
    while True:  # until a start from which right work shows the regime with room to spare
        x, y = make_spiral(count, 3, 0.1, rng)
        tests, labels = make_spiral(120, 3, 0.1, rng)
        y = np.where(rng.random(count) < lot, rng.integers(0, 3, count), y)
        layers = trajectories.draw_layers([2, units, 3], rng)
        layers[0] = (3 * layers[0][0], layers[0][1])
        last = trajectories.train_layers(layers, [(x, y)] * steps, [0.5] * steps, 0.9)[1][-1]
        train = trajectories.logit_accuracy(last, x, y)
        validation = trajectories.logit_accuracy(last, tests, labels)
        if all(verdict(train + d, validation - 2 * d) == name for d in (-0.04, 0.0, 0.04)):
            return layers, x, y, tests, labels


SECONDS_AN_EPOCH = 2.0
FALLEN = 0.7  # a loss: that of ten classes begins at 2.3


@check(f"{TRAINED} batches", seconds=30)
def check_epoch(ask: Ask, rng: Rng, measure: Measure, clock: Measure, pictures: Images) -> None:
    rows_ = rng.permutation(len(pictures.y))[:1000]
    none = pictures.pixels[:0], pictures.y[:0]
    few = Images(pictures.pixels[rows_], pictures.y[rows_], *none, pictures.scale).alter_rows(
        uncut_generator(rng)
    )
    x, y = few.x, few.y
    layers = trajectories.draw_layers([x.shape[1], 100, 10], uncut_generator(rng))
    direction = np.random.default_rng(int(rng.integers(1 << 32))).normal(size=x.shape[1])
    with thresholds.time_epochs(clock, 3):
        answer = ask(
            "learn",
            names=DENSE,
            program=dense(size_of(layers)),
            weights=name_arrays(layers),
            x=x,
            y=y,
            epochs=3,
            batch_size=50,
            lr=0.1,
            direction=direction,
        )
    last, exact = weights_after(answer, layers), x.astype(np.float64)
    loss = trajectories.batch_cross_entropy(trajectories.network_logits(last, exact), y)
    losses = as_floats(answer["loss"], (60,), "history['loss'], one a step")
    shown = require_list(answer["shown"], 60, "the batches that the model was shown")
    order = [find_samples(batch, exact @ direction) for batch in shown[:FOLLOWED]]
    first = first_losses(layers, [(exact[at], y[at]) for at in order], 0.1)
    ask.recognise_by(
        {"fell": loss < FALLEN, "begun": bool(np.allclose(losses[:FOLLOWED], first, atol=BEGUN))}
    )
    thresholds.note_result(measure, Result("loss", loss, AT_MOST, FALLEN))
    close(losses[:FOLLOWED], first, "the loss of step {}", BEGUN)
    thresholds.at_most(measure, "loss", loss, FALLEN, "after three epochs the loss")
    spent = clock["seconds_per_epoch"]
    thresholds.at_most(clock, "seconds_per_epoch", spent, SECONDS_AN_EPOCH, "an epoch, in seconds,")


def find_samples(got: Any, keys: Floats) -> Ints:
    """Return which sample has each of the keys that came back, or fail at one that none has."""
    found = as_floats(got, (50,), "what a batch of 50 samples is recognised by")
    away = np.abs(found[:, None] - keys[None])
    if away.min(axis=1).max() > BEGUN:
        raise WrongAnswer("the model was shown something that is no sample of x")
    return np.asarray(away.argmin(axis=1))
