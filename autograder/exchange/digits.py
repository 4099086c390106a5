"""scikit-learn's digits in, the kit's data files out: ``python -m autograder.exchange.digits``."""

import gzip
import sys
from pathlib import Path

from autograder.exchange import checkout

if __name__ == "__main__":
    checkout.require_or_exit("python -m autograder.exchange.digits", "scikit-learn")

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from autograder.files import write_atomically


def write_digits(folder: Path) -> list[Path]:
    """Write the images and the labels of the digits to `folder`, as IDX files.

    Returns
    -------
    list of Path
        The files written. Their hashes stand in ``datasets/registry.toml``.
    """
    data = load_digits()
    arrays = {"images-idx3-ubyte.gz": data.images, "labels-idx1-ubyte.gz": data.target}
    for name, array in arrays.items():
        content = gzip.compress(idx(array.astype(np.uint8)), mtime=0)
        write_atomically(folder / name, content)
    return [folder / name for name in arrays]


def idx(array: NDArray[np.uint8]) -> bytes:
    """Return `array` in the IDX format: the type, the sizes, the bytes."""
    return bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">i4").tobytes() + array.tobytes()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else checkout.ROOT / "datasets/digits"
    print(*write_digits(target), sep="\n")
