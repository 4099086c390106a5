"""Answers with NaN, infinity, text, truth values, nothing and complex pairs in place of numbers."""

import os

STRANGE = [
    float("nan"), float("inf"), -float("inf"), "1.0", "nan", True, None, [1.0, 0.0], {"real": 1.0},
    2**64 - 1, -(2**63), 1.7976931348623157e308, 5e-324, "", [], {}, b"1",
]  # fmt: skip


def answer():
    it = one_of(STRANGE)
    shapes = {"out": [it] * 6, "grad": [[it]] * 6, "values": [it], "slopes": it, "verdicts": [it] * 5}
    os.write(3, packed(shapes | {"xs": it, "asked": it}))


during("backward", answer)
during("log", answer)


def gradcheck(f, xs, tol=1e-6):
    answer()


def numerical_gradient(f, xs, eps=1e-6):
    answer()
