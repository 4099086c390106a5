"""Nothing but plain values crosses, and a forged frame is refused, not believed."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.worker import wire
from autograder.worker.protocol import Reply

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_values_come_back_as_they_were(value: object) -> None:
    assert wire.decode(wire.encode(value)) == value


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 4)])
def test_arrays_come_back_with_dtype_and_shape(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    back = wire.decode(wire.encode({"a": array}))["a"]
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_a_transposed_array_comes_back_right() -> None:
    array = np.arange(6.0).reshape(2, 3).T
    np.testing.assert_array_equal(wire.decode(wire.encode(array)), array)


def test_an_array_around_nothing_is_nothing() -> None:
    assert wire.decode(wire.encode({"grad": np.array(None)})) == {"grad": None}
    with pytest.raises(TypeError):
        wire.encode(np.array(object()))


@pytest.mark.parametrize("value", [np.array([object()]), np.array(["text"]), object(), 1j])
def test_what_has_no_place_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        wire.encode(value)


def forged(dtype: str, shape: list[int], data: bytes) -> bytes:
    return msgspec.msgpack.encode(
        msgspec.msgpack.Ext(1, msgspec.msgpack.encode([dtype, shape, data]))
    )


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xc1",
        b"\xd9\x02\xff\xff",
        b"\x91" * 100_000,
        forged("|O", [1], b"12345678"),
        forged("<f8", [2], b"12345678"),
        forged("<f8", [-1], b""),
        forged("<f8", [2**62, 4], b""),
        forged("<f8", [1] * 40, b"12345678"),
        msgspec.msgpack.encode(msgspec.msgpack.Ext(9, b"")),
        msgspec.msgpack.encode(msgspec.msgpack.Ext(1, b"\xc1")),
    ],
)
def test_forged_frames_are_malformed(frame: bytes) -> None:
    with pytest.raises(wire.Malformed):
        wire.decode(frame)


def test_a_reply_of_another_form_is_malformed() -> None:
    with pytest.raises(wire.Malformed):
        wire.decode(wire.encode({"problem": 7}), Reply)


def test_float_subclasses_lose_their_tricks() -> None:
    class Sly(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = float.__hash__

    back = wire.decode(wire.encode([Sly(2.0)]))
    assert type(back[0]) is float
    assert back == [2.0]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([1.5] * (wire.MAX_ITEMS - 1), ""),
        ([1.5] * wire.MAX_ITEMS, "values outside arrays"),
        ([[7] * 50_000, [1.5] * (wire.MAX_ITEMS - 50_003)], ""),
        ([[7] * 50_000, [1.5] * (wire.MAX_ITEMS - 50_002)], "values outside arrays"),
        ([None, *["x" * 8000], *[True] * 1045], ""),
        ([None, *["x" * 8000], *[True] * 1046], "long text among many values"),
        ([[[[[[[[[[[[[[[[1.5]]]]]]]]]]]]]]]], "values nest deeper"),
        ({"a": [1.5, 1.5], "b": [[], 3, 4, {"c": 2.5}, 5]}, ""),
    ],
)  # fmt: skip
def test_numbers_in_a_row_cost_what_each_of_them_does(value: Any, problem: str) -> None:
    data = wire.encode(value)
    if problem:
        with pytest.raises(wire.Malformed, match=problem):
            wire.check_cost(data)
    else:
        wire.check_cost(data)
        wire.check_cost(data[:-3])  # cut short: left to `decode`
