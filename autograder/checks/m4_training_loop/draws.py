"""How a classifier is judged: by the images of one draw, or of all where the first is near."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import Measure
from autograder.data.images import Images
from autograder.numerics import thresholds
from autograder.numerics.compare import as_floats
from autograder.numerics.failure import Missed
from autograder.numerics.thresholds import AT_LEAST, Result

DRAWS = {"quick": 5, "full": 2}  # of held-out images, where the first is near the threshold
ADVICE = "another rate, a few more epochs or a larger network will do"


def judge_draws(
    train: Callable[[Images], dict[str, Any]],
    draws: Iterator[Images],
    wanted: float,
    measure: Measure,
    clock: Measure,
) -> None:
    """Judge by the images that the first draw holds out; where that is near, by those of all.

    Parameters
    ----------
    train : callable
        Trains a fresh model on the images of a draw; returns its ``labels`` of those held out, and
        its ``logits`` as `require_curved` takes them.
    draws : iterator of Images
        See `Images.draws`.
    wanted : float
        The share of right answers that passes.
    measure, clock : dict
        The check's.
    """
    right, count, result = 0, 0, None
    for split in draws:
        begun = time.perf_counter()
        answer = train(split)
        clock.setdefault("seconds_to_train", time.perf_counter() - begun)
        labels = as_floats(answer["labels"], split.y_test.shape, "the predicted labels")
        right, count = right + int((labels == split.y_test).sum()), count + len(labels)
        if result is None:
            require_curved(answer["logits"], int(split.y.max()) + 1)
            result = Result("accuracy", right / count, AT_LEAST, wanted)
            if not result.is_near:
                break
            measure["first_accuracy"] = result.got
    what = f"{count:,} held-out images"
    thresholds.at_least(measure, "accuracy", right / count, wanted, what, ADVICE)


BETWEEN = 20  # pairs of images whose logits are compared with those halfway between them
CURVED = 1e-3  # of the largest logit: rounding in float32 leaves less of a straight line


def require_curved(answer: Any, classes: int) -> None:
    """Fail where a model is linear: its logits halfway between two images are the mean of theirs.

    Parameters
    ----------
    answer : Any
        The logits of images, of as many others, and of the images halfway between them.
    classes : int
        How many logits an image has.
    """
    logits = as_floats(answer, (3, BETWEEN, classes), "the logits of some held-out images")
    logits = logits - logits.mean(axis=-1, keepdims=True)  # log-probabilities are straight, too
    one, other, halfway = logits
    if np.abs(one + other - 2 * halfway).max() <= CURVED * np.abs(logits).max():
        raise Missed(
            "the model is linear: its logits halfway between two images are the mean of theirs; "
            "it needs a hidden layer, and an activation after that"
        )
