"""``experiment.toml``: settings in range, claims that fit together, and the run itself, twice."""

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checks.r_reports.common import (
    TOML,
    Config,
    Floats,
    Measure,
    Rng,
    ask_values,
    count_parameters,
    network_logits,
    require_gradients,
    require_layers,
    weights_of,
)
from autograder.checks.r_reports.digits import Split, shift_images, split_digits
from autograder.checks.r_reports.functions import count_pairs, hash_of
from autograder.checks.r_reports.settings import read_experiment, require_none
from autograder.judge.documents import Documents
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds
from autograder.numerics.compare import as_floats, close, is_equal
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.sandbox.failures import TimedOut

TYPED = 0.06  # of a count of images: what four decimals of a share leave open
SAME_LOSS = 0.02  # of a loss, and as much absolutely: what another machine's rounding leaves open
LEAST = 0.9  # of the test images
DEVIATIONS = 2.0  # of a binomial count, within which a claim is close


@check("")
def check_config(ask: Ask, rng: Rng, documents: Documents) -> None:
    config = read_experiment(documents)
    sizes, step = config["model"]["sizes"], int(rng.integers(1, 9))
    got = ask_values(
        ask,
        "build, rates",
        [
            "[list(p.shape) for p in build(model, np.random.default_rng(0)).parameters()]",
            f"float(rates(config, 1000)({step}))",
        ],
        config=config,
        model=config["model"],
    )
    want = [shape for pair in zip(sizes, sizes[1:], strict=False) for shape in ([*pair], [pair[1]])]
    if not is_equal(got[0], want):
        raise WrongAnswer(f"build makes parameters of other shapes than {want} of [model]")
    as_floats(got[1], (), f"the rate at step {step}")


@check("")
def check_consistent(ask: Ask, rng: Rng, documents: Documents) -> None:
    config = read_experiment(documents)
    require_none(TOML, list(_find_contradictions(config)))
    code = "sum(p.data.size for p in build(model, np.random.default_rng(seed)).parameters())"
    given = {"model": config["model"], "seed": int(rng.integers(1000))}
    count = as_floats(ask_values(ask, "build", [code], **given)[0], (), "the count by build")
    close(float(count), float(config["claims"]["parameters"]), "the count by build")


def _find_contradictions(config: Config) -> Iterator[str]:
    """Yield a sentence for each claim that no run whatever could give."""
    claims, y = config["claims"], split_digits(config["data"]).y_test
    count, parameters = len(y), count_parameters(config["model"]["sizes"])
    confusion = np.array(claims["confusion"])
    if claims["parameters"] != parameters:
        told = f"a network of sizes {config['model']['sizes']} has {parameters}"
        yield f"claims.parameters is {claims['parameters']}; {told}"
    for name in ("test_accuracy", "shift_accuracy"):
        right = claims[name] * count
        if abs(right - round(right)) > TYPED:
            yield f"claims.{name} is {right:.2f} of {count} test images; wanted a whole number"
    rows, wanted = confusion.sum(axis=1), np.bincount(y, minlength=10)
    if (rows != wanted).any():
        row = int((rows != wanted).argmax())
        told = f"the test images hold {wanted[row]} of class {row}"
        yield f"claims.confusion: row {row} sums to {rows[row]}; {told}"
    elif abs(int(np.trace(confusion)) - claims["test_accuracy"] * count) > TYPED:
        told = (
            f"{np.trace(confusion)} right; test_accuracy says {claims['test_accuracy'] * count:.0f}"
        )
        yield f"claims.confusion has {told} of {count}"
    curve, epochs = claims["curve"], config["training"]["epochs"]
    if len(curve) != epochs:
        yield f"claims.curve has {len(curve)} numbers; training.epochs is {epochs}"
    if not math.isclose(curve[-1], claims["last_loss"], rel_tol=0, abs_tol=1e-6):
        yield f"claims.last_loss is {claims['last_loss']:g}; the curve ends with {curve[-1]:g}"
    if claims["curve_hash"] != hash_of(curve):
        yield "claims.curve_hash is not the hash of claims.curve; print both by one run"


AGAIN, SPARE = 2.0, 5.0  # times of the first run that the second has, and seconds beside that


@check("run", seconds=620, memory_mb=4096)
def check_reproduced(
    ask: Ask,
    rng: Rng,
    measure: Measure,
    clock: Measure,
    documents: Documents,
    visibility: str,
    run_seconds: float,
) -> None:
    config = read_experiment(documents)
    split = split_digits(config["data"])
    settings = {name: table for name, table in config.items() if name not in ("claims", "shift")}
    if visibility == "hidden":
        _require_carried(ask, rng, settings, split, config, AGAIN * run_seconds + SPARE)
        return
    measure["verdict"] = "cannot run"
    layers = run_twice(ask, measure, clock, settings, split, config, run_seconds)
    logits = network_logits(layers, split.x_test)
    counts = count_pairs(split.y_test, logits.argmax(axis=1), 10)
    shifted = network_logits(layers, shift_images(split.x_test, config["shift"])).argmax(axis=1)
    _judge_counts(measure, counts, int((shifted == split.y_test).sum()), config["claims"])
    right = float(np.trace(counts) / len(split.y_test))
    thresholds.at_least(measure, "accuracy", right, LEAST, f"{len(split.y_test)} test images")


