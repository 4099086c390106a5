"""Pictures of handwritten digits, as rows of pixels with their classes."""

import gzip
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data import registry, store

Pixels = NDArray[np.uint8]
NOISE = 16  # the largest change of a pixel is the scale divided by this


@dataclass(frozen=True)
class Images:
    """Images to train on, and images to test with.

    Attributes
    ----------
    pixels, pixels_test : ndarray of uint8, shape (N, pixels)
        As measured, from 0 to `scale`.
    y, y_test : ndarray of int64, shape (N,)
        Classes from 0.
    scale : int
        The largest value of a pixel.
    """

    pixels: NDArray[np.uint8]
    y: NDArray[np.int64]
    pixels_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    scale: int

    @property
    def x(self) -> NDArray[np.float32]:
        """The training pixels as float32 in [0, 1]."""
        return np.asarray(self.pixels / np.float32(self.scale), np.float32)

    @property
    def x_test(self) -> NDArray[np.float32]:
        """The test pixels as float32 in [0, 1]."""
        return np.asarray(self.pixels_test / np.float32(self.scale), np.float32)

    def split(self, rng: np.random.Generator, count: int) -> "Images":
        """Return `count` random training images; without test images, the others become those."""
        order = rng.permutation(len(self.y))
        train, rest = order[:count], order[count:]
        own_tests = (self.pixels_test, self.y_test)
        tests = own_tests if len(self.y_test) else (self.pixels[rest], self.y[rest])
        return Images(self.pixels[train], self.y[train], *tests, self.scale)

    def draws(self, rng: np.random.Generator, count: int) -> "Iterator[Images]":
        """Yield `count` ways to hold images out.

        Without test images a draw holds out one of `count` parts, so that all draws together hold
        out every image once. With test images each draw holds out those, and has another order to
        train in.
        """
        order = rng.permutation(len(self.y))
        for part in np.array_split(order, count):
            train = rng.permutation(order if len(self.y_test) else np.setdiff1d(order, part))
            own_tests = (self.pixels_test, self.y_test)
            tests = own_tests if len(self.y_test) else (self.pixels[part], self.y[part])
            yield Images(self.pixels[train], self.y[train], *tests, self.scale)

    def renumber(self, rng: np.random.Generator) -> "Images":
        """Return the images with their classes in another order: a known label tells nothing."""
        names = rng.permutation(int(self.y.max()) + 1)
        return replace(self, y=names[self.y], y_test=names[self.y_test])

    def alter_rows(self, rng: np.random.Generator) -> "Images":
        """Return the images for a dense network: their pixels in one new order, and a little noise.

        Training and test images are altered alike, so that a network learns from them as well. A
        table of what these images are on the net finds none of them.
        """
        order = rng.permutation(self.pixels.shape[1])
        return self._alter(lambda pixels: pixels[:, order], rng)

    def alter_squares(self, rng: np.random.Generator) -> "Images":
        """Return the images for a convolution: turned or mirrored alike, and a little noise.

        One of the eight symmetries of the square is drawn for training and test images together.
        """
        turns, is_mirrored = int(rng.integers(4)), bool(rng.integers(2))

        def turn(pixels: Pixels) -> Pixels:
            side = math.isqrt(pixels.shape[1])
            squares = np.rot90(pixels.reshape(-1, side, side), turns, axes=(1, 2))
            squares = squares.swapaxes(1, 2) if is_mirrored else squares
            return np.asarray(squares.reshape(pixels.shape))

        return self._alter(turn, rng)

    def _alter(self, change: Callable[[Pixels], Pixels], rng: np.random.Generator) -> "Images":
        """Return all images changed alike, and then each pixel by a little noise of its own."""

        def alter(pixels: Pixels) -> Pixels:
            most = max(self.scale // NOISE, 1)
            noise = rng.integers(-most, most + 1, size=pixels.shape, dtype=np.int16)
            noisy = np.clip(change(pixels) + noise, 0, self.scale)
            return np.asarray(noisy, np.uint8)

        altered = alter(self.pixels), alter(self.pixels_test)
        return replace(self, pixels=altered[0], pixels_test=altered[1])


@cache
def read_digits() -> Images:
    """Return scikit-learn's 1,797 digits of 8 x 8 pixels; it has no test part of its own.

    Raises
    ------
    DataMissing
        When the files that come with the kit are not there, or not what they were.
    """
    images, labels = _read_arrays("digits", store.Store(registry.find_datasets()))
    pixels, y = images.reshape(len(images), -1), labels.astype(np.int64)
    return Images(pixels, y, pixels[:0], y[:0], 16)


@cache
def read_mnist(source: store.Store) -> Images:
    """Return MNIST: 60,000 images of 28 x 28 pixels to train on, 10,000 to test with.

    Raises
    ------
    DataMissing
        When the files are not there and cannot be downloaded.
    """
    images, labels, test_images, test_labels = _read_arrays("mnist", source)
    return Images(
        images.reshape(len(images), -1),
        labels.astype(np.int64),
        test_images.reshape(len(test_images), -1),
        test_labels.astype(np.int64),
        255,
    )


def _read_arrays(name: str, source: store.Store) -> Iterator[NDArray[np.uint8]]:
    """Return what the files of a data set hold, in the registry's order."""
    dataset = registry.load_registry().dataset(name)
    return map(_read_idx, [source.fetch(dataset, file) for file in dataset.files])


def _read_idx(file: Path) -> NDArray[np.uint8]:
    raw = gzip.decompress(file.read_bytes())
    sizes = np.frombuffer(raw, ">i4", count=raw[3], offset=4).tolist()
    return np.frombuffer(raw, np.uint8, math.prod(sizes), 4 + 4 * raw[3]).reshape(sizes)


def load_images(profile: str, data_dir: str = "") -> Images:
    """Return the images of a profile: digits in ``quick``, MNIST in ``full``."""
    return read_mnist(store.open_store(data_dir)) if profile == "full" else read_digits()
