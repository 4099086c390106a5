"""Training for real: by heart, by copying, on a text."""

import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.checks.m6_transformer.common import Floats, Ints, Measure, Rng, whole
from autograder.checks.m6_transformer.models import GPTS
from autograder.data import texts
from autograder.data.texts import Text
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds, transformers
from autograder.numerics.compare import as_floats, close, format_number, is_same_array, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.thresholds import AT_LEAST

TRAINING = f"{GPTS} Adam.step clip_grad_norm"


@check(TRAINING, seconds=30)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure) -> None:
    ids = rng.integers(0, 11, (8, 9))
    ids[:, 0] = rng.permutation(11)[:8]  # so that the first character tells the lines apart
    x, y = ids[:, :-1], ids[:, 1:]
    contexts = [x[:, : t + 1] for t in range(8)]
    answer = ask(
        "learn",
        program="model = GPT(11, 8, 2, 2, 32, rng=rng)",
        x=np.tile(x, (150, 1, 1)),
        y=np.tile(y, (150, 1, 1)),
        first=0,
        lr=5e-3,
        contexts=contexts,
    )
    logits = _last(answer, contexts, 11)
    loss = transformers.cross_entropy(np.concatenate(logits), y.T.ravel())
    ask.recognise_by({"learnt": loss < 0.1, "gone": loss > 2.0})
    thresholds.at_most(measure, "loss", loss, 0.1, "after 150 steps the loss on 8 lines")


def _last(answer: dict[str, Any], contexts: Sequence[Ints], vocab: int) -> list[Floats]:
    got = require_list(answer["logits"], len(contexts), "the logits")
    return [
        as_floats(each, (len(context), vocab), "the logits of the last position")
        for each, context in zip(got, contexts, strict=True)
    ]


COPY = 5  # symbols of a word
SYMBOLS = MARK = 8  # different symbols; what follows the word is none of them
COPIED = 0.95  # of the symbols


@check(TRAINING, seconds=120)
def check_copy(ask: Ask, rng: Rng, measure: Measure) -> None:
    right = thresholds.try_again(measure, "accuracy", AT_LEAST, COPIED, lambda: _copy(ask, rng))
    what = f"the copied symbols (a bigram model gets {1 / SYMBOLS:.0%} of them)"
    thresholds.at_least(measure, "accuracy", right, COPIED, what)


def _copy(ask: Ask, rng: Rng) -> float:
    """Train on words and their copies; return the share of symbols of new words that are right."""
    steps, size = 350, 32
    words = rng.integers(0, SYMBOLS, (steps * size + 100, COPY))
    mark = np.full((len(words), 1), MARK)
    lines = np.concatenate([words, mark, words], axis=1)
    train, tests = lines[:-100].reshape(steps, size, -1), lines[-100:]
    contexts = [tests[:, : COPY + 1 + k] for k in range(COPY)]  # without what comes next
    answer = ask(
        "learn",
        program=f"model = GPT({SYMBOLS + 1}, {2 * COPY}, 2, 2, 32, rng=rng)",
        x=train[..., :-1],
        y=train[..., 1:],
        first=COPY,
        lr=5e-3,
        contexts=contexts,
    )
    found = np.stack([each.argmax(axis=1) for each in _last(answer, contexts, SYMBOLS + 1)], axis=1)
    right = float((found == tests[:, COPY + 1 :]).mean())
    ask.recognise_by({"right": right > COPIED, "chance": right < 0.3})
    return right


SECONDS_A_STEP = 5.0


