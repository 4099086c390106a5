"""Answers with eight million empty dictionaries, which cost the judge half a gigabyte to decode."""

import os


def answer():
    count = (8 << 20) - 100
    os.write(3, b"")
    data = raw_frame(b"\x81\xa3out\xdd" + count.to_bytes(4, "big") + b"\x80" * count)
    while data:
        data = data[os.write(3, data) :]


in_one_check(answer)
