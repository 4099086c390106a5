"""``Dropout``, in training and in evaluation mode."""

import numpy as np

from autograder.checks.m4_training_loop.common import (
    ROUNDED,
    UNSEEDED,
    Floats,
    Measure,
    Rng,
    ask_values,
)
from autograder.checks.m4_training_loop.networks import DENSE, NESTED
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import WrongAnswer


def ask_dropout(
    ask: Ask, rng: Rng, p: float, training: bool = True, seed: int | None = 0
) -> dict[str, Floats]:
    """Ask for Dropout(p) of numbers away from 0; return x, the cotangent and the answers."""
    signs = np.where(rng.random((60, 50)) < 0.5, -1.0, 1.0)
    x, cotangent = signs * rng.uniform(0.5, 2.0, signs.shape), rng.uniform(0.5, 2.0, signs.shape)
    answer = ask("drop", p=p, x=x, cotangent=cotangent, seed=seed, training=training)
    known = {"x": x, "cotangent": cotangent}
    found = {k: as_floats(answer[k], x.shape, f"Dropout: {k}") for k in ("out", "grad", "again")}
    factor = found["out"] / x
    ask.recognise_by(
        {
            "share": round(float((factor == 0).mean()), 1),
            "factors": np.unique(factor.round(5))[:5].tolist(),
            "gradient": round(float(np.isclose(found["grad"] / cotangent, factor).mean()), 1),
            "again": round(float((found["again"] == found["out"]).mean()), 1),
            "row": bool((factor == factor[:1]).all()),
            "column": bool((factor == factor[:, :1]).all()),
        }
    )
    return known | found


@check("Dropout.__call__ Dropout.__init__")
def check_dropout_share(ask: Ask, rng: Rng, measure: Measure) -> None:
    p = float(rng.choice([0.2, 0.3]))
    found = ask_dropout(ask, rng, p, seed=int(rng.integers(1000)))
    kept = found["out"] != 0
    measure["dropped"] = share = float(1 - kept.mean())
    if abs(share - p) > 0.05:
        raise WrongAnswer(f"Dropout({p}) sets {share:.1%} of the values to 0, wanted {p:.0%}")
    factors = (found["out"] / found["x"])[kept]
    wanted = np.full(factors.shape, 1 / (1 - p))
    close(factors, wanted, f"the factor on a value that Dropout({p}) kept", ROUNDED)


@check("Dropout.__call__ Dropout.__init__")
def check_dropout_fresh(ask: Ask, rng: Rng) -> None:
    seed, state = int(rng.integers(1000)), rng.integers(1 << 30)
    runs = [
        ask_dropout(ask, np.random.default_rng(state), 0.4, seed=s) for s in (seed, seed, seed + 1)
    ]
    masks = [run["out"] != 0 for run in runs]
    if len(np.unique(masks[0], axis=0)) < 60 or len(np.unique(masks[0], axis=1).T) < 50:
        raise WrongAnswer("whole rows or columns are dropped alike: draw for every value")
    if np.array_equal(masks[0], runs[0]["again"] != 0):
        raise WrongAnswer("the second call drops the same values as the first: draw in every call")
    if not np.array_equal(masks[0], masks[1]) or np.array_equal(masks[0], masks[2]):
        raise WrongAnswer("the generator that is given does not decide what is dropped")
    ask.take_fresh_worker()
    elsewhere = ask_dropout(ask, np.random.default_rng(state), 0.4, seed=seed)
    if not np.array_equal(masks[0], elsewhere["out"] != 0):
        raise WrongAnswer("with the same generator other values are dropped in a new process")
    one, other = (ask_dropout(ask, rng, 0.4, seed=None)["out"] != 0 for _ in range(2))
    if np.array_equal(one, other):
        raise WrongAnswer(f"without rng two layers drop the same values: {UNSEEDED}")
    nothing = ask_dropout(ask, rng, 0.0)
    close(nothing["out"], nothing["x"], "Dropout(0.0) of x", ROUNDED)


@check("Dropout.__call__")
def check_dropout_gradient(ask: Ask, rng: Rng) -> None:
    found = ask_dropout(ask, rng, 0.3, seed=int(rng.integers(1000)))
    wanted = found["cotangent"] * np.where(found["out"] != 0, 1 / 0.7, 0.0)
    close(found["grad"], wanted, "the gradient of Dropout(0.3) by x", ROUNDED)


@check("Dropout.__call__ Module.eval")
def check_dropout_eval(ask: Ask, rng: Rng) -> None:
    quiet = ask_dropout(ask, rng, 0.4, training=False)
    close(quiet["out"], quiet["x"], "Dropout(0.4) of x in evaluation mode", ROUNDED)
    close(quiet["grad"], quiet["cotangent"], "its gradient in evaluation mode", ROUNDED)
    loud = ask_dropout(ask, rng, 0.4)
    if not (loud["out"] == 0).any():
        raise WrongAnswer("Dropout(0.4) drops nothing in training mode")


MODES = f"""{NESTED}
model = Sequential(Sequential(Dropout(0.5)), Dropout(0.5)); block = Block(3)
block.first = Dropout(0.5); block.more = [Dropout(0.5)]; block.scale = 1.0; found = []
for each in (model, block):
    for mode in (each.eval, each.train, each.eval):
        mode()
        found.append(np.array(each(Tensor(x)).data))
"""


@check("Module.eval Module.train Dropout.__call__")
def check_modes(ask: Ask, rng: Rng) -> None:
    x = rng.uniform(0.5, 2.0, (40, 30))
    got = require_list(ask_values(ask, f"Module, {DENSE}", MODES, ["found"], x=x)[0], 6, "outputs")
    outs = [as_floats(out, x.shape, "an output") for out in got]
    shares = [round(float((out == 0).mean()), 1) for out in outs]
    drops = [0.6 < share < 0.9 for share in shares]
    ask.recognise_by({"drops": drops, "same": [bool(np.allclose(out, x)) for out in outs]})
    for place, out in enumerate(outs):
        holder = ("a Sequential in a Sequential", "a module with a list")[place // 3]
        if place % 3 != 1:
            close(out, x, f"x through dropout in {holder}, after eval()", ROUNDED)
        elif not 0.6 < (out == 0).mean() < 0.9:
            raise WrongAnswer(
                f"after train() the dropout in {holder} drops {shares[place]:.0%}, wanted 75 %"
            )
