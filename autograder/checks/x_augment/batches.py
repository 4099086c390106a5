"""``augment``, what stays as it is, and what is refused."""

import numpy as np

from autograder.checks.m5_convolution.common import Rng, require_refusals
from autograder.checks.x_augment.alterations import altered, lit, require_range
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close, same
from autograder.numerics.failure import WrongAnswer

SIDE, COUNT = 12, 60


@check("augment")
def check_augment(ask: Ask, rng: Rng) -> None:
    seed = int(rng.permutation(1000)[0])
    bright = rng.permutation(COUNT) % 2 == 0
    x = np.zeros((COUNT, 1, SIDE, SIDE), np.float32)
    x[bright, :, 2:10, 2:10] = 1.0
    x[bright, :, 4:6, 3:9] = 0.5
    y = rng.permutation(COUNT)
    answer = ask("augmented", x=x, y=y, seeds=[seed, seed, seed + 1])
    images = as_floats(answer["images"], (3, *x.shape), "the images of augment")
    labels = as_floats(answer["labels"], (3, COUNT), "the labels of augment")
    close(labels, np.stack([y] * 3), "the label that comes out of augment: entry ")
    kinds = answer["kinds"]
    same(kinds, ["float32"] * 3, "the list of dtypes that augment makes of float32")
    require_range(images, "pixels of augment")
    is_bright = images[0].mean(axis=(1, 2, 3)) > 0.1
    if not np.array_equal(is_bright, bright):
        raise WrongAnswer(
            "bright images do not stay bright and dark ones dark, in their order: each belongs to "
            "its label"
        )
    close(images[1], images[0], "augment with the same seed again: entry ")
    if np.array_equal(images[2], images[0]):
        raise WrongAnswer("two seeds give the same images: draw from rng how each is altered")
    shown = images[0][bright]
    if (np.abs(shown - shown[0]).max(axis=(1, 2, 3)) < 0.25).all():
        raise WrongAnswer("augment alters all images of a batch alike: draw for each image")
    if np.allclose(images[0], x):
        raise WrongAnswer("augment leaves all images as they are")


@check("shift rotate add_noise augment")
def check_untouched(ask: Ask, rng: Rng) -> None:
    seed = int(rng.permutation(1000)[0])
    images = lit(rng, 4, 1, (SIDE, SIDE)).astype(np.float32)
    y = rng.permutation(4)
    answer = ask("untouched", x=images, y=y, seed=seed)
    for name in ("shift", "rotate", "add_noise", "augment"):
        close(answer[name], images, f"the images given to {name}, afterwards: pixel ", 0.0)
    close(answer["labels"], y, "the labels given to augment, afterwards: entry ", 0.0)
    kinds = answer["kinds"]
    four = "shift, rotate, add_noise and augment"
    same(kinds, ["float32"] * 4, f"the list of dtypes that {four} make of float32")
    what = f"the arrays of {four} that are new, even where nothing changes,"
    same(answer["are_new"], [True] * 4, what)


BAD = {
    "shift(np.ones((3, 4, 5)), 1, 1)": "shift of images without an axis for the batch",
    "rotate(np.ones((4, 5)), 30)": "rotate of a single picture",
    "add_noise(np.ones((3, 4, 5)), 0.1, rng)": "add_noise of images without an axis for the batch",
    "add_noise(np.ones((3, 1, 4, 5)), -0.1, rng)": "noise of a negative scale",
    "augment(np.ones((3, 16), np.float32), np.arange(3), rng)": "augment of rows",
    "augment(np.ones((3, 1, 12, 12), np.float32), np.arange(2), rng)": "fewer labels than images",
    "train_augmented(np.ones((4, 144), np.float32), np.arange(4), 0)": "training on rows",
    "train_augmented(np.ones((4, 1, 9, 9), np.float32), np.arange(3), 0)": "3 labels for 4 images",
    "train_augmented(np.ones((0, 1, 12, 12), np.float32), np.arange(0), 0)": "training on nothing",
}


@check("shift rotate add_noise augment train_augmented")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    images = lit(rng, 1, 1, (3, 4))
    (found,) = altered(ask, images, ["shift(x, 0, 0)"])
    close(found, images, "shift(x, 0, 0) of one image: pixel ")
    require_refusals(ask, BAD)
