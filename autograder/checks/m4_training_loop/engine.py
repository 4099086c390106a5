"""Whether what was learnt was learnt by ``Tensor.backward``."""

import numpy as np

from autograder.checks.m4_training_loop.common import Measure
from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.numerics.compare import as_floats
from autograder.numerics.failure import Missed
from autograder.sandbox.failures import CheckFailure

FEW = 64  # images to train on
TESTS = 200  # other images
SPARE = 5.0  # seconds for a training without gradients beside twice those with
TAUGHT = 0.4  # of these: untrained networks read at most 0.3


def require_backward(ask: Ask, few: Images, seed: int, measure: Measure, seconds: float) -> None:
    """Fail where much is learnt although every gradient is 0.

    The training has a process of its own: nothing knows the engine as it was. What raises then,
    gives no finite numbers, or goes on for longer than a training with gradients (it waits for a
    loss that never falls) has learnt nothing.

    Parameters
    ----------
    ask, few, seed, measure : Ask, Images, int and dict
        The check's.
    seconds : float
        What a training with gradients took, by the judge's clock.
    """
    images, labels = few.x[:FEW], few.y[:FEW]
    tests, wanted = few.x_test[:TESTS], few.y_test[:TESTS]
    shape = (len(tests), int(labels.max()) + 1)
    ask.take_fresh_worker()
    try:
        logits = ask.ask_within(
            SPARE + 2 * seconds,
            "learn_in_vain",
            images=images,
            labels=labels,
            tests=tests,
            seed=seed,
        )["logits"]
    except CheckFailure:
        logits = np.zeros(shape)
    if isinstance(logits, np.ndarray) and logits.dtype.kind == "f":
        logits = np.nan_to_num(logits, posinf=0.0, neginf=0.0)
    found = as_floats(logits, shape, "the logits")
    share = float((found.argmax(axis=1) == wanted).mean())
    ask.recognise_by({"learnt without backward": share >= TAUGHT})
    ask.take_fresh_worker()  # for the twin
    measure["accuracy_without_backward"] = share
    if share >= TAUGHT:
        raise Missed(
            f"where every gradient of Tensor.backward is 0, {share:.0%} of {len(wanted)} "
            "images are right all the same: this was not learnt on tensor.py"
        )
