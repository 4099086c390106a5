"""Where chance comes from, and that it can be repeated."""

import numpy as np

from autograder.checks.m4_training_loop.common import TRAINED, Rng
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, is_same_array, require_list
from autograder.numerics.failure import WrongAnswer

RANDOM_MODEL = (
    "hidden = Sequential(Linear(3, 8, rng=rng), Tanh(), Dropout(0.3, rng=rng)); "
    "model = Sequential(hidden, Linear(8, 3, rng=rng))"
)


@check(TRAINED)
def check_same_seed(ask: Ask, rng: Rng) -> None:
    x, y = rng.normal(size=(10, 3)), rng.permutation(np.arange(10) % 3)
    seed = int(rng.integers(1000))
    answer = ask("twice", program=RANDOM_MODEL, x=x, y=y, seeds=[seed, seed, seed + 1])
    curves = as_floats(answer["curves"], (3, 9), "three curves of 9 steps")
    equal = [bool(np.array_equal(curves[0], curve)) for curve in curves[1:]]
    ask.recognise_by({"equal": equal})
    if not equal[0]:
        step = int((curves[0] != curves[1]).argmax())
        raise WrongAnswer(f"the same seed gives another loss at step {step}")
    if equal[1]:
        raise WrongAnswer("another seed gives the same curve: nothing is drawn from the rng")


@check("train_test_split batches Dropout.__call__ fit")
def check_global_chance(ask: Ask, rng: Rng) -> None:
    x, y = rng.normal(size=(13, 3)), rng.permutation(np.arange(13) % 3)
    answer = ask("chance", x=x, y=y)
    states = require_list(answer["states"], 4, "states")
    kept = [is_same_array(states[k], states[k + 1]) for k in (0, 2)]
    one, other = (
        require_list(parts, 3, "a split, batches and losses")
        for parts in require_list(answer["results"], 2, "results")
    )
    equal = [is_same_array(a, b) for a, b in zip(one, other, strict=True)]
    sizes = [part.size for part in one if isinstance(part, np.ndarray)]
    whole = sizes in ([3, 13, 8], [4, 13, 8])  # 13 / 4 may be rounded up or down
    ask.recognise_by({"kept": kept, "equal": equal, "whole": whole})
    if not whole or not np.isfinite(one[2]).all():
        raise WrongAnswer(
            "a split of 13 samples, their batches and two epochs of 4 losses did not come"
        )
    if not all(equal):
        raise WrongAnswer(
            "np.random.seed changes the results: something draws from the global generator"
        )
    if not all(kept):
        raise WrongAnswer(
            "the state of np.random has changed: something draws from it, or seeds it"
        )
