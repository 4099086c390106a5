"""Training for real: ``train_gpt`` on a text."""

import math
import time
from typing import Any

import numpy as np

from autograder.checks.m6_transformer.common import Floats, Ints, Measure, Rng, whole
from autograder.checks.m6_transformer.returned import SPARE, TrainedGPT, find_heads
from autograder.data import texts
from autograder.data.texts import Text
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds, transformers
from autograder.numerics.compare import (
    as_floats,
    close,
    format_number,
    is_same_array,
    require_count,
    require_list,
)
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.thresholds import AT_MOST, Result
from autograder.sandbox.failures import CheckFailure

FULL = 2.10  # nats a character on Tiny Shakespeare; a counted bigram model has 2.48
LEAD = 0.1  # by how much to beat the bigram model in quick
TRIED = 32  # beginnings of windows, by which a model is compared with the judge's
ROUNDS = 9  # characters of each window that are guessed, one after the other
PLANS = {"quick": (32, 250, 128), "full": (64, 2000, 1024)}  # block size, steps, windows


@check("train_gpt GPT.__call__", seconds=1500, memory_mb=4096)
def check_held_out(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, text: Text
) -> None:
    loss, wanted = _train_on(ask, rng, measure, clock, profile, text)
    if Result("loss", loss, AT_MOST, wanted).is_near:
        measure["first_loss"] = loss
        ask.take_fresh_worker()
        other = _other_text(rng, profile, text)
        loss, wanted = _train_on(ask, rng, measure, clock, profile, other)
    bigram = measure["bigram_loss"]
    what = f"the held-out loss a character (a counted bigram model has {bigram:.3f} nats)"
    thresholds.at_most(measure, "loss", loss, wanted, what)


def _other_text(rng: Rng, profile: str, text: Text) -> Text:
    """Return a text for a second draw: another tale, or the same text under other ids."""
    if profile == "full":
        return text.renumber(rng)
    return texts.split_text(texts.make_tale(rng, texts.LENGTH + texts.HELD_OUT), texts.LENGTH)


def _train_on(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, text: Text
) -> tuple[float, float]:
    """Have a model trained on a text; return its held-out loss, and the largest that passes."""
    block, steps, count = PLANS[profile]
    vocab = len(text.characters)
    windows = _windows(rng, text.test, block + 1, count)
    table = np.log(transformers.bigram_frequencies(text.train, vocab, more=1.0))
    model = TrainedGPT(ask, text, block, steps, windows[:TRIED, :-ROUNDS])
    begun = time.perf_counter()
    parameters = model.collect_named()
    spent = time.perf_counter() - begun
    clock.setdefault("seconds_to_train", spent)
    measure["backward_passes"] = model.passes
    heads = find_heads(parameters, vocab, block, model.beginnings, model.logits)
    measure["recomputed"] = heads > 0
    if heads:
        with np.errstate(all="ignore"):
            logits = transformers.gpt_logits(dict(parameters), windows[:, :-1], heads)[:, -ROUNDS:]
    else:
        logits = model.ask_logits(windows, ROUNDS)
    said = model.ask_sample(windows[0, :8], 200)
    targets = windows[:, -ROUNDS:]
    loss = transformers.cross_entropy(logits.reshape(-1, vocab), targets.ravel())
    bigram = float(-table[windows[:, -ROUNDS - 1 : -1], targets].mean())
    measure |= {"bigram_loss": bigram, "sample": _decode_sample(said, text)}
    usual = FULL if profile == "full" else bigram - LEAD
    lead = thresholds.choose_wanted("lead", 0.0)
    wanted = bigram - lead if lead else usual
    if not heads:
        model.require_carried(rng)
    if loss <= wanted:
        model.require_gradients(windows, wanted, heads > 0, spent)
    return loss, wanted


def _windows(rng: Rng, tokens: Ints, size: int, count: int) -> Ints:
    """Return windows of the text that share no character: none holds what another should guess."""
    whole_ones = len(tokens) // size
    rows = tokens[: whole_ones * size].reshape(whole_ones, size)
    return rows[rng.permutation(whole_ones)[: min(count, whole_ones)]]


def _decode_sample(said: Any, text: Text) -> str:
    ids = whole(said, (208,), "a sample of 8 and 200 ids")
    if ids.min() < 0 or ids.max() >= len(text.characters):
        raise WrongAnswer("the sample holds ids that are not in the vocabulary")
    return text.spelled(ids)


