"""Forgeries of unit x.makemore."""

from tests.forgeries.forgery import Forgery

LEARNT = ["x.makemore.mlp", "x.makemore.mlp_seed"]
BAD_INPUT = ["x.makemore.bad_input"]
REFUSES = "it refuses what it should, as the other functions do"

FORGERIES: list[Forgery] = [
    Forgery(
        "x.makemore_logs_of_counts",
        ["train_neural_bigram"],
        ["x.makemore.neural_steps", "x.makemore.neural_bigram"],
        works=BAD_INPUT,
        because=REFUSES,
    ),
    *(
        Forgery(f"x.makemore_{name}", ["train_mlp"], LEARNT, works=BAD_INPUT, because=REFUSES)
        for name in ("bigrams_as_network", "counted_windows")
    ),
]
