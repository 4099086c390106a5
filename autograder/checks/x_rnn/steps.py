"""``RNN`` and ``LSTM``: values, gradients, and how they begin."""

import math

import numpy as np
import pytest

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import ROUNDED, Floats, Measure, Rng
from autograder.checks.x_rnn.formulas import (
    GATES,
    PARTS,
    draw_states,
    draw_weights,
    gradients,
    read,
    zeros,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.small import uncut_generator
from autograder.numerics.tensors import draw_numbers

NIN, N = 3, 2
NAMES = ("x", "w_in", "w_hidden", "bias")


def needs(kind: str) -> str:
    """Return what a check of one of the two needs."""
    return f"{kind}.__call__ {kind}.__init__"


VALUES = [row(f"{kind.lower()}_values", kind, check(needs(kind))) for kind in GATES]


@pytest.mark.parametrize("kind", VALUES)
def check_values(ask: Ask, rng: Rng, kind: str) -> None:
    """Outputs and state are those of the judge's own loop."""
    rng = uncut_generator(rng)
    for count, steps, nin, n in ((3, 5, 3, 4), (1, 4, 2, 3), (4, 1, 5, 2)):
        weights = draw_weights(rng, kind, nin, n)
        x = draw_numbers(rng, (count, steps, nin))
        answer = ask("read", kind=kind, weights=weights, x=x, state=None, cotangent=None)
        wanted, state = read(kind, weights, x, zeros(kind, x, n))
        where = f" of {kind}({nin}, {n}), x of shape {x.shape}: entry "
        close(answer["out"], wanted, f"the outputs{where}", ROUNDED)
        found = require_list(answer["state"], len(state), f"the parts of the state of {kind}")
        for name, got, right in zip(PARTS[kind], found, state, strict=True):
            close(got, right, f"{name} after the last step{where}", ROUNDED)


GRADIENTS = [
    row(f"{kind.lower()}_gradient", kind, check(f"{needs(kind)} Tensor.backward")) for kind in GATES
]


@pytest.mark.parametrize("kind", GRADIENTS)
def check_gradients(ask: Ask, rng: Rng, measure: Measure, kind: str) -> None:
    """Gradients go back through all steps, and agree with central differences."""
    rng = uncut_generator(rng)
    weights = draw_weights(rng, kind, NIN, N)
    x = draw_numbers(rng, (2, 4, NIN))
    state = draw_states(rng, kind, x, N)
    cotangent = draw_numbers(rng, (2, 4, N))
    answer = ask("read", kind=kind, weights=weights, x=x, state=state, cotangent=cotangent)
    close(
        answer["out"], read(kind, weights, x, state)[0], f"the outputs of {kind}: entry ", ROUNDED
    )
    wanted = gradients(kind, weights, x, state, cotangent, NAMES)
    for name in NAMES:
        what = f"the gradient by {name} of {kind}, through {x.shape[1]} steps: entry "
        error = close(part(answer["grads"], name), wanted[name], what, 2 * ROUNDED)
        measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


SIZE = (40, 50)  # of a layer whose weights are looked at


@check("RNN.__init__ LSTM.__init__")
def check_fresh(ask: Ask, rng: Rng) -> None:
    seeds = [int(seed) for seed in rng.permutation(1000)[:2]]
    nin, n = SIZE
    for kind, gates in GATES.items():
        answer = ask("fresh", kind=kind, nin=nin, nhidden=n, seeds=[*seeds, seeds[0]])
        shapes = [(nin, gates * n), (n, gates * n), (gates * n,)]
        made = [_arrays(each, shapes, kind) for each in require_list(answer["made"], 3, "layers")]
        most = 1 / math.sqrt(n)
        for name, array in zip(("w_in", "w_hidden"), made[0][:2], strict=True):
            what = f"{name} of {kind}{SIZE}"
            largest = float(np.abs(array).max())
            if largest > most * 1.0001:
                raise WrongAnswer(
                    f"the largest absolute value in {what} is {largest:.3g}, wanted at most "
                    f"1/sqrt({n}) = {most:.3g}"
                )
            close(float(array.std()), most / math.sqrt(3), f"the deviation of {what}", 0.02)
            close(float(array.mean()), 0.0, f"the mean of {what}", 0.02)
        bias = np.zeros(gates * n)
        bias[n : 2 * n] = 1.0 if kind == "LSTM" else 0.0
        close(made[0][2], bias, f"the bias of a new {kind}: entry ")
        for k in range(2):
            close(made[2][k], made[0][k], f"weights of {kind} with the same seed again: entry ")
            if np.array_equal(made[0][k], made[1][k]):
                raise WrongAnswer(f"two seeds give {kind} the same weights: draw them from rng")


def _arrays(got: object, shapes: list[tuple[int, ...]], kind: str) -> list[Floats]:
    what = f"{kind}.parameters()"
    arrays = require_list(got, len(shapes), what)
    return [
        as_floats(a, shape, f"{what}[{k}]")
        for k, (a, shape) in enumerate(zip(arrays, shapes, strict=True))
    ]
