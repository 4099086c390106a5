"""``explain``: curves of which the judge knows what they show."""

from collections.abc import Callable

import numpy as np

from autograder.checks.c_checkpoints.common import Floats, Rng, full_generator, same_words
from autograder.judge.questions import Ask
from autograder.judge.spec import check

Curves = tuple[Floats, Floats]  # training and validation loss, one value per epoch
Draw = Callable[[Rng, Floats], Curves]  # from the share of the training that is over, 0 to 1


def _falling(rng: Rng, t: Floats, last: float) -> Floats:
    """Return a curve that falls from 1 to `last`, most of it early."""
    speed = rng.uniform(5.0, 9.0)
    return np.asarray(last + (1.0 - last) * np.exp(-speed * t))


def _fit(rng: Rng, t: Floats) -> Curves:
    train = _falling(rng, t, rng.uniform(0.1, 0.3))
    return train, train * (1.0 + 0.12 * t) + 0.02


def _underfit(rng: Rng, t: Floats) -> Curves:
    train = 1.0 - rng.uniform(0.1, 0.3) * t
    return train, train * 1.03


def _overfit(rng: Rng, t: Floats) -> Curves:
    turn = rng.uniform(0.25, 0.5)
    least = rng.uniform(0.35, 0.5)
    after = np.clip((t - turn) / (1.0 - turn), 0.0, None)
    falling = np.where(t < turn, 1.0 - (1.0 - least) * t / turn, least)
    return _falling(rng, t, 0.03), falling + rng.uniform(0.8, 1.2) * least * np.sqrt(after)


def _overfit_below_start(rng: Rng, t: Floats) -> Curves:
    """Return curves whose validation loss never comes back to where it began."""
    train, validation = _overfit(rng, t)
    return train, np.minimum(validation, 0.95)


def _overfit_and_underfit(rng: Rng, t: Floats) -> Curves:
    """Return curves that two rules are about: the first of them says what they show."""
    return 1.0 - rng.uniform(0.1, 0.3) * t, _overfit(rng, t)[1]


def _one_good_epoch(rng: Rng, t: Floats) -> Curves:
    """Return curves of a fit in which one validation loss alone is low."""
    train, validation = _fit(rng, t)
    validation[int(0.75 * len(t))] *= 0.7
    return train, validation


def _leak(rng: Rng, t: Floats) -> Curves:
    train = _falling(rng, t, rng.uniform(0.15, 0.4))
    return train, train * rng.uniform(0.15, 0.45)


def _rising(rng: Rng, t: Floats) -> Curves:
    train = 1.0 + rng.uniform(2.0, 20.0) * t
    return train, train * 1.1


def _stopped_numbers(rng: Rng, t: Floats) -> Curves:
    """Return curves that are not finite from some epoch on."""
    train, validation = _fit(rng, t)
    bad = t >= rng.uniform(0.3, 0.9)
    value = rng.choice([np.nan, np.inf])
    return np.where(bad, value, train), np.where(bad, value, validation)


def _validation_not_finite(rng: Rng, t: Floats) -> Curves:
    train, validation = _fit(rng, t)
    validation[int(rng.integers(1, len(t) - 1))] = rng.choice([np.nan, np.inf])
    return train, validation


PLAIN: list[tuple[str, Draw]] = [
    ("underfit", _underfit),
    ("fit", _fit),
    ("overfit", _overfit),
    ("overfit", _overfit_below_start),
    ("overfit", _overfit_and_underfit),
    ("fit", _one_good_epoch),
    ("diverged", _rising),
    ("leak", _leak),
]
NOT_FINITE: list[tuple[str, Draw]] = [
    ("diverged", _stopped_numbers),
    ("diverged", _stopped_numbers),
    ("diverged", _validation_not_finite),
    ("diverged", _rising),
    ("fit", _fit),
]
EPOCHS = (10, 40, 63)
NOISE = 0.06
SPIKE = 1.6  # of the last validation loss of a run that fits
CLEAR = 0.06  # so far each ratio is from the bound that it is held against, at least


def is_clear(what: str, train: Floats, validation: Floats) -> bool:
    """Whether the rules say `what`, and no sum in another order could say anything else."""
    if not np.isfinite([train, validation]).all():
        return what == "diverged"
    last = len(train) // 5
    means = np.convolve(validation, np.full(last, 1.0 / last), "valid")
    end = train[-last:].mean() / train[0]
    leak, rise = (validation / train).max(), means[-1] / means.min()
    bounds = ((end, 1.0), (leak, 0.7), (rise, 1.3), (end, 0.6))
    rules = (
        ("diverged", end > 1.0),
        ("leak", leak < 0.7),
        ("overfit", rise > 1.3),
        ("underfit", end > 0.6),
        ("fit", True),
    )
    is_right = next(name for name, holds in rules if holds) == what
    return is_right and all(abs(ratio / bound - 1.0) > CLEAR for ratio, bound in bounds)


def judge_curves(ask: Ask, rng: Rng, rows: list[tuple[str, Draw]], noise: float) -> None:
    """Compare what is said of each pair of curves, in an order that is drawn."""
    draw = full_generator(rng)
    cases = [(what, make, epochs) for what, make in rows for epochs in EPOCHS]
    cases = [cases[place] for place in draw.permutation(len(cases))]
    questions = [_draw_clear(draw, *case, noise) for case in cases]
    labels = [f"explain of curves of {epochs} epochs" for _, _, epochs in cases]
    same_words(
        ask("explanations", curves=questions)["answers"], [what for what, _, _ in cases], labels
    )


def _draw_clear(
    rng: Rng, what: str, make: Draw, epochs: int, noise: float
) -> dict[str, list[float]]:
    """Return curves with noise that show `what` beyond doubt."""
    while True:
        level = rng.uniform(0.5, 3.0)
        train, validation = (
            level * curve * (1.0 + noise * rng.uniform(-1, 1, epochs))
            for curve in make(rng, np.linspace(0.0, 1.0, epochs))
        )
        if noise and what == "fit" and epochs > min(EPOCHS):
            validation[-1] *= SPIKE
        if is_clear(what, train, validation):
            return {"loss": train.tolist(), "validation_loss": validation.tolist()}


@check("explain")
def check_explain(ask: Ask, rng: Rng) -> None:
    judge_curves(ask, rng, PLAIN, 0.0)


@check("explain")
def check_explain_noisy(ask: Ask, rng: Rng) -> None:
    judge_curves(ask, rng, PLAIN, NOISE)


@check("explain")
def check_explain_finite(ask: Ask, rng: Rng) -> None:
    judge_curves(ask, rng, NOT_FINITE, NOISE)
