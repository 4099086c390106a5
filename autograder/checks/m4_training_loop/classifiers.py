"""``train_classifier``: held-out images, the same seed, an image alone."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.carried import require_carried
from autograder.checks.m4_training_loop.common import Floats, Measure, Rng
from autograder.checks.m4_training_loop.draws import (
    BETWEEN,
    DRAWS,
    inspect_model,
    judge_draws,
)
from autograder.checks.m4_training_loop.engine import require_backward
from autograder.data.images import Images
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds
from autograder.numerics.compare import as_floats, close
from autograder.numerics.small import uncut_generator

LEAST = 0.95  # of held-out images; how it was found: see the handout's table


@check("train_classifier predict", seconds=240, memory_mb=4096)
def check_classifier(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, pictures: Images
) -> None:
    def train(split: Images) -> dict[str, Any]:
        return ask(
            "classify",
            pixels=split.pixels,
            scale=split.scale,
            y=split.y,
            tests=split.pixels_test,
            seed=int(rng.integers(1000)),
            between=BETWEEN,
        )

    draws = (
        split.alter_rows(uncut_generator(rng)).renumber(uncut_generator(rng))
        for split in pictures.draws(rng, DRAWS[profile])
    )
    judge_draws(ask, train, draws, LEAST, rng, measure, clock)
    require_learnt(ask, *few_rows(pictures, rng), measure, clock["seconds_to_train"])


def small(pictures: Images, rng: Rng) -> tuple[Images, int]:
    """Return 200 images to train on and 400 to test with, under other classes, and a seed."""
    order = rng.permutation(len(pictures.y))[:600]
    train, test = order[:200], order[200:]
    own = (pictures.pixels[train], pictures.y[train], pictures.pixels[test], pictures.y[test])
    few = Images(*own, pictures.scale).renumber(uncut_generator(rng))
    return few, int(rng.integers(1000))


def few_rows(pictures: Images, rng: Rng) -> tuple[Images, int]:
    """Return what `small` does, altered for a dense network."""
    few, seed = small(pictures, rng)
    return few.alter_rows(uncut_generator(rng)), seed


ALONE = 25  # images that are shown one by one, too, to the model as it was returned
RETURNED = "the logits of an image alone, unlike in company or after eval(), at "
LEARNT_SOMETHING = 0.3  # of ten classes, after 200 images: an untrained network has 0.1


def logits_of(
    ask: Ask, measure: Measure, few: Images, seeds: Sequence[int]
) -> tuple[list[Floats], Floats, float]:
    """Return the logits of the tests for each seed, and those of the first tests each alone.

    Each training has a process of its own, which knows nothing of those before. With them comes
    how many seconds the last one took.
    """
    found: list[Floats] = []
    for seed in seeds:
        if found:
            ask.take_fresh_worker()
        ask("watch")
        begun = time.perf_counter()
        answer = ask("classify_again", x=few.x, y=few.y, tests=few.x_test, seed=seed, alone=ALONE)
        spent = time.perf_counter() - begun
        shape = (len(few.y_test), int(few.y.max()) + 1)
        found.append(as_floats(answer["together"], shape, "the logits"))
        alone = as_floats(answer["alone"], (ALONE, shape[1]), "the logits of single images")
        right = float((found[-1].argmax(axis=1) == few.y_test).mean())
        ask.recognise_by(
            {
                "equal": bool(np.array_equal(found[0], found[-1])),
                "alone": bool(np.allclose(alone, found[-1][:ALONE], atol=1e-3, rtol=1e-3)),
            }
        )
        what = f"{len(few.y_test)} images, after training on {len(few.y)} others,"
        thresholds.at_least(measure, "accuracy", right, LEARNT_SOMETHING, what)
        inspect_model(ask, few, measure, [(few.x_test, found[-1]), (few.x_test[:ALONE], alone)])
    return found, alone, spent


def require_learnt(ask: Ask, few: Images, seed: int, measure: Measure, seconds: float) -> None:
    """Fail where a model's answers do not come from its numbers, or these from no gradient.

    Where the judge has run the model itself, the first is known.
    """
    if not measure["recomputed"]:
        require_carried(ask, few, seed, measure)
    require_backward(ask, few, seed, measure, seconds)


@check("train_classifier", seconds=30)
def check_classifier_seed(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_rows(pictures, rng)
    found, _, spent = logits_of(ask, measure, few, [seed, seed])
    close(found[1], found[0], "the logits of a second training with the same seed")
    require_learnt(ask, few, seed, measure, spent)


@check("train_classifier Module.eval", seconds=30)
def check_classifier_alone(ask: Ask, rng: Rng, measure: Measure, pictures: Images) -> None:
    few, seed = few_rows(pictures, rng)
    found, alone, spent = logits_of(ask, measure, few, [seed])
    close(alone, found[0][:ALONE], RETURNED, rtol=1e-3)
    require_learnt(ask, few, seed, measure, spent)
