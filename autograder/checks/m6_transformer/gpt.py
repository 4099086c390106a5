"""``Block`` and ``GPT``."""

import math

import numpy as np

from autograder.checks.m6_transformer.attention import causal, changes
from autograder.checks.m6_transformer.common import DEEP, Measure, Rng
from autograder.checks.m6_transformer.models import GPTS, gave, gpt_case
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import transformers
from autograder.numerics.compare import (
    all_true,
    as_floats,
    close,
    format_number,
    require_flags,
    require_list,
    same,
)
from autograder.numerics.failure import WrongAnswer


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
    expressions = [
        "sorted(list(p.shape) for p in model.parameters())",
        "len(set(map(id, model.parameters())))",
    ]
    expressions += [f"list(model.{name}.shape)" for name in shapes]
    got, different, *own = require_list(
        ask("look", program=program, expressions=expressions, arrays={})["values"],
        2 + len(shapes),
        "the values",
    )
    same(got, sorted(map(list, shapes.values())), "the shapes in model.parameters()")
    same(different, len(shapes), "the number of different parameters")
    for name, shape in zip(shapes, own, strict=True):
        same(shape, list(shapes[name]), f"model.{name}.shape")


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


@check(GPTS)
def check_start_loss(ask: Ask, rng: Rng, measure: Measure) -> None:
    vocab, seed = int(rng.integers(30, 80)), int(rng.integers(1000))
    ids = rng.integers(0, vocab, (6, 17))
    x, y = ids[:, :-1], ids[:, 1:]
    answer = ask(
        "fresh", vocab_size=vocab, block_size=16, n_embd=32, ids=x, seeds=[seed, seed + 1, seed + 2]
    )
    losses = [
        transformers.cross_entropy(
            as_floats(each, (6, 16, vocab), "logits").reshape(-1, vocab), y.ravel()
        )
        for each in require_list(answer["logits"], 3, "logits")
    ]
    measure["loss"] = worst = max(losses, key=lambda loss: abs(loss - math.log(vocab)))
    ask.recognise_by({"near": [abs(loss - math.log(vocab)) < 0.3 for loss in losses]})
    if abs(worst - math.log(vocab)) > 0.3:
        raise WrongAnswer(
            f"a fresh model of {vocab} characters has loss {format_number(worst)}, wanted within "
            f"0.3 of log({vocab}) = {format_number(math.log(vocab))}"
        )


@check(GPTS)
def check_gpt_seed(ask: Ask, rng: Rng) -> None:
    seed, ids = int(rng.integers(1000)), rng.integers(0, 9, (2, 6))
    answer = ask(
        "fresh", vocab_size=9, block_size=8, n_embd=8, ids=ids, seeds=[seed, seed, seed + 1]
    )
    size = sum(math.prod(shape) for shape in transformers.gpt_shapes(9, 8, 2, 8).values())
    first, again, other = [
        as_floats(each, (size,), "all parameters, one after the other")
        for each in require_list(answer["weights"], 3, "lists")
    ]
    equal = [bool(np.array_equal(first, each)) for each in (again, other)]
    ask.recognise_by({"equal": equal})
    if not equal[0]:
        raise WrongAnswer("the same seed gives two different models: draw only from the rng given")
    if equal[1]:
        raise WrongAnswer("another seed gives the same weights: nothing is drawn from the rng")


@check(f"{GPTS} Module.parameters")
def check_built_on_tensor(ask: Ask, rng: Rng, measure: Measure) -> None:
    ids, cotangent = rng.integers(0, 9, (3, 7)), rng.normal(size=(3, 7, 9))
    answer = ask(
        "count",
        block_size=8,
        layers=[1, 3],
        ids=ids,
        head=rng.normal(size=(8, 9)),
        cotangent=cotangent,
    )
    all_true(answer["kinds"], ["the logits", "the parameters"], "not Tensors of your tensor.py")
    births = as_floats(answer["births"], (2,), "the numbers of Tensors")
    for got in require_list(answer["reached"], 2, "lists"):
        reached = require_flags(got, "whether backward reaches each parameter")
        lost = reached.count(False)
        if lost or not reached:
            raise WrongAnswer(f"{lost} parameters have no gradient after logits.backward(...)")
    measure["nodes_a_block"] = float(births[1] - births[0]) / 2
    if births[1] < births[0] + 2:
        raise WrongAnswer(
            f"running 1 block makes {births[0]:g} Tensors, 3 blocks {births[1]:g}: wanted "
            "at least one more for each block"
        )
