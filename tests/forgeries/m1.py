"""Forgeries of milestone 1."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(
        name="m1_known_sum",
        lacks=["Value.backward"],
        checks=["m1.inner_gradients", "m1.accumulates"],
    ),
]
