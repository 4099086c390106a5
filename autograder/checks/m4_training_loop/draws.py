"""How a classifier is judged: by the images of one draw, or of all where the first is near.

Its predictions have to come from its parameters: the judge runs what layers of the contract there
are itself, and with the numbers of every parameter shuffled nothing may be left of the accuracy.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import Floats, Ints, Measure, Rng
from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.numerics import stacks, thresholds
from autograder.numerics.compare import as_floats, brief, require_count
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.numerics.thresholds import AT_LEAST, Result

DRAWS = {"quick": 5, "full": 2}  # of held-out images, where the first is near the threshold
ADVICE = "another rate, a few more epochs or a larger network will do"


def judge_draws(
    ask: Ask,
    train: Callable[[Images], dict[str, Any]],
    draws: Iterator[Images],
    wanted: float,
    rng: Rng,
    measure: Measure,
    clock: Measure,
) -> None:
    """Judge by the images that the first draw holds out; where that is near, by those of all.

    Parameters
    ----------
    ask : Ask
        The check's.
    train : callable
        Trains a fresh model on the images of a draw; returns its ``labels`` of those held out, and
        its ``logits`` as `require_curved` takes them.
    draws : iterator of Images
        See `Images.draws`.
    wanted : float
        The share of right answers that passes.
    rng, measure, clock : Generator, dict and dict
        The check's.
    """
    right, count, result = 0, 0, None
    for split in draws:
        ask("watch")
        begun = time.perf_counter()
        answer = train(split)
        clock.setdefault("seconds_to_train", time.perf_counter() - begun)
        labels = as_floats(answer["labels"], split.y_test.shape, "the predicted labels")
        right, count = right + int((labels == split.y_test).sum()), count + len(labels)
        logits = require_curved(answer["logits"], int(split.y.max()) + 1)
        if result is None:
            result = Result("accuracy", right / count, AT_LEAST, wanted)
            if not result.is_near:
                break
            measure["first_accuracy"] = result.got
    what = f"{count:,} held-out images"
    thresholds.at_least(measure, "accuracy", right / count, wanted, what, ADVICE)
    between = thirds(split.x_test)
    layers = inspect_model(ask, split, measure, [(between, logits.reshape(len(between), -1))])
    if measure["recomputed"]:
        few = rng.permutation(len(labels))
        measure["recomputed"] = is_read_alike(layers, split.x_test[few], labels[few])


def inspect_model(
    ask: Ask, split: Images, measure: Measure, pairs: Sequence[tuple[Any, Floats]]
) -> Any:
    """Return the layers of the model that was trained last; note whether the judge can run them.

    With the numbers within each of its parameters shuffled it must have lost what it learnt. How
    many backward passes its training took is noted, too.
    """
    answer = ask("inspect", x=split.x_test[:SHUFFLED])
    ask.recognise_by({"layers are a list": isinstance(answer["layers"], list)})
    measure["backward_passes"] = require_count(answer["passes"], "the backward passes")
    require_parameters(answer["shuffled"], split.y_test[:SHUFFLED])
    measure["recomputed"] = is_recomputed(answer["layers"], pairs)
    return answer["layers"]


SHUFFLED = 200  # images that are read again once the parameters are shuffled
LOST = 0.5  # an accuracy that a network whose parameters are shuffled never has: at most 0.3


def require_parameters(answer: Any, y: Ints) -> None:
    """Fail where predictions do not come from a model's parameters.

    Parameters
    ----------
    answer : Any
        The labels of images, after the numbers within each parameter were shuffled.
    y : ndarray of int64
        The right ones.
    """
    labels = as_floats(answer, y.shape, "the labels once the parameters are shuffled")
    share = float((labels == y).mean())
    if share >= LOST:
        raise Missed(
            f"{share:.0%} of {len(y)} held-out images are right even after the numbers in each of "
            "parameters() were shuffled: the predictions do not come from what the model learnt, "
            "or parameters() does not list it"
        )


ALIKE = 1e-3  # of the largest logit: rounding in float32


def is_recomputed(layers: Any, pairs: Sequence[tuple[Any, Floats]]) -> bool:
    """Whether the judge's forward pass through the model's layers gives its logits.

    It does where the model is a chain of the contract's own layers. What else a learner may build
    the judge cannot run. It runs as many images as it can afford.

    Parameters
    ----------
    layers : Any
        As `stacks` takes them; empty where the worker found none.
    pairs : sequence of (images, logits)
    """
    if not isinstance(layers, list):
        raise WrongAnswer(f"the model's layers: got {brief(layers)}, wanted a list")
    try:
        return all(_is_alike(layers, x, logits) for x, logits in pairs)
    except stacks.Unfit:
        return False


def _is_alike(layers: Any, x: Any, logits: Floats) -> bool:
    count = stacks.most_images(layers, x.shape[1:])
    if count == 0:
        return False
    own, logits = stacks.forward(layers, x[:count]), logits[:count]
    scale = max(1.0, float(np.abs(own).max(initial=0.0)))
    return own.shape == logits.shape and bool(np.abs(own - logits).max() <= ALIKE * scale)


def is_read_alike(layers: Any, x: Any, labels: Floats) -> bool:
    """Whether the judge's forward pass gives these labels, for as many images as it can afford."""
    count = stacks.most_images(layers, x.shape[1:])
    own, labels = stacks.forward(layers, x[:count]), labels[:count].astype(np.int64)
    if not ((labels >= 0) & (labels < own.shape[1])).all():
        return False
    lead = own.max(axis=1) - own[np.arange(len(labels)), labels]  # 0 where it is the largest
    return bool((lead <= ALIKE * max(1.0, float(np.abs(own).max(initial=0.0)))).all())


BETWEEN = 20  # pairs of images whose logits are compared with those halfway between them
CURVED = 1e-3  # of the largest logit: rounding in float32 leaves less of a straight line


def thirds(x: Any) -> Any:
    """Return some images, as many others, and the images halfway between them."""
    one, other = x[:BETWEEN], x[BETWEEN : 2 * BETWEEN]
    return np.concatenate([one, other, (one + other) / 2])


def require_curved(answer: Any, classes: int) -> Floats:
    """Return the logits, or fail where a model is linear.

    Its logits halfway between two images are the mean of theirs then.

    Parameters
    ----------
    answer : Any
        The logits of images, of as many others, and of the images halfway between them.
    classes : int
        How many logits an image has.
    """
    logits = as_floats(answer, (3, BETWEEN, classes), "the logits of some held-out images")
    centred = logits - logits.mean(axis=-1, keepdims=True)  # log-probabilities are straight, too
    one, other, halfway = centred
    if np.abs(one + other - 2 * halfway).max() <= CURVED * np.abs(centred).max():
        raise Missed(
            "the model is linear: its logits halfway between two images are the mean of theirs; "
            "it needs a hidden layer, and an activation after that"
        )
    return logits