def run_twice(
    ask: Ask,
    measure: Measure,
    clock: Measure,
    settings: Config,
    split: Split,
    config: Config,
    most: float,
) -> list[Any]:
    """Run the experiment in two workers, the first for at most so many seconds; return its layers.

    The second has twice what the first took by the judge's clock, and a little more.
    """
    late = f"the experiment may run for {most:g} s: an endless loop, or too many epochs?"
    begun = time.perf_counter()
    layers = _run_once(ask, measure, settings, split, config, most, late)
    clock["seconds_to_run"] = spent = time.perf_counter() - begun
    ask.take_fresh_worker()
    late = "the second run of the same settings takes more than twice as long as the first"
    again = _run_once(ask, measure, settings, split, config, AGAIN * spent + SPARE, late)
    _require_same(layers, again)
    return layers


def _run_once(
    ask: Ask,
    measure: Measure,
    settings: Config,
    split: Split,
    config: Config,
    seconds: float,
    late: str,
) -> list[Any]:
    """Run the experiment in the check's worker; return its layers; `late` says what takes long."""
    measure["verdict"] = "cannot run"
    try:
        answer = ask.ask_within(seconds, "experiment", config=settings, x=split.x, y=split.y)
    except TimedOut as problem:
        raise TimedOut(f"{problem.message}: {late}") from None
    layers = require_layers(answer["layers"], settings["model"])
    training = settings["training"]
    epochs, steps = training["epochs"], math.ceil(len(split.y) / training["batch_size"])
    losses = as_floats(answer["loss"], (epochs * steps,), "history['loss'], one a step")
    means = losses.reshape(epochs, steps).mean(axis=1)
    curve = as_floats(answer["curve"], (epochs,), "history['curve'], one an epoch")
    measure["verdict"] = "not reproduced"
    claimed = np.array(config["claims"]["curve"], np.float64)
    ask.recognise_by({"curve": bool(np.allclose(curve, means, atol=1e-4))})
    close(curve, means, "history['curve'][{}], the mean loss of an epoch,", 1e-4)
    if len(claimed) != epochs:
        raise WrongAnswer(f"claims.curve has {len(claimed)} numbers; there are {epochs} epochs")
    apart = np.abs(claimed - means) > SAME_LOSS * (1 + means)
    if apart.any():
        epoch = int(apart.argmax())
        raise Missed(
            f"claims.curve says {claimed[epoch]:g} for epoch {epoch + 1}, the judge's run has "
            f"{means[epoch]:g}: not reproduced"
        )
    return layers


def _require_same(one: list[Any], other: list[Any]) -> None:
    pairs = zip(weights_of(one), weights_of(other), strict=True)
    if not all(np.array_equal(*pair) for pair in pairs):
        raise Missed(
            "two runs of the same settings give other weights: the experiment depends on something "
            "besides its seed (the clock, a generator of its own, what ran before)"
        )


def _judge_counts(measure: Measure, counts: Floats, shifted: int, claims: Config) -> None:
    """Note the verdict, and fail where a claimed count is further off than chance makes it."""
    count, right = int(counts.sum()), int(np.trace(counts))
    measure["claimed"] = float(claims["test_accuracy"])
    rows = [("test_accuracy", right), ("shift_accuracy", shifted)]
    far = [(name, got) for name, got in rows if not is_close(claims[name], got, count)]
    for name, got in far:
        wanted = round(claims[name] * count)
        raise Missed(
            f"not reproduced: claims.{name} is {wanted} of {count} images, the judge's two runs "
            f"both have {got}: {abs(got - wanted)} {'more' if got > wanted else 'fewer'}"
        )
    is_same = np.array_equal(counts, np.array(claims["confusion"]))
    measure["verdict"] = "reproduced" if is_same else "close"


def is_close(claimed: float, got: int, count: int) -> bool:
    """Whether a count lies within two binomial deviations, and one image, of a claimed share."""
    deviation = math.sqrt(count * claimed * (1 - claimed))
    return abs(claimed * count - got) <= max(1.0, DEVIATIONS * deviation) + TYPED


NOISE = 1 / 16  # of a pixel: the digits' own step
FEW = 300  # images of a run without gradients
COST = 0.08  # of the accuracy: noise costs sound work a quarter of it


def _require_carried(
    ask: Ask, rng: Rng, settings: Config, split: Split, config: Config, seconds: float
) -> None:
    """Fail unless the model that ran last answers by its weights, on images of no table."""
    order = rng.permutation(len(split.y_test))
    noise = rng.choice([-NOISE, 0.0, NOISE], (len(order), 64))
    tests = np.clip(split.x_test[order] + noise, 0, 1).astype(np.float32)
    given = {"x": split.x, "y": split.y, "tests": tests}
    answer = ask.ask_within(seconds, "again", config=settings, **given)
    layers = require_layers(answer["layers"], settings["model"])
    own = network_logits(layers, tests)
    close(answer["logits"], own, "the model's logits, unlike those by its weights,", 1e-3)
    right = float((own.argmax(axis=1) == split.y_test[order]).mean())
    claimed = config["claims"]["test_accuracy"]
    if right < claimed - COST:
        raise Missed(
            f"{claimed:.1%} are claimed, and with a little noise in them {right:.1%} of the test "
            "images are right"
        )
    few = {**settings, "training": {**settings["training"], "epochs": 1, "warmup": 0}}
    require_gradients(ask, few, split.x[:FEW], split.y[:FEW], split.x_test, split.y_test)
