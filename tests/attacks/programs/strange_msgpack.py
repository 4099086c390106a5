"""Answers in msgpack that no honest worker sends: extensions, dates, bytes, double keys."""

import os

EMPTY = b"\x80"
STRANGE = [
    b"\x81\xa3out\xd4\x07\x00",  # an extension nobody knows
    b"\x81\xa3out\xd4\x01\x00",  # an array that is none
    b"\x81\xa3out\xd6\xff\x00\x00\x00\x01",  # a date
    b"\x81\xa3out\xc7\x0c\xff" + b"\xff" * 12,  # a date beyond time
    b"\x82\xa3out\x91\x01\xa3out\x91\x02",  # a key twice
    b"\x81\xa3\xff\xfe\xfd\x91\x01",  # a key that is no UTF-8
    b"\x81\xa3out\xa3\xff\xfe\xfd",  # text that is no UTF-8
    b"\x81\xa3out\xa6\xed\xa0\x80\xed\xb0\x80",  # surrogates
    b"\x81\xa3out\xc4\x08" + b"\0" * 8,  # bytes for a number
    b"\x81\x91\x01\x02",  # a list for a key
    b"\x81\x80\x02",  # a dictionary for a key
    b"\x81\xcb\x7f\xf8\0\0\0\0\0\0\x01",  # NaN for a key
    b"\x81\xa3out\xcf" + b"\xff" * 8,  # 2**64 - 1
    b"\x81\xa3out\x92\xcf" + b"\xff" * 8 + b"\xd3\x80" + b"\0" * 7,  # and -2**63 beside it
    b"\x81\xa3out\xdd\xff\xff\xff\xff",  # four billion entries, not there
    b"\x81\xa3out\xc6\xff\xff\xff\xff",  # four gigabytes, not there
    b"\x81\xa3out\xc1",  # a byte that msgpack does not use
    b"\xc0",
    b"\x01",
    b"\xa3out",
    b"\x90",
    b"",
    b"\xc2" * 100,
    EMPTY,
]


def answer():
    os.write(3, raw_frame(one_of(STRANGE)))


during("backward", answer)
during("log", answer)


def gradcheck(f, xs, tol=1e-6):
    answer()


def numerical_gradient(f, xs, eps=1e-6):
    answer()
