"""Forgeries of unit x.makemore."""

from tests.forgeries.forgery import Forgery

LEARNT = ["x.makemore.mlp", "x.makemore.mlp_seed"]

FORGERIES: list[Forgery] = [
    Forgery(
        "x.makemore_logs_of_counts",
        ["train_neural_bigram"],
        ["x.makemore.neural_steps"],
    ),
    Forgery("x.makemore_bigrams_as_network", ["train_mlp"], LEARNT),
    Forgery("x.makemore_counted_windows", ["train_mlp"], LEARNT),
]
