"""What makes no sense is refused."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Ints, Rng, ask_values
from autograder.checks.m4_training_loop.networks import DENSE
from autograder.checks.m4_training_loop.samples import rows
from autograder.judge.questions import Ask
from autograder.judge.refusals import bad_expression
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import close, same
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers, batch_cross_entropy

BAD = ("ValueError", "TypeError")

BAD_DATA = [
    ("train_test_split(x, y[:3])", "more samples than labels in train_test_split"),
    ("train_test_split(x, y, 0.0)", "test_fraction 0"),
    ("train_test_split(x, y, 1.5)", "test_fraction 1.5"),
    ("train_test_split(x[:1], y[:1])", "a split of one sample"),
    ("list(batches(x, y[:3], 2))", "more samples than labels in batches"),
    ("list(batches(x[:0], y[:0], 2))", "batches of no samples"),
    ("list(batches(x, y, 0))", "batch_size 0"),
    ("fit(model, x, y[:3], 1, 2, sgd)", "fewer labels than samples in fit"),
    ("fit(model, x[:0], y[:0], 1, 2, sgd)", "fit without samples"),
    ("predict(model, x[:0])", "predict of no samples"),
    ("accuracy(model, x, y[:, None])", "labels of shape (N, 1) in accuracy"),
    ("accuracy(model, x, y[:3])", "fewer labels than samples in accuracy"),
]
GOOD_DATA = [
    "np.concatenate(train_test_split(x, y, test_fraction=0.5, rng=rng)[:2])",
    "np.concatenate([part for part, _ in batches(x, y, batch_size=3, rng=rng)])",
    "predict(model, x)",
    "accuracy(model, x, y)",
    "fit(model, x, y, epochs=1, batch_size=4, optimizer=sgd)['loss']",
]
USING = "SGD, Linear, accuracy, batches, fit, predict, train_test_split"


@check("train_test_split batches fit predict accuracy")
def check_bad_data(ask: Ask, rng: Rng) -> None:
    wide = int(rng.integers(2, 6))
    x, y = rng.normal(size=(4, wide)).round(2), rng.permutation([0, 1, 0, 1])
    layers = [(rng.normal(size=(wide, 2)).round(2), np.zeros(2))]
    program = (
        f"x, y = np.array({x.tolist()}), np.array({y.tolist()})\nmodel = Linear({wide}, 2)\n"
        f"model.weight.data = np.array({layers[0][0].tolist()}); model.bias.data = np.zeros(2)\n"
        "rng = np.random.default_rng(0); sgd = SGD(model.parameters(), lr=0.1)"
    )
    _require_good_data(ask, ask_values(ask, USING, program, GOOD_DATA), layers, x, y)
    refuses_all(ask, USING, program, BAD_DATA)


def _require_good_data(ask: Ask, got: list[Any], layers: Layers, x: Floats, y: Ints) -> None:
    """Fail unless data that fit together are split, walked, predicted, measured and learnt."""
    logits = trajectories.network_logits(layers, x)
    labels = logits.argmax(axis=1)
    wanted = [
        ("the samples of a split, sorted,", np.sort(x, axis=0)),
        ("the samples of all batches, sorted,", np.sort(x, axis=0)),
        ("predict(model, x)", labels),
        ("accuracy(model, x, y)", np.mean(labels == y)),
        ("the loss of the one step of fit", np.array([batch_cross_entropy(logits, y)])),
    ]
    answers: list[Any] = [*got]
    for k in (0, 1):
        answers[k] = np.sort(rows(got[k], x, wanted[k][0]), axis=0)
    right = [_agree(*pair) for pair in zip(answers, wanted, strict=True)]
    ask.recognise_by({"right": right})
    for answer, (what, want) in zip(answers, wanted, strict=True):
        close(answer, want, what, ROUNDED)


BAD_SETTINGS = [
    ("Linear(0, 3)", "a Linear layer without inputs"),
    ("Linear(3, 2, init='magic')", "an unknown init"),
    ("Linear(3, 2)(Tensor(np.ones((4, 5))))", "5 columns for a Linear layer of 3"),
    ("Dropout(1.0)", "dropping everything"),
    ("Dropout(-0.1)", "dropping less than nothing"),
    ("Sequential(Linear(3, 2), 7)", "a number among modules"),
    ("SGD([], lr=0.1)", "SGD without parameters"),
    ("SGD(p, lr=-0.1)", "a negative learning rate"),
    ("SGD(p, lr=0.1, momentum=1.0)", "momentum 1"),
    ("SGD(p, lr=0.1, weight_decay=-1.0)", "a negative weight decay"),
    ("step_decay(0.1, 0.5, 0)", "step_decay every 0 steps"),
    ("cosine_schedule(0.1, 0)", "a cosine of no steps"),
    ("cosine_schedule(0.1, 5, warmup=6)", "a warm-up longer than all steps"),
]
GOOD_SETTINGS = [
    "Linear(3, 2)(Tensor(np.ones((4, 3)))).shape",
    "Dropout(p=0.5).training",
    "Sequential(Linear(3, 2), Tanh()).training",
    "SGD(p, lr={lr}, momentum=0.9).lr",
    "step_decay(lr={lr}, factor={factor}, every=2)(3)",
    "cosine_schedule(lr={lr}, steps=5, warmup=1)(0)",
]
SETTING = f"{DENSE}, SGD, cosine_schedule, step_decay"


@check("Linear.__init__ Dropout.__init__ SGD.__init__ step_decay cosine_schedule")
def check_bad_settings(ask: Ask, rng: Rng) -> None:
    program = f"p = Linear({int(rng.integers(2, 6))}, 2).parameters()"
    lr, factor = rng.uniform(0.1, 0.9, 2).round(3).tolist()
    tried = [code.format(lr=lr, factor=factor) for code in GOOD_SETTINGS]
    good = ask_values(ask, SETTING, program, tried)
    same(good[:3], [[4, 2], True, True], "what good settings of layers give")
    close(good[3:], [lr, lr * factor, lr], "the rates that good settings give", ROUNDED)
    refuses_all(ask, SETTING, program, BAD_SETTINGS)


def _agree(answer: Any, wanted: tuple[str, Any]) -> bool:
    try:
        close(answer, wanted[1], wanted[0], ROUNDED)
    except WrongAnswer:
        return False
    return True


def refuses_all(ask: Ask, names: str, program: str, tried: Sequence[tuple[str, str]]) -> None:
    """Fail unless every expression is refused after `program`."""
    ask.refuses(
        "attempt",
        [bad_expression(what, BAD, code, names=names, program=program) for code, what in tried],
    )
