"""The judge's forward pass through layers that a worker describes."""

from typing import Any

import numpy as np
import pytest

from autograder.numerics import stacks
from autograder.numerics.stacks import Unfit

rng = np.random.default_rng(5)
WEIGHT, BIAS = rng.normal(size=(4, 1, 3, 3)), rng.normal(size=4)
LAST, SHIFT = rng.normal(size=(16, 3)), rng.normal(size=3)
CONV = {"kind": "Conv2d", "weight": WEIGHT, "bias": BIAS, "stride": 1, "padding": 1}
POOL = {"kind": "MaxPool2d", "kernel": 2, "stride": 3}
LINEAR = {"kind": "Linear", "weight": LAST, "bias": SHIFT}
CNN: list[Any] = [CONV, {"kind": "Tanh"}, POOL, {"kind": "Dropout"}, {"kind": "Flatten"}, LINEAR]
IMAGES = rng.normal(size=(3, 1, 5, 6))


def plain_forward(x: np.ndarray) -> np.ndarray:
    """What CNN makes of one image (5, 6), by loops."""
    padded = np.pad(x, 1)
    maps = np.empty((4, 5, 6))
    for o in range(4):
        for i in range(5):
            for j in range(6):
                maps[o, i, j] = (padded[i : i + 3, j : j + 3] * WEIGHT[o, 0]).sum() + BIAS[o]
    pooled = [
        np.tanh(maps)[:, i : i + 2, j : j + 2].max(axis=(1, 2)) for i in (0, 3) for j in (0, 3)
    ]
    return np.stack(pooled, axis=1).ravel() @ LAST + SHIFT


def test_a_convolutional_stack_is_what_loops_make_of_it() -> None:
    wanted = np.stack([plain_forward(image[0]) for image in IMAGES])
    np.testing.assert_allclose(stacks.forward(CNN, IMAGES), wanted, rtol=1e-12)


def test_many_images_go_through_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = stacks.forward(CNN, IMAGES)
    monkeypatch.setattr(stacks, "MOST_NUMBERS", 600)
    np.testing.assert_allclose(stacks.forward(CNN, IMAGES), whole)


def test_the_judge_affords_fewer_images_of_a_larger_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    # 30 windows of 9 and 120 numbers, 120 and 120, 16 and 16, 16 and 16, 16 and 16, 16 and 3
    conv, tanh, pool, rest = 270 + 120, 240, 64 + 16, 32 + 32 + 19 - 0
    numbers = stacks.count_numbers(CNN, (1, 5, 6))
    assert numbers == conv + tanh + pool + rest
    monkeypatch.setattr(stacks, "MOST_WORK", 10 * numbers + 5)
    assert stacks.most_images(CNN, (1, 5, 6)) == 10


def without(layer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The layer with changes; a part that becomes None is left out."""
    return {key: part for key, part in {**layer, **changes}.items() if part is not None}


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [CONV] * 41,
        ["Conv2d"],
        [{"kind": np.ones(3)}],
        [{"kind": "Softmax"}],
        [without(CONV, weight=None)],
        [without(CONV, weight=WEIGHT[:, :, :2])],
        [without(CONV, weight=np.ones((4, 2, 3, 3)))],
        [without(CONV, weight=np.ones((4, 1, 9, 9)))],
        [without(CONV, bias=BIAS[:3])],
        [without(CONV, stride=0)],
        [without(CONV, stride=1.0)],
        [without(CONV, padding=-1)],
        [without(CONV, padding=10**9)],
        [without(POOL, kernel=7)],
        [without(POOL, kernel=True)],
        [LINEAR],
        [{"kind": "Flatten"}, LINEAR],
        [{"kind": "Flatten"}, CONV],
        [{"kind": "Linear", "weight": np.ones((6, 10**6)), "bias": np.ones(10**6)}],
    ],
    ids=repr,
)
def test_what_the_judge_cannot_run_is_unfit(layers: list[Any]) -> None:
    with pytest.raises(Unfit):
        stacks.forward(layers, IMAGES)
