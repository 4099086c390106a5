"""Forgeries of unit x.backend: the numbers of another module, computed by NumPy."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(
        name="x.backend_unwrapped",
        lacks=["one_hot", "softmax_cross_entropy", "predict"],
        checks=["x.backend.one_hot", "x.backend.loss", "x.backend.training", "x.backend.device"],
    ),
    Forgery(
        name="x.backend_entry_by_entry",
        lacks=["softmax_cross_entropy", "sgd_step"],
        checks=["x.backend.loss", "x.backend.step", "x.backend.training", "x.backend.device"],
    ),
]
