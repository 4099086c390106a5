"""``regimes``: settings with which the learner's own network underfits, fits and overfits."""

from typing import Any

import numpy as np

from autograder.checks.c_checkpoints.common import Measure, Rng, full_generator
from autograder.checks.c_checkpoints.plane import (
    CLASSES,
    Accuracies,
    Limits,
    draw_run,
    require_settings,
    require_weights,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import require_list
from autograder.numerics.failure import Missed
from autograder.numerics.thresholds import AT_LEAST, AT_MOST, Result, note_result

SMALLEST = float(np.nextafter(0.0, 1.0))
SETTINGS: Limits = {
    "width": (int, 1, 128),
    "samples": (int, 6, 400),
    "epochs": (int, 1, 400),
    "lr": (float, SMALLEST, 5.0),
    "weight_decay": (float, 0.0, 1.0),
}
SAMPLES, OTHERS, RUNS = 400, 1000, 3
WANTED = {  # regime -> what decides: which number, on which side of what
    "underfit": [("train", AT_MOST, 0.75)],
    "fit": [("validation", AT_LEAST, 0.85), ("gap", AT_MOST, 0.08)],
    "overfit": [("train", AT_LEAST, 0.95), ("gap", AT_LEAST, 0.10)],
}
LABELS = {
    "train": "the training accuracy",
    "validation": "the validation accuracy",
    "gap": "the training accuracy less the validation accuracy",
}


def judge_regime(ask: Ask, rng: Rng, measure: Measure, regime: str) -> None:
    """Train with the settings of a regime, in the worker and here, and measure both."""
    found = ask("settings")["settings"]
    what = f'regimes()["{regime}"]'
    settings = require_settings(
        found.get(regime) if isinstance(found, dict) else found, SETTINGS, what
    )
    draw, samples = full_generator(rng), settings["samples"]
    runs = [draw_run(draw, settings["width"], SAMPLES, OTHERS) for _ in range(RUNS)]
    answer = ask("train", runs=[run.question() for run in runs], settings=settings)
    ask.recognise_by({"settings": [float(settings[name]) for name in SETTINGS]})
    trained = [
        require_weights(each, 2, settings["width"], CLASSES, f"the network trained with {what}")
        for each in require_list(answer["trained"], RUNS, "the trained networks")
    ]
    own = [run.measure(run.train(settings), samples) for run in runs]
    learnt = [run.measure(each, samples) for run, each in zip(runs, trained, strict=True)]
    _require_regime(measure, learnt, regime, f"your network trained with {what}")
    _require_regime({}, own, regime, f"the judge's own network trained with {what}")


def _require_regime(measure: Any, found: list[Accuracies], regime: str, whose: str) -> None:
    for name, side, wanted in WANTED[regime]:
        got = float(np.mean([getattr(accuracies, name) for accuracies in found]))
        result = Result(name, got, side, wanted)
        if not note_result(measure, result):
            means = [float(np.mean(column)) for column in zip(*found, strict=True)]
            raise Missed(
                f"{whose} is right on {means[0]:.1%} of its samples and on {means[1]:.1%} of "
                f"others: {LABELS[name]} is {got:.3f}, wanted {side} {wanted:g}"
            )


@check("regimes", seconds=10)
def check_underfit(ask: Ask, rng: Rng, measure: Measure) -> None:
    judge_regime(ask, rng, measure, "underfit")


@check("regimes", seconds=10)
def check_fit(ask: Ask, rng: Rng, measure: Measure) -> None:
    judge_regime(ask, rng, measure, "fit")


@check("regimes", seconds=10)
def check_overfit(ask: Ask, rng: Rng, measure: Measure) -> None:
    judge_regime(ask, rng, measure, "overfit")
