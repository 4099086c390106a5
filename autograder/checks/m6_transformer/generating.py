"""``GPT.generate``: text, token by token."""

from collections.abc import Sequence

import numpy as np

from autograder.checks.m4_training_loop.common import UNSEEDED
from autograder.checks.m6_transformer.common import Floats, Ints, Measure, Rng, whole
from autograder.checks.m6_transformer.models import gpt_case
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import transformers
from autograder.numerics.compare import require_list, same
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.transformers import Weights

GENERATE = "GPT.generate GPT.__call__"


def says(
    ask: Ask,
    program: str,
    weights: Weights,
    ids: Sequence[int],
    count: int,
    temperature: float | None,
    seeds: Sequence[int | None],
    vocab: int,
) -> list[Ints]:
    """Return what is generated with each seed, after the ids that it begins with."""
    answer = ask(
        "speak",
        program=program,
        weights=weights,
        ids=list(ids),
        count=count,
        temperature=temperature,
        seeds=list(seeds),
    )
    found = []
    for got in require_list(answer["said"], len(seeds), "texts"):
        text = whole(got, (len(ids) + count,), f"generate of {len(ids)} ids and {count} new ones")
        same(text[: len(ids)].tolist(), list(ids), "the ids that generate begins with")
        same(answer["ids"], [list(ids)] * len(seeds), "the list of ids that generate was given")
        odd = text[(text < 0) | (text >= vocab)]
        if len(odd):
            raise WrongAnswer(f"generate gives the id {odd[0]}, wanted ids in [0, {vocab})")
        found.append(text[len(ids) :])
    return found


def lot(rng: Rng, vocab: int, block: int) -> tuple[str, Weights, Floats]:
    """Return a GPT whose next token does not depend on the context, and its logits."""
    program, weights = gpt_case(rng, vocab, block, 1, 4)
    weights["head.weight"] = np.zeros_like(weights["head.weight"])
    weights["head.bias"] = rng.permutation(np.linspace(-1.8, 1.8, vocab))
    return program, weights, weights["head.bias"]


@check(GENERATE, seconds=30)
def check_generate_length(ask: Ask, rng: Rng) -> None:
    program, weights, _ = lot(rng, 7, 5)
    for begin, count in ((3, 5), (1, 9), (8, 4), (2, 0)):
        ids, sure = rng.integers(0, 7, begin).tolist(), int(rng.integers(7))
        weights["head.bias"] = 200.0 * np.eye(7)[sure]  # at every temperature
        said = says(ask, program, weights, ids, count, 1.5, [1, 2], 7)
        ask.recognise_by({"sizes": [len(each) for each in said]})
        for new in said:
            same(new.tolist(), [sure] * count, f"what follows {ids} where only {sure} is likely")


@check(GENERATE, seconds=30)
def check_generate_crops(ask: Ask, rng: Rng) -> None:
    while True:  # until a lead is never narrow, so that a tiny temperature takes the likeliest
        program, weights = gpt_case(rng, 6, 5, 2, 8)
        ids = rng.integers(0, 6, int(rng.integers(3, 5))).tolist()
        wanted, lead = transformers.continue_greedily(weights, ids, 14, 2)
        if lead > 0.08 and len(set(wanted[len(ids) :])) > 2:
            break
    said = says(ask, program, weights, ids, 14, 0.002, [3], 6)[0]
    same(
        said.tolist(),
        wanted[len(ids) :],
        f"what follows {ids} at temperature 0.002, with a context of 5,",
    )


@check(GENERATE, seconds=30)
def check_generate_draws(ask: Ask, rng: Rng, measure: Measure) -> None:
    measure["largest_difference"] = _drawn_as(ask, rng, 1.0)
    _require_all(ask, rng)


MANY, LONG = 60, 1800  # characters, all nearly as likely; one is missed once in a million texts


def _require_all(ask: Ask, rng: Rng) -> None:
    """Fail where a character that is as likely as the others never comes: few are drawn from."""
    program, weights = gpt_case(rng, MANY, 4, 1, 4)
    weights["head.weight"] = np.zeros_like(weights["head.weight"])
    weights["head.bias"] = rng.permutation(np.linspace(-0.1, 0.1, MANY))
    said = says(ask, program, weights, [0], LONG, None, [int(rng.integers(1000))], MANY)[0]
    kinds = len(np.unique(said))
    ask.recognise_by({"kinds": kinds})
    if kinds < MANY:
        raise WrongAnswer(
            f"of {MANY} characters that are nearly as likely as each other only {kinds} come in "
            f"{LONG:,} draws: each is drawn from all of the model's softmax"
        )


@check(GENERATE, seconds=30)
def check_generate_temperature(ask: Ask, rng: Rng, measure: Measure) -> None:
    for temperature in (0.4, 2.5):
        measure[f"difference_at_{temperature}"] = _drawn_as(ask, rng, temperature)


DRAWS = 1000  # a share has a standard error of at most 0.016


def _drawn_as(ask: Ask, rng: Rng, temperature: float) -> float:
    program, weights, logits = lot(rng, 5, 4)
    seed = int(rng.integers(1000))
    given = None if temperature == 1.0 else temperature  # 1 where none is given
    said = says(ask, program, weights, [0], DRAWS, given, [seed], 5)[0]
    shares = np.bincount(said, minlength=5) / DRAWS
    wanted = transformers.softmax(logits / temperature)
    off = np.abs(shares - wanted)
    followed = float((said[1:] == said[:-1]).mean() - (wanted**2).sum())
    ask.recognise_by(
        {
            "temperature": temperature,
            "shares": [round(share, 1) for share in shares],
            "right": bool(off.max() < 0.07),
        }
    )
    if off.max() > 0.07 or abs(followed) > 0.1:
        worst = int(off.argmax())
        raise WrongAnswer(
            f"at temperature {temperature:g} token {worst} is {shares[worst]:.1%} of "
            f"{DRAWS:,} draws, wanted {wanted[worst]:.1%}"
        )
    return float(off.max())


@check(GENERATE, seconds=30)
def check_generate_seed(ask: Ask, rng: Rng) -> None:
    program, weights, _ = lot(rng, 9, 5)
    likely = sorted(rng.permutation(9)[:3].tolist())
    weights["head.bias"] = np.where(np.isin(np.arange(9), likely), 0.0, -200.0)
    seed = int(rng.integers(1000))
    one, other = says(ask, program, weights, [2, 0], 40, 1.0, [seed, seed + 1], 9)
    is_equal = bool(np.array_equal(one, other))
    ask.recognise_by({"equal": is_equal, "likely": np.unique(one).tolist() == likely})
    ask.take_fresh_worker()  # which remembers no text
    (again,) = says(ask, program, weights, [2, 0], 40, 1.0, [seed], 9)
    is_same = bool(np.array_equal(one, again))
    ask.recognise_by({"same": is_same})
    if not is_same:
        raise WrongAnswer("the same seed gives two different texts: draw only from the rng given")
    if is_equal:
        raise WrongAnswer("another seed gives the same 40 tokens: nothing is drawn from the rng")
    same(np.unique(one).tolist(), likely, f"which tokens come where only {likely} are likely")
    unseeded, more = says(ask, program, weights, [2, 0], 40, 1.0, [None, None], 9)
    ask.recognise_by({"unseeded": bool(np.array_equal(unseeded, more))})
    if np.array_equal(unseeded, more):
        raise WrongAnswer(f"without rng two texts of 40 tokens are the same: {UNSEEDED}")
