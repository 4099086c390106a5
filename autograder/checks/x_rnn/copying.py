"""``train_copy``: the judge runs the network that comes back."""

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m5_convolution.common import Floats, Measure, Rng
from autograder.checks.x_rnn.formulas import read
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds
from autograder.numerics.compare import as_floats, brief, close
from autograder.numerics.failure import Missed, WrongAnswer

LENGTH, MOST_UNITS = 3, 64
LEAST = 0.95  # of all symbols of all sequences
IDLE = 0.75  # and at most so many where no gradient came


@check("train_copy LSTM.__call__ Tensor.backward", seconds=60)
def check_copies(ask: Ask, rng: Rng, measure: Measure) -> None:
    symbols, seed = int(rng.permutation([3, 4])[0]), int(rng.permutation(1000)[0])
    answer = ask("copy", symbols=symbols, length=LENGTH, seed=seed, backward=True)
    right = _share_right(_as_weights(answer, symbols), symbols)
    what = f"{LENGTH} x {symbols**LENGTH} symbols of all sequences"
    thresholds.at_least(measure, "copied", right, LEAST, what, "train for longer")
    idle = ask("copy", symbols=symbols, length=LENGTH, seed=seed, backward=False)
    if _share_right(_as_weights(idle, symbols), symbols) > IDLE:
        raise Missed(
            "train_copy copies as well when every gradient of Tensor.backward is 0: "
            "what it returns was not trained"
        )


@check("train_copy", seconds=50)
def check_copy_seed(ask: Ask, rng: Rng) -> None:
    symbols, seed = 3, int(rng.permutation(1000)[0])
    found: list[dict[str, Floats]] = []
    for _ in range(2):
        if found:
            ask.take_fresh_worker()
        answer = ask("copy", symbols=symbols, length=LENGTH, seed=seed, backward=True)
        found.append(_as_weights(answer, symbols))
        is_same = all(np.allclose(found[0][key], found[-1][key]) for key in found[0])
        ask.recognise_by({"same": is_same})
    for key, first in found[0].items():
        name = NAMES.get(key, f"{key} of the LSTM")
        close(found[1][key], first, f"trained with the same seed once more, {name}")


NAMES = {"weight": "the readout's weight", "offset": "the readout's bias"}


def _as_weights(answer: Any, symbols: int) -> dict[str, Floats]:
    """Return the arrays of LSTM and readout, or fail where their shapes do not fit together."""
    hidden = answer["w_hidden"]
    if not isinstance(hidden, np.ndarray) or hidden.ndim != 2:
        raise WrongAnswer(f"w_hidden of the LSTM: got {brief(hidden)}, wanted a matrix")
    n = hidden.shape[0]
    if not 1 <= n <= MOST_UNITS:
        raise WrongAnswer(f"the LSTM has {n} units, wanted at most {MOST_UNITS}")
    shapes = {
        "w_in": (symbols + 1, 4 * n),
        "w_hidden": (n, 4 * n),
        "bias": (4 * n,),
        "weight": (n, symbols),
        "offset": (symbols,),
    }
    return {
        key: as_floats(answer[key], shape, NAMES.get(key, f"{key} of the LSTM"))
        for key, shape in shapes.items()
    }


def _share_right(weights: dict[str, Floats], symbols: int) -> float:
    """Return how many symbols the network says right, of all sequences that there are."""
    every = np.array(list(itertools.product(range(symbols), repeat=LENGTH)))
    x = _one_hot(every, symbols)
    start = [np.zeros((len(every), len(weights["w_hidden"]))) for _ in range(2)]
    with np.errstate(over="ignore", invalid="ignore"):
        outputs, _ = read("LSTM", weights, x, start)
        said = outputs[:, LENGTH:] @ weights["weight"] + weights["offset"]
    return float((said.argmax(axis=-1) == every).mean())


def _one_hot(sequences: NDArray[np.int64], symbols: int) -> Floats:
    blanks = np.full_like(sequences, symbols)
    return np.asarray(np.eye(symbols + 1)[np.concatenate([sequences, blanks], axis=1)])
