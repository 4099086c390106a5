"""Gradients derived by hand, and the same network in both engines."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.checks.m3_tensor_autograd.common import Measure, Rng, part
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import classifiers, goldens, small, tensors
from autograder.numerics.compare import close
from autograder.numerics.tensors import Case, draw_numbers


def problem(rng: Rng, visibility: str) -> tuple[Any, Any, classifiers.Weights]:
    """Return x, y and weights of a classifier: the handout's in public, drawn ones otherwise."""
    if visibility == "public":
        stored = goldens.load_goldens("m3")
        weights = {name: stored[f"worked.{name}"] for name in ("w1", "b1", "w2", "b2")}
        return stored["worked.x"], stored["worked.y"], weights
    n, (d, h) = tensors.draw_sizes(rng)["n"], rng.permutation([2, 4, 6])[:2].tolist()
    weights = classifiers.draw_classifier(rng, (d, h, 3))
    return draw_numbers(rng, (n, d)), rng.integers(0, 3, n), weights


def same_gradients(answer: Mapping[str, Any], wanted: Any, what: str) -> float:
    """Compare a loss and the gradients of all weights."""
    loss, grads = wanted
    close(answer["loss"], loss, f"{what}: the loss")
    got = answer["grads"]
    return max(close(part(got, k), grads[k], f"{what}: the gradient of {k}") for k in grads)


def differences(x: Any, y: Any, weights: classifiers.Weights) -> tuple[float, classifiers.Weights]:
    """Return the classifier's loss and its gradients by central differences."""
    program = "out = cross_entropy((X @ w1 + b1).tanh() @ w2 + b2, Y)"
    case = Case(program, dict(weights), {"X": x, "Y": y}, np.ones(()))
    return float(case.out()), case.gradients()


MANY = (300, 100, 10)  # a pass for each of so many weights is too slow


@check("hand_gradients")
def check_hand_gradients(ask: Ask, rng: Rng, measure: Measure) -> None:
    for n, size in ((7, (3, 5, 4)), (1, (4, 2, 3)), (5, (6, 3, 2))):
        weights = classifiers.draw_classifier(rng, size)
        x, y = draw_numbers(rng, (n, size[0])), rng.integers(0, size[2], n)
        answer = ask("by_hand", x=x, y=y, weights=weights)
        error = same_gradients(answer, differences(x, y, weights), "hand_gradients")
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))
    agree_on_many(ask, rng, "by_hand")


def agree_on_many(ask: Ask, rng: Rng, way: str) -> None:
    """Compare the gradients of many weights, found one way, with those that the judge derives."""
    weights, draw = classifiers.draw_classifier(rng, MANY), small.uncut_generator(rng)
    x, y = draw.normal(size=(20, MANY[0])), draw.integers(0, MANY[2], size=20)
    own = classifiers.mean_loss(weights, x, y), classifiers.weight_gradients(weights, x, y)
    same_gradients(ask(way, x=x, y=y, weights=weights), own, way.replace("_", " "))


@check("hand_gradients cross_entropy Tensor.backward")
def check_three_ways(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    x, y, weights = problem(rng, visibility)
    wanted = differences(x, y, weights)
    for way in ("by_hand", "by_engine"):
        error = same_gradients(ask(way, x=x, y=y, weights=weights), wanted, way.replace("_", " "))
        measure[f"error_{way}"] = error
        agree_on_many(ask, rng, way)


@check("Tensor.__matmul__ Tensor.tanh Tensor.backward")
def check_scalar_engine(ask: Ask, rng: Rng, measure: Measure) -> None:
    x, y, weights = (
        draw_numbers(rng, (4, 3)),
        draw_numbers(rng, (4, 2)),
        classifiers.draw_classifier(rng, (3, 5, 2)),
    )
    case = Case(
        "out = (((X @ w1 + b1).tanh() @ w2 + b2 - Y) ** 2).sum()",
        dict(weights),
        {"X": x, "Y": y},
        np.ones(()),
    )
    wanted = float(case.out()), case.gradients()
    for way, what in (("by_vectors", "tensor.py"), ("by_scalars", "engine.py")):
        error = same_gradients(ask(way, x=x, y=y, weights=weights), wanted, what)
        measure[f"error_{way}"] = error
