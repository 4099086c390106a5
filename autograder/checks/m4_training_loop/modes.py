"""In which mode `fit` trains and validates: by losses and accuracies, never by what modules say.

A sample goes through dropout before its only layer. Every mask has a loss of its own, and none has
that of evaluation mode, where nothing is dropped and nothing is scaled.
"""

import itertools
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import TRAINED, Floats, Ints, Rng
from autograder.checks.m4_training_loop.networks import DENSE, name_arrays
from autograder.checks.m4_training_loop.runs import Case, weight_of
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, format_number
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers

SIZE = [4, 3]
MASKS = [np.array(mask) for mask in itertools.product((0.0, 2.0), repeat=SIZE[0])]  # of p = 0.5
RATE, EPOCHS = 0.05, 4
SEEN = 1e-4  # a loss that comes from a mask; float32 leaves less
OTHERS = 80  # samples to validate with


@check(f"{TRAINED} Module.train Module.eval Dropout.__call__ accuracy")
def check_fit_modes(ask: Ask, rng: Rng) -> None:
    layers, x, y, others, labels = _draw_case(rng)
    seed = int(rng.integers(1000))
    answer = ask(
        "train",
        names=DENSE,
        program=f"l0 = Linear(4, 3); drop = Dropout(0.5, rng=np.random.default_rng({seed})); "
        "model = Sequential(drop, l0)",
        weights=name_arrays(layers),
        x=x,
        y=y,
        epochs=EPOCHS,
        batch_size=1,
        rates=[],
        validation=(others, labels),
        seed=seed,
        options={"lr": RATE, "momentum": 0.0, "weight_decay": 0.0},
    )
    losses = as_floats(answer["loss"], (EPOCHS,), "history['loss'], one a step")
    shares = as_floats(
        answer["validation_accuracy"], (EPOCHS,), "history['validation_accuracy'], one an epoch"
    )
    paths, modes = find_paths(layers, x, y, losses)
    validated = [
        any(_is_share(share, path[k], others, labels) for path in paths)
        for k, share in enumerate(shares)
    ]
    ask.recognise_by({"modes": modes, "validated": validated if paths else []})
    _require_dropped(modes, losses)
    fitting = [path for path in paths if _moved_along(answer, path[-1])]
    if not fitting:
        raise WrongAnswer("the weights after training are not those that the losses lead to")
    for epoch, share in enumerate(shares):
        if not any(_is_share(share, path[epoch], others, labels) for path in fitting):
            wanted = trajectories.logit_accuracy(fitting[0][epoch], others, labels)
            raise WrongAnswer(
                f"after epoch {epoch} history['validation_accuracy'] is {format_number(share)}, "
                f"wanted {format_number(wanted)}: that of the model in evaluation mode"
            )


def _draw_case(rng: Rng) -> Case:
    """Return layers, one sample, and others with labels that the layers without dropout give."""
    layers = trajectories.draw_layers(SIZE, rng)
    x = np.where(rng.random((1, 4)) < 0.5, -1.0, 1.0) * rng.uniform(0.5, 1.5, (1, 4)).round(3)
    others = rng.normal(size=(OTHERS, 4)).round(3)
    labels = trajectories.network_logits(layers, others).argmax(axis=1)
    return layers, x, rng.integers(0, 3, 1), others, labels


def find_paths(
    layers: Layers, x: Floats, y: Ints, losses: Floats
) -> tuple[list[list[Layers]], list[str]]:
    """Return what layers such losses can lead to, step by step, and the mode of each step.

    Parameters
    ----------
    layers : list
        At the start.
    x, y : ndarrays, shapes (1, 4) and (1,)
        The one sample.
    losses : ndarray, shape (steps,)

    Returns
    -------
    list and list of str
        Every path of layers; none where a loss comes from no mask. ``train``, or where it ends
        ``eval`` or ``neither``.
    """
    paths: list[list[Layers]] = [[]]
    modes: list[str] = []
    for loss in losses:
        starts = [path[-1] if path else layers for path in paths]
        found = [
            [*path, _step(start, x * mask, y)]
            for path, start in zip(paths, starts, strict=True)
            for mask in MASKS
            if _is_loss(loss, start, x * mask, y)
        ]
        quiet = any(_is_loss(loss, start, x, y) for start in starts)
        modes.append("train" if found else "eval" if quiet else "neither")
        if not found:
            return [], modes
        paths = found[: len(MASKS)]
    return paths, modes


def _is_loss(loss: float, layers: Layers, x: Floats, y: Ints) -> bool:
    wanted = trajectories.batch_cross_entropy(trajectories.network_logits(layers, x), y)
    return bool(abs(loss - wanted) <= SEEN)


def _step(layers: Layers, x: Floats, y: Ints) -> Layers:
    return trajectories.train_layers(layers, [(x, y)], [RATE])[1][0]


def _require_dropped(modes: list[str], losses: Floats) -> None:
    step = len(modes) - 1
    if modes[step] == "eval":
        raise WrongAnswer(
            f"the loss of step {step} is that without dropout: the model was in evaluation mode"
        )
    if modes[step] == "neither":
        raise WrongAnswer(
            f"the loss of step {step} is {format_number(losses[step])}, which no mask of "
            "Dropout(0.5) gives on the one sample that there is"
        )


def _moved_along(answer: dict[str, Any], layers: Layers) -> bool:
    return all(
        np.allclose(weight_of(answer, name, want), want, atol=10 * SEEN)
        for name, want in name_arrays(layers).items()
    )


def _is_share(share: float, layers: Layers, x: Floats, y: Ints) -> bool:
    """Whether this is the accuracy of the layers; one sample may be a tie in float32."""
    return abs(share - trajectories.logit_accuracy(layers, x, y)) < 1.5 / len(y)
