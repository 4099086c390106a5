"""The network without autograd beside scikit-learn's: the same rows, layers and steps.

Right work in ``manual.py`` is meant to be as good as a library: from the same first weights its error
is to be at most 1.5 times theirs. Its own first weights are others: Linear begins with biases of 0,
scikit-learn with drawn ones, which is a better start for a network of one input.
"""

import importlib
import math
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.data import images, points
from tests.benchmarks.measure import ROOT, Row

SEEDS = range(5)
TIMES = 1.5  # of scikit-learn's error


class Task(NamedTuple):
    """Something to learn: rows, rows held out, a network, and how it is trained."""

    name: str
    make: Callable[[np.random.Generator], tuple[NDArray[Any], ...]]
    hidden: int
    epochs: int
    batch_size: int
    lr: float

    @property
    def is_regression(self) -> bool:
        return self.name == "sine"


def sine(rng: np.random.Generator) -> tuple[NDArray[Any], ...]:
    x, grid = rng.uniform(-math.pi, math.pi, (128, 1)), np.linspace(-3.0, 3.0, 181)[:, None]
    return x, np.sin(x), grid, np.sin(grid)


def spiral(rng: np.random.Generator) -> tuple[NDArray[Any], ...]:
    x, y = points.make_spiral(900, 3, 0.25, rng)
    return x[:450], y[:450], x[450:], y[450:]


def digits(rng: np.random.Generator) -> tuple[NDArray[Any], ...]:
    drawn = images.read_digits().split(rng, 1437)
    return drawn.x.astype(float), drawn.y, drawn.x_test.astype(float), drawn.y_test


TASKS = [
    Task("sine", sine, 24, 400, 32, 0.1),
    Task("spiral", spiral, 32, 300, 30, 0.3),
    Task("digits", digits, 48, 15, 32, 0.1),
]


def rows() -> list[Row]:
    """Return errors and seconds of both, and how many times theirs ours is."""
    warnings.simplefilter("ignore")  # that it might get better still
    return [row for task in TASKS for row in _compared(task)]


def _compared(task: Task) -> list[Row]:
    runs = (by_hand_from_theirs, by_sklearn, by_hand)
    ours, theirs, own = ([_timed(run, task, seed) for seed in SEEDS] for run in runs)
    name = "MLPRegressor" if task.is_regression else "MLPClassifier"
    error = [median(one[0] for one in found) for found in (ours, theirs, own)]
    seconds = [[one[1] for one in found] for found in (own, theirs)]
    note = (
        f"median error {error[0]:.4g} from the same first weights, {name} {error[1]:.4g}, from its "
        f"own first weights {error[2]:.4g}, of {len(SEEDS)} seeds"
    )
    times = error[0] / max(error[1], 1e-9)
    what = f"{task.name}: error by hand over that of {name}"
    return [
        Row(what, [times], "times", f"at most {TIMES}", note=note),
        Row(f"{task.name}: training by hand", seconds[0], "s"),
        Row(f"{task.name}: training by {name}", seconds[1], "s"),
    ]


def _timed(run: Callable[[Task, int], float], task: Task, seed: int) -> tuple[float, float]:
    began = time.perf_counter()
    error = run(task, seed)
    return error, time.perf_counter() - began


def _error(task: Task, out: NDArray[Any], y: NDArray[Any]) -> float:
    """Return the mean squared error, or the share of wrong classes."""
    return float(((out - y) ** 2).mean() if task.is_regression else (out != y).mean())


def by_hand(task: Task, seed: int, weights: Sequence[NDArray[Any]] = ()) -> float:
    """Train the reference of unit x.manual, from its own first weights or from these."""
    folder = str(ROOT / "solutions/x_manual")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    manual = importlib.import_module("manual")
    rng = np.random.default_rng(seed)
    x, y, tests, wanted = task.make(rng)
    outputs = 1 if task.is_regression else int(y.max()) + 1
    model = manual.MLP([x.shape[1], task.hidden, outputs], rng)
    for parameter, value in zip(model.parameters(), weights, strict=False):
        parameter[...] = value
    loss = manual.mean_squared_error if task.is_regression else manual.cross_entropy
    manual.fit(model, x, y, loss, task.epochs, task.batch_size, task.lr, 0.9, rng)
    out = model.forward(tests)
    return _error(task, out if task.is_regression else out.argmax(axis=1), wanted)


def by_hand_from_theirs(task: Task, seed: int) -> float:
    """Train the reference from scikit-learn's first weights: those after a step of nearly nothing."""
    x, y, _, _ = task.make(np.random.default_rng(seed))
    model = _sklearn_model(task, seed, learning_rate_init=1e-300, max_iter=1).fit(x, y.ravel())
    weights = zip(model.coefs_, model.intercepts_, strict=True)
    return by_hand(task, seed, [array for pair in weights for array in pair])


def by_sklearn(task: Task, seed: int) -> float:
    """Train scikit-learn's; for a regression its loss is half of ours, so its rate is twice ours."""
    x, y, tests, wanted = task.make(np.random.default_rng(seed))
    times = 2 if task.is_regression else 1
    plan = {"learning_rate_init": times * task.lr, "max_iter": task.epochs}
    out = _sklearn_model(task, seed, **plan).fit(x, y.ravel()).predict(tests)
    return _error(task, out.reshape(wanted.shape), wanted)


def _sklearn_model(task: Task, seed: int, **plan: float) -> Any:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    kind = MLPRegressor if task.is_regression else MLPClassifier
    return kind(
        hidden_layer_sizes=(task.hidden,), activation="tanh", solver="sgd", alpha=0.0,
        batch_size=task.batch_size, momentum=0.9, nesterovs_momentum=False, tol=0.0,
        n_iter_no_change=task.epochs, random_state=seed, **plan,
    )  # fmt: skip
