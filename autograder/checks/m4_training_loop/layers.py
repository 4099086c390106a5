"""``Linear``, activations, ``Sequential``, and what ``Module`` finds."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import (
    ROUNDED,
    UNSEEDED,
    Floats,
    Measure,
    Rng,
    Weights,
)
from autograder.checks.m4_training_loop.networks import DENSE, dense, name_arrays
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import (
    as_floats,
    close,
    format_number,
    require_list,
)
from autograder.numerics.failure import WrongAnswer


def ran(
    ask: Ask, names: str, program: str, weights: Weights, x: Floats, cotangent: Floats
) -> dict[str, Any]:
    """Ask for a model's output and gradients."""
    answer = ask("run", names=names, program=program, weights=weights, x=x, cotangent=cotangent)
    if not isinstance(answer["grads"], dict):
        raise WrongAnswer("the answer lacks gradients")
    return answer


LINEAR = ("Linear", "layer = Linear(3, 4); model = layer")


def linear_case(rng: Rng) -> tuple[Weights, Floats, Floats]:
    """Return weights of a Linear(3, 4), an input and a cotangent."""
    weight, bias = rng.normal(size=(3, 4)), rng.normal(size=4)
    weights = {"layer.weight": weight, "layer.bias": bias}
    return weights, rng.normal(size=(6, 3)), rng.normal(size=(6, 4))


@check("Linear.__call__ Linear.__init__")
def check_linear(ask: Ask, rng: Rng) -> None:
    weights, x, cotangent = linear_case(rng)
    weight, bias = weights.values()
    out = ran(ask, *LINEAR, weights, x, cotangent)["out"]
    close(out, x @ weight + bias, "Linear(3, 4) of x", ROUNDED)
    deep, both = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 5, 4))
    out = ran(ask, *LINEAR, weights, deep, both)["out"]
    close(out, deep @ weight + bias, "Linear(3, 4) of x with three axes", ROUNDED)


@check("Linear.__call__ Linear.__init__")
def check_linear_gradient(ask: Ask, rng: Rng, measure: Measure) -> None:
    weights, x, cotangent = linear_case(rng)
    grads = ran(ask, *LINEAR, weights, x, cotangent)["grads"]
    wanted = {
        "layer.weight": x.T @ cotangent,
        "layer.bias": cotangent.sum(axis=0),
        "x": cotangent @ weights["layer.weight"].T,
    }
    errors = [
        close(grads.get(k), want, f"the gradient of {k}", ROUNDED) for k, want in wanted.items()
    ]
    measure["max_relative_error"] = max(errors)


def ask_weights(
    ask: Ask, layer: str, shape: tuple[int, int], seeds: Sequence[int]
) -> list[list[Floats]]:
    """Return weight and bias of a fresh layer for each seed."""
    answer = ask("fresh", layer=layer, seeds=list(seeds))
    made = [
        [as_floats(weight, shape, f"the weight of {layer}"), as_floats(bias, shape[1:], "its bias")]
        for weight, bias in (
            require_list(pair, 2, "weight and bias")
            for pair in require_list(answer["layers"], len(seeds), "layers")
        )
    ]
    ask.recognise_by(
        {
            "deviations": [[round(float(a.std()), 3) for a in pair] for pair in made],
            "means": [[round(float(a.mean()), 2) for a in pair] for pair in made],
            "same": bool(np.array_equal(made[0][0], made[-1][0])),
            "different": min(len(np.unique(made[0][0])), 9),
        }
    )
    return made


def require_variance(
    ask: Ask, rng: Rng, layer: str, variance: Callable[[int, int], float]
) -> float:
    """Fail unless the weights of `layer` have mean 0 and that variance; return the deviation."""
    nin = int(rng.integers(150, 250))
    nout = 3 * nin
    weight, _ = ask_weights(ask, layer.format(nin, nout), (nin, nout), [int(rng.integers(1000))])[0]
    wanted, got = math.sqrt(variance(nin, nout)), float(weight.std())
    if abs(got - wanted) > 0.03 * wanted or abs(weight.mean()) > 0.03 * wanted:
        raise WrongAnswer(
            f"the weights of {layer.format(nin, nout)} have mean {format_number(weight.mean())} "
            f"and standard deviation {format_number(got)}, wanted 0 and {format_number(wanted)}"
        )
    return got


