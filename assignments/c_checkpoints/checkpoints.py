# %% [markdown]
# # Checkpoints
#
# Short stops beside milestones 2 to 4: prove that fast code equals slow code, find out which of
# three gradients is wrong, make a network under- and overfit on purpose, read curves, and decide
# whether a difference between two settings is one at all.

# %%
"""Checkpoints: proofs of equality, gradients three ways, under- and overfitting, tuning."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from nn import MLP
from numpy.typing import ArrayLike, NDArray
from tensor import Tensor, cross_entropy, hand_gradients
from training import (
    SGD,
    Dropout,
    Linear,
    Module,
    ReLU,
    Sequential,
    accuracy,
    cosine_schedule,
    fit,
    step_decay,
)

Array = NDArray[Any]
Gradients = Mapping[str, Array]
Row = dict[str, Any]
WAYS = ("hand", "difference", "engine")


# %% [markdown]
# ## 1. One network, all samples at once
#
# The network of milestone 2 takes one sample at a time. Its parameters are numbers; as matrices
# they serve all samples with one product a layer.

# %%
def forward_batched(
    model: MLP, x: ArrayLike, activation: str = "tanh", output_activation: str = "tanh"
) -> Array:
    """Return the outputs of a scalar MLP for all rows of x, in NumPy alone.

    Parameters
    ----------
    model : MLP
        Of your `nn.py`; nothing in it is changed.
    x : array_like of shape (N, nin)
        N may be 0.
    activation, output_activation : str
        What the model was made with, of its hidden layers and of its last: "tanh", "relu",
        "sigmoid" or "linear".

    Returns
    -------
    float64 ndarray of shape (N, nout)
        Equal to the model's own outputs to 1e-9; nout may be 1. No Python code runs once a row:
        the lines that are executed are as many for 5 rows as for 50.

    Raises
    ------
    ValueError
        If x does not have two axes, or another width than the model takes, or an activation is
        unknown.

    Examples
    --------
    >>> model = MLP(2, [3, 1], rng=np.random.default_rng(0))
    >>> rows = [[0.5, -1.0], [0.0, 2.0]]
    >>> fast = forward_batched(model, rows)
    >>> all(abs(fast[i, 0] - model(row).data) < 1e-9 for i, row in enumerate(rows))
    True
    """
    raise NotImplementedError("unit c: forward_batched")


# %% [markdown]
# ## 2. A proof that two functions are equal
#
# One example proves nothing. Compare on many drawn inputs, every row of each, and report the worst
# difference and where it is.

# %%
def prove_equal(
    scalar: Callable[[Array], float],
    batched: Callable[[Array], Array],
    make_inputs: Callable[[np.random.Generator], Array],
    trials: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Compare a function of one row with a function of all rows, and find where they differ most.

    Parameters
    ----------
    scalar : callable
        Takes one row, an ndarray of shape (D,), and returns a float.
    batched : callable
        Takes all rows, an ndarray of shape (N, D), and returns an ndarray of shape (N,).
    make_inputs : callable
        `make_inputs(rng)` returns x of shape (N, D), with another N >= 1 each time. It is called
        once a trial, and nothing else draws from `rng`.
    trials : int >= 1
    rng : numpy.random.Generator

    Returns
    -------
    dict
        "worst": the largest absolute difference over all rows of all trials, a float. A row where
        one of the two is NaN or infinite counts as infinity.
        "at": the pair (trial, row) where it is, both counted from 0; the first one of equals.

    Raises
    ------
    ValueError
        If `trials` is below 1, or `batched` returns another shape than (N,).

    Examples
    --------
    >>> def draw(rng):
    ...     return rng.normal(size=(4, 2))
    >>> proof = prove_equal(
    ...     lambda row: float(row[0] + row[1]), lambda x: x.sum(axis=1), draw, 10,
    ...     np.random.default_rng(0))
    >>> proof["worst"] < 1e-12
    True
    """
    raise NotImplementedError("unit c: prove_equal")


# %% [markdown]
# ## 3. A gradient three ways
#
# Derived by hand, measured by differences, computed by your engine. Where two agree and the third
# does not, the third is wrong.

