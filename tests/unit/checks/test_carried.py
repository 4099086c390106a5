"""Whether a model's answers go with its numbers into another, as two workers tell."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checks.m4_training_loop.carried import require_carried
from autograder.data.images import Images
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.worker.probes import trained

Y = np.arange(8) % 4
PIXELS = np.arange(32, dtype=np.uint8).reshape(8, 4)
FEW = Images(PIXELS, Y, PIXELS[::-1], Y, 32)
NUMBERS = {"shapes": [["", [2, 2]], ["model.mean", [3]]], "flat": np.arange(7.0)}


class Asked:
    """Trains a model that answers 0, 1, 2, 3; the other one, with its numbers, has these labels."""

    def __init__(self, labels: list[float], shapes: Any = None) -> None:
        self.labels, self.shapes = labels, [[2, 2]] if shapes is None else shapes
        self.asked: list[str] = []
        self.carried: dict[str, Any] = {}

    def __call__(self, probe: str, **args: Any) -> dict[str, Any]:
        self.asked.append(probe)
        if probe == "carry":
            self.carried = args
        return {
            "watch": {},
            "classify_again": {"together": np.eye(4), "alone": np.eye(4)[:1]},
            "collect": NUMBERS,
            "carry": {"shapes": self.shapes, "labels": np.array(self.labels)},
        }[probe]

    def take_fresh_worker(self) -> None:
        self.asked.append("fresh")

    def recognise_by(self, mark: dict[str, Any]) -> None:
        pass


def test_half_of_the_labels_have_to_come_along() -> None:
    measure: dict[str, float] = {}
    ask: Any = Asked([0, 1, 3, 2])
    require_carried(ask, FEW, 5, measure)
    assert measure == {"carried": 0.5}
    assert ask.asked == ["fresh", "watch", "classify_again", "collect", "fresh", "carry"]
    ask = Asked([0, 2, 3, 1])
    with pytest.raises(Missed, match="copied into another, give 25% of the labels"):
        require_carried(ask, FEW, 5, measure)


def test_the_second_model_sees_other_images_one_less_and_other_classes() -> None:
    ask: Any = Asked([0, 1, 2, 3])
    require_carried(ask, FEW, 5, {})
    assert ask.carried["images"].tolist() == FEW.x_test[:4].tolist()
    assert ask.carried["labels"].tolist() == [1, 2, 3, 0]
    assert ask.carried["tests"].tolist() == FEW.x_test[4:].tolist()
    assert ask.carried["shapes"] == NUMBERS["shapes"]
    assert ask.carried["numbers"].tolist() == NUMBERS["flat"].tolist()
    small = Images(PIXELS[:4], Y[:4], PIXELS, Y, 32)
    require_carried(ask, small, 5, {})
    assert len(ask.carried["labels"]) == 3


@pytest.mark.parametrize("shapes", [[[3, 2]], [], [[2, 2], [2]], "x"])
def test_other_shapes_are_said(shapes: Any) -> None:
    ask: Any = Asked([0, 1, 2, 3], shapes)
    with pytest.raises(WrongAnswer, match="a second trained model has parameters of the shapes"):
        require_carried(ask, FEW, 5, {})


def test_statistics_are_found_wherever_a_model_keeps_them() -> None:
    weight = SimpleNamespace(data=np.ones((2, 2)))
    model = SimpleNamespace(
        layers=(SimpleNamespace(weight=weight, running=[np.zeros(3), np.ones(3)]),),
        scale={"mean": np.ones(4), "count": np.arange(3), "name": "x"},
        images=np.zeros((100, 64)),
        parameters=lambda: [weight],
    )
    model.itself = model
    found = trained.find_statistics(model)
    assert {*found} == {
        "model.layers.0.running.0",
        "model.layers.0.running.1",
        "model.scale.mean",
    }
    owner, key = found["model.scale.mean"]
    owner[key] = np.zeros(2)
    assert model.scale["mean"].tolist() == [0.0, 0.0]
