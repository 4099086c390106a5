"""Networks that say the next letter: of one letter before it, and of several."""

from contextlib import suppress
from typing import Any

import numpy as np

from autograder.checks.x_makemore.common import (
    SIZE,
    Floats,
    Ints,
    Measure,
    Rng,
    count_bigrams,
    counted,
    draw_words,
    ids_of,
    mean_nll,
    softmax,
)
from autograder.data.wordlists import Words, make_words
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import small, thresholds
from autograder.numerics.compare import as_floats, brief, close, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.sandbox.failures import CheckFailure

NEAR = 0.01  # above the closed form
PLAN = (300, 50.0)  # steps and rate: the judge arrives 0.4 to 0.5 % above the closed form
ROUNDED = 1e-3  # between weights after so many steps: float32 is 1e-5 away, logs of counts 15
BETTER = 0.15  # nats
SMOOTHED = 1.0  # added to the counts of the bigram that is to be beaten
MOST = 20_000  # parameters
FEW = 200  # words for what has to be quick


def descend(words: list[str], steps: int, lr: float) -> Floats:
    """Return the weights after gradient descent from 0."""
    shares = count_bigrams(words) / count_bigrams(words).sum()
    weights = np.zeros((SIZE, SIZE))
    for _ in range(steps):
        weights = weights - lr * (shares.sum(axis=1, keepdims=True) * softmax(weights) - shares)
    return weights


@check("train_neural_bigram")
def check_neural_steps(ask: Ask, rng: Rng) -> None:
    words, draw = draw_words(rng, 25), small.uncut_generator(rng)
    plans = [(0, 1.0), (1, 20.0), (int(draw.integers(4, 9)), float(draw.uniform(5.0, 15.0)))]
    answer = ask("descend", words=words, plans=[list(plan) for plan in plans])
    for (steps, lr), got in zip(
        plans, require_list(answer["weights"], len(plans), "the weights"), strict=True
    ):
        label = f"after {steps} step{'s' * (steps != 1)} of rate {lr:.3g}: weights[{{}}]"
        close(got, descend(words, steps, lr), label)


@check("train_neural_bigram", seconds=20)
def check_neural_bigram(ask: Ask, rng: Rng, measure: Measure) -> None:
    words = make_words(small.uncut_generator(rng)).train[:FEW]
    (got,) = require_list(ask("descend", words=words, plans=[list(PLAN)])["weights"], 1, "weights")
    weights = as_floats(got, (SIZE, SIZE), "the weights")
    least, loss = mean_nll(counted(words, 0.0), words), mean_nll(softmax(weights), words)
    measure["closed_form"] = least
    label = f"after {PLAN[0]} steps the loss, divided by that of the counts ({least:.4f}),"
    thresholds.at_most(measure, "loss_ratio", loss / least, 1 + NEAR, label)
    close(weights, descend(words, *PLAN), f"after {PLAN[0]} steps: weights[{{}}]", ROUNDED)


def windows(words: list[str], size: int) -> tuple[Ints, Ints]:
    """Return the letters before each letter, and the letter."""
    x, y = [], []
    for word in words:
        ids = [0] * (size - 1) + ids_of(word)
        x += [ids[place : place + size] for place in range(len(ids) - size)]
        y += ids[size:]
    return np.array(x, np.int64).reshape(-1, size), np.array(y, np.int64)


@check("build_dataset")
def check_dataset(ask: Ask, rng: Rng) -> None:
    words, sizes = draw_words(rng, 12), [3, 1, int(small.uncut_generator(rng).integers(4, 7))]
    answer = require_list(ask("rows", words=words, sizes=sizes)["rows"], len(sizes), "the data")
    for size, got in zip(sizes, answer, strict=True):
        if not isinstance(got, dict):
            raise WrongAnswer("the answer lacks x and y")
        x, y = windows(words, size)
        where = f", of the words {brief(words)}"
        close(got.get("x"), x, f"build_dataset(words, {size}): x[{{}}]", rtol=0.0, where=where)
        close(got.get("y"), y, f"build_dataset(words, {size}): y[{{}}]", rtol=0.0, where=where)
        for name in ("x", "y"):
            if np.asarray(got[name]).dtype.kind not in "iu":
                raise WrongAnswer(f"{name} holds ids: integers, got {got[name].dtype}")


