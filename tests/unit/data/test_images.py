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
