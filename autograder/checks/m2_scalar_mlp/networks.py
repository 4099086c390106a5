"""Whole networks: what comes out, and every gradient."""

from typing import Any

import numpy as np

from autograder.checks.m2_scalar_mlp.common import (
    FORWARD,
    FOUR_X,
    FOUR_Y,
    MANY,
    TANH,
    Floats,
    Measure,
    Rng,
    draw_many,
    inputs,
)
from autograder.judge.questions import Answer, Ask
from autograder.judge.spec import check
from autograder.numerics import goldens, networks
from autograder.numerics.compare import as_floats, close
from autograder.numerics.differences import central_differences
from autograder.numerics.failure import WrongAnswer


@check(FORWARD)
def check_forward(ask: Ask, rng: Rng, measure: Measure) -> None:
    for size in ([3, 5, 4, 2], [2, 3, 1], [3, 1, 1, 2]):
        weights, xs = networks.draw_parameters(size, rng), inputs(rng, 6, size[0])
        answer = ask("forward", size=size, kinds=TANH, weights=weights.tolist(), xs=xs.tolist())
        wanted = networks.mlp_outputs(size, TANH, weights, xs)
        what = f"the outputs of MLP({size[0]}, {size[1:]})"
        measure["max_relative_error"] = close(answer["outs"], wanted, what)


@check(FORWARD, look="MLP.__init__")
def check_output_activation(ask: Ask, rng: Rng) -> None:
    size = [3, 4, 3, 2]
    for kinds in (("relu", "linear"), ("tanh", "sigmoid"), ("sigmoid", "relu")):
        weights, xs = networks.draw_parameters(size, rng), inputs(rng, 6, 3)
        answer = ask("forward", size=size, kinds=kinds, weights=weights.tolist(), xs=xs.tolist())
        what = f"the outputs with activation {kinds[0]} and output_activation {kinds[1]}"
        close(answer["outs"], networks.mlp_outputs(size, kinds, weights, xs), what)


@check(FORWARD)
def check_every_parameter_matters(ask: Ask, rng: Rng) -> None:
    size, step = [2, 3, 3, 1], 0.5
    base = networks.draw_parameters(size, rng)
    x = np.array([[0.7, -0.4], [-0.3, 0.9], [0.2, 0.25]])  # the last is the mean of the others
    outs, moved_weights = [], np.vstack([base, base + step * np.eye(len(base))])
    for weights in moved_weights:
        answer = ask("forward", size=size, kinds=TANH, weights=weights.tolist(), xs=x.tolist())
        outs.append(as_floats(answer["outs"], (3, 1), "three outputs")[:, 0])
    first, *others = outs
    moved = np.abs(np.array(others) - first).max(axis=1)
    if moved.min() < 1e-9:
        raise WrongAnswer(f"parameters()[{int(moved.argmin())}] does not change any output")
    if abs(first[2] - first[:2].mean()) < 1e-9:
        raise WrongAnswer("the network is affine: f((a + b) / 2) = (f(a) + f(b)) / 2")
    wanted = networks.mlp_outputs(size, TANH, moved_weights, x)[..., 0]
    close(np.array(outs), wanted, "outputs after parameters()[i - 1] has moved, 0 for none")


@check(f"{FORWARD} squared_error Value.backward")
def check_gradients(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    for size, kinds in (([3, 4, 2, 1], TANH), ([2, 5, 1], ("sigmoid", "linear"))):
        weights = networks.draw_parameters(size, rng)
        xs, ys = inputs(rng, 5, size[0]), inputs(rng, 5)

        def loss(
            w: Floats, size: Any = size, kinds: Any = kinds, xs: Any = xs, ys: Any = ys
        ) -> Floats:
            return networks.squared_error(networks.mlp_outputs(size, kinds, w, xs)[..., 0], ys)

        answer = ask_gradients(ask, size, kinds, weights, xs, ys)
        close(answer["loss"], loss(weights), "the loss")
        wanted = central_differences(loss, weights[None])[0]
        error = close(answer["grad"], wanted, "parameters()[{}].grad")
        measure["max_relative_error"] = error
    if visibility == "public":
        agree_on_many(ask, rng)


def agree_on_many(ask: Ask, rng: Rng) -> None:
    """Compare the gradients of so many parameters that a pass for each of them is too slow."""
    weights, xs, ys = draw_many(rng)
    answer = ask_gradients(ask, MANY, TANH, weights, xs, ys)
    wanted = networks.loss_gradient(MANY, TANH, weights, xs, ys, "squared_error")
    close(answer["grad"], wanted, "parameters()[{}].grad")


def ask_gradients(
    ask: Ask, size: list[int], kinds: networks.Kinds, weights: Floats, xs: Floats, ys: Floats
) -> Answer:
    """Ask for the squared error and the gradient of every parameter."""
    return ask(
        "gradients",
        size=size,
        kinds=kinds,
        weights=weights.tolist(),
        xs=xs.tolist(),
        ys=ys.tolist(),
        loss="squared_error",
    )


@check(f"{FORWARD} squared_error Value.backward")
def check_network_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    stored, size = goldens.load_goldens("m2"), [3, 4, 4, 1]
    weights, loss, grad = stored["weights"], stored["loss"], stored["grad"]
    if visibility == "hidden":
        weights = networks.draw_parameters(size, rng)
        loss, grad = (
            four_point_loss(weights),
            central_differences(four_point_loss, weights[None])[0],
        )
    answer = ask_gradients(ask, size, TANH, weights, FOUR_X, FOUR_Y)
    close(answer["loss"], loss, "the loss")
    error = close(answer["grad"], grad, "parameters()[{}].grad")
    measure["max_relative_error"] = error
    if visibility == "public":
        agree_on_many(ask, rng)


def four_point_loss(weights: Floats) -> Floats:
    """Return the loss of a 3-4-4-1 tanh network on the four points."""
    outs = networks.mlp_outputs([3, 4, 4, 1], TANH, weights, FOUR_X)[..., 0]
    return networks.squared_error(outs, FOUR_Y)
