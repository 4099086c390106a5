"""``train_augmented``: digits that were moved, by the same training with and without."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m5_convolution.common import Floats, Measure, Rng
from autograder.data.images import Images, read_digits
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds
from autograder.numerics.compare import as_floats, close, format_number
from autograder.numerics.failure import Missed
from autograder.numerics.small import uncut_generator

TRAINED_ON, TESTED_ON, ALONE = 600, 600, 20
BORDER = 2  # pixels of black around a digit of 8 x 8, and the furthest that it is moved
LEAST = 0.7  # of the moved digits
GAIN = 0.2  # over the same training without augment
IDLE = 0.5  # and at most so many where no gradient came


@dataclass(frozen=True)
class Moved:
    """Digits in the middle to train on, and others that were moved."""

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    tests: NDArray[np.float32]
    classes: NDArray[np.int64]


def draw_moved(rng: Rng) -> Moved:
    """Return digits, all turned or mirrored alike, with a little noise."""
    split: Images = read_digits().split(rng, TRAINED_ON).alter_squares(rng)
    x, tests = (
        np.pad(part.reshape(-1, 1, 8, 8), ((0, 0), (0, 0), (BORDER, BORDER), (BORDER, BORDER)))
        for part in (split.x, split.x_test[:TESTED_ON])
    )
    moves = rng.integers(-BORDER, BORDER + 1, (TESTED_ON, 2)).tolist()
    tests = np.stack(
        [np.roll(image, move, (1, 2)) for image, move in zip(tests, moves, strict=True)]
    )
    return Moved(x, split.y, tests, split.y_test[:TESTED_ON])


@check("train_augmented augment Tensor.backward", seconds=60)
def check_train_augmented(ask: Ask, rng: Rng, measure: Measure) -> None:
    data, seed = draw_moved(uncut_generator(rng)), int(rng.permutation(1000)[0])
    right = _train(ask, data, seed, "augmented")
    what = f"{TESTED_ON} new digits, moved by up to {BORDER} pixels,"
    thresholds.at_least(measure, "accuracy", right, LEAST, what, "train for longer")
    plain = _train(ask, data, seed, "plain")
    measure["accuracy_without"] = plain
    if right < plain + GAIN:
        raise Missed(
            f"{right:.2%} of the moved digits are right, and {plain:.2%} after the same training "
            f"with an augment that changes nothing; wanted {GAIN * 100:.0f} points more"
        )
    idle = _train(ask, data, seed, "idle")
    if idle > IDLE:
        raise Missed(
            f"{idle:.2%} of the moved digits are right when every gradient of Tensor.backward is "
            f"0, wanted at most {format_number(100 * IDLE)} %: the model was not trained"
        )


def _train(ask: Ask, data: Moved, seed: int, how: str) -> float:
    """Return the share of the moved digits that are right after a training."""
    answer = ask("train", x=data.x, y=data.y, tests=data.tests, seed=seed, how=how, alone=ALONE)
    _require_untouched(answer, data)
    logits = as_floats(answer["logits"], (TESTED_ON, 10), "the logits of the moved digits")
    again = answer["again"]
    close(again, logits, "the logits of the same digits a second time: entry ")
    _require_alone(answer["alone"], logits)
    return float((logits.argmax(axis=1) == data.classes).mean())


def _require_untouched(answer: Any, data: Moved) -> None:
    """Fail where what was sent is not there any more."""
    for name, sent in (("x", data.x), ("y", data.y), ("tests", data.tests)):
        what = "the test images" if name == "tests" else f"{name} of train_augmented"
        close(answer[f"{name}_after"], sent, f"{what}, after training and evaluation: entry ", 0.0)


def _require_alone(got: Any, logits: Floats) -> None:
    close(got, logits[:ALONE], "the logits of digits one by one, unlike in company: entry ", 1e-3)
