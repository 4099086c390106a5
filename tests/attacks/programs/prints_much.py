"""Prints 200 MB before each answer, with control sequences in it."""

import os

during("tanh", lambda: os.write(1, b"\x1b]0;planted\x07\x1b[2J\xff\xfe" * 100_000))
in_one_check(lambda: [os.write(2, b"\0" * 1_000_000) for _ in range(200)])
