"""``training.md``: what is claimed of the training, beside what the judge sees of it."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.checks.r_reports.common import (
    TRAINING,
    Config,
    Floats,
    Rng,
    ask_values,
    require_layers,
    weights_of,
)
from autograder.checks.r_reports.markdown import read_page
from autograder.checks.r_reports.settings import (
    Key,
    find_faults,
    is_number,
    number,
    parse_toml,
    read_experiment,
    require_none,
    train_count,
    whole,
)
from autograder.judge.documents import Documents
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import cosine_schedule
from autograder.sandbox.failures import NotHandedIn

SPREAD = 0.1  # of a deviation: five times what chance makes of 1,200 weights
LEAST_WEIGHTS = 1200  # below so many the draw decides more than that
CURVE = (2.1, 1.4, 0.95, 0.7, 0.72, 0.61, 0.63, 0.62, 0.64, 0.58, 0.59, 0.6, 0.6)
ROUNDED = 0.01  # of a number that is typed with a few figures

WANTED: dict[str, dict[str, Key]] = {
    "weights": {
        "deviations": Key(
            "a list of numbers, one for each Linear layer",
            lambda value: (
                isinstance(value, list) and 1 <= len(value) <= 6 and all(map(is_number, value))
            ),
        )
    },
    "rate": {
        "first": number(0, 10),
        "step": whole(1, 10**6),
        "at_step": number(0, 10),
        "last": number(0, 10),
    },
    "batches": {
        "steps_an_epoch": whole(1, 2000),
        "full": whole(1, 2000),
        "last": whole(1, 2000),
    },
    "stopping": {
        "patience": whole(1, 10),
        "stops_after": whole(1, 20),
    },
}


@check("")
def check_training(ask: Ask, rng: Rng, documents: Documents) -> None:
    told = _read_claims(documents)
    config = read_experiment(documents)
    model, samples = config["model"], train_count(config["data"]["test_fraction"])
    steps = math.ceil(samples / config["training"]["batch_size"])
    total = steps * config["training"]["epochs"]
    x = rng.normal(size=(2, 64)).astype(np.float32)
    answer = ask("network", model=model, seed=int(rng.integers(1000)), x=x)
    layers = require_layers(answer["layers"], model)
    weights = weights_of(layers)[::2]  # without the biases
    at = [0, min(told["rate"]["step"], total - 1), total - 1]
    codes = [f"float(rates(config, {samples})({step}))" for step in at]
    seen = as_floats(ask_values(ask, "rates", codes, config=config), (3,), "the rates")
    faults = [
        *_judge_deviations(told["weights"]["deviations"], weights),
        *_judge_rates(told["rate"], seen, config, total),
        *_judge_batches(told["batches"], samples, config["training"]["batch_size"]),
        *_judge_stopping(told["stopping"]),
    ]
    require_none(TRAINING, faults)


def _read_claims(documents: Documents) -> Config:
    blocks = read_page(documents.read(TRAINING), TRAINING).find_blocks("toml")
    if not blocks or not any(line.text.partition("#")[0].strip() for line in blocks[0].lines):
        raise NotHandedIn(f"unit r: {TRAINING} holds no claim yet, in a block ```toml")
    first = blocks[0]
    told = parse_toml(first.text, TRAINING, first.lines[0].number)
    require_none(TRAINING, list(find_faults(told, WANTED)))
    return told


def _judge_deviations(told: Sequence[float], weights: Sequence[Any]) -> Iterator[str]:
    """Yield where a claimed deviation is not that of fresh weights; small layers say nothing."""
    if len(told) != len(weights):
        yield f"weights.deviations has {len(told)} numbers; there are {len(weights)} Linear layers"
        return
    for index, (claim, weight) in enumerate(zip(told, weights, strict=True), start=1):
        seen = float(np.std(weight))
        room = SPREAD * max(1.0, math.sqrt(LEAST_WEIGHTS / weight.size))
        if abs(claim / seen - 1 if seen else claim) > room:
            yield f"weights.deviations: {claim:.3g} for Linear layer {index}; seen {seen:.3g}"


def _judge_rates(told: Config, seen: Floats, config: Config, total: int) -> Iterator[str]:
    lr, training = config["optimiser"]["lr"], config["training"]
    rate = cosine_schedule(lr, total, training["warmup"])
    if told["step"] >= total:
        yield f"rate.step is {told['step']}; the steps are 0 to {total - 1}"
        return
    at = {"first": 0, "at_step": told["step"], "last": total - 1}
    for (name, step), own in zip(at.items(), seen, strict=True):
        wanted = lr if training["schedule"] == "constant" else rate(step)
        if not _is_typed(told[name], wanted, lr):
            yield f"rate.{name} is {told[name]:g}; at step {step} the rate is {wanted:.4g}"
        elif not _is_typed(own, wanted, lr):
            raise WrongAnswer(f"your rates gives {own:.4g} at step {step}, wanted {wanted:.4g}")


def _is_typed(told: float, wanted: float, scale: float) -> bool:
    return abs(told - wanted) <= max(ROUNDED * abs(wanted), 1e-3 * scale)


def _judge_batches(told: Config, samples: int, batch_size: int) -> Iterator[str]:
    steps, full = math.ceil(samples / batch_size), min(batch_size, samples)
    wanted = {"steps_an_epoch": steps, "full": full, "last": samples - (steps - 1) * batch_size}
    for name, count in wanted.items():
        if told[name] != count:
            told_of = f"{samples} samples in batches of {batch_size} give {count}"
            yield f"batches.{name} is {told[name]}; {told_of}"


def _judge_stopping(told: Config) -> Iterator[str]:
    wanted = stop_after(CURVE, told["patience"])
    if told["stops_after"] != wanted:
        rule = f"with patience {told['patience']} the curve of the handout stops after {wanted}"
        yield f"stopping.stops_after is {told['stops_after']}; {rule} epochs"


def stop_after(curve: Sequence[float], patience: int) -> int:
    """Return how many epochs run: until `patience` in a row are not below the least before them."""
    best, waited = math.inf, 0
    for epoch, loss in enumerate(curve, start=1):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == patience:
            return epoch
    return len(curve)
