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


@check("Bigram.__call__ Bigram.__init__", seconds=20)
def check_bigram_frequencies(ask: Ask, rng: Rng, measure: Measure) -> None:
    chain = rng.dirichlet(np.full(4, 2.0), 4)
    tokens = [0]
    for _ in range(240):
        tokens.append(int(rng.choice(4, p=chain[tokens[-1]])))
    text = np.array(tokens)
    counted = transformers.bigram_frequencies(text, 4)
    x, y = text[:-1].reshape(8, 30), text[1:].reshape(8, 30)
    got = ask("baseline", vocab_size=4, x=x, y=y, steps=400, lr=4.0)["frequencies"]
    found = as_floats(got, (4, 4), "the frequencies")
    what = "after 400 steps the probability of a pair, by softmax of the table, at "
    measure["largest_difference"] = close(found, counted, what, 0.01)


IDS = "Embedding.__call__ Embedding.__init__"


@check(IDS)
def check_embedding(ask: Ask, rng: Rng) -> None:
    table = {"weight": rng.normal(size=(6, 3))}
    for shape in ((4, 5), (7,)):
        ids = rng.integers(0, 6, shape)
        out = gave(ask, "model = Embedding(6, 3)", table, [ids], 3)[0]
        close(out, table["weight"][ids], f"Embedding(6, 3) of ids {shape} at ", ROUNDED)


@check(IDS)
def check_embedding_gradient(ask: Ask, rng: Rng) -> None:
    weight, ids = rng.normal(size=(6, 3)), rng.permutation(np.array([0, 2, 2, 2, 5, 5, 1, 2]))
    cotangent = rng.normal(size=(2, 4, 3))
    ids = ids.reshape(2, 4)
    answer = ask_gradients(ask, "model = Embedding(6, 3)", {"weight": weight}, ids, cotangent)
    close(answer["out"], weight[ids], "Embedding(6, 3) of ids (2, 4) at ", ROUNDED)
    wanted = np.zeros_like(weight)
    np.add.at(wanted, ids, cotangent)
    gradients_agree(answer, {"weight": wanted}, ROUNDED)
