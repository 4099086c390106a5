"""Neurons, layers and their parameters."""

from typing import Any

import numpy as np

from autograder.checks.m2_scalar_mlp.common import Floats, Measure, Rng, inputs
from autograder.judge.questions import Answer, Ask
from autograder.judge.spec import check
from autograder.numerics import networks
from autograder.numerics.compare import (
    as_floats,
    close,
    close_at,
    describe,
    is_equal,
    require_list,
    same,
)
from autograder.numerics.failure import WrongAnswer


@check("Neuron.__call__ Neuron.__init__")
def check_neuron(ask: Ask, rng: Rng) -> None:
    w, b, xs = inputs(rng, 3), float(inputs(rng)), inputs(rng, 5, 3)
    answer = ask("neuron", activation="tanh", w=w.tolist(), b=b, xs=xs.tolist())
    names = ["x[0]", "x[1]", "x[2]"]
    wanted = np.tanh(xs @ w + b)
    close_at(column(answer["outs"]), wanted[:, None], ["a tanh neuron's output"], names, xs)


@check("Neuron.__call__ Neuron.__init__")
def check_activations(ask: Ask, rng: Rng) -> None:
    w, b, xs = inputs(rng, 2), float(inputs(rng)), inputs(rng, 8, 2)
    for kind in ("linear", "relu", "sigmoid", "tanh"):
        answer = ask("neuron", activation=kind, w=w.tolist(), b=b, xs=xs.tolist())
        wanted = networks.activate(kind, xs @ w + b)[:, None]
        close_at(
            column(answer["outs"]), wanted, [f"a {kind} neuron's output"], ["x[0]", "x[1]"], xs
        )


def column(got: Any) -> Any:
    """Return a list of numbers as a column: an answer at every point."""
    return [[each] for each in got] if isinstance(got, list) else got


ROUGHLY = {"low": -1.0, "high": 1.0, "mean": 0.0, "variance": 0.3}  # of fresh weights


@check("Neuron.__init__")
def check_first_weights(ask: Ask, rng: Rng, measure: Measure) -> None:
    answer = ask("fresh", nin=50, count=40, seed=int(rng.integers(1000)))
    w = as_floats(answer["weights"], (40, 50), "the weights of 40 fresh neurons")
    biases = as_floats(answer["biases"], (40,), "the biases of 40 fresh neurons")
    about = {"low": w.min(), "high": w.max(), "mean": abs(w.mean()), "variance": w.var()}
    roughly = {name: round(float(x), 1) for name, x in about.items()}
    zeros, outside = int((biases == 0.0).sum()), int((abs(w) > 1).sum())
    different = len(np.unique(w))
    counts = {"outside": outside, "different": different, "zero_biases": zeros}
    ask.recognise_by(roughly | counts)
    same(zeros, 40, "the number of 40 fresh biases that are 0")
    same(outside, 0, "the number of fresh weights outside [-1, 1]")
    measure.update(roughly)
    if roughly != ROUGHLY:
        got = ", ".join(f"{name} {describe(x)}" for name, x in roughly.items())
        raise WrongAnswer(
            f"2,000 fresh weights have {got}; wanted -1, 1, 0 and 0.3: uniform in [-1, 1]"
        )
    if different < 1900:
        raise WrongAnswer(f"of 2,000 fresh weights only {different} are different")


@check("Layer.__init__ Neuron.__init__", look="Layer.__init__ Layer.parameters")
def check_neurons_differ(ask: Ask, rng: Rng) -> None:
    seed = int(rng.integers(1000))
    answer = ask("drawn", nin=3, nout=4, seeds=[seed, seed, seed + 1, None, None])
    layers = as_floats(answer["layers"], (5, 16), "the parameters of five fresh layers")
    first, again, other, *unseeded = layers.round(12).tolist()
    different = len({x for x in first if x != 0.0})
    mark = {"different": different, "repeats": first == again, "seed_matters": first != other}
    ask.recognise_by(mark | {"unseeded": unseeded[0] != unseeded[1]})
    same(different, 12, "the number of different weights in a fresh layer of 4 x 3")
    same(first == again, True, "that the same seed gives the same layer")
    same(first != other, True, "that another seed gives another layer")
    same(unseeded[0] != unseeded[1], True, "that two layers made without rng differ")