LEARNT = 0.2  # nats below the loss of a model that knows nothing
SHORT = 20  # steps
SAME = 1e-3  # two runs of one program, each in a process of its own


def _lopsided_tokens(rng: Rng) -> Ints:
    """Return a text of six characters, of which one is most of it."""
    return np.where(rng.random(300) < 0.7, int(rng.integers(6)), rng.integers(0, 6, 300))


def _state(seed: int) -> Ints:
    return np.asarray(np.random.RandomState(seed).get_state()[1])  # type: ignore[index]


@check("train_gpt", seconds=40)
def check_train_seed(ask: Ask, rng: Rng, measure: Measure) -> None:
    tokens, seed = _lopsided_tokens(rng), int(rng.integers(1000))
    starts = rng.integers(0, len(tokens) - 9, 20)
    lines = tokens[starts[:, None] + np.arange(9)]
    begun = time.perf_counter()
    one, other = _ask_trained(ask, measure, tokens, [seed, seed + 1], lines[:, :-1])
    spent = time.perf_counter() - begun
    ask.take_fresh_worker()  # which remembers no model
    (again,) = _ask_trained(ask, measure, tokens, [seed], lines[:, :-1])
    measure["loss"] = loss = transformers.cross_entropy(one.reshape(-1, 6), lines[:, 1:].ravel())
    is_same, least = bool(np.allclose(one, again, atol=SAME)), math.log(6) - LEARNT
    ask.recognise_by({"same": is_same, "learnt": loss < least})
    if not is_same:
        raise WrongAnswer("the same seed gives two different models: something draws elsewhere")
    if np.array_equal(one, other):
        raise WrongAnswer("another seed gives the same model: nothing is drawn by the seed")
    if loss > least:
        raise WrongAnswer(
            f"after {SHORT} steps the loss on a text of which one character is most is "
            f"{format_number(loss)}, hardly below log(6) = {math.log(6):.3f}: nothing is trained"
        )
    if is_same_array(one, _ask_idle(ask, tokens, seed, lines[:, :-1], spent)):
        raise WrongAnswer(
            "train_gpt gives the same model when every gradient of Tensor.backward is 0: "
            "it does not train"
        )


def _question(tokens: Ints, seeds: list[int], ids: Ints, backward: bool) -> dict[str, Any]:
    sizes = {"vocab_size": 6, "block_size": 8, "max_steps": SHORT}
    return {"tokens": tokens, "seeds": seeds, "ids": ids, "backward": backward, **sizes}


def _ask_idle(ask: Ask, tokens: Ints, seed: int, ids: Ints, seconds: float) -> Any:
    """Return the logits of a training in vain; None where it raises, or goes on for too long."""
    ask.take_fresh_worker()
    question = _question(tokens, [seed], ids, backward=False)
    try:
        got = ask.ask_within(SPARE + 2 * seconds, "train_again", **question)["logits"]
    except CheckFailure:
        got = [None]
    ask.take_fresh_worker()  # for the twin
    return require_list(got, 1, "logits")[0]


def _ask_trained(
    ask: Ask, measure: Measure, tokens: Ints, seeds: list[int], ids: Ints
) -> list[Floats]:
    """Ask for the logits of a model for each seed; fail where more than models has changed."""
    answer = ask("train_again", **_question(tokens, seeds, ids, backward=True))
    measure["backward_passes"] = require_count(answer["passes"], "the backward passes")
    got = require_list(answer["logits"], len(seeds), "logits")
    found = [as_floats(each, (*ids.shape, 6), "the logits") for each in got]
    states = require_list(answer["states"], len(seeds), "states")
    kept = all(is_same_array(s, _state(seed)) for s, seed in zip(states, seeds, strict=True))
    is_other = not np.array_equal(found[0], found[-1])
    steps = float(as_floats(answer["steps"], (), "the number of steps"))
    told = {"other": is_other, "kept": kept, "tokens": answer["tokens"], "steps": steps}
    ask.recognise_by(told)
    close(answer["tokens"], tokens, "the tokens after training", rtol=0.0)
    if steps > SHORT:
        raise WrongAnswer(
            f"train_gpt with max_steps={SHORT} makes {steps:g} optimiser steps, wanted at most "
            f"{SHORT}"
        )
    if not kept:
        raise WrongAnswer(
            "the state of np.random has changed: something draws from it, or seeds it"
        )
    return found
