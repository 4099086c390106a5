"""What the checkpoints show in the report: three regimes as curves, a tuning as means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.c_checkpoints.plane import draw_points, require_settings
from autograder.checks.c_checkpoints.regimes import OTHERS, SAMPLES, SETTINGS, WANTED
from autograder.checks.c_checkpoints.tuning import CHANGED, SIZES, require_design, require_rows
from autograder.numerics.compare import as_floats, brief, require_list
from autograder.numerics.failure import WrongAnswer

REGIMES_NEED = frozenset(
    {"c.underfit", "c.fit", "c.overfit", "c.explain", "c.explain_noisy", "c.explain_finite"}
)
TUNING_NEEDS = frozenset({"c.tune", "c.tune_again", "c.decide", "c.decide_spread"})
WORDS = ("diverged", "leak", "overfit", "underfit", "fit")
SEED = 20260901
LEAST_EPOCHS = 10  # that `explain` takes
HIGHEST = 1e6  # a loss that a picture still shows

Floats = NDArray[np.float64]
Curves = tuple[Floats, Floats]  # training and validation
AskPart = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Regime:
    """Both losses of a training, and what the learner's ``explain`` says of them."""

    name: str
    settings: dict[str, Any]
    train: Floats
    validation: Floats
    said: str  # '' of too few epochs


@dataclass(frozen=True)
class Setting:
    """The accuracies of one name in the learner's table."""

    name: str
    mean: float
    error: float  # two standard errors of the mean
    runs: int


@dataclass(frozen=True)
class Tuning:
    """The learner's table by names, the baseline first, and what ``decide`` says of it."""

    settings: list[Setting]
    decided: str


def collect_regimes(ask: AskPart) -> list[Regime]:
    """Train with each of the learner's ``regimes``, and let ``explain`` look at the curves."""
    found = ask("c", "settings")["settings"]
    given = found if isinstance(found, dict) else {}
    settings = {
        name: require_settings(given.get(name), SETTINGS, f'regimes()["{name}"]') for name in WANTED
    }
    rng = np.random.default_rng(SEED)
    points, others = draw_points(SAMPLES, rng), draw_points(OTHERS, rng)
    answer = ask(
        "show", "regimes", points=points, others=others, settings=[*settings.values()], seed=SEED
    )
    pairs = require_list(answer["curves"], len(settings), "the curves")
    curves = [
        _require_curves(pair, own["epochs"])
        for pair, own in zip(pairs, settings.values(), strict=True)
    ]
    said = _explain(ask, curves)
    return [
        Regime(name, own, *pair, words)
        for (name, own), pair, words in zip(settings.items(), curves, said, strict=True)
    ]


def _require_curves(got: Any, epochs: int) -> Curves:
    train, validation = require_list(got, 2, "both losses")
    both = (
        as_floats(train, (epochs,), "the training losses"),
        as_floats(validation, (epochs,), "the validation losses"),
    )
    if np.abs(both).max() > HIGHEST:
        raise WrongAnswer(f"a loss is beyond {HIGHEST:g}")
    return both


def _explain(ask: AskPart, curves: list[Curves]) -> list[str]:
    """Return the learner's word for each pair; '' for one that is too short for any."""
    long = [place for place, (train, _) in enumerate(curves) if len(train) >= LEAST_EPOCHS]
    said = [""] * len(curves)
    if long:
        asked = [
            {"loss": train.tolist(), "validation_loss": validation.tolist()}
            for train, validation in (curves[place] for place in long)
        ]
        answers = require_list(
            ask("c", "explanations", curves=asked)["answers"], len(long), "the answers of explain"
        )
        for place, answer in zip(long, answers, strict=True):
            said[place] = _require_word(answer, WORDS, "explain")
    return said


def _require_word(got: Any, known: tuple[str, ...], what: str) -> str:
    if not isinstance(got, str) or got not in known:
        raise WrongAnswer(f"{what} returned {brief(got)}, wanted one of {brief(known)}")
    return got


def collect_tuning(ask: AskPart) -> Tuning:
    """Let the learner tune on drawn points, and decide on the table that comes of it."""
    rng = np.random.default_rng(SEED)
    (x, y), (x_validation, y_validation) = (draw_points(count, rng) for count in SIZES)
    data = {"x": x, "y": y, "x_validation": x_validation, "y_validation": y_validation}
    rows = require_rows(ask("c", "tune", **data, seed=1)["rows"])
    require_design(rows)
    (word,) = require_list(
        ask("c", "decisions", tables=[rows])["answers"], 1, "the answers of decide"
    )
    decided = _require_word(word, (*CHANGED, "no difference"), "decide")
    return Tuning([_tally_setting(name, rows) for name in CHANGED], decided)


def _tally_setting(name: str, rows: list[dict[str, Any]]) -> Setting:
    found = np.array([row["accuracy"] for row in rows if row["name"] == name])
    error = 2.0 * float(found.std(ddof=1)) / len(found) ** 0.5
    return Setting(name, float(found.mean()), error, len(found))