@check("Layer.__call__")
def check_layer_output(ask: Ask, rng: Rng) -> None:
    xs, nout = inputs(rng, 4, 3).tolist(), int(rng.integers(2, 8))
    one = _ask_output(ask, 1, xs)
    same(one["kind"], "Value", "what a layer with nout 1 returns")
    many = _ask_output(ask, nout, xs)
    if not any(is_equal(many["kind"], kind) for kind in ("list", "tuple")):
        kind = describe(many["kind"])
        raise WrongAnswer(f"a layer with nout {nout} returns a {kind}, wanted a list")
    same(many["count"], nout, f"how many Values a layer with nout {nout} returns")
    for answer, count in ((one, 1), (many, nout)):
        _require_neurons(as_floats(answer["outs"], (4, count), "the outputs for 4 inputs"))


def _ask_output(ask: Ask, nout: int, xs: list[Any]) -> Answer:
    """Ask for what a fresh layer returns; its numbers are drawn by the learner's code."""
    answer = ask("layer_output", nin=3, nout=nout, xs=xs)
    ask.recognise_by({"kind": answer["kind"], "count": answer["count"]})
    return answer


def _require_neurons(outs: Floats) -> None:
    """Fail where an output is the same for every input, or for every neuron."""
    if (outs == outs[0]).all(axis=0).any():
        raise WrongAnswer("an output of a fresh layer is the same for 4 different inputs")
    if len(np.unique(outs, axis=1).T) < outs.shape[1]:
        raise WrongAnswer("two neurons of a fresh layer have the same outputs")


SIZES = [[4, 3, 1], [3, 4, 4, 1], [2, 16, 16, 1], [5, 2, 3]]


LISTING = "MLP.parameters Layer.parameters Neuron.parameters"


@check(LISTING, look=f"{LISTING} MLP.__init__ Layer.__init__")
def check_parameter_counts(ask: Ask, rng: Rng) -> None:
    sizes = [*SIZES, rng.integers(1, 9, 4).tolist()]
    held = require_list(ask("held", sizes=sizes)["held"], len(sizes), "the parameters")
    counts = [len(each) if isinstance(each, list) else -1 for each in held]
    different = [len({*map(repr, each)}) if isinstance(each, list) else -1 for each in held]
    ask.recognise_by({"counts": counts, "different": different})
    for size, count, distinct, each in zip(sizes, counts, different, held, strict=True):
        what, wanted = f"MLP({size[0]}, {size[1:]}).parameters()", networks.count_parameters(size)
        same(count, wanted, f"the length of {what}")
        same(distinct, wanted, f"the number of different objects in {what}")
        numbers = [float(place) for place in range(wanted)]
        same(each, numbers, f"what {what} hold after 0.0, 1.0, ... were written into them")


@check("Layer.parameters Neuron.parameters", look="Layer.parameters Layer.__call__")
def check_parameter_order(ask: Ask, rng: Rng) -> None:
    x = inputs(rng, 3)
    answer = ask("order", nin=3, nout=2, x=x.tolist())
    wanted = np.kron(np.eye(2), np.append(x, 1.0)[:, None])
    close(answer["outs"], wanted, "outputs[i] when only parameters()[i] is 1")


@check("Module.zero_grad")
def check_zero_grad(ask: Ask, rng: Rng) -> None:
    size = rng.integers(2, 6, 3).tolist()
    answer = ask("zeroed", size=size, grad=float(inputs(rng)))
    zeros = np.zeros(networks.count_parameters(size))
    close(answer["after"], zeros, "the gradients after zero_grad", rtol=0.0)
