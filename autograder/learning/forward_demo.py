"""The demo of a forward pass: layer by layer through a learner's own network."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Shown, read_numbers
from autograder.learning.value_graphs import tell_numbers
from autograder.numerics import networks

Floats = NDArray[np.float64]
SIZE = (2, 3, 1)


def answer_forward(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the outputs of every layer of a small network."""
    kind, x = settings["activation"], [settings["x1"], settings["x2"]]
    weights = networks.draw_parameters(SIZE, np.random.default_rng(int(settings["seed"])))
    asked = {"size": list(SIZE), "kind": kind, "weights": weights.tolist(), "x": x}
    reaction = stage.ask("forward", **asked)
    came = reaction.answer.get("layers")
    rows = came if isinstance(came, list) and len(came) == len(SIZE) - 1 else [None] * len(SIZE[1:])
    values = [read_numbers(row, count) for row, count in zip(rows, SIZE[1:], strict=True)]
    out = read_numbers(reaction.answer.get("mlp"), SIZE[-1])
    right = _layer_outputs(kind, weights, x)
    panel = panels.network_panel(
        translate("2 inputs, 3 neurons, 1 neuron"),
        [x, *values, out],
        [x, *right, right[-1]],
        [*_weight_rows(weights), [[1.0, 0.0]]],
        ("inputs", "first Layer", "second Layer", "MLP"),
    )
    trouble = stage.describe_failure(reaction.failure) if reaction.failure else None
    return Shown([_without_copy(panel)], trouble, _forward_sentence(panel))


def _layer_outputs(kind: str, weights: Floats, x: Sequence[float]) -> list[list[float]]:
    hidden = networks.count_parameters(SIZE[:2])
    parts = ((SIZE[:2], weights[:hidden]), (SIZE, weights))
    return [
        networks.mlp_outputs(size, (kind, kind), part, np.array([x]))[0].tolist()
        for size, part in parts
    ]


def _weight_rows(weights: Floats) -> list[Any]:
    """Return the weights and the bias of each neuron, layer by layer."""
    start, rows = 0, []
    for nin, nout in zip(SIZE, SIZE[1:], strict=False):
        count = (nin + 1) * nout
        rows.append(weights[start : start + count].reshape(nout, nin + 1))
        start += count
    return rows


def _without_copy(panel: Panel) -> Panel:
    """Return the network without the MLP's own output, where that is the second Layer's."""
    layers = panel["layers"]
    if panels.is_apart(layers[-1][0]["value"], layers[-2][0]["value"]):
        return panel
    shorter = {key: panel[key][:-1] for key in ("layers", "weights", "labels")}
    return {**panel, **shorter}


def _forward_sentence(panel: Panel) -> str:
    if panel["departs"]:
        layer, unit = panel["departs"]
        cell, name = panel["layers"][layer][unit], panel["labels"][layer]
        told = tell_numbers(cell["value"], cell["right"])
        return translate("{name}, output {unit}: {told}", name=name, unit=unit, told=told)
    value = panels.show_number(panel["layers"][-1][0]["value"])
    return translate("the output is {value}", value=value)
