"""Tables of accuracies with a planted answer."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.c_checkpoints.common import Floats, Rng

NONE = "no difference"
NAMES = ("L2", "dropout", "step", "cosine", "wide")


@dataclass(frozen=True)
class Table:
    """How the best name and the baseline lie; others lie below the best.

    Attributes
    ----------
    gain : float
        Of the best over the baseline, in standard errors of the difference.
    counts : (int, int)
        Rows of the best name, and of the baseline.
    spreads : (float, float)
        Their standard deviations, over n - 1.
    below : float
        How far the next name lies below the best, in standard errors of the difference.
    single : bool
        Whether another name has the largest single accuracy.
    """

    gain: float
    counts: tuple[int, int] = (4, 4)
    spreads: tuple[float, float] = (0.01, 0.01)
    below: float = 1.0
    single: bool = False

    def draw(self, rng: Rng) -> tuple[list[dict[str, Any]], str]:
        """Return rows in a drawn order, and what is to be decided on them."""
        error = math.hypot(
            *(s / math.sqrt(n) for s, n in zip(self.spreads, self.counts, strict=True))
        )
        best, *others = [NAMES[place] for place in rng.permutation(len(NAMES))[:3]]
        base = rng.uniform(0.5, 0.6)
        top = base + self.gain * error
        values = {
            "baseline": base + self.spreads[1] * _scores(rng, self.counts[1]),
            best: top + self.spreads[0] * _scores(rng, self.counts[0]),
        }
        for place, name in enumerate(others):
            spread = 0.2 if self.single else self.spreads[0]
            lower = min(top, base) if self.single else top
            mean = lower - (self.below + place) * error - (0.01 if self.single else 0.0)
            values[name] = mean + spread * _scores(rng, int(rng.integers(3, 6)))
        pairs = [(name, float(value)) for name, column in values.items() for value in column]
        rows = [
            {"name": pairs[place][0], "seed": int(seed), "accuracy": pairs[place][1]}
            for seed, place in enumerate(rng.permutation(len(pairs)))
        ]
        return rows, best if self.gain > 2.0 else NONE


def _scores(rng: Rng, count: int) -> Floats:
    """Return numbers of mean 0 and standard deviation 1, over count - 1."""
    numbers = rng.normal(size=count)
    centred = numbers - numbers.mean()
    return np.asarray(centred / math.sqrt((centred**2).sum() / (count - 1)))


TABLES = {
    "means": {
        "the best far above the baseline": Table(8.0),
        "the best below the baseline": Table(-3.0),
        "two names far above the baseline, close together": Table(8.0, below=0.3),
        "the largest single accuracy at another name": Table(8.0, single=True),
        "a small gain and a tiny spread": Table(6.0, spreads=(0.0004, 0.0004)),
        "the same accuracies everywhere": Table(0.0, spreads=(0.0, 0.0)),
    },
    "spread": {
        "a gain of 1.7 standard errors": Table(1.7, counts=(3, 3)),
        "a gain of 2.4 standard errors": Table(2.4, counts=(6, 6)),
        "a wide spread of the baseline": Table(1.6, spreads=(0.002, 0.05)),
        "a wide spread of the best": Table(1.6, spreads=(0.05, 0.002)),
        "few rows of the best": Table(1.7, counts=(3, 12)),
        "few rows of the baseline": Table(2.4, counts=(12, 3)),
        "a large gain and a larger spread": Table(1.2, spreads=(0.1, 0.1)),
        "a gain of half a standard error": Table(0.5),
    },
}
