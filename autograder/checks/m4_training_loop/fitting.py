"""``fit``, and what ``predict`` and ``accuracy`` say afterwards."""

from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import (
    ROUNDED,
    TRAINED,
    Floats,
    Measure,
    Rng,
    ask_values,
)
from autograder.checks.m4_training_loop.networks import DENSE, dense, name_arrays
from autograder.checks.m4_training_loop.runs import (
    after,
    ask_training_run,
    held_out,
    replay,
    samples_by_step,
    task,
    whole_sets,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import goldens, trajectories
from autograder.numerics.compare import as_floats, close, describe, require_list, same
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers


@check(TRAINED)
def check_fit_golden(ask: Ask, rng: Rng, measure: Measure, visibility: str) -> None:
    stored = goldens.load_goldens("m4")
    layers = [(stored[f"weight_{k}"], stored[f"bias_{k}"]) for k in range(2)]
    x, y, curve = stored["x"], stored["y"], stored["curve"]
    last = [(stored[f"trained_weight_{k}"], stored[f"trained_bias_{k}"]) for k in range(2)]
    if visibility == "hidden":
        layers, x, y = task(rng, 11, [5, 7, 3])
        curve, path = trajectories.train_layers(layers, [(x, y)] * 20, [0.1] * 20, 0.9, 0.01)
        last = path[-1]
    answer = ask_training_run(ask, layers, x, y, 20, 11, momentum=0.9, weight_decay=0.01)
    whole_sets(ask, answer)
    close(answer["loss"], curve, "the loss of step {}", ROUNDED)
    measure["max_relative_error"] = after(answer, last)


@check(f"{TRAINED} batches")
def check_fit_batches(ask: Ask, rng: Rng, measure: Measure) -> None:
    layers, x, y = task(rng, 10, [4, 6, 3])
    answer = ask_training_run(ask, layers, x, y, 3, 4, momentum=0.9, seed=int(rng.integers(1000)))
    measure["max_relative_error"] = replay(ask, answer, layers, x, y, [0.1] * 99, momentum=0.9)
    same(len(answer["loss"]), 9, "the number of losses of 3 epochs, 10 samples in batches of 4")


@check(f"{TRAINED} batches")
def check_fit_epochs(ask: Ask, rng: Rng) -> None:
    layers, x, y = task(rng, 12, [4, 3])
    answer = ask_training_run(ask, layers, x, y, 4, 5, seed=int(rng.integers(1000)))
    order = samples_by_step(answer, x)
    ask.recognise_by(
        {
            "sizes": [len(at) for at in order],
            "different": [len(np.unique(at)) for at in order],
            "sorted": [bool((np.diff(at) > 0).all()) for at in order],
            "same_order": bool(len(order) > 3 and np.array_equal(order[0], order[3])),
        }
    )
    same([len(at) for at in order], [5, 5, 2] * 4, "the sizes of 4 epochs of 12 samples, 5 a batch")
    epochs = [np.concatenate(order[k : k + 3]) for k in range(0, 12, 3)]
    for k, epoch in enumerate(epochs):
        if len(np.unique(epoch)) < 12:
            raise WrongAnswer(f"epoch {k} shows only {len(np.unique(epoch))} of 12 samples")
    if all(np.array_equal(epoch, epochs[0]) for epoch in epochs):
        raise WrongAnswer("every epoch has the same order: shuffle anew each time")
    curve, path = trajectories.train_layers(layers, [(x[at], y[at]) for at in order], [0.1] * 12)
    close(answer["loss"], curve, "the loss of step {}", ROUNDED)
    after(answer, path[-1])


@check(TRAINED)
def check_fit_schedule(ask: Ask, rng: Rng) -> None:
    layers, x, y = task(rng, 8, [4, 5, 3])
    rates = [0.3, 0.05, 0.2, 0.01, 0.1, 0.4, 0.5]
    seed = int(rng.integers(1000))
    answer = ask_training_run(ask, layers, x, y, 3, 4, lr=0.7, momentum=0.5, rates=rates, seed=seed)
    replay(ask, answer, layers, x, y, rates, momentum=0.5)


@check(TRAINED)
def check_validation_untrained(ask: Ask, rng: Rng) -> None:
    layers, x, y, others, labels = held_out(rng)
    curve, path = trajectories.train_layers(layers, [(x, y)] * 5, [0.1] * 5, 0.9)
    for what, sample, label in (
        ("", others, labels),
        (" with wrong labels in the validation set", others, (labels + 1) % 3),
        (" with other samples in the validation set", 50 * others + 3, labels),
    ):
        answer = ask_training_run(ask, layers, x, y, 5, 9, momentum=0.9, validation=(sample, label))
        whole_sets(ask, answer)
        close(answer["loss"], curve, f"the loss of step {{}}{what}", ROUNDED)
        after(answer, path[-1])


MANY = 300  # samples to validate with: more than predict takes at once
LEAD = 3e-4  # of every largest logit: rounding must not decide a label


def _lead(layers: Layers, x: Floats) -> float:
    """Return by how much a largest logit leads where it leads least."""
    logits = np.sort(trajectories.network_logits(layers, x), axis=1)
    return float((logits[:, -1] - logits[:, -2]).min())


@check(f"{TRAINED} accuracy predict")
def check_validation_accuracy(ask: Ask, rng: Rng) -> None:
    while True:  # until the accuracy changes from epoch to epoch
        layers, x, y, others, labels = held_out(rng, MANY)
        _, path = trajectories.train_layers(layers, [(x, y)] * 6, [0.8] * 6, 0.9)
        wanted = [trajectories.logit_accuracy(at, others, labels) for at in path]
        before = trajectories.logit_accuracy(layers, others, labels)
        part = trajectories.logit_accuracy(path[0], others[:256], labels[:256])
        is_plain = all(_lead(at, others) > LEAD for at in path)
        if is_plain and len(set(wanted)) > 2 and wanted[0] not in (before, part):
            break
    answer = ask_training_run(
        ask, layers, x, y, 6, 9, lr=0.8, momentum=0.9, validation=(others, labels)
    )
    whole_sets(ask, answer)
    close(answer["validation_accuracy"], wanted, "history['validation_accuracy']")
    without = ask_training_run(ask, layers, x, y, 2, 9)
    whole_sets(ask, without)
    same(without["validation_accuracy"], [], "history['validation_accuracy'] without validation")


@check("predict")
def check_predict(ask: Ask, rng: Rng) -> None:
    layers, x, _ = task(rng, 23, [4, 8, 5])
    program = dense([4, 8, 5], "Tanh(), Dropout(0.6)")
    wanted = trajectories.network_logits(layers, x).argmax(axis=1)
    answer = ask(
        "labels",
        names=DENSE,
        program=program,
        weights=name_arrays(layers),
        x=x,
        sizes=[256, 7, 1],
    )
    for got, size in zip(require_list(answer["labels"], 3, "labels"), (256, 7, 1), strict=True):
        labels = as_floats(got, (23,), f"predict(model, x, batch_size={size})")
        if np.asarray(got).dtype.kind not in "iu":
            raise WrongAnswer(f"predict gives {np.asarray(got).dtype}, wanted integers")
        close(labels, wanted, f"predict(model, x, batch_size={size})", rtol=0.0)
    _require_modes(ask, rng)


MODES = """
model, found = Sequential(Dropout(0.5)), []
for mode in (model.train, model.eval):
    mode()
    predict(model, x)
    found.append(np.array(model(Tensor(x)).data))
"""


def _require_modes(ask: Ask, rng: Rng) -> None:
    """Fail where predict leaves a model in another mode than it had."""
    x = rng.uniform(0.5, 2.0, (40, 30))
    names = "Dropout, Sequential, predict"
    got = require_list(ask_values(ask, names, MODES, ["found"], x=x)[0], 2, "outputs")
    drops = [bool((as_floats(out, x.shape, "an output") == 0).any()) for out in got]
    ask.recognise_by({"drops": drops})
    if not drops[0]:
        raise WrongAnswer(
            "a model in training mode drops nothing after predict: put it back into the mode it had"
        )
    if drops[1]:
        raise WrongAnswer(
            "a model in evaluation mode drops values after predict: put it back into that mode"
        )


@check("accuracy predict")
def check_accuracy(ask: Ask, rng: Rng) -> None:
    layers, x, _ = task(rng, 300, [3, 4])
    right = trajectories.network_logits(layers, x).argmax(axis=1)
    early = rng.choice(np.arange(5, 100), 3, replace=False)  # wrong ones, beside the last 44
    labels = []
    for count in early:
        wrong = np.concatenate([rng.choice(256, count, replace=False), np.arange(256, 300)])
        labels.append(right.copy())
        labels[-1][wrong] = (right[wrong] + 1) % 4
    answer = ask(
        "shares",
        names=DENSE,
        program=dense([3, 4]),
        weights=name_arrays(layers),
        x=x,
        labels=labels,
    )
    for got, count in zip(require_list(answer["shares"], 3, "accuracies"), early, strict=True):
        _require_share(got, 1 - (int(count) + 44) / 300)


def _require_share(got: Any, wanted: float) -> None:
    what = "accuracy(model, x, y)"
    if isinstance(got, list) or (isinstance(got, np.ndarray) and got.ndim):
        message = f"{what}: got {describe(got)}, wanted a number: is the mean missing?"
        raise WrongAnswer(message, want=wanted, got=got)
    close(got, wanted, what)
