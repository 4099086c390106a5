"""The judge's own gradients of scalar networks agree with central differences and PyTorch."""

import numpy as np
import pytest

from autograder.numerics import goldens, networks
from autograder.numerics.differences import central_differences


@pytest.mark.parametrize("loss", ["squared_error", "hinge_loss"])
@pytest.mark.parametrize(
    "kinds", [("tanh", "tanh"), ("relu", "linear"), ("sigmoid", "relu"), ("linear", "sigmoid")]
)
def test_gradients_are_central_differences(kinds: networks.Kinds, loss: str) -> None:
    rng, size = np.random.default_rng(3), [3, 4, 2, 1]
    weights, x = networks.draw_parameters(size, rng), rng.normal(size=(6, 3))
    y = rng.choice([-1.0, 1.0], 6)

    def total(at: networks.Floats) -> networks.Floats:
        return networks.LOSSES[loss](networks.mlp_outputs(size, kinds, at, x)[..., 0], y)

    got = networks.loss_gradient(size, kinds, weights, x, y, loss)
    assert np.abs(got).max() > 1e-3
    assert np.allclose(got, central_differences(total, weights[None])[0], rtol=0, atol=1e-8)


def test_gradients_are_those_of_pytorch() -> None:
    stored = goldens.load_goldens("m2")
    x = np.array([[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]])
    y = np.array([1.0, -1.0, -1.0, 1.0])
    kinds = ("tanh", "tanh")
    got = networks.loss_gradient([3, 4, 4, 1], kinds, stored["weights"], x, y, "squared_error")
    assert np.allclose(got, stored["grad"], rtol=0, atol=1e-12)


def test_a_kink_has_the_gradient_of_its_flat_side() -> None:
    weights, one = np.array([0.0, 0.0]), np.ones((1, 1))
    got = networks.loss_gradient([1, 1], ("relu", "relu"), weights, one, one[0], "squared_error")
    assert got.tolist() == [0.0, 0.0]
    edge = np.array([0.0, 1.0])  # the score is 1: a margin of exactly 0
    got = networks.loss_gradient([1, 1], ("relu", "linear"), edge, one, one[0], "hinge_loss")
    assert got.tolist() == [0.0, 0.0]