@check(TRAINING, seconds=90)
def check_step(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    text = texts.split_text(texts.make_tale(rng, 3000), 3000)
    starts = rng.integers(0, 2900, (6, 16))
    ids = text.train[starts[..., None] + np.arange(65)]
    vocab = len(text.characters)
    answer = ask(
        "steps",
        x=ids[..., :-1],
        y=ids[..., 1:],
        vocab_size=vocab,
        block_size=64,
        n_layer=3,
        n_head=4,
        n_embd=64,
    )
    seconds = as_floats(answer["seconds"], (6,), "the seconds of each step")
    logits = as_floats(answer["logits"], (16, 64, vocab), "the logits")
    loss = transformers.cross_entropy(logits.reshape(-1, vocab), ids[0, :, 1:].ravel())
    spent = float(np.median(seconds))
    start = math.log(vocab)  # the loss of a model that knows nothing
    ask.recognise_by({"learnt": loss < start - 0.1})
    what = f"after six steps the loss, which began at log({vocab}) = {format_number(start)},"
    thresholds.at_most(measure, "loss", loss, start - 0.1, what)
    thresholds.at_most(clock, "seconds_per_step", spent, SECONDS_A_STEP, "seconds a step")


FULL = 2.10  # nats a character on Tiny Shakespeare; a counted bigram model has 2.48
LEAD = 0.1  # by how much to beat the bigram model in quick
ROUNDS = 9  # characters of each window that are guessed, one after the other
PLANS = {"quick": (32, 250, 128), "full": (64, 2000, 1024)}  # block size, steps, windows


@check("train_gpt GPT.__call__", seconds=1500, memory_mb=4096)
def check_held_out(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, text: Text
) -> None:
    block, steps, count = PLANS[profile]
    vocab = len(text.characters)
    asked = {
        "tokens": text.train.astype(np.uint8),
        "vocab_size": vocab,
        "seed": 6,
        "block_size": block,
        "max_steps": steps,
    }
    begun = time.perf_counter()
    losses, floor = [], []
    table = np.log(transformers.bigram_frequencies(text.train, vocab, more=1.0))
    windows = _windows(rng, text.test, block + 1, count)
    for size in range(block - ROUNDS + 1, block + 1):  # what is to be guessed is not yet there
        got = ask("predict", **asked, contexts=windows[:, :size])["logits"]
        clock.setdefault("seconds_to_train", time.perf_counter() - begun)
        logits = as_floats(got, (count, vocab), "the logits of what follows")
        losses.append(transformers.cross_entropy(logits, windows[:, size]))
        floor.append(float(-table[windows[:, size - 1], windows[:, size]].mean()))
    said = ask("sample", **asked, ids=windows[0, :8], count=200)["said"]
    loss, bigram = float(np.mean(losses)), float(np.mean(floor))
    measure |= {"bigram_loss": bigram, "sample": _decode_sample(said, text)}
    wanted = FULL if profile == "full" else bigram - LEAD
    what = f"the held-out loss a character (a counted bigram model has {bigram:.3f} nats)"
    thresholds.at_most(measure, "loss", loss, wanted, what)


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


@check("train_gpt", seconds=40)
def check_train_seed(ask: Ask, rng: Rng) -> None:
    tokens, seed = rng.integers(0, 6, 300), int(rng.integers(1000))
    ids = rng.integers(0, 6, (2, 8))
    answer = ask(
        "train_again",
        tokens=tokens,
        vocab_size=6,
        seeds=[seed, seed, seed + 1],
        block_size=8,
        max_steps=4,
        ids=ids,
    )
    one, again, other = [
        as_floats(each, (2, 8, 6), "the logits")
        for each in require_list(answer["logits"], 3, "logits")
    ]
    states = require_list(answer["states"], 6, "states")
    kept = all(is_same_array(states[k], states[k + 1]) for k in (0, 2, 4))
    equal = [bool(np.array_equal(one, each)) for each in (again, other)]
    ask.recognise_by({"equal": equal, "kept": kept, "tokens": answer["tokens"]})
    close(answer["tokens"], tokens, "the tokens after training", rtol=0.0)
    if not equal[0]:
        raise WrongAnswer("the same seed gives two different models: something draws elsewhere")
    if equal[1]:
        raise WrongAnswer("another seed gives the same model: nothing is drawn by the seed")
    if not kept:
        raise WrongAnswer(
            "the state of np.random has changed: something draws from it, or seeds it"
        )
