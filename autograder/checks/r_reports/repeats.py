"""``run`` again: with the same settings, in another process, and with each setting changed."""

from contextlib import suppress
from typing import Any

import numpy as np

from autograder.checks.r_reports.common import (
    Config,
    Floats,
    Ints,
    Rng,
    draw_config,
    require_layers,
)
from autograder.checks.r_reports.runs import (
    DRIFT,
    pair_up,
    recognise_rates,
    require_one_step,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, close, describe, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure


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
        _recognise_draws(ask, config, x, y)
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
    require_one_step(ask, rng)
    _require_drawn_order(ask, rng)


def _recognise_draws(ask: Ask, config: Config, x: Any, y: Ints) -> None:
    """Let a mistake be recognised by what is drawn anew where nothing is dropped."""
    plain = {**config, "model": {**config["model"], "dropout": 0.0}}
    whole = {**plain, "training": {**plain["training"], "batch_size": len(x)}}
    with suppress(CheckFailure):
        numbers, _, losses = _ask_several(ask, [plain, plain, whole, whole], x, y)
        one, again = (as_floats(loss, (), "a first loss") for loss in losses[2:])
        is_learnt = bool(np.array_equal(numbers[0], numbers[1]))
        ask.recognise_by({"begun alike": bool(abs(one - again) < DRIFT), "learnt alike": is_learnt})


SAMPLES = 24  # of which two generators never give half in one order
STILL = 1e-9  # a rate at which no weight of float32 moves


def _require_drawn_order(ask: Ask, rng: Rng) -> None:
    """Fail where two seeds shuffle alike; without any shuffling nothing is drawn."""
    seeds = rng.permutation(1000)[:2].tolist()
    orders = [_find_order(ask, rng, seed) for seed in seeds]
    is_shuffled = not any(
        np.array_equal(orders[0], order) for order in (range(SAMPLES), range(SAMPLES)[::-1])
    )
    are_alike = bool((orders[0] == orders[1]).mean() > 0.5)
    ask.recognise_by({"shuffled": is_shuffled, "alike": are_alike})
    if is_shuffled and are_alike:
        raise WrongAnswer(
            "two seeds take the samples in one order: the order has to follow from the seed, too"
        )


def _find_order(ask: Ask, rng: Rng, seed: int) -> Ints:
    """Return which sample each step of one epoch takes, by its loss: steps of one, far too small.

    Samples are drawn anew, so that an order that goes by them is another one each time.
    """
    config = draw_config(rng, [6, 9, 4], batch_size=1, epochs=1, schedule="constant", seed=seed)
    config["optimiser"] = {"lr": STILL, "momentum": 0.0, "weight_decay": 0.0}
    x = rng.normal(size=(SAMPLES, 6)).astype(np.float32)
    y = rng.permutation(np.arange(SAMPLES) % 4)
    fresh = ask("network", model=config["model"], seed=seed, x=x)
    layers = pair_up(require_layers(fresh["layers"], config["model"]))
    ask.recognise_by({"layers": len(layers)})
    logits = trajectories.network_logits(layers, x.astype(np.float64))
    own = [
        trajectories.batch_cross_entropy(logits[k : k + 1], y[k : k + 1]) for k in range(SAMPLES)
    ]
    losses = ask("experiment", config=config, x=x, y=y)["loss"]
    got = as_floats(losses, (SAMPLES,), "history['loss'] of one epoch in batches of 1")
    ask.recognise_by({"steps": SAMPLES})
    return np.argsort(own)[np.argsort(np.argsort(got))]


def _learnt_numbers(
    ask: Ask, configs: list[Config], x: Any, y: Ints
) -> tuple[list[Floats], list[Any]]:
    """Run experiments; return the numbers that each learnt, and its count of steps."""
    return _ask_several(ask, configs, x, y)[:2]


def _ask_several(
    ask: Ask, configs: list[Config], x: Any, y: Ints
) -> tuple[list[Floats], list[Any], list[Any]]:
    """Run experiments; return what each learnt, its count of steps, and its first loss."""
    answer = ask("several", configs=configs, x=x, y=y)
    numbers = require_list(answer["numbers"], len(configs), "the numbers learnt")
    steps = require_list(answer["steps"], len(configs), "the counts of steps")
    losses = require_list(answer["losses"], len(configs), "the first losses")
    return [_require_numbers(each) for each in numbers], steps, losses


def _require_numbers(got: Any) -> Floats:
    """Return the numbers that one run learnt, as one row."""
    if not isinstance(got, np.ndarray):
        raise WrongAnswer(f"the numbers learnt: wanted an array, got {describe(got)}")
    if not got.size:
        raise WrongAnswer("the model has no parameters")
    return as_floats(got, (got.size,), "the numbers learnt")


STEPS = 8  # of a run with the settings of `draw_config` and 32 samples
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
    rate = trajectories.cosine_schedule(base["optimiser"]["lr"], STEPS, base["training"]["warmup"])
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
        recognise_rates(ask, base, len(x), [rate(step) for step in range(STEPS)])
        told = ", ".join(idle)
        raise WrongAnswer(f"{told}: not used; with another value the very same weights are learnt")
    close(steps, [STEPS] * 7 + [14, 12] + [STEPS] * 3, "the count of steps of run {}")
    require_one_step(ask, rng)
