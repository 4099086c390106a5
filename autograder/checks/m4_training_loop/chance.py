"""Where chance comes from, and that it can be repeated."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import (
    ROUNDED,
    TRAINED,
    UNSEEDED,
    Floats,
    Ints,
    Rng,
)
from autograder.checks.m4_training_loop.networks import name_arrays
from autograder.checks.m4_training_loop.runs import ask_training_run, replay, samples_by_step
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import trajectories
from autograder.numerics.compare import as_floats, close, is_same_array, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.trajectories import Layers

RANDOM_MODEL = (
    "hidden = Sequential(Linear(3, 8, rng=rng), Tanh(), Dropout(0.3, rng=rng)); "
    "model = Sequential(hidden, Linear(8, 3, rng=rng))"
)


@check(TRAINED)
def check_same_seed(ask: Ask, rng: Rng) -> None:
    x, y = rng.normal(size=(10, 3)), rng.permutation(np.arange(10) % 3)
    seed = int(rng.integers(1000))
    curves, equal = _loss_curves(ask, x, y, [seed, seed, seed + 1])
    ask.take_fresh_worker()
    elsewhere, _ = _loss_curves(ask, x, y, [seed])
    if not equal[0]:
        step = int((curves[0] != curves[1]).argmax())
        raise WrongAnswer(f"the same seed gives another loss at step {step}")
    if equal[1]:
        raise WrongAnswer("another seed gives the same curve: nothing is drawn from the rng")
    close(elsewhere[0], curves[0], "the loss of step {} with the same seed, in a new process,")
    layers = trajectories.draw_layers([3, 8, 3], rng)
    answer = ask_training_run(ask, layers, x, y, 1, 4, seed=seed)
    replay(ask, answer, layers, x, y, [0.1] * 99)  # the losses are those of training
    one, other = (_unseeded_order(ask, layers, x, y) for _ in range(2))
    if np.array_equal(one, other):
        raise WrongAnswer(f"without rng two runs of fit have the same order: {UNSEEDED}")


def _unseeded_order(ask: Ask, layers: Layers, x: Floats, y: Ints) -> Ints:
    """Return in which order fit shows the samples where it is given no generator."""
    answer = ask_training_run(ask, layers, x, y, 2, 4, seed=None)
    order = np.concatenate(samples_by_step(answer, x) or [np.zeros(0, np.int64)])
    ask.recognise_by({"shown": len(order)})
    return order


def _loss_curves(ask: Ask, x: Floats, y: Ints, seeds: Sequence[int]) -> tuple[Floats, list[bool]]:
    """Return the curve of each seed, and which of the others equal the first."""
    answer = ask("twice", program=RANDOM_MODEL, x=x, y=y, seeds=list(seeds))
    curves = as_floats(answer["curves"], (len(seeds), 9), "curves of 9 steps")
    equal = [bool(np.array_equal(curves[0], curve)) for curve in curves[1:]]
    ask.recognise_by({"equal": equal})
    return curves, equal


@check("train_test_split batches Dropout.__call__ fit")
def check_global_chance(ask: Ask, rng: Rng) -> None:
    x, y = rng.normal(size=(13, 3)), rng.permutation(np.arange(13) % 3)
    labels = 100 + rng.permutation(13)
    layers = trajectories.draw_layers([3, 3], rng)
    seeds = rng.integers(1, 1 << 30, 2).tolist()
    answer = ask("chance", x=x, y=y, labels=labels, weights=name_arrays(layers), seeds=seeds)
    draws = require_list(answer["draws"], 2, "draws")
    wanted = [np.random.RandomState(seed).random_sample(4) for seed in seeds]
    kept = [is_same_array(*pair) for pair in zip(draws, wanted, strict=True)]
    one, other = (
        require_list(parts, 6, "a split, batches, dropout and losses")
        for parts in require_list(answer["results"], 2, "results")
    )
    equal = [is_same_array(a, b) for a, b in zip(one, other, strict=True)]
    curve = trajectories.train_layers(layers, [(x, y)] * 3, [0.1] * 3)[0]
    whole = _is_whole(one, x, labels, curve)
    ask.recognise_by({"kept": kept, "equal": equal, "whole": whole})
    if not whole:
        raise WrongAnswer(
            "a split of 13 samples, their batches, dropout of them, and epochs with the right "
            "losses did not come"
        )
    if not all(equal):
        raise WrongAnswer(
            "np.random.seed changes the results: something draws from the global generator"
        )
    if not all(kept):
        raise WrongAnswer(
            "the state of np.random has changed: something draws from it, or seeds it"
        )


def _is_whole(parts: list[Any], x: Floats, labels: Ints, curve: Floats) -> bool:
    """Whether all was done: every label in a split and in batches, values dropped, losses right."""
    if not all(isinstance(part, np.ndarray) and part.dtype.kind in "fiu" for part in parts):
        return False
    train, test, first, dropped, losses, exact = parts
    split = np.concatenate([train.ravel(), test.ravel()])
    sizes = (len(test.ravel()), dropped.shape, losses.shape, exact.shape)
    return (
        sizes
        in [(size, x.shape, (8,), (3,)) for size in (3, 4)]  # 13 / 4 may be rounded up or down
        and np.array_equal(np.sort(split), np.sort(labels))
        and np.array_equal(np.sort(first.ravel()), np.sort(labels))
        and bool((np.isclose(dropped, 2 * x, atol=ROUNDED) | (dropped == 0)).all())
        and bool((dropped == 0).any())
        and bool(np.isfinite(losses).all())
        and bool(np.allclose(exact, curve, atol=ROUNDED))
    )
