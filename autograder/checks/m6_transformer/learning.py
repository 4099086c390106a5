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
from autograder.numerics.thresholds import AT_LEAST
from autograder.numerics.transformers import Weights

TRAINING = f"{GPTS} Adam.step clip_grad_norm"
WIDTH = 32  # of the GPTs that the judge has trained, with two layers and two heads
FEW_HEADS = 2


def _train(
    ask: Ask, rng: Rng, vocab: int, batches: tuple[Ints, Ints], first: int = 0
) -> tuple[Weights, float]:
    """Have a GPT trained from the judge's start on a batch a step.

    Returns its parameters, and which share of the judge's gradient the first step went down. The
    loss counts from position `first` on.
    """
    x, y = batches
    shapes = transformers.gpt_shapes(vocab, x.shape[-1], 2, WIDTH)
    start = transformers.start_transformer(rng, shapes)
    answer = ask(
        "learn",
        program=_program(vocab, x.shape[-1]),
        weights={name: weight.astype(np.float32) for name, weight in start.items()},
        x=x,
        y=y,
        first=first,
        lr=5e-3,
    )
    begun, last = (require_weights(answer[each], shapes) for each in ("first", "last"))
    ask.recognise_by({"trained": True})
    return last, share_downhill(start, begun, (x[0], y[0]), FEW_HEADS, first)


def _program(vocab: int, block: int) -> str:
    return f"model = GPT({vocab}, {block}, 2, {FEW_HEADS}, {WIDTH})"


def _read(ask: Ask, weights: Weights, tests: Ints, vocab: int, block: int) -> Floats:
    """Return the judge's logits for `tests`; another model with these parameters has to agree."""
    logits = gave(ask, _program(vocab, block), weights, [tests], vocab)[0]
    return recompute(weights, tests, FEW_HEADS, logits)


@check(TRAINING, seconds=30)
def check_overfit_batch(ask: Ask, rng: Rng, measure: Measure) -> None:
    ids = rng.integers(0, 11, (8, 9))
    ids[:, 0] = rng.permutation(11)[:8]  # so that the first character tells the lines apart
    x, y = ids[:, :-1], ids[:, 1:]
    batches = np.tile(x, (150, 1, 1)), np.tile(y, (150, 1, 1))
    order = rng.permutation(8)
    weights, downhill = _train(ask, rng, 11, batches)
    logits = _read(ask, weights, x[order], 11, 8)
    loss = transformers.cross_entropy(logits.reshape(-1, 11), y[order].ravel())
    ask.recognise_by({"learnt": loss < 0.1, "gone": loss > 2.0})
    thresholds.at_most(measure, "loss", loss, 0.1, "after 150 steps the loss on 8 lines")
    require_downhill(measure, downhill)


COPY = 5  # symbols of a word
SYMBOLS = MARK = 8  # different symbols; what follows the word is none of them
COPIED = 0.95  # of the symbols


@check(TRAINING, seconds=120)
def check_copy(ask: Ask, rng: Rng, measure: Measure) -> None:
    downhill: list[float] = []
    right = thresholds.try_again(
        measure, "accuracy", AT_LEAST, COPIED, lambda: _copy(ask, rng, downhill)
    )
    what = f"the copied symbols (a bigram model gets {1 / SYMBOLS:.0%} of them)"
    thresholds.at_least(measure, "accuracy", right, COPIED, what)
    require_downhill(measure, min(downhill))


def _copy(ask: Ask, rng: Rng, downhill: list[float]) -> float:
    """Train on words and their copies; return the share of symbols of new words that are right.

    To `downhill` is added how far the first step went down the judge's gradient.
    """
    steps, size = 350, 32
    words = rng.integers(0, SYMBOLS, (steps * size + 100, COPY))
    mark = np.full((len(words), 1), MARK)
    lines = np.concatenate([words, mark, words], axis=1)
    train, tests = lines[:-100].reshape(steps, size, -1), lines[-100:]
    batches = train[..., :-1], train[..., 1:]
    weights, share = _train(ask, rng, SYMBOLS + 1, batches, first=COPY)
    downhill.append(share)
    logits = _read(ask, weights, tests[:, :-1], SYMBOLS + 1, 2 * COPY)
    found = logits[:, COPY:].argmax(axis=-1)
    right = float((found == tests[:, COPY + 1 :]).mean())
    ask.recognise_by({"right": right > COPIED, "chance": right < 0.3})
    return right


SECONDS_A_STEP = 5.0
STEPS = 6
FALL = 0.1  # of the loss, in nats
DOWNHILL = 0.99  # of a gradient: float32 turns the sign of its smallest parts only
TINY, HEADS = "GPT({}, 64, 3, 4, 64)", 4


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
        "learn",
        program=f"model = {TINY.format(vocab)}",
        weights={name: w.astype(np.float32) for name, w in start.items()},
        x=np.stack(ids)[..., :-1],
        y=np.stack(ids)[..., 1:],
        first=0,
        lr=3e-3,
    )
    spent = (time.perf_counter() - begun) / STEPS
    first, last = (require_weights(answer[each], shapes) for each in ("first", "last"))
    downhill = share_downhill(start, first, (ids[0][:, :-1], ids[0][:, 1:]), HEADS)
    before, loss = (_loss(weights, others[:4]) for weights in (start, last))
    ask.recognise_by({"learnt": loss < before - FALL, "downhill": downhill > DOWNHILL})
    what = f"after six steps the loss, which began at {format_number(before)},"
    wanted = before - thresholds.choose_wanted("fall", FALL)
    thresholds.at_most(measure, "loss", loss, wanted, what)
    require_downhill(measure, downhill)
    thresholds.at_most(clock, "seconds_per_step", spent, SECONDS_A_STEP, "seconds a step")


def _loss(weights: Weights, lines: Ints) -> float:
    with np.errstate(all="ignore"):
        logits = transformers.gpt_logits(weights, lines[:, :-1], HEADS)
        rows = logits.reshape(-1, logits.shape[-1])
        return transformers.cross_entropy(rows, lines[:, 1:].ravel())


def share_downhill(
    start: Weights, moved: Weights, batch: tuple[Ints, Ints], n_head: int, first: int = 0
) -> float:
    """Return which share of a gradient has its parameter moved against it.

    Parameters
    ----------
    start, moved : dict of arrays
        A GPT's parameters before and after a step.
    batch : two ndarrays of int (B, T)
        Ids, and what follows each.
    n_head : int
        How many heads it has.
    first : int
        The position from which the loss counts.
    """
    made = transformers.gpt(start, batch[0], n_head)
    targets = np.eye(made[0].shape[-1])[batch[1]]
    cotangent = transformers.softmax(made[0]) - targets
    cotangent[:, :first] = 0.0
    _, grads = transformers.pull_back(made, cotangent)
    signs = {name: np.sign(moved[name] - start[name]) for name in grads}
    against = [np.abs(g)[signs[name] * g < 0].sum() for name, g in grads.items()]
    return float(sum(against) / sum(np.abs(g).sum() for g in grads.values()))


def require_downhill(measure: Measure, share: float) -> None:
    """Fail where the first step of a training went elsewhere than down the judge's gradient."""
    measure["downhill"] = share
    if share < DOWNHILL:
        raise WrongAnswer(
            f"the first step goes downhill by {share:.1%} of the judge's gradient, wanted at "
            f"least {DOWNHILL:.0%}: the loss is another, or of other targets"
        )