# %%
def gradient_three_ways(
    x: Array, y: Array, params: Mapping[str, Array]
) -> dict[str, dict[str, Array]]:
    """Return the gradients of a two-layer classifier by three ways that share nothing.

    The logits are `tanh(x @ w1 + b1) @ w2 + b2`, the loss is their mean cross-entropy with `y`.

    Parameters
    ----------
    x : float64 ndarray of shape (N, D)
    y : integer ndarray of shape (N,)
    params : dict
        "w1" (D, H), "b1" (H,), "w2" (H, C), "b2" (C,), float64; they are the same afterwards.

    Returns
    -------
    dict
        "hand": by formulas, as in `hand_gradients` of your `tensor.py`, to 1e-11;
        "difference": by central differences of the loss, entry by entry, to 1e-6;
        "engine": by `Tensor` and `backward`, to 1e-11.
        Errors are relative to max(1, |gradient|). Each holds a float64 ndarray for "w1", "b1",
        "w2" and "b2", of its parameter's shape.

    Examples
    --------
    >>> params = {"w1": np.ones((2, 3)), "b1": np.zeros(3), "w2": np.eye(3), "b2": np.zeros(3)}
    >>> three = gradient_three_ways(np.array([[0.5, -1.0]]), np.array([0]), params)
    >>> sorted(three), three["hand"]["w1"].shape
    (['difference', 'engine', 'hand'], (2, 3))
    """
    raise NotImplementedError("unit c: gradient_three_ways")


def verdict(three: Mapping[str, Gradients]) -> str | None:
    """Return which of three gradients is wrong, by comparing them with each other.

    Two ways agree if every parameter has the same shape in both, and no entry differs by more than
    1e-5 max(1, |entry|) of either; an entry that is NaN or infinite agrees with nothing.

    Parameters
    ----------
    three : dict
        "hand", "difference" and "engine", as from `gradient_three_ways`.

    Returns
    -------
    str or None
        None if all agree; else the one that neither of the two others agrees with, while they
        agree.

    Raises
    ------
    ValueError
        If the three are not those, or two of them do not have the same names of parameters, or if
        not all agree and no single one is wrong: no two agree, or two of the three pairs do.

    Examples
    --------
    >>> right, wrong = {"w1": np.array([1.0, 2.0])}, {"w1": np.array([1.0, -2.0])}
    >>> verdict({"hand": right, "difference": right, "engine": wrong})
    'engine'
    """
    raise NotImplementedError("unit c: verdict")


# %% [markdown]
# ## 4. Underfit, fit, overfit
#
# Here is the data that settings are tried on: points on three arms of a spiral, noisy enough for
# the arms to overlap. Draw as much of it as you like.

