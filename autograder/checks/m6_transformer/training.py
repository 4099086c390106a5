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
from autograder.numerics.compare import as_floats, close, format_number, require_list
from autograder.numerics.failure import WrongAnswer

TRAINING = f"{GPTS} Adam.step clip_grad_norm"


@check("overfit", 3, TRAINING,
       ("Can your model learn eight random lines by heart?",
        "If not, a gradient is wrong: see gpt_gradient and adam first.",
        "Every parameter has to move: print which ones do."),
       seconds=30)  # fmt: skip
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A small GPT learns one batch of random characters by heart."""
    ids = rng.integers(0, 11, (8, 9))
    ids[:, 0] = rng.permutation(11)[:8]  # so that the first character tells the lines apart
    x, y = ids[:, :-1], ids[:, 1:]
    contexts = [x[:, : t + 1] for t in range(8)]
    answer = ask("learn", program="model = GPT(11, 8, 2, 2, 32, rng=rng)",
                 x=np.tile(x, (150, 1, 1)), y=np.tile(y, (150, 1, 1)), first=0, lr=5e-3,
                 contexts=contexts)  # fmt: skip
    logits = _last(answer, contexts, 11)
    loss = transformers.cross_entropy(np.concatenate(logits), y.T.ravel())
    ask.recognise_by({"learnt": loss < 0.1, "gone": loss > 2.0})
    thresholds.at_most(measure, "loss", loss, 0.1, "after 150 steps the loss on 8 lines")


def _last(answer: dict[str, Any], contexts: Sequence[Ints], vocab: int) -> list[Floats]:
    got = require_list(answer["logits"], len(contexts), "the logits")
    return [as_floats(each, (len(context), vocab), "the logits of the last position")
            for each, context in zip(got, contexts, strict=True)]  # fmt: skip


COPY = 5  # symbols of a word
SYMBOLS = MARK = 8  # different symbols; what follows the word is none of them


@check("accuracy", 4, TRAINING,
       ("What has a model to look at that copies a word?",
        "The symbol five places back: no bigram can, attention can.",
        "If gpt_gradient passes and this does not, look at positions and mask."),
       seconds=120)  # fmt: skip
def check_copy(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A small GPT learns to copy words that it has never seen, over 95 % of the symbols right."""
    steps, size = 350, 32
    words = rng.integers(0, SYMBOLS, (steps * size + 100, COPY))
    mark = np.full((len(words), 1), MARK)
    lines = np.concatenate([words, mark, words], axis=1)
    train, tests = lines[:-100].reshape(steps, size, -1), lines[-100:]
    contexts = [tests[:, : COPY + 1 + k] for k in range(COPY)]  # without what comes next
    answer = ask("learn", program=f"model = GPT({SYMBOLS + 1}, {2 * COPY}, 2, 2, 32, rng=rng)",
                 x=train[..., :-1], y=train[..., 1:], first=COPY, lr=5e-3,
                 contexts=contexts)  # fmt: skip
    found = np.stack([each.argmax(axis=1) for each in _last(answer, contexts, SYMBOLS + 1)], axis=1)
    right = float((found == tests[:, COPY + 1 :]).mean())
    ask.recognise_by({"right": right > 0.95, "chance": right < 0.3})
    what = f"the copied symbols (a bigram model gets {1 / SYMBOLS:.0%} of them)"
    thresholds.at_least(measure, "accuracy", right, 0.95, what)


SECONDS_A_STEP = 5.0


@check("overfit", 1, TRAINING,
       ("Is there a Python loop over positions, heads or rows?",
        "All heads of all rows go through one product of stacks of matrices.",
        "Reshape and transpose instead of looping; mask with one array."),
       seconds=90)  # fmt: skip
def check_step(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    """A step of 3 layers, 4 heads, width 64 and 16 x 64 characters takes less than 5 seconds."""
    text = texts.split(texts.tale(rng, 3000), 3000)
    starts = rng.integers(0, 2900, (6, 16))
    ids = text.train[starts[..., None] + np.arange(65)]
    vocab = len(text.characters)
    answer = ask("steps", x=ids[..., :-1], y=ids[..., 1:], vocab_size=vocab, block_size=64,
                 n_layer=3, n_head=4, n_embd=64)  # fmt: skip
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


@check("accuracy", 8, "train_gpt GPT.__call__",
       ("What is the loss of the bigram model on the same text?",
        "Print your held-out loss every 100 steps: does it stop falling, or fall too slowly?",
        "Width 64, 3 layers, Adam at a few thousandths with warm-up and a cosine, clipping at 1."),
       seconds=1500, memory_mb=4096)  # fmt: skip
def check_held_out(
    ask: Ask, rng: Rng, measure: Measure, clock: Measure, profile: str, text: Text
) -> None:
    """train_gpt predicts text that it has never seen: far better than the bigram model."""
    block, steps, count = PLANS[profile]
    vocab = len(text.characters)
    asked = {"tokens": text.train.astype(np.uint8), "vocab_size": vocab, "seed": 6,
             "block_size": block, "max_steps": steps}  # fmt: skip
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
    measure |= {"bigram_loss": bigram, "sample": _told(said, text)}
    wanted = FULL if profile == "full" else bigram - LEAD
    what = f"the held-out loss a character (a counted bigram model has {bigram:.3f} nats)"
    thresholds.at_most(measure, "loss", loss, wanted, what)


def _windows(rng: Rng, tokens: Ints, size: int, count: int) -> Ints:
    """Return windows of the text that share no character: none holds what another should guess."""
    whole_ones = len(tokens) // size
    rows = tokens[: whole_ones * size].reshape(whole_ones, size)
    return rows[rng.permutation(whole_ones)[: min(count, whole_ones)]]


def _told(said: Any, text: Text) -> str:
    ids = whole(said, (208,), "a sample of 8 and 200 ids")
    if ids.min() < 0 or ids.max() >= len(text.characters):
        raise WrongAnswer("the sample holds ids that are not in the vocabulary")
    return text.spelled(ids)


@check("reproducibility", 2, "train_gpt",
       ("What does `seed` have to decide?",
        "Everything: first weights and the windows of every step.",
        "One generator from the seed, handed to the model and to get_batch."),
       seconds=40)  # fmt: skip
def check_train_seed(ask: Ask, rng: Rng) -> None:
    """train_gpt gives the same model for the same seed, and leaves global chance and text alone."""
    tokens, seed = rng.integers(0, 6, 300), int(rng.integers(1000))
    ids = rng.integers(0, 6, (2, 8))
    answer = ask("train_again", tokens=tokens, vocab_size=6, seeds=[seed, seed, seed + 1],
                 block_size=8, max_steps=4, ids=ids)  # fmt: skip
    one, again, other = [as_floats(each, (2, 8, 6), "the logits")
                         for each in require_list(answer["logits"], 3, "logits")]  # fmt: skip
    states = require_list(answer["states"], 6, "states")
    kept = all(np.array_equal(states[k], states[k + 1]) for k in (0, 2, 4))
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
