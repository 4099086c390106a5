"""``get_batch``: windows of a text, and what follows."""

from collections.abc import Sequence

import numpy as np

from autograder.checks.m6_transformer.common import Ints, Rng, whole
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics.compare import brief, close, require_list, same
from autograder.numerics.failure import WrongAnswer


def ask_batches(
    ask: Ask, tokens: Ints, block: int, batch: int, seeds: Sequence[int]
) -> list[tuple[Ints, Ints]]:
    """Return a batch for each seed, as places in `tokens`, which all differ."""
    answer = ask("draw", tokens=tokens, block_size=block, batch_size=batch, seeds=list(seeds))
    found = []
    for pair in require_list(answer["pairs"], len(seeds), "batches"):
        x, y = (whole(part, (batch, block), "x and y") for part in require_list(pair, 2, "x and y"))
        found.append((_places(x, tokens), _places(y, tokens)))
    ask.recognise_by(
        {
            "steps": [sorted({*np.diff(x, axis=1).ravel().tolist()}) for x, _ in found],
            "shifts": [sorted({*(y - x).ravel().tolist()})[:4] for x, y in found],
            "starts": [int(x.max()) for x, _ in found] if len(tokens) < 20 else [],
            "different": [min(len(np.unique(x[:, 0])), 2) for x, _ in found],
            "same": bool(np.array_equal(found[0][0], found[-1][0])),
            "tokens": answer["tokens"],
        }
    )
    close(answer["tokens"], tokens, "the tokens after get_batch", rtol=0.0)
    return found


def _places(got: Ints, tokens: Ints) -> Ints:
    order = np.argsort(tokens)
    at = np.minimum(np.searchsorted(tokens[order], got), len(tokens) - 1)
    places = order[at]
    if (tokens[places] != got).any():
        raise WrongAnswer(f"get_batch: {brief(got[tokens[places] != got])} is not among the tokens")
    return np.asarray(places)


def story(rng: Rng, count: int) -> Ints:
    """Return tokens that all differ, in no order."""
    return rng.permutation(np.arange(100, 100 + 3 * count, 3))


@check("get_batch")
def check_batch_shifted(ask: Ask, rng: Rng) -> None:
    tokens = story(rng, 200)
    for block, batch in ((7, 5), (4, 9)):
        x, y = ask_batches(ask, tokens, block, batch, [int(rng.integers(1000))])[0]
        if (np.diff(x, axis=1) != 1).any():
            raise WrongAnswer(
                "a row of x is no window of the text: its tokens do not follow each other"
            )
        if (y != x + 1).any():
            shift = (y - x)[0, 0]
            raise WrongAnswer(
                f"y is x moved by {shift} places at [0, 0], wanted the next token, by 1"
            )


MANY, UNEVEN = 4000, 0.25  # windows, and a share of a seventh of them: six standard deviations


@check("get_batch")
def check_batch_inside(ask: Ask, rng: Rng) -> None:
    x, _ = ask_batches(ask, story(rng, 6), 5, 3, [1])[0]
    same(sorted(set(x[:, 0].tolist())), [0], "the starts of windows of 5 in 6 tokens")
    tokens = story(rng, 12)
    x, y = ask_batches(ask, tokens, 5, 400, [int(rng.integers(1000))])[0]
    same(int(y.max()), 11, "the last place that y reaches in 12 tokens")
    same(sorted(set(x[:, 0].tolist())), list(range(7)), "the starts of 400 windows of 5 in 12")
    x, _ = ask_batches(ask, tokens, 5, MANY, [int(rng.integers(1000))])[0]
    counts = np.bincount(x[:, 0], minlength=7)
    is_even = bool((np.abs(counts - MANY / 7) < UNEVEN * MANY / 7).all())
    ask.recognise_by({"even": is_even})
    if not is_even:
        raise WrongAnswer(
            f"of {MANY:,} windows in 12 tokens {counts.min()} begin at place {counts.argmin()} and "
            f"{counts.max()} at place {counts.argmax()}: each place should be equally likely"
        )


@check("get_batch")
def check_batch_random(ask: Ask, rng: Rng) -> None:
    seed = int(rng.integers(1000))
    tokens = story(rng, 300)
    one, other = ask_batches(ask, tokens, 4, 8, [seed, seed + 1])
    ask.take_fresh_worker()  # which remembers no batch
    (again,) = ask_batches(ask, tokens, 4, 8, [seed])
    if not np.array_equal(one[0], again[0]):
        raise WrongAnswer(
            "the same seed gives two different batches: draw from the rng that is given"
        )
    if np.array_equal(one[0], other[0]) or len(np.unique(one[0][:, 0])) < 3:
        raise WrongAnswer(
            "windows are not drawn at random, each for itself, from the rng that is given"
        )
