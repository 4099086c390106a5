"""Bad input, beside good input that has to be taken."""

from collections.abc import Mapping

from autograder.checks.c_checkpoints.common import Measure, Rng, full_generator
from autograder.checks.c_checkpoints.curves import PLAIN, judge_curves
from autograder.checks.c_checkpoints.forward import TANH, runs_batched
from autograder.checks.c_checkpoints.tables import TABLES
from autograder.checks.c_checkpoints.tuning import judge_decisions
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check

BAD_MODELS = {
    "forward_batched(model, np.ones(2))": "one row without an axis for rows",
    "forward_batched(model, np.ones((4, 3)))": "rows that are too wide",
    "forward_batched(model, np.ones((4, 1)))": "rows that are too narrow",
    "forward_batched(model, np.ones((4, 2)), 'cos')": "an unknown activation",
    "prove_equal(lambda r: 1.0, lambda x: np.ones(len(x)), rows, 0, rng)": "no trials",
    "prove_equal(lambda r: 1.0, lambda x: np.ones((len(x), 1)), rows, 2, rng)": (
        "results of shape (N, 1)"
    ),
    "prove_equal(lambda r: 1.0, lambda x: np.ones(1), rows, 2, rng)": "one result for three rows",
}
BAD_JUDGEMENTS = {
    "verdict({'hand': one(1.0), 'engine': one(1.0)})": "two gradients instead of three",
    "verdict({'hand': one(1.0), 'difference': one(1.0), 'engine': {}})": (
        "a gradient without its parameter"
    ),
    "verdict({'hand': one(1.0), 'difference': one(2.0), 'engine': one(3.0)})": (
        "three gradients that all differ"
    ),
    "explain({'loss': curve})": "curves without the validation loss",
    "explain({'loss': curve, 'validation_loss': curve[:-1]})": "curves of different lengths",
    "explain({'loss': curve[:9], 'validation_loss': curve[:9]})": "curves of nine epochs",
    "decide(table(L2=3, step=3))": "a table without a baseline",
    "decide(table(baseline=4))": "a table of the baseline alone",
    "decide(table(baseline=3, L2=2))": "a name with two rows",
}


def require_refusals(ask: Ask, expressions: Mapping[str, str]) -> None:
    """Fail unless each expression raises a ValueError."""
    bad = [bad_expression(what, ("ValueError",), tried) for tried, what in expressions.items()]
    ask.refuses("attempt", bad)


@check("forward_batched prove_equal")
def check_bad_models(ask: Ask, rng: Rng, measure: Measure) -> None:
    runs_batched(ask, full_generator(rng), measure, (2, 3, 1), (4,), TANH)
    require_refusals(ask, BAD_MODELS)


@check("verdict explain decide")
def check_bad_judgements(ask: Ask, rng: Rng) -> None:
    judge_curves(ask, rng, PLAIN[:2], 0.0)
    judge_decisions(ask, rng, dict([*TABLES["means"].items()][:2]))
    require_refusals(ask, BAD_JUDGEMENTS)
