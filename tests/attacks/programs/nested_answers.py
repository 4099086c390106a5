"""Answers with lists in lists, 30 to 100,000 deep."""

import os


def answer():
    depth = one_of([30, 60, 100, 300, 450, 600, 800, 900, 950, 1_000, 100_000])
    deep = b"\x91" * depth + b"\x90"
    keys = [b"\xa3out", b"\xa4grad", b"\xa6values", b"\xa6slopes", b"\xa8verdicts", b"\xa2xs"]
    os.write(3, raw_frame(b"\x86" + b"".join(key + deep for key in keys)))


during("backward", answer)
during("log", answer)


def gradcheck(f, xs, tol=1e-6):
    answer()


def numerical_gradient(f, xs, eps=1e-6):
    answer()
