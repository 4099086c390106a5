"""The judge's own training agrees with PyTorch's, and with numbers worked out by hand."""

import numpy as np
import pytest

from autograder.numerics import goldens, idx, trajectories

STORED = goldens.load_goldens("m4")


@pytest.mark.parametrize(
    ("name", "lr", "momentum", "decay"),
    [("plain", 0.05, 0.0, 0.0), ("momentum", 0.02, 0.9, 0.0), ("decay", 0.02, 0.8, 0.1)],
)
def test_descent_is_that_of_pytorch(name: str, lr: float, momentum: float, decay: float) -> None:
    start, targets, curvatures = (
        [STORED[f"{part}_{k}"] for k in range(3)] for part in ("start", "target", "curvature")
    )
    slopes = [trajectories.quadratic_slopes(targets, curvatures)] * 20
    path = trajectories.sgd_path(start, slopes, [lr] * 20, momentum, decay)
    for k in range(3):
        assert np.allclose([at[k] for at in path], STORED[f"{name}_{k}"], rtol=0, atol=1e-12)


def test_training_is_that_of_pytorch() -> None:
    layers = [(STORED[f"weight_{k}"], STORED[f"bias_{k}"]) for k in range(2)]
    batch = STORED["x"], STORED["y"]
    curve, path = trajectories.train_layers(layers, [batch] * 20, [0.1] * 20, 0.9, 0.01)
    assert np.allclose(curve, STORED["curve"], rtol=0, atol=1e-12)
    for k, (weight, bias) in enumerate(path[-1]):
        assert np.allclose(weight, STORED[f"trained_weight_{k}"], rtol=0, atol=1e-12)
        assert np.allclose(bias, STORED[f"trained_bias_{k}"], rtol=0, atol=1e-12)


def test_the_handouts_three_steps() -> None:
    half = [trajectories.quadratic_slopes([np.zeros(1)], [np.array([0.5])])] * 3
    path = trajectories.sgd_path([np.ones(1)], half, [0.1] * 3, 0.9, 0.0)
    assert np.allclose([at[0][0] for at in path], [0.9, 0.72, 0.486])


def test_schedules_at_their_corners() -> None:
    cosine = trajectories.cosine_schedule(1.0, 6, 2)
    assert [round(cosine(step), 3) for step in (0, 1, 2, 4, 6, 9)] == [0.5, 1.0, 1.0, 0.5, 0.0, 0.0]
    assert trajectories.cosine_schedule(1.0, 3, 3)(2) == 1.0
    decay = trajectories.step_decay(1.0, 0.5, 10)
    assert [decay(step) for step in (0, 9, 10, 20)] == [1.0, 1.0, 0.5, 0.25]


def test_an_idx_file_is_what_lecun_wrote_down() -> None:
    images = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    header = bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3])
    assert idx.encode_idx(images) == header + bytes(range(6))
    assert (
        idx.encode_idx(np.array([1, -2], np.int16)).hex(" ")
        == "00 00 0b 01 00 00 00 02 00 01 ff fe"
    )
