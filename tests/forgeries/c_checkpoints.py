"""Forgeries of the checkpoints."""

from tests.forgeries.forgery import Forgery

FORGERIES = [
    Forgery(
        name="c_invented_rows",
        lacks=["tune"],
        checks=["c.tune", "c.tune_again"],
    ),
    Forgery(
        name="c_regimes_that_lie",
        lacks=["regimes"],
        checks=["c.underfit", "c.fit", "c.overfit"],
    ),
    Forgery(
        name="c_constant_verdicts",
        lacks=["verdict", "explain", "decide"],
        checks=[
            "c.verdict",
            "c.verdict_entry",
            "c.verdict_strange",
            "c.explain",
            "c.explain_noisy",
            "c.explain_finite",
            "c.decide",
            "c.decide_spread",
        ],
    ),
    Forgery(
        name="c_one_gradient_thrice",
        lacks=["gradient_three_ways"],
        checks=["c.three_ways"],
    ),
    Forgery(
        name="c_always_equal",
        lacks=["prove_equal"],
        checks=["c.proof", "c.proof_at", "c.proof_finite"],
    ),
]
