"""How a classifier is judged: on one draw of images, or on all where the first is near."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.checks.m4_training_loop.draws import (
    ADVICE,
    BETWEEN,
    judge_draws,
    require_curved,
)
from autograder.data.images import Images
from autograder.numerics.failure import Missed

Y = np.arange(100) % 10
PIXELS = np.zeros((100, 1), np.uint8)


def curved() -> Any:
    """Logits as those of a model that is not linear."""
    return np.random.default_rng(0).normal(size=(3, BETWEEN, 10))


def judged(*rights: int) -> tuple[dict[str, float], int]:
    """Judge a model that is right on so many of 100 images, draw after draw, at 95 %."""
    asked = []

    def train(draw: Images) -> dict[str, Any]:
        wrong = np.arange(100) >= rights[len(asked)]
        asked.append(draw)
        return {"labels": np.where(wrong, (draw.y_test + 1) % 10, draw.y_test), "logits": curved()}

    def draws() -> Iterator[Images]:
        for _ in rights:
            yield Images(PIXELS, Y, PIXELS, Y, 1)

    measure: dict[str, float] = {}
    judge_draws(train, draws(), 0.95, measure, {})
    return measure, len(asked)


def test_enough_at_once_is_one_training() -> None:
    assert judged(95, 0) == ({"accuracy": 0.95, "accuracy_at_least": 0.95}, 1)


def test_a_near_first_draw_is_judged_with_all_others() -> None:
    measure, trainings = judged(92, 97, 96)
    assert (measure["accuracy"], measure["first_accuracy"], trainings) == (0.95, 0.92, 3)


def test_draws_that_are_too_few_together_say_so() -> None:
    with pytest.raises(Missed) as caught:
        judged(92, 97, 95)
    assert caught.value.message == (
        f"94.67% of 300 held-out images are right, wanted at least 95%: near; {ADVICE}"
    )


def test_what_is_far_off_has_no_second_draw() -> None:
    with pytest.raises(Missed, match=r"^89\.00% of 100 held-out .* wanted at least 95%$"):
        judged(89, 100, 100)


@pytest.mark.parametrize("logarithm", [False, True])
def test_a_linear_model_is_refused(logarithm: bool) -> None:
    rng = np.random.default_rng(1)
    one, other, weight = (rng.normal(size=size) for size in ((20, 6), (20, 6), (6, 10)))
    logits = np.stack([one, other, (one + other) / 2]).astype(np.float32) @ weight + 0.3
    if logarithm:
        logits = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    with pytest.raises(Missed, match="the model is linear"):
        require_curved(logits, 10)


def test_a_hidden_layer_is_not_linear() -> None:
    rng = np.random.default_rng(1)
    one, other, weight = (rng.normal(size=size) for size in ((20, 6), (20, 6), (6, 10)))
    require_curved(np.maximum(np.stack([one, other, (one + other) / 2]) @ weight, 0.0), 10)
