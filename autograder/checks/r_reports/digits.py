"""The digits of an experiment: divided, and shifted, by the rules of the handout."""

from typing import Any, NamedTuple

import numpy as np

from autograder.checks.r_reports.common import Config, Ints
from autograder.checks.r_reports.settings import count_tests
from autograder.data.images import read_digits


class Split(NamedTuple):
    """The digits, divided as the settings say."""

    x: Any
    y: Ints
    x_test: Any
    y_test: Ints


def split_digits(data: Config) -> Split:
    """Return the digits divided by the rule of the handout."""
    digits = read_digits()
    order = np.random.default_rng(data["split_seed"]).permutation(len(digits.y))
    count = count_tests(data["test_fraction"])
    test, train = order[:count], order[count:]
    return Split(digits.x[train], digits.y[train], digits.x[test], digits.y[test])


def shift_images(x: Any, settings: Config) -> Any:
    """Return images shifted as ``[shift]`` says, by the rule of the handout."""
    amount = settings["amount"]
    if settings["kind"] == "darker":
        return np.asarray(x * (1 - amount), np.float32)
    if settings["kind"] == "noise":
        noise = amount * np.random.default_rng(0).standard_normal(x.shape)
        return np.asarray(np.clip(x + noise, 0, 1), np.float32)
    squares = x.reshape(-1, 8, 8)
    return np.asarray(np.roll(squares, int(amount), axis=2).reshape(x.shape), np.float32)
