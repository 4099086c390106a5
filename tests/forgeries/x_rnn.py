"""Forgeries of unit x.rnn."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(
        name="x.rnn_reservoir",
        lacks=["train_copy"],
        checks=["x.rnn.copies"],
        works=["x.rnn.copy_seed"],
        because="its reservoir is drawn from the seed that is given",
    ),
]
