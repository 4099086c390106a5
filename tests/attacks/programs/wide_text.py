"""Answers with many short words and one long one: NumPy makes every entry as wide as the widest."""

import os


def answer():
    words = b"\xa1x" * 20_000 + b"\xdb" + (100_000).to_bytes(4, "big") + b"y" * 100_000
    listed = b"\xdd" + (20_001).to_bytes(4, "big") + words
    data = raw_frame(b"\x82\xa3out" + listed + b"\xa6values\x91\x01")
    while data:
        data = data[os.write(3, data) :]


in_one_check(answer)
