"""The judge's own convolution: PyTorch's numbers, and sums small enough to do by hand."""

import numpy as np
import pytest

from autograder.numerics import convolution, goldens
from autograder.numerics.tensors import Case, run_on_arrays

STORED = goldens.load_goldens("m5")
PROGRAMS = list(enumerate(STORED["programs"].tolist()))


def stored(place: int) -> Case:
    mine = {k.partition(".")[2]: v for k, v in STORED.items() if k.startswith(f"{place}.")}
    names = [k.removesuffix(".grad") for k in mine if k.endswith(".grad")]
    program = STORED["programs"].tolist()[place]
    return Case(program, {name: mine[name] for name in names}, {}, mine["cotangent"])


@pytest.mark.parametrize(("place", "program"), PROGRAMS)
def test_results_and_differences_are_pytorchs(place: int, program: str) -> None:
    case = stored(place)
    assert np.allclose(run_on_arrays(program, case.tensors), STORED[f"{place}.out"], rtol=1e-12)
    for name, grad in case.gradients().items():
        assert np.allclose(grad, STORED[f"{place}.{name}.grad"], atol=1e-7)


def test_the_way_back_through_pooling_is_pytorchs() -> None:
    x, cotangent = STORED["8.x"], STORED["8.cotangent"]
    assert np.allclose(convolution.pool_gradient(x, cotangent, 3, 2), STORED["8.x.grad"])


def test_patches_of_a_small_image() -> None:
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    assert convolution.im2col(x, 2, 2).tolist() == [[0, 1, 4, 5], [2, 3, 6, 7]]
    padded = convolution.im2col(x, 3, 3, 1)
    assert padded.tolist() == [[0, 0, 0, 0, 0, 1, 0, 4, 5], [0, 0, 0, 2, 3, 0, 6, 7, 0]]
    two = np.stack([x[0], 10 + x[0]]).reshape(1, 2, 3, 4)
    assert convolution.im2col(two, 2, 2)[1].tolist() == [2, 3, 6, 7, 12, 13, 16, 17]


def test_overlaps_add() -> None:
    sums = convolution.col2im(np.ones((4, 4)), (1, 1, 3, 3), 2)
    assert sums[0, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert convolution.col2im(np.ones((1, 9)), (1, 1, 1, 2), 3, 2, 1).tolist() == [[[[1, 1]]]]


def test_ties_go_to_the_first() -> None:
    x = np.array([[[[5.0, 5.0, 1.0], [5.0, 5.0, 5.0]]]])
    grad = convolution.pool_gradient(x, np.array([[[[1.0, 10.0]]]]), 2, 1)
    assert grad[0, 0].tolist() == [[1, 10, 0], [0, 0, 0]]
    assert convolution.pool_margin(x, 2, 1) == 0.0


def test_margin_is_the_smallest_lead() -> None:
    x = np.array([[[[1.0, 5.0, 2.0, 2.5], [3.0, 4.5, 9.0, 8.0]]]])
    assert convolution.pool_margin(x, 2) == 0.5


def test_gradients_of_the_network_are_central_differences() -> None:
    rng = np.random.default_rng(0)
    weights = convolution.draw_network(rng, (2, 5, 4), 3, 3, 4)
    x, cotangent = rng.normal(size=(3, 2, 5, 4)), rng.normal(size=(3, 4))
    program = "h = conv2d(x, w, b, padding=1).tanh(); out = max_pool2d(h, 2).reshape(3, -1) @ v + c"
    case = Case(program, {**weights, "x": x}, {}, cotangent)
    assert np.allclose(convolution.network_signals(weights, x)[2], case.out())
    found = convolution.network_gradients(weights, x, cotangent)
    for name, grad in case.gradients().items():
        assert np.allclose(found[name], grad, atol=1e-7)
