"""scikit-learn's digits in, the kit's data files out: ``python -m autograder.exchange.digits``."""

import sys
from pathlib import Path

from autograder.exchange import checkout

if __name__ == "__main__":
    checkout.require_or_exit("python -m autograder.exchange.digits", "scikit-learn")

import numpy as np
from sklearn.datasets import load_digits

from autograder.files import write_atomically
from autograder.numerics.idx import compress_bytes, encode_idx


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
        write_atomically(folder / name, compress_bytes(encode_idx(array.astype(np.uint8))))
    return [folder / name for name in arrays]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else checkout.ROOT / "datasets/digits"
    print(*write_digits(target), sep="\n")
