"""What the checks of ``manual.py`` share: passes through a layer, and the judge's own training."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.numerics import trajectories
from autograder.numerics.compare import brief, close, is_same_array, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers

Rng = np.random.Generator
Floats = NDArray[np.float64]
Array = NDArray[Any]
Measure = dict[str, float]


def flat(layers: Layers) -> list[Floats]:
    """Return weight and bias of each layer as one list."""
    return [array for pair in layers for array in pair]


def paired(arrays: Sequence[Floats]) -> Layers:
    """Return a list of weights and biases as layers."""
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def part(answer: Any, key: str) -> Any:
    """Return one part of an answer; only a forged one lacks it."""
    if not isinstance(answer, dict) or key not in answer:
        raise WrongAnswer(f"the answer lacks {key!r}: got {brief(answer)}")
    return answer[key]


def names(count: int) -> list[str]:
    """Return how a learner calls the parameters of `count` layers."""
    if count == 1:
        return ["weight", "bias"]
    return [f"{kind} of Linear {n}" for n in range(1, count + 1) for kind in ("weight", "bias")]


def all_close(got: Any, wanted: Sequence[Floats], label: str, rtol: float = 1e-6) -> float:
    """Compare a list of arrays, one for each parameter; return the largest error."""
    parts = require_list(got, len(wanted), label)
    titles = names(len(wanted) // 2)
    return max(
        (
            close(one, right, f"{label}: entry [{{}}] of the {title}", rtol)
            for one, right, title in zip(parts, wanted, titles, strict=True)
        ),
        default=0.0,
    )


def unchanged(answer: Any, given: dict[str, Array], what: str) -> None:
    """Fail where an argument is not what it was."""
    for name, array in given.items():
        if not is_same_array(part(answer, name), array):
            raise WrongAnswer(f"{what} changed its {name}: leave it as it is")


def mean_square(out: Floats, y: Floats) -> tuple[float, Floats]:
    """Return the mean squared error and its gradient."""
    return float(((out - y) ** 2).mean()), 2 * (out - y) / out.size


def entropy(out: Floats, y: Array) -> tuple[float, Floats]:
    """Return the mean cross-entropy and its gradient."""
    shifted = np.exp(out - out.max(axis=1, keepdims=True))
    softmax = shifted / shifted.sum(axis=1, keepdims=True)
    gradient = (softmax - np.eye(out.shape[1])[y]) / len(y)
    return trajectories.batch_cross_entropy(out, y), np.asarray(gradient)


LOSSES: dict[str, Callable[[Floats, Any], tuple[float, Floats]]] = {
    "mean_squared_error": mean_square,
    "cross_entropy": entropy,
}


def gradients(layers: Layers, x: Floats, cotangent: Floats) -> Layers:
    """Return the gradient of sum(outputs * cotangent) by every weight and bias."""
    signals = trajectories.layer_signals(layers, x)
    found: Layers = []
    for index in reversed(range(len(layers))):
        found.insert(0, (signals[index].T @ cotangent, cotangent.sum(axis=0)))
        cotangent = cotangent @ layers[index][0].T * (1 - signals[index] ** 2)
    return found


def batches(count: int, size: int) -> Iterator[slice]:
    """Yield the rows of each batch of an epoch."""
    yield from (slice(start, start + size) for start in range(0, count, size))


def train(
    layers: Layers, x: Floats, y: Array, loss: str, options: dict[str, Any]
) -> tuple[list[float], Layers]:
    """Return the losses of all epochs and the layers afterwards: what `fit` does without rng."""
    at = [array.copy() for array in flat(layers)]
    velocity, history = [np.zeros_like(p) for p in at], []
    for _ in range(options["epochs"]):
        values = []
        for rows in batches(len(x), options["batch_size"]):
            out = trajectories.network_logits(paired(at), x[rows])
            value, cotangent = LOSSES[loss](out, y[rows])
            steps = flat(gradients(paired(at), x[rows], cotangent))
            velocity = [options["momentum"] * v + g for v, g in zip(velocity, steps, strict=True)]
            at = [p - options["lr"] * v for p, v in zip(at, velocity, strict=True)]
            values.append(value)
        history.append(sum(values) / len(values))
    return history, paired(at)
