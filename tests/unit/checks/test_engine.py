"""Whether what was learnt was learnt by ``Tensor.backward``, as a worker's logits tell."""

from typing import Any

import numpy as np
import pytest

from autograder.checks.m4_training_loop.engine import FEW, require_backward
from autograder.data.images import Images
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.sandbox.failures import TimedOut

Y = np.arange(100) % 10
IMAGES = Images(np.zeros((100, 4), np.uint8), Y, np.zeros((100, 4), np.uint8), Y, 16)


class Asked:
    """Answers with these logits, or raises what stands instead of them."""

    def __init__(self, logits: Any) -> None:
        self.logits, self.seconds, self.fresh = logits, 0.0, 0

    def ask_within(self, seconds: float, probe: str, **args: Any) -> dict[str, Any]:
        assert (probe, len(args["images"]), len(args["labels"])) == ("learn_in_vain", FEW, FEW)
        self.seconds = seconds
        if isinstance(self.logits, Exception):
            raise self.logits
        return {"logits": self.logits}

    def take_fresh_worker(self) -> None:
        self.fresh += 1

    def recognise_by(self, mark: dict[str, Any]) -> None:
        pass


def judged(logits: Any) -> tuple[dict[str, float], Asked]:
    ask, measure = Asked(logits), {}
    require_backward(ask, IMAGES, 3, measure, 2.0)
    return measure, ask


def logits_that_are_right(count: int) -> np.ndarray:
    return np.eye(10)[np.where(np.arange(100) < count, Y, (Y + 1) % 10)]


def test_what_learns_without_gradients_is_refused() -> None:
    assert judged(logits_that_are_right(39))[0] == {"accuracy_without_backward": 0.39}
    with pytest.raises(Missed, match="is 0, 40% of 100 images are right all the same"):
        judged(logits_that_are_right(40))


@pytest.mark.parametrize(
    "nothing", [TimedOut("late"), np.full((100, 10), np.nan), np.full((100, 10), np.inf)], ids=repr
)
def test_what_does_not_end_or_overflows_has_learnt_nothing(nothing: Any) -> None:
    measure, ask = judged(nothing)
    assert measure == {"accuracy_without_backward": 0.1}
    assert (ask.seconds, ask.fresh) == (9.0, 2)


@pytest.mark.parametrize("forged", [None, np.zeros((100, 9)), np.full((99, 10), np.nan), "a"])
def test_an_answer_of_another_form_fails(forged: Any) -> None:
    with pytest.raises(WrongAnswer, match="the logits"):
        judged(forged)
