"""``fit``: every step, the order of rows, and three problems that a network learns.

Without a generator rows go in their order, so that right work arrives where the judge's own
training does: the judge draws until that succeeds, and then asks for the same.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograder.checks.x_manual.common import (
    Array,
    Floats,
    Measure,
    Rng,
    all_close,
    batches,
    flat,
    paired,
    train,
    unchanged,
)
from autograder.checks.x_manual.networks import MANY
from autograder.data import images, points
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import small, thresholds, trajectories
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers

DRAWS = 20  # of a start from which the judge's own training succeeds; nine in ten do
SAFE = 0.9  # of an error, and of a share of errors, that is allowed
ROUNDED = 1e-3  # between the outputs of two right trainings: measured 2e-6 at most
EARLY = 2  # epochs after which weights are compared, too


class Problem(NamedTuple):
    """Something to learn, and how: rows to train on, others to test with."""

    size: list[int]
    loss: str
    x: Floats
    y: Array
    test_x: Floats
    test_y: Array
    options: dict[str, Any]


def sine(rng: Rng) -> Problem:
    """Return points of a period of the sine, and a grid of others."""
    x, grid = rng.uniform(-np.pi, np.pi, (128, 1)), np.linspace(-3.0, 3.0, 181)[:, None]
    options = {"epochs": 400, "batch_size": 32, "lr": 0.1, "momentum": 0.9}
    return Problem([1, 24, 1], "mean_squared_error", x, np.sin(x), grid, np.sin(grid), options)


def spiral(rng: Rng) -> Problem:
    """Return 300 points of three arms, and 300 others."""
    x, y = points.make_spiral(600, 3, 0.05, rng)
    options = {"epochs": 300, "batch_size": 30, "lr": 0.3, "momentum": 0.9}
    return Problem([2, 32, 3], "cross_entropy", x[:300], y[:300], x[300:], y[300:], options)


def digits(rng: Rng) -> Problem:
    """Return 1,437 altered digits, and 360 others."""
    drawn = images.read_digits().split(rng, 1437).alter_rows(rng)
    x, tests = drawn.x.astype(np.float64), drawn.x_test.astype(np.float64)
    options = {"epochs": 15, "batch_size": 32, "lr": 0.1, "momentum": 0.9}
    return Problem([64, 48, 10], "cross_entropy", x, drawn.y, tests, drawn.y_test, options)


def test_error(layers: Layers, problem: Problem) -> float:
    """Return the squared error, or the share of wrong classes, of the test rows."""
    out = trajectories.network_logits(layers, problem.test_x)
    if problem.loss == "mean_squared_error":
        return float(((out - problem.test_y) ** 2).mean())
    return float((out.argmax(axis=1) != problem.test_y).mean())


def draw_learnable(
    rng: Rng, make: Callable[[Rng], Problem], allowed: float
) -> tuple[Problem, Layers, Layers]:
    """Return a problem, a start, and where the judge arrives from it: well below `allowed`."""
    draw = small.uncut_generator(rng)
    for _ in range(DRAWS):
        problem = make(draw)
        start = trajectories.draw_layers(problem.size, draw)
        _, end = train(start, problem.x, problem.y, problem.loss, problem.options)
        if test_error(end, problem) < SAFE * allowed:
            break
    return problem, start, end


def ask_training(ask: Ask, problem: Problem, start: Layers, **options: Any) -> Any:
    """Let `fit` train from a start."""
    plan = {**problem.options, **options}
    answer = ask(
        "train",
        sizes=problem.size,
        weights=flat(start),
        x=problem.x,
        y=problem.y,
        loss=problem.loss,
        options=plan,
    )
    require_list(answer["losses"], plan["epochs"], "the losses that fit returns")
    return answer


def learnt(ask: Ask, rng: Rng, make: Callable[[Rng], Problem], allowed: float) -> float:
    """Return the test error of a training, which has to go the judge's way."""
    problem, start, end = draw_learnable(rng, make, allowed)
    curve, early = train(
        start, problem.x, problem.y, problem.loss, problem.options | {"epochs": EARLY}
    )
    answer = ask_training(ask, problem, start, epochs=EARLY)
    close(answer["losses"], curve, "the loss of epoch {}")
    all_close(answer["weights"], flat(early), f"after {EARLY} epochs")
    weights = ask_training(ask, problem, start)["weights"]
    arrays = require_list(weights, 2 * len(start), "the parameters")
    got = paired(
        [
            as_floats(one, right.shape, "a parameter after training")
            for one, right in zip(arrays, flat(end), strict=True)
        ]
    )
    wanted = trajectories.network_logits(end, problem.test_x)
    close(
        trajectories.network_logits(got, problem.test_x),
        wanted,
        "new rows, by the parameters after training: output",
        ROUNDED,
    )
    require_large_step(ask, rng, problem.loss)
    return test_error(got, problem)


