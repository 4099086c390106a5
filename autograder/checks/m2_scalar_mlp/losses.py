"""Losses and the penalty."""

import numpy as np
import pytest

from autograder.checks.m2_scalar_mlp.common import Floats, Measure, Rng, inputs
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import networks
from autograder.numerics.compare import brief, close
from autograder.numerics.differences import central_differences

LOSSES = [
    row(name, (name, np.array(targets)), check(f"{name} Value.backward"))
    for name, targets in (
        ("squared_error", [1.5, -0.5, 0.25, -2.0]),
        ("hinge_loss", [1.0, -1.0, 1.0, -1.0]),
    )
]


@pytest.mark.parametrize("case", LOSSES)
def check_loss(ask: Ask, rng: Rng, measure: Measure, case: tuple[str, Floats]) -> None:
    """A loss and its gradients agree with central differences."""
    name, targets = case
    predictions = rng.uniform(0.2, 0.8, (2, 4)) * np.array([[1.0, 1.0, -1.0, -1.0], [2.0] * 4])
    for point in predictions:
        answer = ask("losses", name=name, predictions=point.tolist(), targets=targets.tolist())
        close(answer["loss"], networks.LOSSES[name](point, targets), f"{name} of {brief(point)}")
        wanted = central_differences(lambda p: networks.LOSSES[name](p, targets), point[None])[0]
        error = close(answer["grad"], wanted, f"the gradients of {name}")
        measure["max_relative_error"] = error


@check("l2_penalty Value.backward")
def check_l2_penalty(ask: Ask, rng: Rng) -> None:
    point, alpha = inputs(rng, 5), 0.37
    answer = ask("penalty", values=point.tolist(), alpha=alpha)
    close(answer["loss"], alpha * (point**2).sum(), "l2_penalty")
    close(answer["grad"], 2 * alpha * point, "the gradients of l2_penalty")
