"""What crosses between judge and worker: msgpack frames with typed arrays, capped in size.

Nothing here is pickle, and nothing received is trusted: an array names a dtype from a short list,
and its bytes must fill its shape exactly.
"""

import math
import struct
from typing import Any

import msgspec
import numpy as np

DTYPES = frozenset({"<f8", "<f4", "<i8", "<i4", "<u4", "<i2", "|i1", "|u1", "|b1"})
MAX_REPLY = 8 << 20  # bytes of one reply: the judge's memory is at stake
MAX_REQUEST = 1 << 30  # bytes of one request: the judge wrote it
MAX_AXES = 16
HEADER = struct.Struct("!Q")

_ARRAY = 1


class Malformed(ValueError):
    """A frame that is not a value the protocol knows."""


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: tuple[int, ...]
    data: bytes


_array = msgspec.msgpack.Decoder(_Array)


def _to_ext(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return msgspec.msgpack.Ext(_ARRAY, msgspec.msgpack.encode(_pack(value)))
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    for plain in (bool, int, float, str):
        if isinstance(value, plain):
            return plain(value)
    raise TypeError(f"a {type(value).__name__} cannot be sent; wanted numbers, text or arrays")


def _pack(array: np.ndarray) -> _Array:
    if array.dtype.str not in DTYPES:
        raise TypeError(f"an array of dtype {array.dtype} cannot be sent")
    return _Array(array.dtype.str, array.shape, np.ascontiguousarray(array).tobytes())


def _from_ext(code: int, data: memoryview) -> np.ndarray:
    if code != _ARRAY:
        raise Malformed(f"unknown extension {code}")
    return _unpack(_array.decode(data))


def _unpack(packed: _Array) -> np.ndarray:
    if packed.dtype not in DTYPES or len(packed.shape) > MAX_AXES or min(packed.shape, default=0) < 0:
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
        When something in `value` has no place on the wire.
    """
    return _encoder.encode(value)


def decode(data: bytes | bytearray, kind: Any = Any) -> Any:
    """Return the value that `data` stands for, as `kind`.

    Raises
    ------
    Malformed
        When `data` is not msgpack, is not of that kind, nests too deep or holds a false array.
    """
    try:
        return msgspec.msgpack.decode(data, type=kind, ext_hook=_from_ext)
    except (msgspec.MsgspecError, RecursionError, ValueError, TypeError, OverflowError) as problem:
        raise Malformed(str(problem) or type(problem).__name__) from None


def frame(value: Any) -> bytes:
    """Return `value` encoded, with its length in front."""
    body = encode(value)
    return HEADER.pack(len(body)) + body
