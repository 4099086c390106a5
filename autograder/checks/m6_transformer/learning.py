"""GPTs that are trained as the check says: by heart, by copying, and for a few steps."""

import time

import numpy as np

from autograder.checks.m6_transformer.common import Floats, Ints, Measure, Rng
from autograder.checks.m6_transformer.models import GPTS, gave
from autograder.checks.m6_transformer.returned import recompute, require_weights
from autograder.data import texts
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import thresholds, transformers
from autograder.numerics.compare import format_number
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.thresholds import AT_LEAST, Result
from autograder.numerics.transformers import Weights

TRAINING = f"{GPTS} Adam.step clip_grad_norm"
WIDTH = 32  # of the GPTs that the judge has trained, with two layers and two heads
FEW_HEADS = 2


def _train(ask: Ask, vocab: int, batches: tuple[Ints, Ints], tests: Ints, first: int = 0) -> Floats:
    """Have a GPT trained on a batch a step; return the judge's logits for `tests` (B, T).

    Another model with its parameters has to predict the same.
    """
    x, y = batches
    block = x.shape[-1]
    shapes = transformers.gpt_shapes(vocab, block, 2, WIDTH)
    model = f"model = GPT({vocab}, {block}, 2, {FEW_HEADS}, {WIDTH}"
    asked = {"program": f"{model}, rng=rng)", "names": list(shapes)}
    answer = ask("learn", **asked, x=x, y=y, first=first, lr=5e-3)
    weights = require_weights(answer["weights"], shapes)
    ask.recognise_by({"trained": True})
    logits = gave(ask, f"{model})", weights, [tests], vocab)[0]
    return recompute(weights, tests, FEW_HEADS, logits)


@check(TRAINING, seconds=30)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure) -> None:
    ids = rng.integers(0, 11, (8, 9))
    ids[:, 0] = rng.permutation(11)[:8]  # so that the first character tells the lines apart
    x, y = ids[:, :-1], ids[:, 1:]
    batches = np.tile(x, (150, 1, 1)), np.tile(y, (150, 1, 1))
    order = rng.permutation(8)
    logits = _train(ask, 11, batches, x[order])
    loss = transformers.cross_entropy(logits.reshape(-1, 11), y[order].ravel())
    ask.recognise_by({"learnt": loss < 0.1, "gone": loss > 2.0})
    thresholds.at_most(measure, "loss", loss, 0.1, "after 150 steps the loss on 8 lines")


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
    batches = train[..., :-1], train[..., 1:]
    logits = _train(ask, SYMBOLS + 1, batches, tests[:, :-1], first=COPY)
    found = logits[:, COPY:].argmax(axis=-1)
    right = float((found == tests[:, COPY + 1 :]).mean())
    ask.recognise_by({"right": right > COPIED, "chance": right < 0.3})
    return right


SECONDS_A_STEP = 5.0
STEPS = 6
FALL = 0.1  # of the loss, in nats
DOWNHILL = 0.99  # of a gradient: float32 turns the sign of its smallest parts only
TINY = "GPT({}, 64, 3, 4, 64)"


@check(TRAINING, seconds=90)
def check_step(ask: Ask, rng: Rng, measure: Measure, clock: Measure) -> None:
    text = texts.split_text(texts.make_tale(rng, 3000), 3000)
    starts = rng.integers(0, 2900, (STEPS + 1, 16))
    *ids, others = text.train[starts[..., None] + np.arange(65)]
    vocab = len(text.characters)
    shapes = transformers.gpt_shapes(vocab, 64, 3, 64)
    start = transformers.start_transformer(rng, shapes)
    begun = time.perf_counter()
    answer = ask(
        "steps",
        program=f"model = {TINY.format(vocab)}",
        weights={name: w.astype(np.float32) for name, w in start.items()},
        x=np.stack(ids)[..., :-1],
        y=np.stack(ids)[..., 1:],
    )
    spent = (time.perf_counter() - begun) / STEPS
    first, last = (require_weights(answer[each], shapes) for each in ("first", "last"))
    downhill = _share_downhill(start, first, ids[0])
    before, loss = (_loss(weights, others[:4]) for weights in (start, last))
    ask.recognise_by({"learnt": loss < before - FALL, "downhill": downhill > DOWNHILL})
    what = f"after six steps the loss, which began at {format_number(before)},"
    wanted = before - thresholds.choose_wanted("fall", FALL)
    thresholds.at_most(measure, "loss", loss, wanted, what)
    if not thresholds.note_result(measure, Result("downhill", downhill, AT_LEAST, DOWNHILL)):
        raise WrongAnswer(
            f"the first step goes downhill by {downhill:.1%} of the judge's gradient, wanted at "
            f"least {DOWNHILL:.0%}: the loss is another, or of other targets"
        )
    thresholds.at_most(clock, "seconds_per_step", spent, SECONDS_A_STEP, "seconds a step")


def _loss(weights: Weights, lines: Ints) -> float:
    with np.errstate(all="ignore"):
        logits = transformers.gpt_logits(weights, lines[:, :-1], 4)
        rows = logits.reshape(-1, logits.shape[-1])
        return transformers.cross_entropy(rows, lines[:, 1:].ravel())


def _share_downhill(start: Weights, moved: Weights, lines: Ints) -> float:
    """Return which share of a gradient has its parameter moved against it."""
    made = transformers.gpt(start, lines[:, :-1], 4)
    targets = np.eye(made[0].shape[-1])[lines[:, 1:]]
    _, grads = transformers.pull_back(made, transformers.softmax(made[0]) - targets)
    signs = {name: np.sign(moved[name] - start[name]) for name in grads}
    against = [np.abs(g)[signs[name] * g < 0].sum() for name, g in grads.items()]
    return float(sum(against) / sum(np.abs(g).sum() for g in grads.values()))