# %%
def make_spiral(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return points (count, 2) on three arms, and classes 0, 1, 2, 0, 1, ... (count,)."""
    labels = np.arange(count) % 3
    radius = rng.uniform(0.05, 1.0, count)
    angles = 2 * np.pi * (labels / 3 + 2 * radius / 3) + rng.normal(0.0, 0.5, count)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1), labels


def regimes() -> dict[str, dict[str, float]]:
    """Return three settings: with one a network underfits, with one it fits, with one it overfits.

    With each of them `Sequential(Linear(2, width), ReLU(), Linear(width, 3))` of your
    `training.py` is trained on the first `samples` of 400 points of `make_spiral`, by `SGD` with
    momentum 0.9, `epochs` steps of all samples. Accuracy is measured on the samples that it was
    trained on, and on 1,000 others (validation). That is done three times, with other points and
    other first weights; the means decide:

    ========== ====================================================================
    underfit   training accuracy at most 0.75
    fit        validation accuracy at least 0.85, training at most 0.08 above it
    overfit    training accuracy at least 0.95, validation at least 0.10 below it
    ========== ====================================================================

    Returns
    -------
    dict
        "underfit", "fit" and "overfit": a dict each, with exactly these keys:
        "width" : int in [1, 128]
        "samples" : int in [6, 400]
        "epochs" : int in [1, 400]
        "lr" : float in (0, 5]
        "weight_decay" : float in [0, 1]

    Examples
    --------
    >>> sorted(regimes())
    ['fit', 'overfit', 'underfit']
    """
    raise NotImplementedError("unit c: regimes")


# %% [markdown]
# ## 5. What a curve says

# %%
def explain(curves: Mapping[str, Sequence[float]]) -> str:
    """Say what a training run's two loss curves show.

    Both losses are measured after each epoch, in evaluation mode, on all samples of their set; they
    are noisy. T and V are the means of the last fifth of the training and the validation curve
    (of `epochs // 5` values). The first of these that holds is the answer:

    1. "diverged": a value of either curve is not finite, or T is above the first training loss;
    2. "leak": in every epoch the validation loss is below 0.7 times the training loss: no network
       does that to data it has not seen;
    3. "overfit": V is above 1.3 times the least that a mean of `epochs // 5` validation losses in a
       row ever was;
    4. "underfit": T is above 0.6 times the first training loss;
    5. "fit": nothing of these.

    Parameters
    ----------
    curves : dict
        "loss" and "validation_loss": lists of floats, one per epoch, at least ten.

    Raises
    ------
    ValueError
        If one of the two is missing, they differ in length, or there are fewer than ten epochs.

    Examples
    --------
    >>> falling = [1 / epoch for epoch in range(1, 21)]
    >>> explain({"loss": falling, "validation_loss": falling})
    'fit'
    >>> explain({"loss": [1.1] * 20, "validation_loss": [1.1] * 20})
    'underfit'
    """
    raise NotImplementedError("unit c: explain")


# %% [markdown]
# ## 6. Tuning, and whether it helped
#
# A row says everything that decides its number. `train_row` is how a row is trained: leave it as it
# is, since rows are trained again by it when your work is graded.

# %%
def train_row(row: Row, train: tuple[Array, Array]) -> Module:
    """Return the network that a row's settings give, trained on (x, y), in evaluation mode."""
    x, y = train
    rng = np.random.default_rng(row["seed"])
    model = Sequential(
        Linear(x.shape[1], row["hidden"], rng=rng),
        ReLU(),
        Dropout(row["dropout"], rng=rng),
        Linear(row["hidden"], int(y.max()) + 1, rng=rng),
    )
    steps = row["epochs"] * math.ceil(len(x) / row["batch_size"])
    schedule = {
        "constant": None,
        "step": step_decay(row["lr"], 0.5, max(steps // 3, 1)),
        "cosine": cosine_schedule(row["lr"], steps),
    }[row["schedule"]]
    optimizer = SGD(model.parameters(), row["lr"], 0.9, row["weight_decay"])
    fit(model, x, y, row["epochs"], row["batch_size"], optimizer, schedule, rng=rng)
    model.eval()
    return model


def tune(train: tuple[Array, Array], validation: tuple[Array, Array], seed: int) -> list[Row]:
    """Train five settings with several seeds each, and note the accuracy of every run.

    Each setting but the baseline differs from it in one thing: "L2" in `weight_decay`, "dropout" in
    `dropout`, "step" and "cosine" in `schedule`. All five have the same seeds.

    Parameters
    ----------
    train, validation : pairs (x, y)
        x float32 of shape (N, D), y int64 of shape (N,).
    seed : int
        The seeds of the rows follow from it: the same seed gives the same rows, and two seeds that
        are 100 or more apart give no row the same seed.

    Returns
    -------
    list of dict
        One for each run, in any order, with exactly these keys:
        "name" : "baseline", "L2", "dropout", "step" or "cosine", each at least three and at most
        ten times, no two with the same seed
        "seed" : int >= 0
        "hidden" : int in [1, 64]
        "epochs" : int in [1, 60]
        "batch_size" : int in [8, 256]
        "lr" : float in (0, 5]
        "weight_decay" : float in [0, 1]; 0 for all but "L2", where it is above 0
        "dropout" : float in [0, 1); 0 for all but "dropout", where it is above 0
        "schedule" : "constant" for all but "step" and "cosine", which have their own name here
        "accuracy" : float, the share of validation samples that `train_row` of this row gets right

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rows = tune(make_spiral(60, rng), make_spiral(60, rng), seed=1)
    >>> sorted({row["name"] for row in rows})
    ['L2', 'baseline', 'cosine', 'dropout', 'step']
    """
    raise NotImplementedError("unit c: tune")


def decide(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return which setting is better than the baseline, or "no difference".

    For each name, m is the mean of its accuracies, s^2 their sum of squared deviations from m
    divided by n - 1, and n their number. The candidate is the name with the largest m, the first in
    `rows` of equals. With the baseline's m0, s0 and n0 it is better if

        m - m0 > 2 sqrt(s^2 / n + s0^2 / n0)

    which is two standard errors of the difference. Where the baseline itself has the largest mean,
    there is no difference.

    Parameters
    ----------
    rows : sequence of dict
        Of each, "name" and "accuracy" are looked at; names may be any, one is "baseline". Rows come
        in any order.

    Raises
    ------
    ValueError
        If there is no baseline, no other name, or a name has fewer than three rows.

    Examples
    --------
    >>> rows = [{"name": "baseline", "accuracy": a} for a in (0.90, 0.91, 0.92)]
    >>> decide(rows + [{"name": "L2", "accuracy": a} for a in (0.95, 0.96, 0.97)])
    'L2'
    >>> decide(rows + [{"name": "L2", "accuracy": a} for a in (0.91, 0.92, 0.93)])
    'no difference'
    """
    raise NotImplementedError("unit c: decide")