def require_large_step(ask: Ask, rng: Rng, loss: str) -> None:
    """Fail unless `fit` makes a step of a network whose weights are too many to move each alone."""
    draw, rows, classes = small.uncut_generator(rng), 8, MANY[-1]
    x = draw.normal(size=(rows, MANY[0]))
    is_squared = loss == "mean_squared_error"
    y = draw.normal(size=(rows, classes)) if is_squared else draw.integers(0, classes, rows)
    options = {"epochs": 1, "batch_size": rows, "lr": 1.0, "momentum": 0.0}
    problem = Problem(list(MANY), loss, x, y, x, y, options)
    start = trajectories.draw_layers(MANY, draw)
    _, end = train(start, x, y, loss, options)
    label = f"after a step of a network of {list(MANY)}"
    all_close(ask_training(ask, problem, start)["weights"], flat(end), label)


@check("fit MLP.backward")
def check_fit_steps(ask: Ask, rng: Rng) -> None:
    draw = small.uncut_generator(rng)
    for loss, momentum in (("mean_squared_error", 0.0), ("cross_entropy", 0.8)):
        x, size = draw.normal(size=(11, 3)), [3, 5, 2]
        y = draw.normal(size=(11, 2)) if loss[0] == "m" else draw.integers(0, 2, 11)
        options = {"epochs": 3, "batch_size": 4, "lr": 0.2, "momentum": momentum}
        problem = Problem(size, loss, x, y, x, y, options)
        start = trajectories.draw_layers(size, rng)
        curve, end = train(start, x, y, loss, options)
        answer = ask_training(ask, problem, start)
        label = f"after 3 epochs with momentum {momentum:g}"
        all_close(answer["weights"], flat(end), label)
        close(answer["losses"], curve, f"{label}: the loss of epoch {{}}")
        unchanged(answer, {"x": x, "y": y}, "fit")


@check("fit")
def check_fit_order(ask: Ask, rng: Rng) -> None:
    draw = small.uncut_generator(rng)
    x, epochs, size = draw.permutation(23)[:, None].astype(np.float64), 3, 5
    seeds = [None, *draw.choice(1000, 2, replace=False).tolist()]
    answer = ask(
        "walk",
        x=x,
        options={"epochs": epochs, "batch_size": size, "lr": 0.1},
        seeds=[*seeds, seeds[-1]],
    )
    walks = require_list(answer["walks"], 4, "the walks")
    orders = [_epochs_of(walk, x, epochs, size) for walk in walks]
    in_order, one, other, again = orders
    ask.recognise_by(
        {
            "in_order": all(np.array_equal(epoch, x) for epoch in in_order),
            "fresh": not np.array_equal(one[0], one[1]),
            "drawn": not np.array_equal(one, other),
            "same": bool(np.array_equal(other, again)),
        }
    )
    if not all(np.array_equal(epoch, x) for epoch in in_order):
        raise WrongAnswer("without rng the rows do not go in the order given")
    if np.array_equal(one[0], one[1]):
        raise WrongAnswer("two epochs have the rows in one order: draw a new one for each")
    if np.array_equal(one, other):
        raise WrongAnswer("two seeds give one order: draw it from rng")
    if not np.array_equal(other, again):
        raise WrongAnswer("one seed gives two orders: draw from rng alone")


def _epochs_of(walk: Any, x: Floats, epochs: int, size: int) -> list[Floats]:
    """Return the rows of each epoch in their order, or fail where they are not all rows."""
    if not isinstance(walk, dict):
        raise WrongAnswer("the answer lacks the batches")
    wanted = [len(x[rows]) for rows in batches(len(x), size)] * epochs
    parts = require_list(walk.get("batches"), len(wanted), "the batches of all epochs")
    arrays = [as_floats(part, (n, 1), "a batch") for part, n in zip(parts, wanted, strict=True)]
    found = np.split(np.concatenate(arrays), epochs)
    for number, epoch in enumerate(found, start=1):
        if not np.array_equal(np.sort(epoch, axis=0), np.sort(x, axis=0)):
            raise WrongAnswer(f"epoch {number} does not hold every row once")
    apart = as_floats(walk.get("apart"), (epochs,), "the losses")
    if apart.any():
        raise WrongAnswer("a batch has rows of y that are not those of its x")
    return found


@check("fit", seconds=20)
def check_sine(ask: Ask, rng: Rng, measure: Measure) -> None:
    error = learnt(ask, rng, sine, 0.01)
    thresholds.at_most(measure, "loss", error, 0.01, "on new points the mean squared error")


@check("fit", seconds=20)
def check_spiral(ask: Ask, rng: Rng, measure: Measure) -> None:
    right = 1.0 - learnt(ask, rng, spiral, 0.05)
    thresholds.at_least(measure, "accuracy", right, 0.95, "300 new points")


@check("fit", seconds=20)
def check_digits(ask: Ask, rng: Rng, measure: Measure) -> None:
    right = 1.0 - learnt(ask, rng, digits, 0.05)
    thresholds.at_least(measure, "accuracy", right, 0.95, "360 new digits")