@check("Linear.__init__")
def check_init_he(ask: Ask, rng: Rng, measure: Measure) -> None:
    for layer in ("Linear({}, {}, 'he', rng=rng)", "Linear({}, {}, rng=rng)"):
        measure["deviation"] = require_variance(ask, rng, layer, lambda nin, nout: 2 / nin)


@check("Linear.__init__")
def check_init_glorot(ask: Ask, rng: Rng, measure: Measure) -> None:
    layer = "Linear({}, {}, init='glorot', rng=rng)"
    measure["deviation"] = require_variance(ask, rng, layer, lambda nin, nout: 2 / (nin + nout))


def require_unseeded(ask: Ask, layer: str, shape: tuple[int, ...]) -> None:
    """Fail where two layers that were given no generator have the same weights."""
    made = require_list(ask("fresh", layer=layer, seeds=[None, None])["layers"], 2, "the layers")
    one, other = (
        as_floats(require_list(pair, 2, "weight and bias")[0], shape, f"the weight of {layer}")
        for pair in made
    )
    is_equal = bool(np.array_equal(one, other))
    ask.recognise_by({"unseeded": is_equal})
    if is_equal:
        raise WrongAnswer(f"without rng two layers have the same weights: {UNSEEDED}")


@check("Linear.__init__")
def check_init_drawn(ask: Ask, rng: Rng) -> None:
    seed = int(rng.integers(1000))
    for init in ("he", "glorot"):
        layer = f"Linear(5, 4, init='{init}', rng=rng)"
        (first, bias), (other, _), (again, _) = ask_weights(
            ask, layer, (5, 4), [seed, seed + 1, seed]
        )
        close(bias, np.zeros(4), f"the bias of {layer}", rtol=0.0)
        close(again, first, f"the weights of {layer} with the same seed", rtol=0.0)
        if len(np.unique(first)) < 20 or np.array_equal(first, other):
            raise WrongAnswer(f"the weights of {layer} must all differ, and differ with the seed")
    ask.take_fresh_worker()
    elsewhere, _ = ask_weights(ask, layer, (5, 4), [seed])[0]
    close(elsewhere, first, "the weights with the same seed in a new process", rtol=0.0)
    require_unseeded(ask, layer, (5, 4))
    weight, _ = ask_weights(ask, "Linear(5, 4, init='zeros', rng=rng)", (5, 4), [seed])[0]
    close(weight, np.zeros((5, 4)), "the weights with init='zeros'", rtol=0.0)


@check("ReLU.__call__ Tanh.__call__")
def check_activations(ask: Ask, rng: Rng) -> None:
    x, cotangent = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    for name, out, slope in (
        ("ReLU", np.maximum(x, 0.0), (x > 0) * 1.0),
        ("Tanh", np.tanh(x), 1 - np.tanh(x) ** 2),
    ):
        answer = ran(ask, name, f"model = {name}()", {}, x, cotangent)
        close(answer["out"], out, f"{name}() of x", ROUNDED)
        close(
            answer["grads"].get("x"), slope * cotangent, f"the gradient of {name}() by x", ROUNDED
        )


@check("Sequential.__call__ Sequential.__init__")
def check_sequential(ask: Ask, rng: Rng) -> None:
    layers = trajectories.draw_layers([3, 5, 4, 2], rng)
    x, cotangent = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    answer = ran(ask, DENSE, dense([3, 5, 4, 2]), name_arrays(layers), x, cotangent)
    close(
        answer["out"], trajectories.network_logits(layers, x), "the output of the network", ROUNDED
    )
    for name in name_arrays(layers):
        grad = as_floats(answer["grads"].get(name), name_arrays(layers)[name].shape, f"{name}.grad")
        if not np.abs(grad).max() > 0:
            raise WrongAnswer(f"{name}.grad is 0: this layer does not take part in the output")
