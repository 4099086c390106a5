import numpy as np
import pytest

from autograder.numerics import small, tensors
from autograder.numerics.small import CUTS, NUMBERS_ONLY, Cut, Small


@pytest.mark.parametrize(
    ("cut", "wanted"),
    [
        (Cut(1), (1, 1, 1)),
        (Cut(3), (2, 3, 3)),
        (Cut(2, -1), (2, 2, 4)),
        (Cut(1, 1), (1, 3, 4)),
        (NUMBERS_ONLY, (2, 3, 4)),
    ],
)
def test_a_cut_shortens_axes(cut: Cut, wanted: tuple[int, ...]) -> None:
    assert cut.shorten((2, 3, 4)) == wanted


def test_cuts_run_from_the_smallest_to_none() -> None:
    assert CUTS[0] == Cut(1)
    assert CUTS[-1] == NUMBERS_ONLY
    assert len(set(CUTS)) == len(CUTS)


def test_numbers_have_two_decimals_and_arrays_few_entries() -> None:
    rng = Small(np.random.PCG64(3), Cut(2))
    for drawn in (rng.normal(size=(3, 4)), rng.uniform(-1, 1, (3, 4)), rng.normal(0, 1, 7)):
        assert drawn.size in (2, 4)
        assert (drawn == drawn.round(2)).all()
    assert rng.integers(0, 9, (5, 1)).shape == (2, 1)
    assert rng.choice([1, 2], 9).shape == rng.random(9).shape == (2,)
    assert rng.integers(20, 40) == 20
    assert rng.integers(1000) == 0
    assert sorted(rng.permutation([3, 4, 1]).tolist()) == [1, 2, 2]
    assert sorted(rng.permutation(5).tolist()) == [0, 1, 2, 3, 4]
    assert rng.uncut.normal(size=(3, 4)).shape == (3, 4)


def test_without_a_cut_nothing_changes() -> None:
    full = np.random.default_rng([1, 2])
    rng = small.make_generator([1, 2], None)
    assert rng.normal(size=5).tolist() == full.normal(size=5).tolist()
    assert small.cut_shape(rng, (3, 4)) == small.cut_points(rng, (3, 4)) == (3, 4)
    assert small.uncut_generator(rng) is rng
    assert small.shorten_numbers(rng, np.array([0.1234])).tolist() == [0.1234]


def test_points_lose_rows_and_keep_columns() -> None:
    assert small.cut_points(Small(np.random.PCG64(0), Cut(1)), (6, 3)) == (1, 3)
    assert small.cut_points(Small(np.random.PCG64(0), NUMBERS_ONLY), (6, 3)) == (6, 3)


def test_a_case_is_drawn_small_and_consistent() -> None:
    rng = small.make_generator([5], Cut(1))
    case = tensors.draw_case(rng, "out = x @ y", "x:n,k y:k,m")
    assert {name: x.shape for name, x in case.tensors.items()} == {"x": (1, 1), "y": (1, 1)}
    assert case.cotangent.shape == (1, 1)
    assert case.out()[0, 0] == case.tensors["x"][0, 0] * case.tensors["y"][0, 0]
