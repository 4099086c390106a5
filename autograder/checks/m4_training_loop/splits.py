"""``train_test_split`` and ``batches``: every sample once, with its own label."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m4_training_loop.common import UNSEEDED, Floats, Ints, Rng, ask_values
from autograder.checks.m4_training_loop.samples import places, samples
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import as_floats, brief, close, require_list, same
from autograder.numerics.failure import WrongAnswer


def halves(
    ask: Ask, x: Floats, y: Ints, fraction: float, seeds: Sequence[int | None]
) -> list[list[Ints]]:
    """Return, for each seed, which samples are in training and test set; pairs are compared."""
    answer = ask("split", x=x, y=y, test_fraction=fraction, seeds=list(seeds))
    splits = require_list(answer["splits"], len(seeds), "the splits")
    found = [_half(require_list(parts, 4, "the parts of a split"), x) for parts in splits]
    pairs = [
        _right_pairs(parts[2 + k], y, at)
        for parts, half in zip(splits, found, strict=True)
        for k, at in enumerate(half)
    ]
    ask.recognise_by(
        {
            "sizes": [[len(at) for at in half] for half in found],
            "different": [len(np.unique(np.concatenate(half))) for half in found],
            "one_end": [
                bool(len(half[1]) and np.ptp(half[1]) == len(half[1]) - 1) for half in found
            ],
            "same_seed": bool(len(found) > 1 and _equal(found[0], found[1])),
            "pairs": pairs,
            "x": answer["x"],
            "y": answer["y"],
        }
    )
    return found


def _half(parts: list[Any], x: Floats) -> list[Ints]:
    return [places(parts[0], x, "x_train"), places(parts[1], x, "x_test")]


def _right_pairs(got: Any, y: Ints, at: Ints) -> bool:
    return isinstance(got, np.ndarray) and got.shape == at.shape and bool((got == y[at]).all())


def _equal(one: Sequence[Ints], other: Sequence[Ints]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@check("train_test_split")
def check_split_disjoint(ask: Ask, rng: Rng) -> None:
    x, y = samples(rng, int(rng.integers(20, 30)))
    train, test = halves(ask, x, y, 0.3, [int(rng.integers(1000))])[0]
    both = sorted(set(train.tolist()) & set(test.tolist()))
    if both:
        raise WrongAnswer(
            f"{len(both)} samples are in the training and in the test set: {brief(both)}"
        )
    counts = np.bincount(np.concatenate([train, test]), minlength=len(x))
    if (counts != 1).any():
        raise WrongAnswer(
            f"of {len(x)} samples {int((counts != 1).sum())} are not in exactly one set"
        )
    if not all(ask.exchanges[-1].mark["pairs"]):
        raise WrongAnswer("labels do not belong to their samples: y is not split as x is")


@check("train_test_split")
def check_split_share(ask: Ask, rng: Rng) -> None:
    x, y = samples(rng, 40)
    for fraction in (0.1, 0.25, float(rng.choice([0.4, 0.6, 0.75]))):
        train, test = halves(ask, x, y, fraction, [1])[0]
        if abs(len(test) - 40 * fraction) > 1 or len(train) + len(test) != 40:
            raise WrongAnswer(
                f"test_fraction {fraction} of 40 samples: got {len(test)} to test and "
                f"{len(train)} to train, wanted {40 * fraction:g} and {40 - 40 * fraction:g}"
            )

    names, shown = "train_test_split", "[len(part) for part in train_test_split(x, y)]"
    sizes = ask_values(ask, names, "", [shown], x=x, y=y)[0]
    same(sizes, [32, 8, 32, 8], "the sizes of a split of 40 samples without test_fraction")


@check("train_test_split")
def check_split_random(ask: Ask, rng: Rng) -> None:
    x, y = samples(rng, 30)
    seed = int(rng.integers(1000))
    first, again, other = halves(ask, x, y, 0.3, [seed, seed, seed + 1])
    ask.take_fresh_worker()
    elsewhere = halves(ask, x, y, 0.3, [seed])[0]
    if not _equal(first, again) or not _equal(first, elsewhere):
        raise WrongAnswer(
            "the same seed gives two different splits: use only the rng that is given"
        )
    if set(first[1].tolist()) == set(other[1].tolist()):
        raise WrongAnswer("another seed gives the same test set: the split is not drawn at random")
    if _equal(*halves(ask, x, y, 0.3, [None, None])):
        raise WrongAnswer(f"without rng two splits are the same: {UNSEEDED}")


Walk = list[list[tuple[Ints, Any]]]  # epochs of batches: which samples, and what came as y


def walks(ask: Ask, x: Floats, y: Ints, size: int, seeds: Sequence[int | None]) -> list[Walk]:
    """Return two epochs of batches for each seed."""
    answer = ask("walk", x=x, y=y, batch_size=size, seeds=list(seeds))
    told = require_list(answer["walks"], len(seeds), "the walks")
    found = [[_epoch(epoch, x) for epoch in require_list(walk, 2, "the epochs")] for walk in told]
    orders = [[_order(epoch) for epoch in walk] for walk in found]
    ask.recognise_by(
        {
            "sizes": [[[len(at) for at, _ in epoch] for epoch in walk] for walk in found],
            "different": [[len(np.unique(order)) for order in walk] for walk in orders],
            "sorted": [[bool((np.diff(order) > 0).all()) for order in walk] for walk in orders],
            "same_order": [_equal(walk[:1], walk[1:]) for walk in orders],
            "pairs": [
                _right_pairs(got, y, at) for walk in found for pair in walk for at, got in pair
            ],
            "x": answer["x"],
            "y": answer["y"],
        }
    )
    return found


def _epoch(got: Any, x: Floats) -> list[tuple[Ints, Any]]:
    if not isinstance(got, list):
        raise WrongAnswer(f"wanted batches, got {brief(got)}")
    pairs = [require_list(pair, 2, "what a batch is made of") for pair in got]
    return [(places(pair[0], x, "a batch of x"), pair[1]) for pair in pairs]


def _order(epoch: list[tuple[Ints, Any]]) -> Ints:
    return np.concatenate([at for at, _ in epoch]) if epoch else np.zeros(0, np.int64)


@check("batches")
def check_batches_cover(ask: Ask, rng: Rng) -> None:
    for count, size in ((12, 4), (11, 4), (7, 3)):
        x, y = samples(rng, count)
        for walk in walks(ask, x, y, size, [None, int(rng.integers(1000))]):
            for epoch in walk:
                counts = np.bincount(_order(epoch), minlength=count)
                if (counts != 1).any():
                    worst = int(np.abs(counts - 1).argmax())
                    raise WrongAnswer(
                        f"{count} samples in batches of {size}: sample {worst} comes "
                        f"{counts[worst]} times in an epoch, wanted once"
                    )


@check("batches")
def check_batches_last(ask: Ask, rng: Rng) -> None:
    for count, size in ((11, 4), (12, 4), (3, 8), (int(rng.integers(13, 16)), 6)):
        x, y = samples(rng, count)
        wanted = [size] * (count // size) + [count % size] * (count % size > 0)
        for walk in walks(ask, x, y, size, [None, 1]):
            sizes = [len(at) for at, _ in walk[0]]
            same(sizes, wanted, f"the sizes of {count} samples in batches of {size}")


@check("batches")
def check_batches_pairs(ask: Ask, rng: Rng) -> None:
    x, y = samples(rng, 17)
    for walk in walks(ask, x, y, 5, [None, int(rng.integers(1000))]):
        if min(len(_order(epoch)) for epoch in walk) < 17:
            raise WrongAnswer("an epoch holds fewer than the 17 samples that there are")
        for at, got in (batch for epoch in walk for batch in epoch):
            wanted = y[at]
            labels = as_floats(got, wanted.shape, "a batch of y")
            if (labels != wanted).any():
                raise WrongAnswer(
                    f"the samples {brief(at)} come with the labels {brief(labels)}, "
                    f"wanted {brief(wanted)}: x and y are shuffled apart"
                )


def _orders(ask: Ask, x: Floats, y: Ints, seeds: Sequence[int | None]) -> list[list[Ints]]:
    return [[_order(epoch) for epoch in walk] for walk in walks(ask, x, y, 6, seeds)]


@check("batches")
def check_batches_order(ask: Ask, rng: Rng) -> None:
    x, y = samples(rng, 20)
    seed = int(rng.integers(1000))
    plain, first, again, other = _orders(ask, x, y, [None, seed, seed, seed + 1])
    ask.take_fresh_worker()
    elsewhere = _orders(ask, x, y, [seed])[0]
    if not np.array_equal(plain[0], np.arange(20)):
        raise WrongAnswer("without rng the samples come in another order than they have")
    if not _equal(first, again) or not _equal(first, elsewhere):
        raise WrongAnswer(
            "the same seed gives two different orders: draw from the rng that is given"
        )
    if np.array_equal(first[0], np.arange(20)) or _equal(first[:1], other[:1]):
        raise WrongAnswer("rng does not decide the order of the samples")
    steps = np.diff(first[0]) % 20
    if (steps == steps[0]).all():
        raise WrongAnswer(
            "rng decides which sample comes first, and the others follow as they lie: draw the "
            "place of each"
        )
    if _equal(first[:1], first[1:]):
        raise WrongAnswer("the second epoch has the order of the first: draw a new one every time")


@check("train_test_split batches")
def check_data_untouched(ask: Ask, rng: Rng) -> None:
    x, y = samples(rng, 15)
    halves(ask, x, y, 0.3, [1])
    _require_unchanged(ask, x, y, "train_test_split")
    walks(ask, x, y, 4, [1])
    _require_unchanged(ask, x, y, "batches")


def _require_unchanged(ask: Ask, x: Floats, y: Ints, what: str) -> None:
    after = ask.exchanges[-1].answer
    close(after["x"], x, f"x after {what}", rtol=0.0)
    close(after["y"], y, f"y after {what}", rtol=0.0)
