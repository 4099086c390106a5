"""Forgeries of unit w."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(
        name="w_quiet_rows",
        lacks=["row_softmax", "outer"],
        checks=["w.row_softmax_at_once", "w.outer_at_once"],
    ),
]
