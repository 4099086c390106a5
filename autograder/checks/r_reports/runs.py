"""``run``: what it learns, and by which steps."""

from contextlib import suppress
from typing import Any

import numpy as np

from autograder.checks.r_reports.common import (
    Config,
    Floats,
    Measure,
    Rng,
    ask_values,
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
from autograder.numerics.compare import as_floats, close, is_same_array
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure

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
    if not _is_close(answer["logits"], own):
        ask.recognise_by({"repeats": is_same_array(answer["logits"], answer["repeated"])})
    elif not np.allclose(curve, means, atol=1e-4):
        ask.recognise_by({"last": np.allclose(curve, losses.reshape(15, 10)[:, -1], atol=1e-4)})
    elif right >= LEARNT:
        ask.recognise_by({"learnt": True})
    close(
        answer["logits"],
        own,
        "unlike the logits of its layers without dropout, the model's logits",
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
    first = pair_up(require_layers(fresh["layers"], config["model"]))
    ask.recognise_by({"shapes": [list(weight.shape) for weight, _ in first]})
    batches = [(x.astype(np.float64), y)] * steps
    answer = ask("experiment", config=config, x=x, y=y)
    learnt = weights_of(require_layers(answer["layers"], config["model"]))
    got = as_floats(answer["loss"], (steps,), "history['loss'], one a step")

    def is_walk(plan: Plan) -> bool:
        losses, path = trajectories.train_layers(first, batches, *plan)
        pairs = zip([*learnt, got], [*_flat(path[-1]), losses], strict=True)
        return all(np.allclose(*pair, atol=DRIFT) for pair in pairs)

    plans = _list_plans(optimiser, rates)
    _recognise_plan(ask, [name for name, plan in plans.items() if is_walk(plan)], config, rates)
    losses, path = trajectories.train_layers(first, batches, *plans[AS_SET])
    where = f" (one batch of all {count} samples an epoch, {_describe_optimiser(optimiser)})"
    close(got, losses, "the loss of step {}", DRIFT, where)
    for each, want in zip(learnt, _flat(path[-1]), strict=True):
        close(each, want, f"entry [{{}}] of a weight after step {steps}", DRIFT, where)


Plan = tuple[list[float], float, float]  # the rate of each step, momentum and weight decay
AS_SET = "as set"


def _list_plans(optimiser: Config, rates: list[float]) -> dict[str, Plan]:
    """Return how a run may step: as its settings say, or as if one of them were forgotten."""
    lr, momentum, decay = (optimiser[name] for name in ("lr", "momentum", "weight_decay"))
    at_once = trajectories.cosine_schedule(lr, len(rates), 0)
    return {
        AS_SET: (rates, momentum, decay),
        "one rate": ([lr] * len(rates), momentum, decay),
        "no warm-up": ([at_once(step) for step in range(len(rates))], momentum, decay),
        "no momentum": (rates, 0.0, decay),
        "no decay": (rates, momentum, 0.0),
    }


def _recognise_plan(ask: Ask, fitting: list[str], config: Config, rates: list[float]) -> None:
    """Let a mistake be recognised by the plan that was followed, if it is one of those known."""
    if fitting:
        ask.recognise_by({"plan": fitting})
        if AS_SET not in fitting:
            recognise_rates(ask, config, 1, rates)


def recognise_rates(ask: Ask, config: Config, samples: int, wanted: list[float]) -> None:
    """Let a mistake be recognised by whether `rates` is right, where a run does not follow it."""
    codes = [f"float(rates(config, {samples})({step}))" for step in range(len(wanted))]
    with suppress(CheckFailure):
        got = as_floats(ask_values(ask, "rates", codes, config=config), (len(wanted),), "rates")
        ask.recognise_by({"rates": bool(np.allclose(got, wanted))})


def _describe_optimiser(optimiser: Config) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in optimiser.items())


def require_one_step(ask: Ask, rng: Rng) -> None:
    """Fail unless one plain step is that of the gradient: weights are learnt, not made up."""
    config = draw_config(rng, [5, 7, 3], batch_size=32, epochs=1, schedule="constant", warmup=0)
    config["optimiser"] = {"lr": 0.2, "momentum": 0.0, "weight_decay": 0.0}
    _require_steps(ask, rng, config, [0.2])


def pair_up(layers: list[Any]) -> trajectories.Layers:
    numbers = weights_of(layers)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _flat(layers: trajectories.Layers) -> list[Floats]:
    return [array for pair in layers for array in pair]
