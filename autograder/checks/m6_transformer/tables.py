"""``Bigram`` and ``Embedding``: a row for each id."""

import numpy as np

from autograder.checks.m6_transformer.common import ROUNDED, Measure, Rng
from autograder.checks.m6_transformer.models import ask_gradients, gave, gradients_agree
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import transformers
from autograder.numerics.compare import as_floats, close, require_list, same


@check("Bigram.__call__ Bigram.__init__")
def check_bigram(ask: Ask, rng: Rng) -> None:
    vocab = int(rng.integers(5, 9))
    ids, table = rng.integers(0, vocab, (3, 4)), rng.normal(size=(vocab, vocab))
    program = f"model = Bigram({vocab}); model.parameters()[0].data = table"
    answer = ask(
        "look",
        program=program,
        arrays={"ids": ids, "table": table},
        expressions=["[list(p.shape) for p in model.parameters()]", "np.array(model(ids).data)"],
    )
    shapes, out = require_list(answer["values"], 2, "values")
    same(shapes, [[vocab, vocab]], "the shapes of a Bigram's parameters")
    close(out, table[ids], "the logits of ids (3, 4) at ", ROUNDED)


STEPS, RATE = 400, 4.0
TRAINED = 1e-3  # so many steps in float32


@check("Bigram.__call__ Bigram.__init__", seconds=20)
def check_bigram_frequencies(ask: Ask, rng: Rng, measure: Measure) -> None:
    chain = rng.dirichlet(np.full(4, 2.0), 4)
    tokens = [0]
    for _ in range(240):
        tokens.append(int(rng.choice(4, p=chain[tokens[-1]])))
    text, start = np.array(tokens), rng.normal(size=(4, 4))
    counted = transformers.bigram_frequencies(text, 4)
    x, y = text[:-1].reshape(8, 30), text[1:].reshape(8, 30)
    got = ask("baseline", table=start, x=x, y=y, steps=STEPS, lr=RATE)["table"]
    table = as_floats(got, (4, 4), "the table")
    found = transformers.softmax(table)
    what = f"after {STEPS} steps the probability of a pair, by softmax of the table, at "
    measure["largest_difference"] = close(found, counted, what, 0.01)
    wanted = transformers.bigram_descent(start, text, STEPS, RATE)
    close(table, wanted, f"after {STEPS} gradient steps the logit of a pair at ", TRAINED)


MANY = (4000, 100)  # a difference for each number takes too long there
IDS = "Embedding.__call__ Embedding.__init__"


@check(IDS)
def check_embedding(ask: Ask, rng: Rng) -> None:
    table = {"weight": rng.normal(size=(6, 3))}
    for shape in ((4, 5), (7,)):
        ids = rng.integers(0, 6, shape)
        out = gave(ask, "model = Embedding(6, 3)", table, [ids], 3)[0]
        close(out, table["weight"][ids], f"Embedding(6, 3) of ids {shape} at ", ROUNDED)


@check(IDS)
def check_embedding_gradient(ask: Ask, rng: Rng, visibility: str) -> None:
    rows, dim = MANY if visibility == "hidden" else (6, 3)
    weight, ids = rng.normal(size=(rows, dim)), rng.permutation([0, 2, 2, 2, 5, 5, 1, 2])
    cotangent = rng.normal(size=(2, 4, dim))
    ids = ids.reshape(2, 4)
    program = f"Embedding({rows}, {dim})"
    answer = ask_gradients(ask, f"model = {program}", {"weight": weight}, ids, cotangent)
    close(answer["out"], weight[ids], f"{program} of ids (2, 4) at ", ROUNDED)
    wanted = np.zeros_like(weight)
    np.add.at(wanted, ids, cotangent)
    gradients_agree(answer, {"weight": wanted}, ROUNDED)
