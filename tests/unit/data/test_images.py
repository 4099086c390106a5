"""How images are held out."""

import numpy as np

from autograder.data.images import Images


def numbered(count: int, tests: int) -> Images:
    """Images of one pixel: its value is the image's number."""
    own, other = np.arange(count), np.arange(100, 100 + tests)
    return Images(own[:, None].astype(np.uint8), own, other[:, None].astype(np.uint8), other, 255)


def test_draws_together_hold_out_every_image_once() -> None:
    draws = list(numbered(11, 0).draws(np.random.default_rng(1), 3))
    assert [len(draw.y_test) for draw in draws] == [4, 4, 3]
    assert sorted(np.concatenate([draw.y_test for draw in draws])) == list(range(11))
    for draw in draws:
        assert sorted([*draw.y, *draw.y_test]) == list(range(11))
        assert draw.pixels[:, 0].tolist() == draw.y.tolist()
        assert draw.pixels_test[:, 0].tolist() == draw.y_test.tolist()


def test_the_order_to_train_in_is_drawn() -> None:
    draws = list(numbered(40, 0).draws(np.random.default_rng(1), 2))
    assert all((np.diff(draw.y) < 0).any() for draw in draws)


def test_images_of_a_test_set_are_held_out_each_time() -> None:
    draws = list(numbered(11, 4).draws(np.random.default_rng(1), 2))
    assert [draw.y_test.tolist() for draw in draws] == [[100, 101, 102, 103]] * 2
    assert [sorted(draw.y) for draw in draws] == [list(range(11))] * 2
    assert draws[0].y.tolist() != draws[1].y.tolist()


def test_the_generator_decides_what_is_held_out() -> None:
    one, again, other = (
        next(numbered(30, 0).draws(np.random.default_rng(seed), 3)).y_test.tolist()
        for seed in (1, 1, 2)
    )
    assert one == again != other


def squares() -> Images:
    """Two images of 2 x 2 to train on, and one to test with, of levels far apart."""
    pixels = np.array([[0, 80, 160, 240], [240, 160, 80, 0]], np.uint8)
    return Images(pixels, np.array([0, 1]), pixels[:1], np.array([0]), 255)


def levels(pixels: np.ndarray) -> np.ndarray:
    """The level that each pixel had before the noise."""
    return np.rint(pixels / 80).astype(int)


def test_pixels_change_places_alike_in_training_and_test() -> None:
    orders = set()
    for seed in range(40):
        altered = squares().alter_rows(np.random.default_rng(seed))
        first, second, test = levels(np.concatenate([altered.pixels, altered.pixels_test]))
        assert first.tolist() == test.tolist() == (3 - second).tolist()
        orders.add(tuple(first.tolist()))
    assert len(orders) > 12  # of 24
    assert altered.y.tolist() == [0, 1]


def test_squares_are_turned_alike_in_training_and_test() -> None:
    around = [0, 1, 3, 2]  # where a walk around an image finds its pixels
    seen = set()
    for seed in range(60):
        altered = squares().alter_squares(np.random.default_rng(seed))
        first, second, test = levels(np.concatenate([altered.pixels, altered.pixels_test]))
        assert first.tolist() == test.tolist() == (3 - second).tolist()
        seen.add(tuple(first[around].tolist()))
    walk = [0, 1, 3, 2]
    turned = {tuple(walk[k:] + walk[:k]) for k in range(4)}
    assert seen == turned | {tuple(reversed(each)) for each in turned}


def test_classes_get_the_same_new_names_in_training_and_test() -> None:
    y = np.array([0, 1, 2, 2, 1])
    images = Images(np.zeros((5, 4), np.uint8), y, np.zeros((5, 4), np.uint8), y[::-1], 16)
    names = set()
    for seed in range(40):
        renamed = images.renumber(np.random.default_rng(seed))
        assert renamed.y.tolist() == renamed.y_test[::-1].tolist()
        assert renamed.y[2] == renamed.y[3]
        names.add(tuple(renamed.y[:3].tolist()))
    assert len(names) == 6
    assert all(sorted(each) == [0, 1, 2] for each in names)


def test_every_image_has_a_noise_of_its_own_within_its_scale() -> None:
    pixels = np.tile(np.arange(17, dtype=np.uint8), (50, 1))
    images = Images(pixels, np.zeros(50, np.int64), pixels[:3], np.zeros(3, np.int64), 16)
    altered = images.alter_rows(np.random.default_rng(0))
    order = np.argsort(np.median(altered.pixels, axis=0))
    change = altered.pixels[:, order].astype(int) - np.arange(17)
    assert {*np.unique(change[:, 1:-1])} == {-1, 0, 1}
    assert altered.pixels.max() == 16
    assert len(np.unique(altered.pixels, axis=0)) == 50
