"""Writes IDX files, the format of MNIST: to test a learner's reader, and for the kit's digits."""

import gzip
import struct

import numpy as np
from numpy.typing import NDArray

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def encode_idx(array: NDArray[np.generic]) -> bytes:
    """Return `array` as the content of an IDX file.

    Two zero bytes, a type code, the number of axes; the size of each axis as four bytes; then the
    numbers; all big-endian (http://yann.lecun.com/exdb/mnist/).
    """
    return idx_header(array) + array.astype(array.dtype.newbyteorder(">")).tobytes()


def idx_header(array: NDArray[np.generic]) -> bytes:
    """Return the header that precedes the numbers."""
    code = CODES[array.dtype.str[1:]]
    return struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)


def compress_bytes(content: bytes) -> bytes:
    """Return `content` compressed with gzip, the same bytes every time."""
    return gzip.compress(content, mtime=0)
