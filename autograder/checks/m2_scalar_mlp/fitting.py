"""``fit``, epoch by epoch."""

import numpy as np

from autograder.checks.m2_scalar_mlp.common import (
    FIT,
    FOUR_X,
    FOUR_Y,
    TANH,
    Measure,
    Rng,
    ask_training,
    inputs,
    trajectory,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import goldens, networks
from autograder.numerics.compare import as_floats, close


@check(FIT)
def check_fit_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    stored, size = goldens.load_goldens("m2"), [3, 4, 4, 1]
    weights, curve, trained = stored["weights"], stored["curve"], stored["trained"]
    if visibility == "hidden":
        weights = networks.draw_parameters(size, rng)
        curve, trained = trajectory(size, TANH, weights, FOUR_X, FOUR_Y, [0.05] * 20)
    answer = ask_training(ask, size, weights, FOUR_X, FOUR_Y, epochs=20)
    close(answer["curve"], curve, "the loss of epoch {}")
    error = close(answer["weights"], trained, "parameters()[{}] after 20 epochs")
    measure["max_relative_error"] = error


@check(FIT)
def check_one_step(ask: Ask, rng: Rng) -> None:
    size = [2, 3, 1]
    weights, xs, ys = networks.draw_parameters(size, rng), inputs(rng, 5, 2), inputs(rng, 5)
    answer = ask_training(ask, size, weights, xs, ys, epochs=1, rates=[0.1])
    ask(
        "gradients_left",
        size=size,
        weights=weights.tolist(),
        xs=xs.tolist(),
        ys=ys.tolist(),
        lr=0.1,
    )
    curve, wanted = trajectory(size, TANH, weights, xs, ys, [0.1])
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after one epoch")


@check(FIT)
def check_three_steps(ask: Ask, rng: Rng) -> None:
    size = [2, 3, 1]
    weights, xs, ys = networks.draw_parameters(size, rng), inputs(rng, 5, 2), inputs(rng, 5)
    answer = ask_training(ask, size, weights, xs, ys, epochs=3, rates=[0.05])
    curve, wanted = trajectory(size, TANH, weights, xs, ys, [0.05] * 3)
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after three epochs")


@check(FIT)
def check_schedule(ask: Ask, rng: Rng) -> None:
    size, rates = [2, 3, 1], [0.1, 0.05, 0.02, 0.01]
    weights, xs, ys = networks.draw_parameters(size, rng), inputs(rng, 5, 2), inputs(rng, 5)
    answer = ask_training(ask, size, weights, xs, ys, rates=rates)
    curve, wanted = trajectory(size, TANH, weights, xs, ys, rates)
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after four epochs")


@check(f"{FIT} hinge_loss l2_penalty")
def check_hinge_with_penalty(ask: Ask, rng: Rng) -> None:
    size, kinds = [2, 4, 1], ("tanh", "linear")
    weights, xs = networks.draw_parameters(size, rng), inputs(rng, 6, 2)
    ys = np.where(np.arange(6) % 2 == 0, 1.0, -1.0)
    options = {"loss": "hinge_loss", "alpha": 0.02}
    answer = ask_training(ask, size, weights, xs, ys, kinds=kinds, rates=[0.05], **options)
    curve, wanted = trajectory(size, kinds, weights, xs, ys, [0.05] * 4, "hinge_loss", 0.02)
    close(answer["curve"], curve, "the loss of epoch {}")
    close(answer["weights"], wanted, "parameters()[{}] after four epochs")


@check(FIT)
def check_same_seed(ask: Ask, rng: Rng) -> None:
    size, xs, ys = [2, 3, 1], inputs(rng, 5, 2), inputs(rng, 5)
    asked = {"size": size, "xs": xs.tolist(), "ys": ys.tolist(), "epochs": 5, "lr": 0.05}
    seed, curves = int(rng.integers(1000)), []
    for _ in range(2):  # each in a process that knows nothing of the other
        answer = ask("seeded_fit", seed=seed, **asked)
        start = as_floats(answer["start"], (networks.count_parameters(size),), "the fresh weights")
        own, _ = trajectory(size, TANH, start, xs, ys, [0.05] * 5)
        close(answer["curve"], own, "the loss of epoch {}")
        curves.append(as_floats(answer["curve"], (5,), "a curve of 5 epochs"))
        ask.recognise_by({"repeats": bool(np.allclose(curves[0], curves[-1], rtol=1e-9))})
        ask.take_fresh_worker()
    close(curves[1].tolist(), curves[0], "the second run's loss of epoch {}", rtol=1e-9)
