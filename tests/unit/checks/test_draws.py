"""How a classifier is judged: on one draw of images or all, and by what its parameters do."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.checks.m4_training_loop.draws import (
    ADVICE,
    BETWEEN,
    is_read_alike,
    is_recomputed,
    judge_draws,
    require_curved,
    require_parameters,
)
from autograder.data.images import Images
from autograder.numerics import stacks
from autograder.numerics.failure import Missed, WrongAnswer

Y = np.arange(100) % 10
PIXELS = np.zeros((100, 1), np.uint8)


def curved() -> Any:
    """Logits as those of a model that is not linear."""
    return np.random.default_rng(0).normal(size=(3, BETWEEN, 10))


class Asked:
    """Answers as a worker whose model the judge cannot run."""

    def __init__(self) -> None:
        self.questions: list[str] = []

    def __call__(self, probe: str, **args: Any) -> dict[str, Any]:
        self.questions.append(probe)
        return {"layers": [], "shuffled": (Y + 1) % 10, "passes": 300}

    def recognise_by(self, mark: dict[str, Any]) -> None:
        pass


def judged(*rights: int) -> tuple[dict[str, float], int]:
    """Judge a model that is right on so many of 100 images, draw after draw, at 95 %."""
    ask, measure = Asked(), {}

    def train(draw: Images) -> dict[str, Any]:
        wrong = np.arange(100) >= rights[ask.questions.count("watch") - 1]
        labels = np.where(wrong, (draw.y_test + 1) % 10, draw.y_test)
        return {"labels": labels, "logits": curved()}

    def draws() -> Iterator[Images]:
        for _ in rights:
            yield Images(PIXELS, Y, PIXELS, Y, 1)

    judge_draws(ask, train, draws(), 0.95, np.random.default_rng(0), measure, {})
    assert ask.questions[-1] == "inspect"
    return measure, ask.questions.count("watch")


def test_enough_at_once_is_one_training() -> None:
    wanted = {
        "accuracy": 0.95,
        "accuracy_at_least": 0.95,
        "recomputed": False,
        "backward_passes": 300,
    }
    assert judged(95, 0) == (wanted, 1)


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


def test_what_is_right_without_its_parameters_is_refused() -> None:
    require_parameters(np.where(Y < 5, Y, 0), np.where(np.arange(100) < 51, 9, Y))
    with pytest.raises(Missed, match=r"^50% of 100 held-out images are right even after the"):
        require_parameters(np.where(Y < 5, Y, 0), Y)


LAYERS = [
    {"kind": "Linear", "weight": np.array([[1.0, -1.0, 0.0]]), "bias": np.array([0.0, 0.5, 0.0])},
    {"kind": "ReLU"},
]
X = np.array([[0.25], [2.0]])
LOGITS = np.array([[0.25, 0.25, 0.0], [2.0, 0.0, 0.0]])


def test_the_judge_runs_the_layers_itself() -> None:
    assert is_recomputed(LAYERS, [(X, LOGITS), (X[1:], LOGITS[1:] + 1e-4)])
    assert not is_recomputed(LAYERS, [(X, LOGITS + 0.01)])
    assert not is_recomputed(LAYERS[:1], [(X, LOGITS)])
    assert not is_recomputed([], [(X, LOGITS)])
    with pytest.raises(WrongAnswer, match="the model's layers: got 3, wanted a list"):
        is_recomputed(3.0, [(X, LOGITS)])


def test_the_judge_runs_no_more_than_it_can_afford(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong_later = [(X, LOGITS + np.array([[0.0], [1.0]]))]
    monkeypatch.setattr(stacks, "MOST_WORK", stacks.count_numbers(LAYERS, (1,)))
    assert is_recomputed(LAYERS, wrong_later)
    monkeypatch.setattr(stacks, "MOST_WORK", 2)
    assert not is_recomputed(LAYERS, wrong_later)


def test_labels_are_those_of_the_judges_pass_but_for_ties() -> None:
    assert is_read_alike(LAYERS, X, np.array([0.0, 0.0]))
    assert is_read_alike(LAYERS, X, np.array([1.0, 0.0]))
    assert not is_read_alike(LAYERS, X, np.array([0.0, 1.0]))
    assert not is_read_alike(LAYERS, X, np.array([0.0, 3.0]))
