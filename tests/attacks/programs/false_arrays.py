"""Answers with typed arrays whose shape, type and bytes do not belong together."""

import os

import numpy as np

FALSE = [
    ["<f8", [6], b""],
    ["<f8", [-1], b""],
    ["<f8", [2**62, 2**62], b""],
    ["<f8", [0, 2**62], b""],
    ["<f8", [1] * 64, b"\0" * 8],
    ["|O", [1], b"\0" * 8],
    ["<U100", [1], b"\0" * 400],
    ["<c16", [1], b"\0" * 16],
    ["<M8[s]", [1], b"\0" * 8],
    ["|V8", [1], b"\0" * 8],
    ["<f8", [6], np.full(6, np.nan).tobytes()],
    ["<f4", [6], np.full(6, np.inf, dtype="f4").tobytes()],
    ["|b1", [6], b"\xff" * 6],
    ["<f8,<f8", [1], b"\0" * 16],
    ["f8", [6]],
    [],
    "text",
]


def answer():
    pack = sys.modules["msgspec"].msgpack
    array = pack.Ext(1, pack.encode(one_of(FALSE)))
    os.write(3, packed({"out": array, "grad": array, "values": [array]}))


during("backward", answer)
during("log", answer)