def network_of(found: Any) -> dict[str, Floats]:
    """Return the parameters of an MLP, or fail where they do not fit together."""
    if not isinstance(found, dict) or set(found) != {"C", "W1", "b1", "W2", "b2"}:
        keys = brief(sorted(map(str, found))) if isinstance(found, dict) else brief(found)
        raise WrongAnswer(f"train_mlp returns a dict of C, W1, b1, W2 and b2, got {keys}")
    sizes: dict[str, tuple[int, ...]] = {
        name: getattr(value, "shape", ()) for name, value in found.items()
    }
    if [len(sizes[name]) for name in ("C", "W1")] != [2, 2] or 0 in sizes["C"] + sizes["W1"]:
        raise WrongAnswer(f"C and W1 are of shapes {sizes['C']} and {sizes['W1']}, wanted two axes")
    width, (inputs, hidden) = sizes["C"][1], sizes["W1"]
    if inputs % width:
        raise WrongAnswer(f"W1 has {inputs} rows: wanted a multiple of D, which is {width} in C")
    shapes = {
        "C": (SIZE, width),
        "W1": (inputs, hidden),
        "b1": (hidden,),
        "W2": (hidden, SIZE),
        "b2": (SIZE,),
    }
    count = sum(int(np.prod(shape)) for shape in shapes.values())
    if count > MOST:
        raise WrongAnswer(f"{count:,} parameters, wanted at most {MOST:,}")
    return {name: as_floats(found[name], shape, name) for name, shape in shapes.items()}


def network_nll(network: dict[str, Floats], words: list[str]) -> float:
    """Return the mean negative log-likelihood of every letter, ends included."""
    vectors, first = network["C"], network["W1"]
    x, y = windows(words, first.shape[0] // vectors.shape[1])
    hidden = np.tanh(vectors[x].reshape(len(x), -1) @ first + network["b1"])
    logits = hidden @ network["W2"] + network["b2"]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float((log_sums - shifted[np.arange(len(y)), y]).mean())


def ask_network(ask: Ask, words: list[str], seed: int) -> dict[str, Floats]:
    """Let an MLP learn words; return its parameters."""
    return network_of(ask("learn", words=words, seed=seed)["parameters"])


@check("train_mlp build_dataset", seconds=240, memory_mb=4096)
def check_mlp(ask: Ask, rng: Rng, measure: Measure, words: Words) -> None:
    network = ask_network(ask, words.train, int(rng.integers(1000)))
    bigram = mean_nll(counted(words.train, SMOOTHED), words.test)
    loss = network_nll(network, words.test)
    measure["bigram_loss"] = bigram
    label = f"on {len(words.test):,} new words, where bigrams have a loss of {bigram:.3f}, the loss"
    thresholds.at_most(measure, "mlp_loss", loss, bigram - BETTER, label)


def recognise_weak(
    ask: Ask, network: dict[str, Floats], loss: float, words: list[str], seed: int
) -> None:
    """Let a mistake behind a weak network be recognised: many have nothing else in common.

    What other words leave as it is was not learnt; the biases of such a network are 0.
    """
    has_biases = bool(network["b1"].any() or network["b2"].any())
    ask.recognise_by({"loss": round(loss, 3)} if has_biases else {"biases": 0})
    if has_biases:
        return
    with suppress(CheckFailure):
        other = ask_network(ask, words, seed)
        is_fresh = all(np.array_equal(network[name], other[name]) for name in network)
        ask.recognise_by({"fresh": True} if is_fresh else {"loss": round(loss, 3)})


@check("train_mlp", seconds=30)
def check_mlp_seed(ask: Ask, rng: Rng) -> None:
    draw = small.uncut_generator(rng)
    words = make_words(draw)
    one, other = draw.choice(1000, 2, replace=False).tolist()
    found: list[dict[str, Floats]] = []
    bigram = mean_nll(counted(words.train[:FEW], SMOOTHED), words.test)
    for seed in (one, one, other):
        if found:
            ask.take_fresh_worker()
        found.append(ask_network(ask, words.train[:FEW], seed))
        loss = network_nll(found[-1], words.test)
        is_better = bool(loss <= bigram - BETTER)
        is_same = np.array_equal(found[0]["W1"], found[-1]["W1"])
        ask.recognise_by({"same": is_same})
        if not is_better:
            recognise_weak(ask, found[-1], loss, words.train[FEW : 2 * FEW], seed)
            raise WrongAnswer(
                f"after training on {FEW} words the loss on new ones is {loss:.3f} nats: wanted at "
                f"most {bigram - BETTER:.3f}, which is {BETTER:g} less than that of bigrams"
            )
    first, again, changed = found
    for name in first:
        close(again[name], first[name], f"with the same seed once more, {name}")
    if np.array_equal(first["W1"], changed["W1"]):
        raise WrongAnswer("two seeds give the same W1: draw first weights by seed")
