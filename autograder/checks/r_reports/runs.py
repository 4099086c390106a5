"""``run``: what it learns, by which steps, from which settings, and whether it does so again."""

from typing import Any

import numpy as np

from autograder.checks.r_reports.common import (
    Config,
    Floats,
    Ints,
    Measure,
    Rng,
    draw_config,
    network_logits,
    require_gradients,
    require_layers,
    weights_of,
)
from autograder.data.images import read_digits
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds, trajectories
from autograder.numerics.compare import as_floats, close, describe, require_list
from autograder.numerics.failure import WrongAnswer

LEARNT = 0.8  # of digits held out, after 300 others: sound work reaches 0.88 to 0.96


@check("run build rates", seconds=20)
def check_run(ask: Ask, rng: Rng, measure: Measure) -> None:
    order = rng.permutation(1797)[:900]
    few = read_digits().split(rng, 1797).alter_rows(rng)
    x, y = few.x[order[:300]], few.y[order[:300]]
    tests, labels = few.x[order[300:]], few.y[order[300:]]
    config = draw_config(rng, [64, 32, 10], batch_size=32, epochs=15, warmup=5)
    config["model"] = {"sizes": [64, 32, 10], "activation": "relu", "dropout": 0.1}
    config["optimiser"] = {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-4}
    answer = ask("experiment", config=config, x=x, y=y)
    layers = require_layers(answer["layers"], config["model"])
    own = network_logits(layers, x[:5])
    right = float((network_logits(layers, tests).argmax(axis=1) == labels).mean())
    losses = as_floats(answer["loss"], (150,), "history['loss'], one a step: 15 epochs of 10,")
    curve = as_floats(answer["curve"], (15,), "history['curve'], one an epoch")
    means = losses.reshape(15, 10).mean(axis=1)
    is_plain = _is_close(answer["logits"], own)
    has_means = bool(np.allclose(curve, means, atol=1e-4))
    ask.recognise_by({"learnt": right >= LEARNT, "means": has_means, "plain": is_plain})
    close(
        answer["logits"],
        own,
        "the model's logits, unlike those of its layers without dropout,",
        1e-3,
    )
    close(curve, means, "history['curve'][{}], the mean loss of an epoch,", 1e-4)
    thresholds.at_least(measure, "accuracy", right, LEARNT, "600 digits that were held out")
    require_gradients(ask, config, x, y, tests, labels)


def _is_close(got: Any, want: Floats) -> bool:
    try:
        close(got, want, "the logits", 1e-3)
    except WrongAnswer:
        return False
    return True


STEPS = 6
DRIFT = 1e-4  # of numbers after a few steps in float32


@check("run build rates")
def check_steps(ask: Ask, rng: Rng) -> None:
    config = draw_config(rng, [5, 7, 3], batch_size=32, epochs=STEPS)
    config["optimiser"] = {
        "lr": round(float(rng.uniform(0.2, 0.5)), 2),
        "momentum": round(float(rng.uniform(0.5, 0.9)), 2),
        "weight_decay": round(float(rng.uniform(0.02, 0.1)), 3),
    }
    rate = trajectories.cosine_schedule(config["optimiser"]["lr"], STEPS, 2)
    _require_steps(ask, rng, config, [rate(step) for step in range(STEPS)])


def _require_steps(ask: Ask, rng: Rng, config: Config, rates: list[float]) -> None:
    """Fail unless a run takes the judge's own steps, from the weights that `build` draws."""
    count, steps, optimiser = int(rng.integers(12, 20)), len(rates), config["optimiser"]
    x = rng.normal(size=(count, 5)).astype(np.float32)
    y = rng.permutation(np.arange(count) % 3)
    fresh = ask("network", model=config["model"], seed=config["training"]["seed"], x=x)
    first = _pair(require_layers(fresh["layers"], config["model"]))
    ask.recognise_by({"shapes": [list(weight.shape) for weight, _ in first]})
    batches = [(x.astype(np.float64), y)] * steps
    decay = optimiser["weight_decay"]
    losses, path = trajectories.train_layers(first, batches, rates, optimiser["momentum"], decay)
    answer = ask("experiment", config=config, x=x, y=y)
    learnt = weights_of(require_layers(answer["layers"], config["model"]))
    got = as_floats(answer["loss"], (steps,), "history['loss'], one a step")
    last = [array for pair in path[-1] for array in pair]
    are_right = [bool(np.allclose(*pair, atol=DRIFT)) for pair in zip(learnt, last, strict=True)]
    right = np.isclose(got, losses, atol=DRIFT).tolist()
    ask.recognise_by({"losses": right, "learnt": are_right})
    where = f" (one batch of all {count} samples an epoch, [optimiser] {optimiser})"
    close(got, losses, "the loss of step {}", DRIFT, where)
    for each, want in zip(learnt, last, strict=True):
        close(each, want, f"a weight after step {steps}", DRIFT, where)


