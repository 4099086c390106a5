"""What the checks of unit r share: types, names of documents, networks as the worker tells them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.judge.questions import Ask
from autograder.numerics import stacks
from autograder.numerics.compare import as_floats, brief, require_list
from autograder.numerics.failure import Missed, WrongAnswer
from autograder.score import Measurement

Rng = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measure = dict[str, Measurement]
Config = dict[str, Any]

TOML, MATH, TRAINING, REPORT, CARD = (
    "experiment.toml",
    "math.md",
    "training.md",
    "experiment.md",
    "model-card.md",
)
ROUNDED = 1e-5  # the tolerance where a right answer may be computed in float32


def ask_values(ask: Ask, names: str, expressions: Sequence[str], **given: Any) -> list[Any]:
    """Ask for the values of expressions in which `names` of the learner's and `given` stand."""
    answer = ask("look", names=names, expressions=list(expressions), given=given)
    return require_list(answer["values"], len(expressions), "the values")


def expected_kinds(model: Config) -> list[str]:
    """Return the kinds of the layers that ``[model]`` describes, in turn."""
    between = ["ReLU" if model["activation"] == "relu" else "Tanh"]
    between += ["Dropout"] if model["dropout"] > 0 else []
    hidden = len(model["sizes"]) - 2
    return [*(["Linear", *between] * hidden), "Linear"]


def require_layers(answer: Any, model: Config) -> list[Any]:
    """Return the layers of a network as `stacks` takes them, or fail where they are others."""
    layers = require_plain(answer)
    kinds = [layer["kind"] for layer in layers]
    if kinds != expected_kinds(model):
        wanted = ", ".join(expected_kinds(model))
        raise WrongAnswer(
            f"the model is made of {', '.join(kinds)[:200] or 'no layers'}, wanted {wanted}",
            want=expected_kinds(model),
            got=kinds,
        )
    linear = [layer for layer in layers if layer["kind"] == "Linear"]
    pairs = zip(model["sizes"], model["sizes"][1:], strict=False)
    for number, (layer, (nin, nout)) in enumerate(zip(linear, pairs, strict=True), start=1):
        as_floats(layer.get("weight"), (nin, nout), f"the weight of Linear layer {number}")
        as_floats(layer.get("bias"), (nout,), f"the bias of Linear layer {number}")
    return layers


def require_plain(answer: Any) -> list[Any]:
    """Return what a worker tells of a network's layers as a list of them, or fail."""
    is_plain = isinstance(answer, list) and all(
        isinstance(layer, dict) and isinstance(layer.get("kind"), str) for layer in answer
    )
    if not is_plain:
        raise WrongAnswer(f"the model's layers: got {brief(answer)}, wanted a list of them")
    return list(answer)


def network_logits(layers: Sequence[Any], x: Any) -> Floats:
    """Return the judge's own logits of images, from the learnt numbers alone."""
    try:
        logits = stacks.forward(layers, np.asarray(x))
    except stacks.Unfit:
        raise WrongAnswer("the model is none that the judge can run on these images") from None
    if not np.isfinite(logits).all():
        raise WrongAnswer("the trained model gives logits that are no finite numbers")
    return logits


def require_gradients(ask: Ask, config: Config, x: Any, y: Ints, tests: Any, labels: Ints) -> None:
    """Fail where a model learns though every gradient of the engine is 0."""
    answer = ask("without_gradients", config=config, x=x, y=y)
    layers = require_layers(answer["layers"], config["model"])
    right = float((network_logits(layers, tests).argmax(axis=1) == labels).mean())
    ask.recognise_by({"learnt": right >= GUESSED})
    if right >= GUESSED:
        raise Missed(
            f"with every gradient of Tensor.backward 0, {right:.0%} of the images are still right: "
            "the model does not learn by its own steps"
        )


GUESSED = 0.5  # an accuracy that fresh weights never have: they reach 0.25


def weights_of(layers: Sequence[Any]) -> list[Floats]:
    """Return weights and biases, in turn."""
    linear = [layer for layer in layers if layer["kind"] == "Linear"]
    return [np.asarray(layer[part], np.float64) for layer in linear for part in ("weight", "bias")]


def count_parameters(sizes: Sequence[int]) -> int:
    """Return how many numbers a network of these sizes learns."""
    return sum((nin + 1) * nout for nin, nout in zip(sizes, sizes[1:], strict=False))


def draw_config(rng: Rng, sizes: Sequence[int], **training: Any) -> Config:
    """Return the settings of a small experiment without data; `training` overrides its table."""
    return {
        "model": {"sizes": list(sizes), "activation": "tanh", "dropout": 0.0},
        "optimiser": {"lr": 0.2, "momentum": 0.5, "weight_decay": 0.01},
        "training": {
            "batch_size": 8,
            "epochs": 2,
            "schedule": "cosine",
            "warmup": 2,
            "seed": int(rng.integers(1000)),
            **training,
        },
    }
