"""Training runs from given weights, beside the judge's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import ROUNDED, Floats, Ints, Rng
from autograder.checks.m4_training_loop.networks import DENSE, dense, name_arrays, size_of
from autograder.checks.m4_training_loop.samples import places
from autograder.judge.questions import Ask
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, brief, close
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers


def task(rng: Rng, count: int, size: Sequence[int]) -> tuple[Layers, Floats, Ints]:
    """Return weights of a network, and samples with classes to train it on."""
    x = rng.normal(size=(count, size[0])).round(3)
    return trajectories.draw_layers(size, rng), x, rng.permutation(np.arange(count) % size[-1])


def ask_training_run(
    ask: Ask,
    layers: Layers,
    x: Floats,
    y: Ints,
    epochs: int,
    batch_size: int,
    *,
    lr: float = 0.1,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    rates: Sequence[float] = (),
    validation: tuple[Floats, Ints] | None = None,
    seed: int | None = 0,
) -> dict[str, Any]:
    """Ask for a training run from given weights."""
    return ask(
        "train",
        names=DENSE,
        program=dense(size_of(layers)),
        weights=name_arrays(layers),
        x=x,
        y=y,
        epochs=epochs,
        batch_size=batch_size,
        rates=list(rates),
        validation=validation,
        seed=seed,
        options={"lr": lr, "momentum": momentum, "weight_decay": weight_decay},
    )


def samples_by_step(answer: dict[str, Any], x: Floats) -> list[Ints]:
    """Return which samples each training step was shown."""
    got = answer["shown"]
    if not isinstance(got, list):
        raise WrongAnswer(f"wanted what the model was shown, got {brief(got)}")
    return [places(batch, x, "what fit gives the model in training mode") for batch in got]


def replay(
    ask: Ask,
    answer: dict[str, Any],
    layers: Layers,
    x: Floats,
    y: Ints,
    rates: Sequence[float],
    **options: float,
) -> float:
    """Compare losses and weights with the judge's own training on the batches that fit chose."""
    order = samples_by_step(answer, x)
    enough = [*rates, *list(rates[-1:]) * len(order)]  # samples may be shown without a step
    curve, path = trajectories.train_layers(
        layers, [(x[at], y[at]) for at in order], enough[: len(order)], **options
    )
    loss = answer["loss"]
    ask.recognise_by(
        {
            "sizes": [len(at) for at in order],
            "right": _right_steps(loss, curve),
            "asked": answer["asked"],
            "moved": [
                name
                for name, want in name_arrays(path[-1] if path else layers).items()
                if not np.allclose(weight_of(answer, name, want), want, atol=ROUNDED)
            ],
        }
    )
    close(loss, curve, "the loss of step {}", ROUNDED)
    return after(answer, path[-1] if path else layers)


def _right_steps(loss: Any, curve: Floats) -> list[bool]:
    got = np.asarray(as_floats(loss, curve.shape, "history['loss'], one a step"))
    return [bool(right) for right in np.isclose(got, curve, atol=ROUNDED)]


def weight_of(answer: dict[str, Any], name: str, like: Floats) -> Floats:
    """Return one parameter as it was after training, or fail."""
    weights = answer["weights"]
    got = weights.get(name) if isinstance(weights, dict) else None
    return as_floats(got, like.shape, f"{name} after training")


def weights_after(answer: dict[str, Any], layers: Layers) -> Layers:
    """Return the layers as they were after training, or fail."""
    names = [(f"l{k}.weight", f"l{k}.bias") for k in range(len(layers))]
    return [
        (weight_of(answer, weight, like[0]), weight_of(answer, bias, like[1]))
        for (weight, bias), like in zip(names, layers, strict=True)
    ]


def after(answer: dict[str, Any], layers: Layers) -> float:
    """Compare the weights after training."""
    return max(
        close(weight_of(answer, name, want), want, f"{name} after training", ROUNDED)
        for name, want in name_arrays(layers).items()
    )


def whole_sets(ask: Ask, answer: dict[str, Any]) -> None:
    """Forget the order of samples where it cannot matter."""
    ask.recognise_by({k: answer[k] for k in ("loss", "weights", "validation_accuracy", "asked")})


Case = tuple[Layers, Floats, Ints, Floats, Ints]


def held_out(rng: Rng, count: int = 14) -> Case:
    """Return a network, samples to train it on, and `count` others to validate it with."""
    layers, x, y = task(rng, 9, [4, 6, 3])
    others = rng.normal(size=(count, 4)).round(3)
    return layers, x, y, others, rng.permutation(np.arange(count) % 3)