def _require_one_step(ask: Ask, rng: Rng) -> None:
    """Fail unless one plain step is that of the gradient: weights are learnt, not made up."""
    config = draw_config(rng, [5, 7, 3], batch_size=32, epochs=1, schedule="constant", warmup=0)
    config["optimiser"] = {"lr": 0.2, "momentum": 0.0, "weight_decay": 0.0}
    _require_steps(ask, rng, config, [0.2])


def _pair(layers: list[Any]) -> trajectories.Layers:
    numbers = weights_of(layers)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@check("run build")
def check_same_seed(ask: Ask, rng: Rng) -> None:
    x = rng.normal(size=(30, 6)).astype(np.float32)
    y = rng.permutation(np.arange(30) % 4)
    config = draw_config(rng, [6, 9, 4])
    config["model"]["dropout"] = 0.3
    other = {**config, "training": {**config["training"], "seed": 1000}}
    one, again, another = _learnt_numbers(ask, [config, config, other], x, y)[0]
    equal = [np.array_equal(one, again), np.array_equal(one, another)]
    ask.recognise_by({"equal": equal})
    if not equal[0]:
        raise WrongAnswer(
            "the same settings give other weights: something depends on more than them"
        )
    if equal[1]:
        raise WrongAnswer("another seed gives the same weights: nothing is drawn from it")
    ask.take_fresh_worker()
    elsewhere = _learnt_numbers(ask, [config], x, y)[0][0]
    ask.recognise_by({"equal": bool(np.array_equal(one, elsewhere))})
    if not np.array_equal(one, elsewhere):
        raise WrongAnswer("in a second process the same settings give other weights")
    _require_one_step(ask, rng)


def _learnt_numbers(
    ask: Ask, configs: list[Config], x: Any, y: Ints
) -> tuple[list[Floats], list[Any]]:
    """Run experiments; return the numbers that each learnt, and its count of steps."""
    answer = ask("several", configs=configs, x=x, y=y)
    numbers = require_list(answer["numbers"], len(configs), "the numbers learnt")
    steps = require_list(answer["steps"], len(configs), "the counts of steps")
    return [_require_numbers(each) for each in numbers], steps


def _require_numbers(got: Any) -> Floats:
    """Return the numbers that one run learnt, as one row."""
    if not isinstance(got, np.ndarray):
        raise WrongAnswer(f"the numbers learnt: wanted an array, got {describe(got)}")
    if not got.size:
        raise WrongAnswer("the model has no parameters")
    return as_floats(got, (got.size,), "the numbers learnt")


CHANGES: list[tuple[str, str, Any]] = [
    ("model", "sizes", [6, 5, 4]),
    ("model", "activation", "relu"),
    ("model", "dropout", 0.6),
    ("optimiser", "lr", 0.3),
    ("optimiser", "momentum", 0.8),
    ("optimiser", "weight_decay", 0.2),
    ("training", "batch_size", 5),
    ("training", "epochs", 3),
    ("training", "schedule", "constant"),
    ("training", "warmup", 4),
    ("training", "seed", 1001),
]


@check("run build rates")
def check_used(ask: Ask, rng: Rng) -> None:
    x = rng.normal(size=(32, 6)).astype(np.float32)
    y = rng.permutation(np.arange(32) % 4)
    base = draw_config(rng, [6, 9, 4])
    base["model"]["dropout"] = 0.2
    configs = [base] + [
        {**base, table: {**base[table], key: value}} for table, key, value in CHANGES
    ]
    numbers, steps = _learnt_numbers(ask, configs, x, y)
    same = [np.array_equal(numbers[0], each) for each in numbers[1:]]
    ask.recognise_by({"same": same})
    idle = [
        f"{table}.{key}" for (table, key, _), is_same in zip(CHANGES, same, strict=True) if is_same
    ]
    if idle:
        told = ", ".join(idle)
        raise WrongAnswer(f"{told}: not used; with another value the very same weights are learnt")
    close(steps, [8, 8, 8, 8, 8, 8, 8, 14, 12, 8, 8, 8], "the count of steps of run {}")
    _require_one_step(ask, rng)
