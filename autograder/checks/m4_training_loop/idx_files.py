"""``load_idx``: files of images, labels and other numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m4_training_loop.common import Rng
from autograder.judge.questions import Ask
from autograder.judge.refusals import BadInput
from autograder.judge.spec import check
from autograder.numerics import idx
from autograder.numerics.compare import close


def reads(ask: Ask, array: NDArray[Any], what: str, name: str = "sample-idx") -> None:
    """Fail unless load_idx gives back `array`."""
    packed = name.endswith(".gz")
    answer = ask("read_idx", name=name, content=_gzip(array) if packed else idx.encode_idx(array))
    close(answer["array"], array.astype(np.float64), f"load_idx of {what}")


def _gzip(array: NDArray[Any]) -> bytes:
    return idx.compress_bytes(idx.encode_idx(array))


def pixels(rng: Rng, *shape: int) -> NDArray[np.uint8]:
    """Return bytes of all sizes, the largest among them."""
    array = rng.integers(0, 256, shape).astype(np.uint8)
    array.flat[:3] = 255, 0, 128
    return array


@check("load_idx")
def check_idx_images(ask: Ask, rng: Rng) -> None:
    count, high, wide = rng.permutation([3, 4, 5, 6])[:3].tolist()
    reads(ask, pixels(rng, count, high, wide), f"{count} images of {high} x {wide} bytes")
    reads(ask, pixels(rng, 300, 2, 3), "300 images of 2 x 3 bytes")  # a size above one byte


@check("load_idx")
def check_idx_labels(ask: Ask, rng: Rng) -> None:
    count = int(rng.integers(20, 40))
    reads(ask, pixels(rng, count), f"{count} labels")


@check("load_idx")
def check_idx_types(ask: Ask, rng: Rng) -> None:
    for dtype, largest in (
        ("i1", 100),
        ("i2", 30_000),
        ("i4", 2_000_000_000),
        ("f4", 9.0),
        ("f8", 9.0),
    ):
        array = (largest * rng.uniform(-1.0, 1.0, (2, 3))).astype(dtype)
        reads(ask, array, f"a file of {array.dtype.name}")


@check("load_idx")
def check_idx_gzip(ask: Ask, rng: Rng) -> None:
    reads(ask, pixels(rng, 4, 3, 5), "a gzip file", "images-idx3-ubyte.gz")
    reads(ask, pixels(rng, 4, 3, 5), "a plain file", "images-idx3-ubyte")


TRUNCATED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("a file that ends within the numbers", lambda data: data[:-3]),
    ("a file that ends within the header", lambda data: data[:10]),
    ("a file of three bytes", lambda data: data[:3]),
    ("an empty file", lambda data: b""),
    ("a file with bytes left over", lambda data: data + b"\0\1"),
]


@check("load_idx")
def check_idx_truncated(ask: Ask, rng: Rng) -> None:
    array = pixels(rng, 3, 4, 5)
    reads(ask, array, "a whole file")
    data = idx.encode_idx(array)
    half = idx.compress_bytes(data)[:-12]
    bad = [bad_file(what, "cut-idx", cut(data)) for what, cut in TRUNCATED]
    ask.refuses("read_idx", [*bad, bad_file("half a gzip file", "cut.gz", half)])


FOREIGN = [
    ("a PNG picture", b"\x89PNG\r\n\x1a\n" + bytes(60)),
    ("a text file", b"5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5, 3, 6, 1, 7, 2, 8, 6, 9"),
    ("an unknown number type", b"\0\0\x07\1\0\0\0\2\1\2"),
    ("first bytes that are not zero", b"\1\0\x08\1\0\0\0\2\1\2"),
]


@check("load_idx")
def check_idx_foreign(ask: Ask, rng: Rng) -> None:
    reads(ask, pixels(rng, 3, 4), "an IDX file")
    ask.refuses("read_idx", [bad_file(what, "other.bin", content) for what, content in FOREIGN])


def bad_file(what: str, name: str, content: bytes) -> BadInput:
    """Return a file that is to be refused."""
    return BadInput(what, ("ValueError",), {"name": name, "content": content})
