"""Three problems to learn."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.checks.m2_scalar_mlp.common import (
    EARLY,
    FIT,
    FOUR_Y,
    TANH,
    Floats,
    Measure,
    Rng,
    ask_training,
    inputs,
    require_early_losses,
    trained_weights,
    trajectory,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import networks, thresholds
from autograder.numerics.compare import close
from autograder.numerics.thresholds import AT_MOST

FITTED = 0.01  # a loss
FOUR_X4 = np.array([[2, 3, -1, 1], [3, -1, 0.5, 1], [0.5, 1, 1, 1], [1, 1, -1, 1]])


@check(FIT, seconds=60)
def check_four_points(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, visibility: str
) -> None:
    size = [4, 3, 1]

    def train() -> float:
        weights = networks.draw_parameters(size, rng)
        with thresholds.time_epochs(clock, 200):
            answer = ask_training(ask, size, weights, FOUR_X4, FOUR_Y, epochs=200, rates=[0.1])
        own, _ = trajectory(size, TANH, weights, FOUR_X4, FOUR_Y, [0.1] * EARLY)
        require_early_losses(answer["curve"], own)
        return final_loss(size, answer, FOUR_X4, FOUR_Y)

    for start in (1, 2, 3) if visibility == "public" else (1,):
        loss = thresholds.try_again(measure, f"loss_{start}", AT_MOST, FITTED, train)
        thresholds.at_most(measure, f"loss_{start}", loss, FITTED, "after 200 epochs the loss")


def final_loss(size: list[int], answer: Mapping[str, Any], xs: Floats, ys: Floats) -> float:
    weights = trained_weights(size, answer)
    return float(networks.squared_error(networks.mlp_outputs(size, TANH, weights, xs)[:, 0], ys))


@check(FIT, seconds=60)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    size, rates = [2, 6, 1], [0.05] * 150  # larger steps let rounding grow to another result
    while True:  # until a start from which right work gets there with room to spare, and stays
        xs, ys = inputs(rng, 4, 2), rng.permutation([0.8, 0.8, -0.8, -0.8])
        weights = networks.draw_parameters(size, rng)
        own, _ = trajectory(size, TANH, weights, xs, ys, rates)
        if own[-30:].max() < 0.01:
            break
    with thresholds.time_epochs(clock, len(rates)):
        answer = ask_training(ask, size, weights, xs, ys, epochs=len(rates), rates=rates[:1])
    require_early_losses(answer["curve"], own)
    loss = final_loss(size, answer, xs, ys)
    thresholds.at_most(measure, "loss", loss, 0.02, "after 150 epochs the loss on four points")


APART = 0.9  # an accuracy: two moons are told apart


@check(f"{FIT} hinge_loss l2_penalty", seconds=60)
def check_moons(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    size, kinds, rates = [2, 10, 1], ("relu", "linear"), [1.0 - 0.9 * k / 24 for k in range(24)]
    while True:  # until points that no straight line separates well
        tests, labels = networks.make_moons(200, 0.1, rng)
        if line_accuracy(tests, labels) <= APART - 0.04:
            break
    while True:  # until a start from which right work separates them with room to spare
        xs, ys = networks.make_moons(20, 0.1, rng)
        weights = 2.0 * networks.draw_parameters(size, rng)
        first = accuracy(networks.mlp_outputs(size, kinds, weights, tests)[:, 0], labels)
        own, best = trajectory(size, kinds, weights, xs, ys, rates, "hinge_loss", 1e-4)
        last = accuracy(networks.mlp_outputs(size, kinds, best, tests)[:, 0], labels)
        if first <= APART - 0.1 and last >= APART + 0.03:
            break
    options = {"kinds": kinds, "loss": "hinge_loss", "alpha": 1e-4, "tests": tests[:5].tolist()}
    with thresholds.time_epochs(clock, len(rates)):
        answer = ask_training(ask, size, weights, xs, ys, epochs=len(rates), rates=rates, **options)
    require_early_losses(answer["curve"], own)
    scores = networks.mlp_outputs(size, kinds, trained_weights(size, answer), tests)[:, 0]
    close(answer["outs"], scores[:5], "the trained model's output for new point {}")
    share = accuracy(scores, labels)
    thresholds.at_least(measure, "accuracy", share, APART, "200 new points")


def line_accuracy(points: Floats, labels: Floats) -> float:
    """Return how many points are right of the line that fits the labels best."""
    rows = np.column_stack([points, np.ones(len(points))])
    return accuracy(rows @ np.linalg.lstsq(rows, labels, rcond=None)[0], labels)


def accuracy(scores: Floats, labels: Floats) -> float:
    return float((np.sign(scores) == labels).mean())
