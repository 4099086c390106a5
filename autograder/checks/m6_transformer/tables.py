"""``Bigram`` and ``Embedding``: a row for each id."""

import numpy as np

from autograder.checks.m6_transformer.common import ROUNDED, Measure, Rng
from autograder.checks.m6_transformer.models import gave, gradients_agree, pulled
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import transformers
from autograder.numerics.compare import as_floats, close, require_list, same


@check("property", 1, "Bigram.__init__ Bigram.__call__",
       ("What does a bigram model know of a text?",
        "The current character: equal ids have equal logits, wherever they stand.",
        "Look ids (B, T) up in a table of vocab_size rows and columns."))  # fmt: skip
def check_bigram(ask: Ask, rng: Rng) -> None:
    """A bigram's logits depend on the current id alone; its one parameter is the table."""
    vocab = int(rng.integers(5, 9))
    ids, table = rng.integers(0, vocab, (3, 4)), rng.normal(size=(vocab, vocab))
    program = f"model = Bigram({vocab}); model.parameters()[0].data = table"
    answer = ask("look", program=program, arrays={"ids": ids, "table": table}, expressions=[
        "[list(p.shape) for p in model.parameters()]", "np.array(model(ids).data)"])  # fmt: skip
    shapes, out = require_list(answer["values"], 2, "values")
    same(shapes, [[vocab, vocab]], "the shapes of a Bigram's parameters")
    close(out, table[ids], "the logits of ids (3, 4) at ", ROUNDED)


@check("equivalence", 2, "Bigram.__init__ Bigram.__call__",
       ("What does a table of logits become when its cross-entropy is lowest?",
        "Row i becomes the frequencies of what follows i: counting is its training.",
        "If bigram passes, look at the gradient of the table: repeated ids add up."),
       seconds=20)  # fmt: skip
def check_bigram_frequencies(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A trained bigram gives the counted frequencies."""
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


IDS = "Embedding.__init__ Embedding.__call__"


@check("golden", 1, IDS,
       ("What has the shape of the result to do with the shape of ids?",
        "A row of the table stands where its id stood: (...) becomes (..., dim).",
        "One indexing of the weight by the whole array of ids."))  # fmt: skip
def check_embedding(ask: Ask, rng: Rng) -> None:
    """An embedding gives the rows of its table, for ids of any shape."""
    table = {"weight": rng.normal(size=(6, 3))}
    for shape in ((4, 5), (7,)):
        ids = rng.integers(0, 6, shape)
        out = gave(ask, "model = Embedding(6, 3)", table, [ids], 3)[0]
        close(out, table["weight"][ids], f"Embedding(6, 3) of ids {shape} at ", ROUNDED)


@check("finite-difference", 2, IDS,
       ("How often may an id come in a batch?",
        "As often as it likes; its row gets the sum of all its cotangents.",
        "Assigning to grad[ids] keeps only the last: add them all up."))  # fmt: skip
def check_embedding_gradient(ask: Ask, rng: Rng) -> None:
    """The gradient of a row is the sum over all places where its id stands."""
    weight, ids = rng.normal(size=(6, 3)), rng.permutation(np.array([0, 2, 2, 2, 5, 5, 1, 2]))
    cotangent = rng.normal(size=(2, 4, 3))
    ids = ids.reshape(2, 4)
    answer = pulled(ask, "model = Embedding(6, 3)", {"weight": weight}, ids, cotangent)
    close(answer["out"], weight[ids], "Embedding(6, 3) of ids (2, 4) at ", ROUNDED)
    wanted = np.zeros_like(weight)
    np.add.at(wanted, ids, cotangent)
    gradients_agree(answer, {"weight": wanted}, ROUNDED)
