# %% [markdown]
# # Unit r: an experiment that others can run again
#
# One function from settings to a trained model. Whoever has this file and `experiment.toml` gets
# the numbers that you claim, or finds out that he does not.

# %%
"""Unit r: an experiment as a function of its settings, and what is claimed of it."""

from __future__ import annotations

import math
import re
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from training import (
    SGD,
    Dropout,
    Linear,
    Module,
    ReLU,
    Sequential,
    Tanh,
    accuracy,
    cosine_schedule,
    fit,
    load_idx,
    predict,
)

Array = NDArray[Any]
Settings = Mapping[str, Any]


# %% [markdown]
# ## Data
#
# Nothing to write here: the judge divides and shifts the digits by these same rules.

# %%
def split(x: Array, y: Array, data: Settings) -> tuple[Array, Array, Array, Array]:
    """Divide images and labels by ``data["split_seed"]`` and ``data["test_fraction"]``.

    Returns
    -------
    x_train, y_train, x_test, y_test : ndarrays
    """
    order = np.random.default_rng(data["split_seed"]).permutation(len(x))
    count = round(len(x) * data["test_fraction"])
    test, train = order[:count], order[count:]
    return x[train], y[train], x[test], y[test]


def shift(x: Array, settings: Settings) -> Array:
    """Return images of 8 x 8 as rows, all shifted in one way, as float32.

    ``darker``: times 1 - amount; ``noise``: plus normal noise of that deviation, cut to [0, 1];
    ``moved``: amount pixels to the right, what leaves comes back in on the left.
    """
    amount = settings["amount"]
    if settings["kind"] == "darker":
        return np.asarray(x * (1 - amount), np.float32)
    if settings["kind"] == "noise":
        noise = amount * np.random.default_rng(0).standard_normal(x.shape)
        return np.asarray(np.clip(x + noise, 0, 1), np.float32)
    moved = np.roll(x.reshape(-1, 8, 8), int(amount), axis=2)
    return np.asarray(moved.reshape(x.shape), np.float32)


# %% [markdown]
# ## The model and its rates
#
# Everything that is drawn comes from one generator, in an order that the settings fix: first the
# weights, layer by layer, then the shuffling.

# %%
ACTIVATIONS: dict[str, Callable[[], Module]] = {"relu": ReLU, "tanh": Tanh}


def build(model: Settings, rng: np.random.Generator) -> Sequential:
    """Make the network that ``[model]`` describes.

    Linear layers between neighbouring sizes; after each but the last the activation and, where
    ``dropout`` is above 0, a Dropout. He's initial weights before ReLU, Glorot's else, and in the
    last layer.

    Parameters
    ----------
    model : mapping
        ``sizes``: at least two whole numbers of at least 1, from pixels to classes;
        ``activation``: "relu" or "tanh"; ``dropout``: the share dropped, in [0, 1).
    rng : numpy.random.Generator
        Draws the weights, layer by layer, and later what Dropout drops.

    Returns
    -------
    Sequential
        Of layers of your ``training.py``.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, one is below 1, the activation is unknown, or ``dropout``
        is not in [0, 1).

    Examples
    --------
    >>> model = {"sizes": [4, 3, 2], "activation": "tanh", "dropout": 0.0}
    >>> [p.shape for p in build(model, np.random.default_rng(0)).parameters()]
    [(4, 3), (3,), (3, 2), (2,)]
    """
    raise NotImplementedError("unit r: build")


def rates(config: Settings, samples: int) -> Callable[[int], float]:
    """Return the learning rate as a function of the step, counted from 0.

    Parameters
    ----------
    config : mapping
        ``config["optimiser"]["lr"]``, and of ``config["training"]`` ``schedule`` ("constant" or
        "cosine"), ``warmup`` (steps, for the cosine alone), ``batch_size`` and ``epochs``.
    samples : int
        How many there are to train on; the last batch of an epoch may be short, and is a step too.
        The cosine reaches 0 at the end of the last epoch.

    Raises
    ------
    ValueError
        If the schedule is unknown.

    Examples
    --------
    >>> training = {"schedule": "cosine", "warmup": 0, "batch_size": 4, "epochs": 2}
    >>> rate = rates({"optimiser": {"lr": 0.5}, "training": training}, samples=6)
    >>> [round(rate(step), 3) for step in range(5)]
    [0.5, 0.427, 0.25, 0.073, 0.0]
    """
    raise NotImplementedError("unit r: rates")


# %% [markdown]
# ## The experiment

