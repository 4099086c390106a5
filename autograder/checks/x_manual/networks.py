"""A network of layers: its structure, its gradients, and the learner's engine beside them."""

from typing import Any

import numpy as np

from autograder.checks.x_manual.common import (
    Floats,
    Measure,
    Rng,
    all_close,
    entropy,
    flat,
    gradients,
    names,
    paired,
    part,
    unchanged,
)
from autograder.checks.x_manual.layers import ask_passes
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import small, trajectories
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.trajectories import Layers

STEP = 1e-5
MANY = (300, 400, 400, 10)  # to move each weight alone takes minutes


def small_sizes(rng: Rng) -> list[int]:
    """Return the sizes of a network with two hidden layers, no two alike."""
    return [int(n) for n in small.uncut_generator(rng).permutation([2, 3, 4, 5])]


def differences(layers: Layers, x: Floats, cotangent: Floats) -> list[Floats]:
    """Return the gradients of sum(outputs * cotangent) by central differences."""

    def value(arrays: list[Floats]) -> float:
        return float((trajectories.network_logits(paired(arrays), x) * cotangent).sum())

    arrays, found = [array.copy() for array in flat(layers)], []
    for array in arrays:
        slope = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            start = array[index]
            array[index] = start + STEP
            above = value(arrays)
            array[index] = start - STEP
            slope[index] = (above - value(arrays)) / (2 * STEP)
            array[index] = start
        found.append(slope)
    return found


def mlp_passes(ask: Ask, rng: Rng) -> tuple[Layers, list[Any], list[Any]]:
    """Return layers, two pairs of x and cotangent, and what an MLP answers to them."""
    size, draw = small_sizes(rng), small.uncut_generator(rng)
    layers = trajectories.draw_layers(size, rng)
    shapes = [(n, size[0], size[-1]) for n in (4, 1)]
    pairs = [(draw.normal(size=(n, a)), draw.normal(size=(n, b))) for n, a, b in shapes]
    return layers, pairs, ask_passes(ask, f"MLP({size}, rng)", flat(layers), pairs)


@check("MLP.__init__ MLP.forward MLP.parameters")
def check_mlp(ask: Ask, rng: Rng) -> None:
    size, draw = small_sizes(rng), small.uncut_generator(rng)
    fresh = ask("fresh", expression=f"MLP({size}, rng)", seeds=[int(draw.integers(1000))])
    (made,) = require_list(fresh["parameters"], 1, "the networks made")
    count = len(size) - 1
    arrays = require_list(made, 2 * count, "the parameters of MLP")
    shapes = [shape for a, b in zip(size, size[1:], strict=False) for shape in ((a, b), (b,))]
    for array, shape, name in zip(arrays, shapes, names(count), strict=True):
        as_floats(array, shape, f"the {name}")
    layers, pairs, answers = mlp_passes(ask, rng)
    for (x, _), answer in zip(pairs, answers, strict=True):
        close(part(answer, "out"), trajectories.network_logits(layers, x), "MLP.forward(x)")


@check("MLP.backward MLP.gradients")
def check_mlp_backward(ask: Ask, rng: Rng, measure: Measure) -> None:
    layers, pairs, answers = mlp_passes(ask, rng)
    for (x, g), answer in zip(pairs, answers, strict=True):
        wanted = differences(layers, x, g)
        error = all_close(part(answer, "gradients"), wanted, "the gradients of MLP")
        close(part(answer, "dx"), input_gradient(layers, x, g), "MLP.backward(g)")
        unchanged(answer, {"x": x, "g": g}, "MLP")
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))
    draw = small.uncut_generator(rng)
    layers = trajectories.draw_layers(MANY, rng)
    x, g = draw.normal(size=(20, MANY[0])), draw.normal(size=(20, MANY[-1]))
    (answer,) = ask_passes(ask, f"MLP({list(MANY)}, rng)", flat(layers), [(x, g)])
    all_close(part(answer, "gradients"), flat(gradients(layers, x, g)), "the gradients of MLP")


def input_gradient(layers: Layers, x: Floats, cotangent: Floats) -> Floats:
    """Return the gradient of sum(outputs * cotangent) by x, by central differences."""
    slope = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        moved = np.zeros_like(x)
        moved[index] = STEP
        above, below = (trajectories.network_logits(layers, x + s * moved) for s in (1, -1))
        slope[index] = ((above - below) * cotangent).sum() / (2 * STEP)
    return slope


@check("MLP.backward cross_entropy")
def check_same_as_engine(ask: Ask, rng: Rng, measure: Measure) -> None:
    draw = small.uncut_generator(rng)
    ways = {"by_manual": "manual.py", "by_engine": "tensor.py"}
    for size, asked in ((small_sizes(rng), ways), (list(MANY), ["by_manual"])):
        layers = trajectories.draw_layers(size, rng)
        x, y = draw.normal(size=(6, size[0])), draw.integers(0, size[-1], 6)
        loss, cotangent = entropy(trajectories.network_logits(layers, x), y)
        wanted = flat(gradients(layers, x, cotangent))
        for way in asked:
            extra = {"sizes": size} if way == "by_manual" else {}
            answer = ask(way, weights=flat(layers), x=x, y=y, **extra)
            close(answer["loss"], loss, f"{ways[way]}: the loss")
            error = all_close(answer["gradients"], wanted, f"{ways[way]}: the gradients")
            measure[f"error_{way}"] = max(error, measure.get(f"error_{way}", 0.0))
