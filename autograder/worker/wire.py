"""The messages between judge and worker: msgpack frames with typed arrays, limited in size.

Nothing here is pickle, and nothing received is trusted: an array names a dtype from a short list,
and its bytes must fill its shape exactly.
"""

import math
import re
import struct
from typing import Any

import msgspec
import numpy as np

DTYPES = frozenset({"<f8", "<f4", "<i8", "<i4", "<u4", "<i2", "|i1", "|u1", "|b1"})
MAX_REPLY = 8 << 20  # bytes of one reply: the judge's memory is at stake
MAX_AXES = 16
MAX_DEPTH = 16  # lists in lists of a reply
MAX_ITEMS = 100_000  # values of a reply outside arrays: each costs the judge up to 80 bytes
MAX_WIDTH = 8 << 20  # items times the longest text: NumPy makes all as wide as the widest
HEADER = struct.Struct("!Q")

_ARRAY = 1

# msgpack's heads: the bytes of the length that follows them, or of the value itself
EXTENSIONS = (0xC7, 0xC8, 0xC9)
LENGTHS = {
    **dict(zip((0xC4, 0xC5, 0xC6), (1, 2, 4), strict=True)),
    **dict(zip(EXTENSIONS, (1, 2, 4), strict=True)),
    **dict(zip((0xD9, 0xDA, 0xDB), (1, 2, 4), strict=True)),
    **{0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4},
}
FIXED = {
    **{0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8},
    **{0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17},
}
RUNS = (
    (re.compile(rb"[\x00-\x7f\xc0-\xc3\xe0-\xff]++"), 1),  # small integers, None, true, false
    (re.compile(rb"(?:\xcb[\x00-\xff]{8})++"), 9),  # floats
)


class Malformed(ValueError):
    """A frame that is not a value the protocol knows."""


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: tuple[int, ...]
    data: bytes


# bound before there is a submission, which may replace what it can name
_pack, _unpack = msgspec.msgpack.encode, msgspec.msgpack.decode
_contiguous = np.ascontiguousarray
_array = msgspec.msgpack.Decoder(_Array)


def _to_ext(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 0:
        return value.item()  # np.array(None): there is no gradient
    if isinstance(value, np.ndarray):
        return msgspec.msgpack.Ext(_ARRAY, _pack(_pack_array(value)))
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    for plain in (bool, int, float, str):
        if isinstance(value, plain):
            return plain(value)
    raise TypeError(f"a {type(value).__name__} cannot be sent; wanted numbers, text or arrays")


def _pack_array(array: np.ndarray) -> _Array:
    if array.dtype.str not in DTYPES:
        raise TypeError(f"an array of dtype {array.dtype} cannot be sent")
    return _Array(array.dtype.str, array.shape, _contiguous(array).tobytes())


def _from_ext(code: int, data: memoryview) -> np.ndarray:
    if code != _ARRAY:
        raise Malformed(f"unknown extension {code}")
    return _unpack_array(_array.decode(data))


def _unpack_array(packed: _Array) -> np.ndarray:
    if (
        packed.dtype not in DTYPES
        or len(packed.shape) > MAX_AXES
        or min(packed.shape, default=0) < 0
    ):
        raise Malformed(f"array of dtype {packed.dtype!r} and shape {packed.shape}")
    dtype = np.dtype(packed.dtype)
    if math.prod(packed.shape) * dtype.itemsize != len(packed.data):
        raise Malformed(f"{len(packed.data)} bytes for shape {packed.shape} of {packed.dtype}")
    return np.frombuffer(packed.data, dtype).reshape(packed.shape)


_encoder = msgspec.msgpack.Encoder(enc_hook=_to_ext)


def encode(value: Any) -> bytes:
    """Return `value` as msgpack.

    Parameters
    ----------
    value : Any
        Numbers, text, None, lists, tuples, dicts, structs and arrays of a dtype in `DTYPES`.

    Raises
    ------
    TypeError
        When something in `value` cannot be encoded.
    """
    return _encoder.encode(value)


def decode(data: bytes | bytearray, kind: Any = Any) -> Any:
    """Return the value that `data` encodes, as `kind`.

    Raises
    ------
    Malformed
        When `data` is not msgpack, is not of that kind, nests too deep or holds a false array.
    """
    try:
        return _unpack(data, type=kind, ext_hook=_from_ext)
    except (msgspec.MsgspecError, RecursionError, ValueError, TypeError, OverflowError) as problem:
        raise Malformed(str(problem) or type(problem).__name__) from None


def check_cost(data: bytes | bytearray) -> None:
    """Return, or raise if the value of `data` would be costly to decode or to hold.

    Eight million empty lists fit in a reply, and would cost the judge ten seconds and half a
    gigabyte: so a reply is checked before it is decoded. Malformed bytes are left to `decode`.

    Raises
    ------
    Malformed
        When it nests deeper than `MAX_DEPTH`, or holds more than `MAX_ITEMS` or `MAX_WIDTH`.
    """
    position = items = longest = 0
    pending = [1]  # values, level by level
    while pending and position < len(data):
        count, size = _count_run(data, position, pending[-1])
        position, children, text = (
            (position + count * size, 0, 0) if count else _read_token(data, position)
        )
        items, longest = items + max(1, count), max(longest, text)
        _require(items <= MAX_ITEMS, f"more than {MAX_ITEMS} values outside arrays")
        _require(items * longest <= MAX_WIDTH, "long text among many values")
        pending[-1] -= max(1, count)
        if children:
            pending.append(children)
            _require(len(pending) <= MAX_DEPTH, f"values nest deeper than {MAX_DEPTH}")
        while pending and not pending[-1]:
            pending.pop()


def _count_run(data: bytes | bytearray, position: int, most: int) -> tuple[int, int]:
    """Return how many numbers of one kind come next, at most `most`, and the bytes of each.

    A long list of numbers is read at once: one after the other they cost more than their decoding.
    """
    for run, size in RUNS:
        if match := run.match(data, position, position + size * most):
            return (match.end() - position) // size, size
    return 0, 0


def _read_token(data: bytes | bytearray, position: int) -> tuple[int, int, int]:
    """Return the next value's position, how many values this one holds, its text's size."""
    head = data[position]
    if head < 0x80 or head >= 0xE0:
        return position + 1, 0, 0
    if head < 0xC0:
        short = head & (0x1F if head >= 0xA0 else 0x0F)
        return _token_extent(head, position + 1, short)
    width = LENGTHS.get(head)
    if width is None:
        return position + 1 + FIXED.get(head, 0), 0, 0
    start = position + 1 + width
    return _token_extent(head, start, int.from_bytes(data[position + 1 : start]))


def _token_extent(head: int, start: int, size: int) -> tuple[int, int, int]:
    if head >= 0xDE or head < 0x90:  # a map
        return start, 2 * size, 0
    if head >= 0xDC or head < 0xA0:  # an array
        return start, size, 0
    is_extension = head in EXTENSIONS
    return start + size + is_extension, 0, 0 if is_extension else size


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise Malformed(problem)


def encode_frame(value: Any) -> bytes:
    """Return `value` encoded, with its length in front."""
    body = encode(value)
    return HEADER.pack(len(body)) + body
