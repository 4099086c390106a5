"""Gradients three ways, and the verdict on three of which one may be spoilt."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.checks.c_checkpoints.common import (
    Floats,
    Labels,
    Measure,
    Rng,
    full_generator,
    same_words,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import classifiers
from autograder.numerics.classifiers import Weights
from autograder.numerics.compare import close, is_same_array
from autograder.numerics.failure import WrongAnswer

WAYS = ("hand", "difference", "engine")
NEAR = {"hand": 1e-11, "difference": 1e-6, "engine": 1e-11}


def problem(rng: Rng, count: int, size: tuple[int, int, int]) -> tuple[Floats, Labels, Weights]:
    """Return samples, classes and weights of a two-layer network."""
    weights = classifiers.draw_classifier(rng, size)
    return rng.normal(size=(count, size[0])), rng.integers(0, size[2], count), weights


def part(got: Any, *names: str) -> Any:
    """Return an entry of nested dicts; None where there is none."""
    for name in names:
        got = got.get(name) if isinstance(got, dict) else None
    return got


@check("gradient_three_ways hand_gradients Tensor.backward")
def check_three_ways(ask: Ask, rng: Rng, measure: Measure) -> None:
    draw = full_generator(rng)
    for count, size in ((1, (2, 3, 4)), (6, (4, 2, 3)), (5, (3, 4, 2))):
        x, y, weights = problem(draw, count, size)
        answer = ask("three_ways", x=x, y=y, params=weights)
        ways, wanted = answer["three"], classifiers.weight_gradients(weights, x, y)
        copied = [way for way in ("hand", "engine") if _is_copied(ways, way, wanted)]
        ask.recognise_by({"three": ways, "copied": [float(way in copied) for way in WAYS]})
        for way in WAYS:
            error = _same_gradients(part(ways, way), wanted, way, "")
            measure[f"error_{way}"] = max(error, measure.get(f"error_{way}", 0.0))
        for name, array in weights.items():
            close(part(answer["after"], name), array, f'params["{name}"] afterwards', 0.0)
        if copied:
            raise WrongAnswer(
                f'["difference"] holds the very numbers of ["{copied[0]}"]: central differences of '
                "the loss are never equal to the last bit"
            )
    _require_apart(ask, x, y, weights)


def _same_gradients(got: Any, wanted: Weights, way: str, where: str) -> float:
    """Compare the gradients of one way; return the largest error."""
    return max(
        close(part(got, name), wanted[name], f'{where}["{way}"]["{name}"]', NEAR[way])
        for name in wanted
    )


def _is_copied(ways: Any, way: str, wanted: Weights) -> bool:
    """Whether the differences are, to the last bit, the numbers of another way."""
    return all(
        is_same_array(part(ways, way, name), part(ways, "difference", name)) for name in wanted
    )


def _require_apart(ask: Ask, x: Floats, y: Labels, weights: Weights) -> None:
    """Fail unless the engine's gradients alone are gone where its backward gives 0."""
    idle = ask("three_ways", x=x, y=y, params=weights, backward=False)["three"]
    wanted = classifiers.weight_gradients(weights, x, y)
    where = "with Tensor.backward giving 0 everywhere: "
    for way in ("hand", "difference"):
        _same_gradients(part(idle, way), wanted, way, where)
    for name, gradient in wanted.items():
        got = part(idle, "engine", name)
        if got is not None:
            close(got, np.zeros_like(gradient), f'{where}["engine"]["{name}"]', NEAR["engine"])


Spoil = Callable[[Rng, Weights, int], Weights]


def _scaled_entry(rng: Rng, gradients: Weights, count: int) -> Weights:
    """Return the gradients with a large entry of one parameter 1 % too large."""
    name = str(rng.choice([*gradients]))
    spoilt = gradients[name].copy()
    spoilt.flat[np.abs(spoilt).argmax()] *= 1.01
    return {**gradients, name: spoilt}


def _turned_sign(rng: Rng, gradients: Weights, count: int) -> Weights:
    name = str(rng.choice([*gradients]))
    return {**gradients, name: -gradients[name]}


def _transposed(rng: Rng, gradients: Weights, count: int) -> Weights:
    return {**gradients, "w1": gradients["w1"].T.copy()}


def _no_mean(rng: Rng, gradients: Weights, count: int) -> Weights:
    return {name: count * gradient for name, gradient in gradients.items()}


def _zero(rng: Rng, gradients: Weights, count: int) -> Weights:
    name = str(rng.choice([*gradients]))
    return {**gradients, name: 0.0 * gradients[name]}


def _not_a_number(rng: Rng, gradients: Weights, count: int) -> Weights:
    name = str(rng.choice([*gradients]))
    spoilt = gradients[name].copy()
    spoilt.flat[int(rng.integers(spoilt.size))] = rng.choice([np.nan, np.inf])
    return {**gradients, name: spoilt}


def _row_shaped(rng: Rng, gradients: Weights, count: int) -> Weights:
    name = str(rng.choice(["b1", "b2"]))
    return {**gradients, name: gradients[name][None]}


WHOLE = {
    "a sign turned": _turned_sign,
    "w1 transposed": _transposed,
    "the sum over samples instead of the mean": _no_mean,
    "a gradient of 0": _zero,
}
ENTRY = {"one entry 1 % too large": _scaled_entry}
STRANGE = {"an entry that is not finite": _not_a_number, "a bias of shape (1, H)": _row_shaped}
SQUARE = (4, 4, 3)  # a transposed w1 keeps its shape


def judge_verdicts(ask: Ask, rng: Rng, spoils: Mapping[str, Spoil], sound: int) -> None:
    """Compare the verdicts on triples, `sound` of them not spoilt, in an order that is drawn."""
    draw = full_generator(rng)
    cases: list[tuple[str, str | None]] = [(what, way) for what in spoils for way in WAYS]
    cases += [("nothing spoilt", None)] * sound
    cases = [cases[place] for place in draw.permutation(len(cases))]
    triples = [_triple(draw, spoils.get(what), way) for what, way in cases]
    labels = [f"verdict with {what}" + (f' in "{way}"' if way else "") for what, way in cases]
    answer = ask("verdicts", triples=triples)
    same_words(answer["verdicts"], [way for _, way in cases], labels)


def _triple(rng: Rng, spoil: Spoil | None, way: str | None) -> dict[str, Weights]:
    """Return a gradient three ways, as far apart as rounding and differences are, one spoilt."""
    while True:
        count = int(rng.integers(4, 9))
        x, y, weights = problem(rng, count, SQUARE)
        gradients = classifiers.weight_gradients(weights, x, y)
        if min(np.abs(array).max() for array in gradients.values()) > 0.02:
            break
    noise: Sequence[float] = (1e-15, 1e-8, 1e-15)
    three = {
        other: {name: g + size * rng.uniform(-1, 1, g.shape) for name, g in gradients.items()}
        for other, size in zip(WAYS, noise, strict=True)
    }
    if spoil is not None and way is not None:
        three[way] = spoil(rng, three[way], count)
    return three


@check("verdict")
def check_verdict(ask: Ask, rng: Rng) -> None:
    judge_verdicts(ask, rng, WHOLE, sound=4)


@check("verdict")
def check_verdict_entry(ask: Ask, rng: Rng) -> None:
    judge_verdicts(ask, rng, ENTRY, sound=3)


@check("verdict")
def check_verdict_strange(ask: Ask, rng: Rng) -> None:
    judge_verdicts(ask, rng, STRANGE, sound=2)
