"""States that are handed on, where a gradient ends, and what is refused."""

import numpy as np

from autograder.checks.m3_tensor_autograd.common import part
from autograder.checks.m5_convolution.common import ROUNDED, Measure, Rng, require_refusals
from autograder.checks.x_rnn.formulas import (
    GATES,
    PARTS,
    draw_states,
    draw_weights,
    gradients,
    read,
)
from autograder.checks.x_rnn.steps import NAMES, NIN, N
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import close, require_list
from autograder.numerics.small import uncut_generator
from autograder.numerics.tensors import draw_numbers

BOTH = "RNN.__call__ LSTM.__call__"


@check(BOTH)
def check_halves(ask: Ask, rng: Rng) -> None:
    rng = uncut_generator(rng)
    cut = int(rng.integers(2, 5))
    for kind in GATES:
        weights = draw_weights(rng, kind, NIN, N)
        x = draw_numbers(rng, (3, 6, NIN))
        start = draw_states(rng, kind, x, N)
        answer = ask("halves", kind=kind, weights=weights, x=x, state=start, cut=cut)
        wanted, last = read(kind, weights, x, start)
        where = f"of {kind}, {cut} steps and then {6 - cut} with the state handed on: entry "
        close(
            answer["whole"], wanted, f"the outputs of {kind}, 6 steps from a state: entry ", ROUNDED
        )
        close(answer["halves"], wanted, f"the outputs {where}", ROUNDED)
        ends = require_list(answer["state"], len(last), f"the parts of the state of {kind}")
        given = require_list(answer["given"], len(last), "the state that was given")
        parts = zip(PARTS[kind], ends, given, last, start, strict=True)
        for name, end, after, right, before in parts:
            close(end, right, f"the last {name} {where}", ROUNDED)
            close(after, before, f"{name} that was given to {kind}, after the call: entry ")


@check(f"{BOTH} Tensor.backward")
def check_cut(ask: Ask, rng: Rng, measure: Measure) -> None:
    rng = uncut_generator(rng)
    for kind in GATES:
        weights = draw_weights(rng, kind, NIN, N)
        x = draw_numbers(rng, (2, 6, NIN))
        first, second = x[:, :3], x[:, 3:]
        cotangent = draw_numbers(rng, (2, 3, N))
        sides = {"first": first.copy(), "second": second.copy()}
        answer = ask("across", kind=kind, weights=weights, cotangent=cotangent, **sides)
        start = [np.zeros((2, N)) for _ in PARTS[kind]]
        state = read(kind, weights, first, start)[1]
        wanted = gradients(kind, weights, second, state, cotangent, NAMES)
        what = f"{kind}: the gradient by x of the steps before the cut, which must be 0, at entry "
        close(answer["first"], np.zeros(first.shape), what)
        for name in NAMES:
            what = f"{kind}: the gradient by {name} of the steps after the cut alone: entry "
            error = close(part(answer["grads"], name), wanted[name], what, 2 * ROUNDED)
            measure["max_relative_error"] = max(error, measure.get("max_relative_error", 0.0))


BAD = {
    "RNN(0, 3, rng)": "RNN without inputs",
    "RNN(3, 0, rng)": "RNN without units",
    "LSTM(0, 3, rng)": "LSTM without inputs",
    "LSTM(3, 0, rng)": "LSTM without units",
    "RNN(3, 2, rng)(np.ones((4, 3)))": "two axes for RNN",
    "RNN(3, 2, rng)(np.ones((4, 5, 2)))": "2 features for RNN(3, 2)",
    "RNN(3, 2, rng)(np.ones((4, 0, 3)))": "no step for RNN",
    "RNN(3, 2, rng)(np.ones((0, 5, 3)))": "no sequence for RNN",
    "RNN(3, 2, rng)(np.ones((4, 5, 3)), np.ones((4, 3)))": "a state of 3 units for RNN(3, 2)",
    "RNN(3, 2, rng)(np.ones((4, 5, 3)), np.ones((1, 2)))": "a state of 1 sequence for 4",
    "LSTM(3, 2, rng)(np.ones((4, 3)))": "two axes for LSTM",
    "LSTM(3, 2, rng)(np.ones((4, 5, 2)))": "2 features for LSTM(3, 2)",
    "LSTM(3, 2, rng)(np.ones((4, 0, 3)))": "no step for LSTM",
    "LSTM(3, 2, rng)(np.ones((4, 5, 3)), (np.ones((4, 2)), np.ones((4, 3))))": "a c of 3 units",
    "LSTM(3, 2, rng)(np.ones((4, 5, 3)), (np.ones((3, 2)), np.ones((4, 2))))": "an h of 3 for 4",
    "train_copy(1, 3, 0)": "copying with 1 symbol",
    "train_copy(3, 0, 0)": "copying nothing",
}


@check(f"{BOTH} RNN.__init__ LSTM.__init__ train_copy")
def check_bad_input(ask: Ask, rng: Rng) -> None:
    rng = uncut_generator(rng)
    weights = draw_weights(rng, "RNN", NIN, N)
    x = draw_numbers(rng, (1, 1, NIN))
    answer = ask("read", kind="RNN", weights=weights, x=x, state=None, cotangent=None)
    wanted, _ = read("RNN", weights, x, [np.zeros((1, N))])
    close(answer["out"], wanted, "the outputs of one step of one sequence: entry ", ROUNDED)
    require_refusals(ask, BAD)
