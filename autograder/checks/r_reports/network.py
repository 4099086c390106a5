"""``build``: which layers, how their weights are spread, and how much Dropout drops."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.checks.r_reports.common import Config, Floats, Rng, require_layers
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats
from autograder.numerics.failure import WrongAnswer

SPREAD = 0.15  # of a standard deviation: ten times what chance makes of 3,000 weights
DROPPED = 0.05  # of a share: six times what chance makes of 6,000 numbers
NAMED_SPREAD, NAMED_SHARE = 0.05, 0.03  # the same, where a mistake is to be named

LAWS: dict[str, Callable[[int, int], float]] = {
    "he": lambda nin, nout: math.sqrt(2 / nin),
    "glorot": lambda nin, nout: math.sqrt(2 / (nin + nout)),
}


class Spread(NamedTuple):
    """A weight matrix: what it is called, its deviation, the law it should keep, and its shape."""

    title: str
    got: float
    law: str
    shape: tuple[int, int]

    @property
    def wanted(self) -> float:
        """The deviation by its law."""
        return LAWS[self.law](*self.shape)

    @property
    def nearest_law(self) -> str:
        """The law that its deviation keeps, if it keeps one."""
        laws = (law for law, of in LAWS.items() if self._is_near(of(*self.shape)))
        return next(laws, "other")

    def _is_near(self, deviation: float) -> bool:
        return abs(self.got / deviation - 1) < NAMED_SPREAD


@check("build")
def check_build(ask: Ask, rng: Rng) -> None:
    widths = (rng.permutation(7)[:3] + 60).tolist()  # the last is wide, too: two laws lie apart
    p = round(float(rng.uniform(0.2, 0.6)), 2)
    for activation, dropout in (("tanh", 0.0), ("relu", p)):
        model = {"sizes": [50, *widths], "activation": activation, "dropout": dropout}
        x = rng.normal(size=(100, 50)).astype(np.float32) + np.float32(0.1)
        answer = ask("network", model=model, seed=int(rng.integers(1000)), x=x)
        layers = require_layers(answer["layers"], model)
        label = "how much each Dropout dropped of 100 rows"
        shares = as_floats(answer["shares"], (2 * (dropout > 0),), label)
        spreads = _measure_spreads(layers, model)
        ask.recognise_by(
            {
                "laws": [spread.nearest_law for spread in spreads],
                "drops": [_relate_share(share, dropout) for share in shares],
            }
        )
        for spread in spreads:
            if abs(spread.got / spread.wanted - 1) >= SPREAD:
                raise WrongAnswer(
                    f"{spread.title} is {spread.got:.3g}, wanted about {spread.wanted:.3g}"
                )
        _require_shares(shares, dropout)


def _measure_spreads(layers: Sequence[Any], model: Config) -> list[Spread]:
    weights = [layer["weight"] for layer in layers if layer["kind"] == "Linear"]
    before, hidden = ("ReLU", "he") if model["activation"] == "relu" else ("tanh", "glorot")
    return [
        Spread(
            f"with {before} the deviation of the weights of Linear layer {number}"
            f"{', the last,' if number == len(weights) else ''}",
            float(np.std(weight)),
            "glorot" if number == len(weights) else hidden,
            weight.shape,
        )
        for number, weight in enumerate(weights, start=1)
    ]


def _relate_share(got: float, wanted: float) -> str:
    """Return how a share that was dropped relates to the one of the settings."""
    if abs(got - wanted) <= DROPPED:
        return "right"
    return "kept" if abs(got - (1 - wanted)) <= NAMED_SHARE else "other"


def _require_shares(shares: Floats, wanted: float) -> None:
    wrong = [share for share in shares if abs(share - wanted) > DROPPED]
    if wrong:
        raise WrongAnswer(f"a Dropout drops {wrong[0]:.0%} of its input, wanted {wanted:.0%}")