# %%
def run(config: Settings) -> tuple[Sequential, dict[str, list[float]]]:
    """Train the model that the settings describe: the same settings, the same model.

    It begins with the weights that `build` draws from ``np.random.default_rng(seed)``; whatever
    else is drawn follows from the seed, too.

    Parameters
    ----------
    config : mapping
        The tables of ``experiment.toml``: ``[model]``, ``[optimiser]`` (``lr``, ``momentum``,
        ``weight_decay``), ``[training]`` (``batch_size``, ``epochs``, ``schedule``, ``warmup``,
        ``seed``); in ``config["data"]`` lie ``x``, float32 of shape (N, D), and ``y``, int64 of
        shape (N,): the samples to train on. Nothing else is there: no test image, no test label.

    Returns
    -------
    model : Sequential
        As `build` makes it, trained on cross-entropy, in evaluation mode.
    history : dict
        ``loss``: a float per step, before its update; ``curve``: a float per epoch, the plain mean
        of that epoch's losses.

    Raises
    ------
    ValueError
        As `build` and `rates`; if ``epochs`` or ``batch_size`` is below 1, or x and y differ in
        length.

    Examples
    --------
    >>> config = {
    ...     "data": {"x": np.eye(4, dtype=np.float32), "y": np.array([0, 1, 2, 0])},
    ...     "model": {"sizes": [4, 8, 3], "activation": "relu", "dropout": 0.0},
    ...     "optimiser": {"lr": 0.5, "momentum": 0.5, "weight_decay": 0.0},
    ...     "training": {
    ...         "batch_size": 2, "epochs": 20, "warmup": 0, "seed": 1, "schedule": "constant"
    ...     },
    ... }
    >>> model, history = run(config)
    >>> len(history["loss"]), len(history["curve"]), predict(model, config["data"]["x"]).tolist()
    (40, 20, [0, 1, 2, 0])
    """
    raise NotImplementedError("unit r: run")


# %% [markdown]
# ## What is claimed of it

# %%
def confusion(y: Array, predicted: Array, classes: int) -> Array:
    """Count the samples of each class (row) that were taken for each class (column).

    Parameters
    ----------
    y, predicted : int64 ndarrays of shape (N,)
    classes : int

    Returns
    -------
    int64 ndarray of shape (classes, classes)

    Raises
    ------
    ValueError
        If the lengths differ, or a label is not in [0, classes).

    Examples
    --------
    >>> confusion(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0]), 3).tolist()
    [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    """
    raise NotImplementedError("unit r: confusion")


def curve_hash(curve: Sequence[float]) -> str:
    """Return the hash of a curve: a polynomial of its numbers, as 16 hexadecimal digits.

    Begin with 0. For each number in turn multiply by 1,000,003, add the number in whole millionths
    (rounded to the nearest), and keep the remainder of division by 2**61 - 1.

    Examples
    --------
    >>> curve_hash([0.00001])
    '000000000000000a'
    >>> curve_hash([2.25, 1.0])
    '0000020bdee9a570'
    """
    raise NotImplementedError("unit r: curve_hash")


def claims(model: Sequential, curve: Sequence[float], x: Array, y: Array) -> dict[str, Any]:
    """Measure what ``[claims]`` says of a trained model.

    Parameters
    ----------
    model : Sequential
    curve : sequence of float
        The mean loss of each epoch.
    x, y : ndarrays
        Test images (N, D) and their labels (N,); there are as many classes as the model has logits.

    Returns
    -------
    dict
        ``test_accuracy``, a share; ``parameters``, how many numbers were learnt; ``curve``, each
        number rounded to six decimals; ``last_loss``, the last of them; ``curve_hash`` of them;
        ``confusion`` as a list of lists.
    """
    raise NotImplementedError("unit r: claims")


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put values where their placeholders stand: ``{{test_accuracy}}``, blanks allowed inside.

    Parameters
    ----------
    text : str
    values : mapping
        A name is letters, digits and underscores; a float is written with four decimals, anything
        else as `str` has it.

    Raises
    ------
    ValueError
        At a placeholder that has no value; the message holds its name.

    Examples
    --------
    >>> fill("{{share}} of {{ count }} are right", {"share": 0.5, "count": 360})
    '0.5000 of 360 are right'
    """

    raise NotImplementedError("unit r: fill")


# %% [markdown]
# ## At the command line
#
# `python experiment.py "$(autograder data path digits)"` runs what `experiment.toml` says, and
# prints the table of claims for it.

# %%
def read_digits(folder: Path) -> tuple[Array, Array]:
    """Return the 1,797 digits as rows of pixels in [0, 1], and their labels."""
    pixels, labels = (load_idx(folder / f"{name}.gz") for name in FILES)
    return (pixels.reshape(len(pixels), -1) / np.float32(16)), labels.astype(np.int64)


FILES = ("images-idx3-ubyte", "labels-idx1-ubyte")


def main(folder: Path) -> None:
    """Run the experiment, and print what can be claimed of it."""
    config = tomllib.loads(Path("experiment.toml").read_text(encoding="utf-8"))
    x, y, x_test, y_test = split(*read_digits(folder), config["data"])
    model, history = run({**config, "data": {**config["data"], "x": x, "y": y}})
    measured = claims(model, history["curve"], x_test, y_test)
    measured["shift_accuracy"] = accuracy(model, shift(x_test, config["shift"]), y_test)
    print("[claims]")
    for name, value in measured.items():
        print(f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
