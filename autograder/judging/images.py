"""Pictures of digits for training runs; the judge keeps the labels of those it tests on."""

import gzip
import math
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VARIABLE = "AUTOGRADER_DATA_DIR"
IDX = {
    "x": "train-images-idx3-ubyte.gz",
    "y": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}


class DataMissingError(Exception):
    """A data set is not on this machine; says what to do about it."""


@dataclass(frozen=True)
class Images:
    """Images as rows (N, pixels) of float32 in [0, 1], with their classes (N,).

    Attributes
    ----------
    x, y : ndarrays
        To be trained on.
    x_test, y_test : ndarrays
        Kept by the judge; empty where the set has no test part of its own.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]

    def split(self, rng: np.random.Generator, count: int) -> "Images":
        """Return `count` images to train on, drawn at random; all others test where none do yet."""
        order = rng.permutation(len(self.x))
        train, rest = order[:count], order[count:]
        kept = (self.x_test, self.y_test) if len(self.x_test) else (self.x[rest], self.y[rest])
        return Images(self.x[train], self.y[train], *kept)


@cache
def digits() -> Images:
    """Return scikit-learn's 1,797 digits of 8 x 8 pixels."""
    from sklearn.datasets import load_digits  # half a second: only where it is used

    data = load_digits()
    x, y = (data.data / 16.0).astype(np.float32), data.target.astype(np.int64)
    return Images(x, y, x[:0], y[:0])


@cache
def mnist(folder: str | None = None) -> Images:
    """Return MNIST, read from `folder` or from ``$AUTOGRADER_DATA_DIR/mnist``.

    Raises
    ------
    DataMissingError
        When the files are not there.
    """
    place = Path(folder) if folder else Path(os.environ.get(VARIABLE, "datasets")) / "mnist"
    parts = {name: _idx(place / file) for name, file in IDX.items()}
    rows = {name: parts[name].reshape(len(parts[name]), -1) for name in ("x", "x_test")}
    x, x_test = (rows[name].astype(np.float32) / 255.0 for name in ("x", "x_test"))
    y, y_test = (parts[name].astype(np.int64) for name in ("y", "y_test"))
    return Images(x, y, x_test, y_test)


def _idx(file: Path) -> NDArray[np.uint8]:
    if not file.is_file():
        raise DataMissingError(
            f"{file} is not there: set {VARIABLE} to a folder that holds mnist/{file.name}, "
            "or use the quick profile"
        )
    raw = gzip.decompress(file.read_bytes())
    sizes = np.frombuffer(raw, ">i4", count=raw[3], offset=4).tolist()
    start = 4 + 4 * raw[3]
    return np.frombuffer(raw, np.uint8, count=math.prod(sizes), offset=start).reshape(sizes)


def named(profile: str) -> Images:
    """Return the images of a profile: digits in quick, MNIST in full."""
    return mnist() if profile == "full" else digits()
