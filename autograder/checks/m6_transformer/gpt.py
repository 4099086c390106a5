"""``Block`` and ``GPT``."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.m4_training_loop.common import UNSEEDED
from autograder.checks.m6_transformer.attention import (
    causal,
    changes,
    require_queries,
    with_other_queries,
)
from autograder.checks.m6_transformer.common import DEEP, ROUNDED, Floats, Measure, Rng
from autograder.checks.m6_transformer.models import GPTS, gave, gpt_case, gradients_agree
from autograder.checks.m6_transformer.returned import require_weights
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import transformers
from autograder.numerics.compare import (
    all_true,
    as_floats,
    brief,
    close,
    format_number,
    require_list,
    same,
)
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.transformers import Weights


@check("Block.__call__ Block.__init__")
def check_block_residual(ask: Ask, rng: Rng) -> None:
    shapes = transformers.block_shapes("", 6)
    weights, x = transformers.draw_transformer(rng, shapes), rng.normal(2.0, 3.0, (2, 4, 6))
    for silent in (("attn.proj.", "out."), ("attn.proj.",), ("out.",)):
        quiet = {k: np.zeros_like(w) if k.startswith(silent) else w for k, w in weights.items()}
        out = gave(ask, "model = Block(6, 2)", quiet, [x], 6)[0]
        what = f"the output of a block with zero {' and '.join(s.rstrip('.') for s in silent)} at "
        close(out, transformers.block(quiet, "", x, 2)[0], what, DEEP)


@check("GPT.__init__ Module.parameters")
def check_gpt_parameters(ask: Ask, rng: Rng) -> None:
    vocab, block, layers = int(rng.integers(5, 12)), int(rng.integers(4, 9)), 3
    shapes = transformers.gpt_shapes(vocab, block, layers, 8)
    program = f"model = GPT({vocab}, {block}, {layers}, 2, 8)"
    weights = transformers.draw_transformer(rng, shapes)
    answer = ask("parameters", program=program, weights=weights)
    own = answer["shapes"] if isinstance(answer["shapes"], dict) else {}
    for name, shape in shapes.items():
        same(own.get(name), list(shape), f"model.{name}.shape")
    _require_all(answer["found"], weights)


def _require_all(got: Any, weights: Weights) -> None:
    """Fail unless `got`, model.parameters(), holds each of `weights` once."""
    if not isinstance(got, list) or not all(isinstance(each, np.ndarray) for each in got):
        raise WrongAnswer(f"model.parameters(): got {brief(got)}, wanted a list of Tensors")
    shapes = sorted(list(each.shape) for each in got)
    wanted = sorted(list(weight.shape) for weight in weights.values())
    same(shapes, wanted, "the shapes in model.parameters()")
    for name, weight in weights.items():
        times = sum(each.shape == weight.shape and is_near(each, weight) for each in got)
        same(times, 1, f"how often model.parameters() has model.{name}")


def is_near(one: NDArray[Any], other: Floats) -> bool:
    """Whether two arrays are equal, but for rounding to float32."""
    return one.dtype.kind == "f" and bool(np.abs(one - other).max() <= ROUNDED)


@check(GPTS)
def check_gpt_positions(ask: Ask, rng: Rng) -> None:
    program, weights = gpt_case(rng, 5, 8, 1, 6)
    ids = np.full((2, 7), int(rng.integers(5)))
    out = gave(ask, program, weights, [ids], 5)[0]
    wanted = transformers.gpt(weights, ids, 2)[0]
    if np.abs(np.diff(out, axis=1)).max(axis=(0, 2)).min() < 1e-6:
        raise WrongAnswer("seven times the same character: two places have the same logits")
    close(out, wanted, "the logits of seven equal characters at ", DEEP)


@check(GPTS)
def check_causality(ask: Ask, rng: Rng) -> None:
    program, weights = gpt_case(rng, 9, 8, 3, 8)
    ids = rng.integers(0, 9, (3, 8))
    places = [int(place) for place in rng.permutation(8)]
    inputs = [ids]
    for place in places:
        other = ids.copy()
        other[:, place] = (other[:, place] + rng.integers(1, 9, 3)) % 9
        inputs.append(other)
    outs = gave(ask, program, weights, inputs, 9)
    moves = changes(outs)
    for place, moved in zip(places, moves, strict=True):
        causal(moved, place, "the id", "logits")
    name = "blocks[0].attn.qkv.weight"
    changed = {**weights, name: with_other_queries(weights[name], rng)}
    require_queries([outs[0], *gave(ask, program, changed, [ids], 9)])


@check(GPTS)
def check_batch_apart(ask: Ask, rng: Rng) -> None:
    program, weights = gpt_case(rng, 7, 6, 2, 8)
    ids = rng.integers(0, 7, (4, 5))
    together, *alone = gave(ask, program, weights, [ids, *(line[None] for line in ids)], 7)
    for place, out in enumerate(alone):
        close(
            together[place],
            out[0],
            f"the logits of text {place} among four, unlike alone, at ",
            DEEP,
        )
    close(together, transformers.gpt(weights, ids, 2)[0], "the logits at ", DEEP)


def flat(weights: Weights) -> Floats:
    """Return all weights in one row."""
    return np.concatenate([weight.ravel() for weight in weights.values()])


def _ask_fresh(
    ask: Ask, vocab: int, block: int, width: int, seeds: Sequence[int | None]
) -> list[Weights]:
    """Ask for the weights of a fresh model of two layers for each seed."""
    shapes = transformers.gpt_shapes(vocab, block, 2, width)
    answer = ask(
        "fresh",
        vocab_size=vocab,
        block_size=block,
        n_embd=width,
        names=list(shapes),
        seeds=list(seeds),
    )
    found = require_list(answer["weights"], len(seeds), "models")
    return [require_weights(each, shapes) for each in found]


@check(GPTS)
def check_start_loss(ask: Ask, rng: Rng, measure: Measure) -> None:
    vocab, seed = int(rng.integers(30, 80)), int(rng.integers(1000))
    ids = rng.integers(0, vocab, (6, 17))
    x, y = ids[:, :-1], ids[:, 1:]
    losses = []
    for weights in _ask_fresh(ask, vocab, 16, 32, [seed, seed + 1, seed + 2]):
        with np.errstate(all="ignore"):
            logits = transformers.gpt_logits(weights, x, 2)
            losses.append(transformers.cross_entropy(logits.reshape(-1, vocab), y.ravel()))
    measure["loss"] = worst = max(losses, key=lambda loss: abs(loss - math.log(vocab)))
    near = [abs(loss - math.log(vocab)) < 0.3 for loss in losses]
    ask.recognise_by({"near": near})
    if not all(near):
        raise WrongAnswer(
            f"a fresh model of {vocab} characters has loss {format_number(worst)}, wanted within "
            f"0.3 of log({vocab}) = {format_number(math.log(vocab))}"
        )


@check(GPTS)
def check_gpt_seed(ask: Ask, rng: Rng) -> None:
    seed = int(rng.integers(1000))
    first, other = (flat(each) for each in _ask_fresh(ask, 9, 8, 8, [seed, seed + 1]))
    is_equal = bool(np.array_equal(first, other))
    ask.recognise_by({"other": is_equal})
    ask.take_fresh_worker()  # which remembers no model
    (again,) = (flat(each) for each in _ask_fresh(ask, 9, 8, 8, [seed]))
    is_same = bool(np.array_equal(first, again))
    ask.recognise_by({"same": is_same})
    if not is_same:
        raise WrongAnswer("the same seed gives two different models: draw only from the rng given")
    if is_equal:
        raise WrongAnswer("another seed gives the same weights: nothing is drawn from the rng")
    unseeded, more = (flat(each) for each in _ask_fresh(ask, 9, 8, 8, [None, None]))
    ask.recognise_by({"unseeded": bool(np.array_equal(unseeded, more))})
    if np.array_equal(unseeded, more):
        raise WrongAnswer(f"without rng two models have the same weights: {UNSEEDED}")


KINDS = "the logits or a parameter are not Tensors of your tensor.py"


@check(f"{GPTS} Module.parameters")
def check_built_on_tensor(ask: Ask, rng: Rng, measure: Measure) -> None:
    ids, cotangent = rng.integers(0, 9, (3, 7)), rng.normal(size=(3, 7, 9))
    programs, weights = zip(*(gpt_case(rng, 9, 8, layers, 8) for layers in (1, 3)), strict=True)
    answer = ask(
        "count", programs=list(programs), weights=list(weights), ids=ids, cotangent=cotangent
    )
    all_true(answer["kinds"], ["1 block", "3 blocks"], KINDS)
    births = as_floats(answer["births"], (2,), "the numbers of Tensors")
    outs, grads = (require_list(answer[each], 2, each) for each in ("outs", "grads"))
    for own, out, got in zip(weights, outs, grads, strict=True):
        made = transformers.gpt(own, ids, 2)
        close(out, made[0], "the logits at ", DEEP)
        _, wanted = transformers.pull_back(made, cotangent)
        gradients_agree({"grads": got if isinstance(got, dict) else {}}, wanted, DEEP)
    measure["nodes_a_block"] = float(births[1] - births[0]) / 2
    if births[1] < births[0] + 2:
        raise WrongAnswer(
            f"running 1 block makes {births[0]:g} Tensors, 3 blocks {births[1]:g}: wanted "
            "at least one more for each block"
        )
