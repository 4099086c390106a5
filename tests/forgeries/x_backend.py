"""Forgeries of unit x.backend."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = [
    Forgery(
        "x.backend_taken_to_numpy",
        ["forward", "cross_entropy", "gradients"],
        ["x.backend.forward", "x.backend.cross_entropy", "x.backend.strict"],
    ),
]
