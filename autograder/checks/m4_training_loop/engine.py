"""Whether what was learnt was learnt by ``Tensor.backward``."""

from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import Floats, Measure
from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.numerics.compare import as_floats
from autograder.numerics.failure import Missed
from autograder.sandbox.failures import CheckFailure

FEW = 100  # images to train on
SPARE = 5.0  # seconds for a training without gradients beside twice those with
TAUGHT = 0.5  # of other images: untrained networks read at most 0.3


def ask_trained(ask: Ask, few: Images, seed: int) -> Floats:
    """Return the logits of the tests after a training on few images."""
    logits = _as_logits(ask("engine", **_question(few, seed), backward=True)["logits"], few)
    ask.recognise_by({"logits": list(logits.shape)})
    return logits


def require_backward(ask: Ask, few: Images, seed: int, measure: Measure, seconds: float) -> Floats:
    """Return the logits of the tests where every gradient is 0, or fail where much was learnt.

    It has a process of its own: nothing knows the engine as it was. What raises then, gives no
    finite numbers, or goes on for longer than a training with gradients (it waits for a loss that
    never falls) has learnt nothing.

    Parameters
    ----------
    ask, few, seed, measure : Ask, Images, int and dict
        The check's.
    seconds : float
        What a training with gradients took, by the judge's clock.
    """
    ask.take_fresh_worker()
    try:
        most = SPARE + 2 * seconds
        logits = ask.ask_within(most, "engine", **_question(few, seed), backward=False)["logits"]
    except CheckFailure:
        logits = np.zeros((len(few.y_test), int(few.y.max()) + 1))
    if isinstance(logits, np.ndarray) and logits.dtype.kind == "f":
        logits = np.nan_to_num(logits, posinf=0.0, neginf=0.0)
    found = _as_logits(logits, few)
    share = float((found.argmax(axis=1) == few.y_test).mean())
    ask.recognise_by({"learnt without backward": share >= TAUGHT})
    ask.take_fresh_worker()  # for the twin
    measure["accuracy_without_backward"] = share
    if share >= TAUGHT:
        raise Missed(
            f"where every gradient of Tensor.backward is 0, {share:.0%} of {len(few.y_test)} "
            "images are right all the same: this was not learnt on tensor.py"
        )
    return found


def _question(few: Images, seed: int) -> dict[str, Any]:
    return {"images": few.x[:FEW], "labels": few.y[:FEW], "tests": few.x_test, "seed": seed}


def _as_logits(got: Any, few: Images) -> Floats:
    return as_floats(got, (len(few.y_test), int(few.y[:FEW].max()) + 1), "the logits")
