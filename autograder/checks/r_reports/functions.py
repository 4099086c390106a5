"""The pieces of ``experiment.py`` beside its network: rates, counts, hash, placeholders."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.checks.r_reports.common import (
    ROUNDED,
    Config,
    Floats,
    Ints,
    Rng,
    ask_values,
    count_parameters,
    draw_config,
    network_logits,
    require_layers,
)
from autograder.judge.questions import Ask
from autograder.judge.refusals import BadInput
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, brief, close, require_list, same
from autograder.numerics.failure import WrongAnswer


@check("rates")
def check_rates(ask: Ask, rng: Rng) -> None:
    batch, epochs, whole = (int(n) for n in rng.integers((5, 2, 4), (9, 5, 8)))
    samples = batch * whole + int(rng.integers(1, batch))  # the last batch is short
    steps = epochs * (whole + 1)
    for schedule, warmup in (("cosine", 0), ("cosine", 3), ("constant", 3)):
        training = {"schedule": schedule, "warmup": warmup, "batch_size": batch, "epochs": epochs}
        config = draw_config(rng, [3, 2], **training)
        lr = config["optimiser"]["lr"] = round(float(rng.uniform(0.05, 0.5)), 3)
        at = [0, 1, 2, steps // 2, steps - 1, steps]
        got = ask_values(
            ask,
            "rates",
            [f"float(rates(config, {samples})({step}))" for step in at],
            config=config,
        )
        cosine = trajectories.cosine_schedule(lr, steps, warmup)
        want = [lr if schedule == "constant" else cosine(step) for step in at]
        where = f" ({samples} samples, batches of {batch}, {epochs} epochs, warmup {warmup})"
        for step, rate, right in zip(at, require_list(got, len(at), "rates"), want, strict=True):
            close(rate, right, f"the {schedule} rate at step {step}", 1e-6, where)


@check("confusion")
def check_confusion(ask: Ask, rng: Rng) -> None:
    classes = int(rng.integers(4, 8))
    y, predicted = rng.integers(0, classes - 1, (2, 40))
    names = {"y": y, "predicted": predicted}
    code = f"np.array(confusion(y, predicted, {classes}))"
    got = ask_values(ask, "confusion", [code], **names)[0]
    close(got, count_pairs(y, predicted, classes), "confusion[{}]")


def count_pairs(y: Ints, predicted: Ints, classes: int) -> Floats:
    """Return how often each class (row) was taken for each (column)."""
    counts = np.zeros((classes, classes))
    for true, taken in zip(y, predicted, strict=True):
        counts[true, taken] += 1
    return counts


@check("curve_hash")
def check_curve_hash(ask: Ask, rng: Rng) -> None:
    off = 2e-8  # of a millionth and a little: rounded down or up, never cut off
    curves = [
        (rng.integers(1, 3_000_000, count) / 1e6 + rng.choice([-off, off], count)).tolist()
        for count in (1, 4, 12)
    ]
    curves.append([12.5, 0.0, 1e-5])
    for curve in curves:
        got = ask_values(ask, "curve_hash", ["curve_hash(curve)"], curve=curve)[0]
        same(got, hash_of(curve), f"curve_hash({brief(curve)})")


def hash_of(curve: Sequence[float]) -> str:
    """Return the polynomial hash of a curve, as the handout has it."""
    value = 0
    for loss in curve:
        value = (value * 1_000_003 + round(loss * 1e6)) % ((1 << 61) - 1)
    return format(value, "016x")


NAMES = {"test_accuracy", "parameters", "curve", "last_loss", "curve_hash", "confusion"}


@check("claims confusion curve_hash")
def check_claims(ask: Ask, rng: Rng) -> None:
    wide, classes = int(rng.integers(5, 9)), int(rng.integers(3, 6))
    sizes = [wide, 11, classes]
    model = {"sizes": sizes, "activation": "tanh", "dropout": 0.4}
    x = 3 * rng.normal(size=(50, wide)).astype(np.float32)
    y = rng.integers(0, classes, 50)
    curve = (rng.integers(0, 3_000_000, 6) / 1e6 + 3e-8).tolist()
    seed = int(rng.integers(1000))
    answer = ask("measured", model=model, seed=seed, curve=curve, x=x, y=y)
    layers = require_layers(answer["layers"], model)
    predicted = network_logits(layers, x).argmax(axis=1)
    found = answer["claims"]
    if not isinstance(found, dict) or not {*found} >= NAMES:
        raise WrongAnswer(f"claims: got {brief(found)}, wanted a dict with {', '.join(NAMES)}")
    rounded = [round(loss, 6) for loss in curve]
    pairs = [
        ("test_accuracy", float((predicted == y).mean())),
        ("parameters", float(count_parameters(sizes))),
        ("curve", rounded),
        ("last_loss", rounded[-1]),
        ("confusion", count_pairs(y, predicted, classes)),
    ]
    plain = {name: found[name] for name in ("parameters", "curve", "last_loss", "curve_hash")}
    by_model = {
        "accuracy": _is_near(found["test_accuracy"], pairs[0][1]),
        "confusion": _relate_counts(found["confusion"], pairs[-1][1]),
    }
    ask.recognise_by({**plain, **by_model})
    for name, want in pairs:
        close(found[name], want, f"claims(...)['{name}']", 1e-9)
    same(found["curve_hash"], hash_of(rounded), "claims(...)['curve_hash']")


RELATIONS: dict[str, Callable[[Floats], Floats]] = {
    "right": np.positive,
    "transposed": np.transpose,
    "repeats once": lambda counts: np.minimum(counts, 1),
}


def _relate_counts(got: Any, want: Floats) -> str:
    """Return how counts relate to the right ones, whatever model they are of."""
    fitting = (name for name, relate in RELATIONS.items() if _is_near(got, relate(want)))
    return next(fitting, "other")


def _is_near(got: Any, want: Any) -> bool:
    try:
        close(got, want, "it")
    except WrongAnswer:
        return False
    return True


@check("fill")
def check_fill(ask: Ask, rng: Rng) -> None:
    share, count = round(float(rng.uniform(0.1, 1)), 6), int(rng.integers(100, 999))
    values = {"test_accuracy": share, "parameters": count, "kind": "moved", "at_2": True}
    text = (
        "{{test_accuracy}} of {{ parameters }}{{parameters}}, {{  kind}} and {{at_2}};\n"
        "{test_accuracy} and { {kind} } stay, and <b>{{kind}}</b>"
    )
    want = (
        f"{share:.4f} of {count}{count}, moved and True;\n"
        "{test_accuracy} and { {kind} } stay, and <b>moved</b>"
    )
    got = ask_values(ask, "fill", ["fill(text, values)"], text=text, values=values)[0]
    same(got, want, "fill(text, values)")
    names = [f"no_{int(rng.integers(1000))}", "test_acuracy"]
    bad = [
        BadInput(
            f"a placeholder without a value, {{{{{name}}}}}",
            ("ValueError",),
            {
                "names": "fill",
                "expression": "fill(text, values)",
                "given": {"text": f"a {{{{{name}}}}}", "values": values},
            },
        )
        for name in names
    ]
    ask.refuses("attempt", bad)


MODEL = "build({{**model, {}}}, np.random.default_rng(0))"
RUN = "run({{**config, '{0}': {{**config['{0}'], {1}}}}})"
BAD = [  # what is called, and what is wrong with it
    (MODEL.format("'sizes': [5]"), "a network of one size"),
    (MODEL.format("'sizes': [5, 0, 3]"), "a layer of no units"),
    (MODEL.format("'activation': 'sine'"), "an unknown activation"),
    (MODEL.format("'dropout': 1.0"), "dropping everything"),
    (MODEL.format("'dropout': -0.1"), "dropping less than nothing"),
    (RUN.format("training", "'schedule': 'linear'"), "an unknown schedule"),
    (RUN.format("training", "'epochs': 0"), "no epoch"),
    (RUN.format("training", "'batch_size': 0"), "batches of no samples"),
    (RUN.format("data", "'y': config['data']['y'][:3]"), "fewer labels than samples"),
    ("confusion(np.array([0, 3]), np.array([0, 1]), 3)", "a label that is no class"),
    ("confusion(np.array([0, 1]), np.array([0, -1]), 3)", "a prediction below 0"),
    ("confusion(np.array([0, 1]), np.array([0]), 3)", "fewer predictions than labels"),
]


@check("build rates run confusion")
def check_bad_settings(ask: Ask, rng: Rng) -> None:
    wide = int(rng.integers(3, 7))
    config = draw_config(rng, [wide, 4, 3], epochs=1, schedule="constant")
    x, y = rng.normal(size=(6, wide)).astype(np.float32), rng.permutation([0, 1, 2, 0, 1, 2])
    _require_good_settings(ask, config, x, y)
    given = {"config": {**config, "data": {"x": x, "y": y}}, "model": config["model"]}
    names = "build, confusion, rates, run"
    ask.refuses(
        "attempt",
        [
            BadInput(
                what, ("ValueError",), {"names": names, "expression": code, "given": given}, code
            )
            for code, what in BAD
        ],
    )


def _require_good_settings(ask: Ask, config: Config, x: Any, y: Ints) -> None:
    """Fail unless settings in range are run: to raise always is no answer."""
    answer = ask("experiment", config=config, x=x, y=y)
    layers = require_layers(answer["layers"], config["model"])
    losses = as_floats(answer["loss"], (1,), "history['loss'] after one step")
    curve = require_list(answer["curve"], 1, "history['curve'] after one epoch")
    ask.recognise_by({"shapes": [list(layer.get("weight", x[:0]).shape) for layer in layers]})
    close(curve, losses, "history['curve'] after one step", ROUNDED)
