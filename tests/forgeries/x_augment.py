"""Forgeries of unit x.augment."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(
        name="x.augment_nearest",
        lacks=["train_augmented"],
        checks=["x.augment.train_augmented"],
        works=["x.augment.bad_input"],
        because="augment, which it calls, refuses what train_augmented should",
    ),
]
