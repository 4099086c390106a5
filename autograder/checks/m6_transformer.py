"""Milestone 6: is ``gpt.py`` right?"""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.checks.asking import Ask
from autograder.checks.spec import check, row
from autograder.data import texts
from autograder.data.texts import Text
from autograder.judging import goldens, thresholds, trajectories, transformers
from autograder.judging.compare import as_floats, brief, close, number, same
from autograder.judging.failure import Failed
from autograder.judging.transformers import Pulled, Weights

Rng = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measure = dict[str, Any]

BAD = ("ValueError", "TypeError")
ROUNDED = 1e-5  # the tolerance where a right answer may be computed in float32
DEEP = 1e-4  # the same after many layers
HEADS = 3


def listed(got: Any, count: int, what: str) -> list[Any]:
    """Return `got` as a list of `count` things, or fail."""
    if not isinstance(got, list) or len(got) != count:
        size = f"{len(got)} of them" if isinstance(got, list) else brief(got)
        raise Failed(f"{what}: got {size}, wanted {count}")
    return got


def whole(got: Any, shape: tuple[int, ...], what: str) -> Ints:
    """Return `got` as integers of a shape, or fail."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "iu":
        kind = f"dtype {got.dtype}" if isinstance(got, np.ndarray) else brief(got)
        raise Failed(f"{what}: got {kind}, wanted integers")
    return as_floats(got, shape, what).astype(np.int64)


# Tokenizer

TOKENS = "CharTokenizer.__init__ CharTokenizer.encode CharTokenizer.decode"


def passage(rng: Rng) -> tuple[str, list[str]]:
    """Return a text, and three others of its characters."""
    letters = rng.choice(list("abcdefghijklmnopqrstuvwxyzABCDE .,!?\n"), 14, replace=False)
    text = "".join(rng.choice(letters, 60)) + "".join(letters)
    return text, ["".join(rng.choice(letters, size)) for size in (1, 9, 25)] + [""]


def tokenized(ask: Ask, rng: Rng) -> tuple[dict[str, Any], str, list[str], list[list[int]]]:
    """Ask for ids and texts; return the answer, what was asked, and the right ids."""
    text, others = passage(rng)
    places = {character: place for place, character in enumerate(sorted(set(text)))}
    wanted = [[places[character] for character in other] for other in others]
    answer = ask("tokenize", text=text, others=others, ids=wanted)
    return answer, text, others, wanted


@check("property", 1, TOKENS,
       ("What should decode(encode(text)) be?",
        "Two tables, one the inverse of the other, made once from the same list of characters.",
        "A list of the characters gives the one direction, a dict of their places the other."),
)  # fmt: skip
def check_tokenizer_round_trip(ask: Ask, rng: Rng) -> None:
    """Decoding what was encoded gives the text back."""
    answer, _, others, wanted = tokenized(ask, rng)
    for got, other in zip(listed(answer["again"], 4, "texts"), others, strict=True):
        same(got, other, "decode(encode(text))")
    for got, ids in zip(listed(answer["encoded"], 4, "lists of ids"), wanted, strict=True):
        same(isinstance(got, list) and len(got), len(ids), "the number of ids")


@check("golden", 1, TOKENS,
       ("In which order does a set give its elements?",
        "In none that holds from one run to the next: ids go by the sorted characters.",
        "Sort the different characters of the text, once, in __init__."))  # fmt: skip
def check_tokenizer_order(ask: Ask, rng: Rng) -> None:
    """Ids are the places of the characters in sorted order, from 0."""
    answer, text, others, wanted = tokenized(ask, rng)
    same(answer["vocab_size"], len(set(text)), "vocab_size")
    same(answer["encoded"], wanted, f"the ids of {others[:2]!r} and two more")
    same(answer["decoded"], others, "the texts of these ids")


@check("property", 1, TOKENS,
       ("What should happen to a character that the text did not have?",
        "It has no id; a guessed one would be a silent mistake.",
        "Raise a ValueError that names the character."))  # fmt: skip
def check_tokenizer_unknown(ask: Ask, rng: Rng) -> None:
    """An unknown character or id is a ValueError; known ones are not."""
    text, _ = passage(rng)
    same(tokenized(ask, rng)[0]["again"][0] != "", True, "whether known characters are decoded")
    program = f"tokenizer = CharTokenizer({text!r})"
    for expression, what in (
        (f"tokenizer.encode({text[0] + '#'!r})", "a character that is not in the text"),
        (f"tokenizer.decode([0, {len(set(text))}])", "an id past the vocabulary"),
        ("tokenizer.decode([0, -1])", "a negative id"),
    ):
        kinds = ("ValueError",) if "encode" in expression else (*BAD, "LookupError")
        ask.raises(kinds, what, "attempt", program=program, expression=expression)


# Batches


def drawn(
    ask: Ask, tokens: Ints, block: int, batch: int, seeds: Sequence[int]
) -> list[tuple[Ints, Ints]]:
    """Return a batch for each seed, as places in `tokens`, which all differ."""
    answer = ask("draw", tokens=tokens, block_size=block, batch_size=batch, seeds=list(seeds))
    found = []
    for pair in listed(answer["pairs"], len(seeds), "batches"):
        x, y = (whole(part, (batch, block), "x and y") for part in listed(pair, 2, "x and y"))
        found.append((_places(x, tokens), _places(y, tokens)))
    ask.recognise_by({
        "steps": [sorted({*np.diff(x, axis=1).ravel().tolist()}) for x, _ in found],
        "shifts": [sorted({*(y - x).ravel().tolist()})[:4] for x, y in found],
        "starts": [int(x.max()) for x, _ in found] if len(tokens) < 20 else [],
        "different": [min(len(np.unique(x[:, 0])), 2) for x, _ in found],
        "same": bool(np.array_equal(found[0][0], found[-1][0])),
        "tokens": answer["tokens"],
    })  # fmt: skip
    close(answer["tokens"], tokens, "the tokens after get_batch", rtol=0.0)
    return found


def _places(got: Ints, tokens: Ints) -> Ints:
    order = np.argsort(tokens)
    at = np.minimum(np.searchsorted(tokens[order], got), len(tokens) - 1)
    places = order[at]
    if (tokens[places] != got).any():
        raise Failed(f"get_batch: {brief(got[tokens[places] != got])} is not among the tokens")
    return np.asarray(places)


def story(rng: Rng, count: int) -> Ints:
    """Return tokens that all differ, in no order."""
    return rng.permutation(np.arange(100, 100 + 3 * count, 3))


@check("property", 3, "get_batch",
       ("What does the model have to guess at each position?",
        "The token after it: y is the same window, one place later.",
        "Take tokens[i : i + T] and tokens[i + 1 : i + T + 1]."))  # fmt: skip
def check_batch_shifted(ask: Ask, rng: Rng) -> None:
    """A batch is windows of the text, and y is x one token later."""
    tokens = story(rng, 200)
    for block, batch in ((7, 5), (4, 9)):
        x, y = drawn(ask, tokens, block, batch, [int(rng.integers(1000))])[0]
        if (np.diff(x, axis=1) != 1).any():
            raise Failed("a row of x is no window of the text: its tokens do not follow each other")
        if (y != x + 1).any():
            shift = (y - x)[0, 0]
            raise Failed(f"y is x moved by {shift} places at [0, 0], wanted the next token, by 1")


@check("property", 1, "get_batch",
       ("Which is the last place where a window and its successor fit?",
        "N tokens have N - block_size windows that leave one token for y.",
        "Draw starts from 0 to N - block_size - 1, both included."))  # fmt: skip
def check_batch_inside(ask: Ask, rng: Rng) -> None:
    """Windows stay inside the text, and all of them come, the first and the last too."""
    x, _ = drawn(ask, story(rng, 6), 5, 3, [1])[0]
    same(sorted(set(x[:, 0].tolist())), [0], "the starts of windows of 5 in 6 tokens")
    tokens = story(rng, 12)
    x, y = drawn(ask, tokens, 5, 400, [int(rng.integers(1000))])[0]
    same(int(y.max()), 11, "the last place that y reaches in 12 tokens")
    same(sorted(set(x[:, 0].tolist())), list(range(7)), "the starts of 400 windows of 5 in 12")


@check("property", 1, "get_batch",
       ("Who decides which windows come?",
        "The generator that is handed in, and each row has a draw of its own.",
        "One draw of batch_size starts from rng; nothing else is random."))  # fmt: skip
def check_batch_random(ask: Ask, rng: Rng) -> None:
    """The generator decides the windows: the same seed gives the same ones, another others."""
    seed = int(rng.integers(1000))
    tokens = story(rng, 300)
    one, other, again = drawn(ask, tokens, 4, 8, [seed, seed + 1, seed])
    if not np.array_equal(one[0], again[0]):
        raise Failed("the same seed gives two different batches: draw from the rng that is given")
    if np.array_equal(one[0], other[0]) or len(np.unique(one[0][:, 0])) < 3:
        raise Failed("windows are not drawn at random, each for itself, from the rng that is given")


# Programs and weights


def pulled(
    ask: Ask, program: str, weights: Weights, x: NDArray[Any], cotangent: Floats
) -> dict[str, Any]:
    """Ask for a model's output and gradients."""
    answer = ask("run", program=program, weights=weights, x=x, cotangent=cotangent)
    if not isinstance(answer["grads"], dict):
        raise Failed("the answer lacks gradients")
    return answer


def gradients_agree(
    answer: dict[str, Any], wanted: Weights, tolerance: float, measure: Measure | None = None
) -> None:
    """Compare every gradient."""
    grads = answer["grads"]
    error = max(
        close(grads.get(name), want, f"the gradient of {name} ", tolerance)
        for name, want in wanted.items()
    )
    if measure is not None:
        measure["max_relative_error"] = error


Part = tuple[str, Callable[[int], transformers.Shapes], Callable[[Weights, Any], Pulled]]
WIDE, VOCAB, BLOCK, LAYERS = 12, 7, 6, 2
PARTS: dict[str, Part] = {
    "norm": (f"model = LayerNorm({WIDE})", lambda n: transformers.norm_shapes("", n),
             lambda w, x: transformers.layer_norm(w, "", x)),
    "attention": (f"model = CausalSelfAttention({WIDE}, {HEADS})",
                  lambda n: transformers.attention_shapes("", n),
                  lambda w, x: transformers.attention(w, "", x, HEADS)),
    "block": (f"model = Block({WIDE}, {HEADS})", lambda n: transformers.block_shapes("", n),
              lambda w, x: transformers.block(w, "", x, HEADS)),
    "gpt": (f"model = GPT({VOCAB}, {BLOCK}, {LAYERS}, {HEADS}, {WIDE})",
            lambda n: transformers.gpt_shapes(VOCAB, BLOCK, LAYERS, n),
            lambda w, x: transformers.gpt(w, x, HEADS)),
}  # fmt: skip


@pytest.fixture
def case(rng: Rng, visibility: str) -> Callable[[str], Any]:
    """Give a part its weights, input, cotangent, and what PyTorch, or the judge, makes of them."""

    def make(name: str) -> tuple[str, Weights, Any, Floats, Floats, Weights]:
        program, shapes, function = PARTS[name]
        if visibility == "public":
            stored = goldens.load("m6")
            weights, grads = (_under(stored, f"{name}/{kind}/") for kind in ("weight", "grad"))
            x, cotangent, out = (stored[f"{name}/{kind}"] for kind in ("in", "cotangent", "out"))
            return program, weights, x, cotangent, out, grads
        weights = transformers.draw(rng, shapes(WIDE))
        x = rng.integers(0, VOCAB, (4, 5)) if name == "gpt" else rng.normal(size=(4, 5, WIDE))
        made = function(weights, x)
        cotangent = rng.normal(size=made[0].shape)
        by_x, grads = transformers.gradients(made, cotangent)
        return (
            program,
            weights,
            x,
            cotangent,
            made[0],
            grads | ({} if name == "gpt" else {"x": by_x}),
        )

    return make


def _under(stored: dict[str, NDArray[Any]], start: str) -> Weights:
    return {k.removeprefix(start): v for k, v in stored.items() if k.startswith(start)}


def _forward(id: str, title: str, part: str, points: float, needs: str, hints: Any) -> Any:
    return row(id, title, part, check("golden", points, needs, hints))


FORWARD = [
    _forward("layer_norm", "A layer norm's output is PyTorch's", "norm", 2,
             "LayerNorm.__init__ LayerNorm.__call__",
             ("Over which axis are mean and variance taken?",
              "Over the last one, each vector for itself; the variance divides by dim.",
              "Subtract the mean, divide by the root of variance plus eps, then gain and bias.")),
    _forward("attention", "Attention's output is PyTorch's", "attention", 3,
             "CausalSelfAttention.__init__ CausalSelfAttention.__call__",
             ("Do you get one head right, at T = 1, at T = 2?",
              "q, k, v in this order; heads split off the last axis, then moved before T.",
              "Reshape (B, T, C) to (B, T, heads, D), transpose to (B, heads, T, D); undo both "
              "before proj.")),
    _forward("block", "A block's output is PyTorch's", "block", 3, "Block.__init__ Block.__call__",
             ("What is added to what, and what is normalised?",
              "The sum runs through untouched; ln1 feeds attn, ln2 feeds fc.",
              "Two additions: the second reads what the first one gave.")),
    _forward("gpt", "A GPT's logits are PyTorch's", "gpt", 3, "GPT.__init__ GPT.__call__",
             ("Which of the five parts of a GPT is missing or out of order?",
              "Both embeddings added, all blocks in order, the last norm, the head.",
              "Positions are 0, 1, ..., T - 1 for every row of the batch.")),
]  # fmt: skip


@pytest.mark.parametrize("part", FORWARD)
def check_forward(ask: Ask, measure: Measure, case: Callable[[str], Any], part: str) -> None:
    """A part's output agrees with PyTorch's."""
    program, weights, x, cotangent, out, _ = case(part)
    answer = pulled(ask, program, weights, x, cotangent)
    what = f"the output of {program.removeprefix('model = ')} at "
    measure["max_relative_error"] = close(answer["out"], out, what, DEEP)


BACKWARD = [
    _forward("layer_norm_gradient", "A layer norm's gradients are PyTorch's", "norm", 3,
             "LayerNorm.__init__ LayerNorm.__call__",
             ("Which numbers change when one element of a vector changes?",
              "All of its vector: through the mean, and through the variance.",
              "Made of Tensor operations it is free; as one node it has three terms.")),
    _forward("attention_gradient", "Attention's gradients are PyTorch's", "attention", 4,
             "CausalSelfAttention.__init__ CausalSelfAttention.__call__",
             ("Is the output right? Which gradient is the first that is wrong, from the end?",
              "proj, then v, then the softmax, then q and k, then qkv's weight and bias.",
              "The softmax's whole Jacobian; the scale belongs to q and to k.")),
    _forward("block_gradient", "Every gradient of a block is PyTorch's", "block", 3,
             "Block.__init__ Block.__call__",
             ("By how many paths does x reach the output?",
              "Four: each of the two sums can be passed straight or through its branch.",
              "Keep everything a Tensor; what passes through .data has no gradient.")),
    _forward("gpt_gradient", "Every parameter's gradient of a GPT is PyTorch's", "gpt", 5,
             "GPT.__init__ GPT.__call__",
             ("Which parameter is the first with a wrong gradient, from the head down?",
              "If block_gradient passes, look at the embeddings, the last norm and the head.",
              "An embedding gets a share from every place where its id stands, in every row.")),
]  # fmt: skip


@pytest.mark.parametrize("part", BACKWARD)
def check_backward(ask: Ask, measure: Measure, case: Callable[[str], Any], part: str) -> None:
    """A part's gradients agree with PyTorch's."""
    program, weights, x, cotangent, out, grads = case(part)
    answer = pulled(ask, program, weights, x, cotangent)
    close(answer["out"], out, f"the output of {program.removeprefix('model = ')} at ", DEEP)
    gradients_agree(answer, grads, DEEP, measure)


def gave(
    ask: Ask, program: str, weights: Weights, inputs: Sequence[NDArray[Any]], width: int
) -> list[Floats]:
    """Return outputs (..., width) for each input."""
    answer = ask("outputs", program=program, weights=weights, inputs=list(inputs))
    found = listed(answer["outs"], len(inputs), "outputs")
    what = f"the output of {program.removeprefix('model = ')}"
    axes = [x.shape[:2] if x.ndim > 1 else x.shape for x in inputs]
    return [as_floats(out, (*axis, width), what) for out, axis in zip(found, axes, strict=True)]


# Bigram and embedding


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
    shapes, out = listed(answer["values"], 2, "values")
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
    counted = transformers.bigram(text, 4)
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


# Layer norm


@check("golden", 1, "LayerNorm.__init__ LayerNorm.__call__",
       ("What if all elements of a vector are nearly equal?",
        "eps is added to the variance, under the root, and keeps the result finite.",
        "Divide by the root of (variance + eps)."))  # fmt: skip
def check_layer_norm_eps(ask: Ask, rng: Rng) -> None:
    """eps stands under the root: nearly equal elements are not blown up."""
    x = rng.normal(size=(2, 3, 8)) * np.array([1e-3, 3e-3, 1.0])[:, None]
    x[0, 0] = 0.7
    weights = transformers.draw(rng, transformers.norm_shapes("", 8))
    for program, eps in (("LayerNorm(8)", 1e-5), ("LayerNorm(8, eps=0.25)", 0.25)):
        out = gave(ask, f"model = {program}", weights, [x], 8)[0]
        wanted = transformers.layer_norm(weights, "", x, eps)[0]
        close(out, wanted, f"{program} of vectors that hardly vary, at ", 1e-3)


@check("property", 1, "LayerNorm.__init__",
       ("What does a fresh layer norm do besides normalising?",
        "Nothing: it stretches by 1 and shifts by 0 until training says otherwise.",
        "gain is ones, bias zeros, both Tensors of shape (dim,)."))  # fmt: skip
def check_layer_norm_fresh(ask: Ask, rng: Rng) -> None:
    """A fresh layer norm has gain 1 and bias 0: mean 0 and variance 1 come out."""
    x = rng.normal(3.0, 2.0, (3, 4, 9))
    out = gave(ask, "model = LayerNorm(9)", {}, [x], 9)[0]
    close(out.mean(axis=-1), np.zeros((3, 4)), "the mean of a vector at ", DEEP)
    close(out.var(axis=-1), np.ones((3, 4)), "the variance of a vector at ", 1e-3)


# Attention

ATTEND = "CausalSelfAttention.__init__ CausalSelfAttention.__call__"


def attending(n: int, heads: int) -> str:
    """Return a program that makes an attention layer."""
    return f"model = CausalSelfAttention({n}, {heads})"


@check("golden", 1, ATTEND,
       ("Which line of the handout's example differs from yours?",
        "Two positions, one head of two components: six numbers to work out by hand.",
        "Print q, k and v, then the scores, then the weights: the first that differs tells."),
)  # fmt: skip
def check_attention_by_hand(ask: Ask, rng: Rng, visibility: str) -> None:
    """The attention that the handout works out by hand."""
    x = np.array([[[1.0, 0.0], [0.0, 2.0]]])
    if visibility == "hidden":
        x = rng.uniform(0.5, 2.0, (1, 2, 2))
    weights = {
        "qkv.weight": np.hstack([np.eye(2)] * 3), "qkv.bias": np.zeros(6),
        "proj.weight": np.eye(2), "proj.bias": np.zeros(2),
    }  # fmt: skip
    out = gave(ask, attending(2, 1), weights, [x], 2)[0]
    close(out, transformers.attention(weights, "", x, 1)[0], "the output at ", ROUNDED)


@check("golden", 2, ATTEND,
       ("What grows with the size of a head, if nothing is divided?",
        "The dot product of q and k sums over the head's components, not over all of n_embd.",
        "Divide the scores by the root of n_embd / n_head, before the softmax."))  # fmt: skip
def check_attention_scale(ask: Ask, rng: Rng) -> None:
    """Scores are divided by the root of the head's size, whatever the number of heads."""
    weights = transformers.draw(rng, transformers.attention_shapes("", 12))
    x = rng.normal(size=(2, 5, 12))
    for heads in (1, 2, 6):
        out = gave(ask, attending(12, heads), weights, [x], 12)[0]
        wanted = transformers.attention(weights, "", x, heads)[0]
        close(out, wanted, f"CausalSelfAttention(12, {heads}) at ", ROUNDED)


@check("equivalence", 2, ATTEND,
       ("Which columns of qkv belong to head 0?",
        "The first D columns of q's part, of k's part and of v's part.",
        "Split the three parts first, then each of them into heads; join in the same order."),
)  # fmt: skip
def check_attention_heads(ask: Ask, rng: Rng, measure: Measure) -> None:
    """Several heads give what single heads give, put together."""
    heads, size = 3, 4
    n = heads * size
    weights = transformers.draw(rng, transformers.attention_shapes("", n))
    weights["proj.weight"], weights["proj.bias"] = np.eye(n), np.zeros(n)
    x = rng.normal(size=(2, 5, n))
    together = gave(ask, attending(n, heads), weights, [x], n)[0]
    wanted = transformers.attention(weights, "", x, heads)[0]
    for head in range(heads):
        columns = [part * n + head * size + k for part in range(3) for k in range(size)]
        lone = _lone(weights, columns, n, size)
        alone = gave(ask, attending(n, 1), lone, [x], n)[0][..., :size]
        part = slice(head * size, head * size + size)
        close(alone, wanted[..., part], f"head {head} computed alone, at ", ROUNDED)
        what = f"head {head} among {heads}, against the same head alone, at "
        measure["max_difference"] = close(together[..., part], alone, what, 2 * ROUNDED)


def _lone(weights: Weights, columns: list[int], n: int, size: int) -> Weights:
    """Return weights of one head of n components that computes what a head of `size` does."""
    weight, bias = np.zeros((n, 3 * n)), np.zeros(3 * n)
    for part in range(3):
        own = columns[part * size : (part + 1) * size]
        stretch = math.sqrt(n / size) if part == 0 else 1.0  # the scale is that of n components
        weight[:, part * n : part * n + size] = stretch * weights["qkv.weight"][:, own]
        bias[part * n : part * n + size] = stretch * weights["qkv.bias"][own]
    return {**weights, "qkv.weight": weight, "qkv.bias": bias}


@check("property", 2, ATTEND,
       ("What may position 2 know of position 3?",
        "Nothing: its weight is 0 exactly, because its score is minus infinity.",
        "Mask the scores above the diagonal before the softmax; the diagonal itself stays."),
)  # fmt: skip
def check_attention_causal(ask: Ask, rng: Rng) -> None:
    """A change at one position changes no earlier output, to the last bit, and every later one."""
    weights = transformers.draw(rng, transformers.attention_shapes("", 6))
    x = rng.normal(size=(2, 5, 6))
    places = [int(place) for place in rng.permutation(5)]
    changed = [_with(x, place, rng) for place in places]
    outs = gave(ask, attending(6, 2), weights, [x, *changed], 6)
    moves = _moves(outs)
    for place, moved in zip(places, moves, strict=True):
        _causal(moved, place, "x", "output")


def _with(x: Floats, place: int, rng: Rng) -> Floats:
    other = x.copy()
    other[:, place] = rng.normal(size=other[:, place].shape)
    return other


def _moves(outs: Sequence[Floats]) -> list[list[bool]]:
    return [[bool((out[:, t] != outs[0][:, t]).any()) for t in range(out.shape[1])]
            for out in outs[1:]]  # fmt: skip


def _causal(moved: list[bool], place: int, what: str, result: str) -> None:
    early = [t for t in range(place) if moved[t]]
    if early:
        raise Failed(f"{what} changed at position {place}, and the {result} at position {early[0]} "
                     "changed too: it sees the future")  # fmt: skip
    late = [t for t in range(place, len(moved)) if not moved[t]]
    if late:
        raise Failed(f"{what} changed at position {place}, and the {result} at position {late[0]} "
                     "did not: it should see the past and itself")  # fmt: skip


@check("golden", 1, ATTEND,
       ("How long is the sequence that comes, and how long is your mask?",
        "Shorter contexts come at the start of every text: the mask has to be as long as x.",
        "Make the mask of (T, T) from x's own T, or cut the long one."))  # fmt: skip
def check_attention_short(ask: Ask, rng: Rng) -> None:
    """One layer takes sequences of every length; one position alone attends to itself."""
    weights = transformers.draw(rng, transformers.attention_shapes("", 6))
    inputs = [rng.normal(size=(2, length, 6)) for length in (1, 4, 9)]
    outs = gave(ask, attending(6, 2), weights, inputs, 6)
    for x, out in zip(inputs, outs, strict=True):
        wanted = transformers.attention(weights, "", x, 2)[0]
        close(out, wanted, f"the output for T = {x.shape[1]} at ", ROUNDED)


@check("property", 1, ATTEND,
       ("What if a score is 1000?",
        "exp overflows; the softmax shifts each row by its largest score first.",
        "Use your stable softmax, on the masked scores."))  # fmt: skip
def check_attention_stable(ask: Ask, rng: Rng) -> None:
    """Large scores neither overflow nor let the future in."""
    weights = transformers.draw(rng, transformers.attention_shapes("", 6))
    weights["qkv.weight"] = weights["qkv.weight"] * 30
    x = rng.normal(size=(2, 5, 6))
    out = gave(ask, attending(6, 2), weights, [x], 6)[0]
    close(
        out, transformers.attention(weights, "", x, 2)[0], "the output for large scores at ", 1e-3
    )


# Block and model


@check("property", 1, "Block.__init__ Block.__call__",
       ("What does a block do if its branches give nothing?",
        "It passes x on, unchanged and not normalised.",
        "x is added to what attn gives, and the sum to what out gives."))  # fmt: skip
def check_block_residual(ask: Ask, rng: Rng) -> None:
    """With silent branches a block passes x on; each branch alone adds to it."""
    shapes = transformers.block_shapes("", 6)
    weights, x = transformers.draw(rng, shapes), rng.normal(2.0, 3.0, (2, 4, 6))
    for silent in (("attn.proj.", "out."), ("attn.proj.",), ("out.",)):
        quiet = {k: np.zeros_like(w) if k.startswith(silent) else w for k, w in weights.items()}
        out = gave(ask, "model = Block(6, 2)", quiet, [x], 6)[0]
        what = f"the output of a block with zero {' and '.join(s.rstrip('.') for s in silent)} at "
        close(out, transformers.block(quiet, "", x, 2)[0], what, DEEP)


@check("property", 1, "GPT.__init__ Module.parameters",
       ("Which parameters does the optimiser get?",
        "Those of both embeddings, of all blocks, of the last norm and of the head.",
        "Keep the blocks in a list that your Module walks through."))  # fmt: skip
def check_gpt_parameters(ask: Ask, rng: Rng) -> None:
    """A GPT has all its parameters, under their names, with their shapes."""
    vocab, block, layers = int(rng.integers(5, 12)), int(rng.integers(4, 9)), 3
    shapes = transformers.gpt_shapes(vocab, block, layers, 8)
    program = f"model = GPT({vocab}, {block}, {layers}, 2, 8)"
    expressions = ["sorted(list(p.shape) for p in model.parameters())",
                   "len(set(map(id, model.parameters())))"]  # fmt: skip
    expressions += [f"list(model.{name}.shape)" for name in shapes]
    got, different, *own = listed(
        ask("look", program=program, expressions=expressions, arrays={})["values"],
        2 + len(shapes), "the values",
    )  # fmt: skip
    same(got, sorted(map(list, shapes.values())), "the shapes in model.parameters()")
    same(different, len(shapes), "the number of different parameters")
    for name, shape in zip(shapes, own, strict=True):
        same(shape, list(shapes[name]), f"model.{name}.shape")


GPTS = "GPT.__init__ GPT.__call__"


def gpt_case(rng: Rng, vocab: int, block: int, layers: int, n: int) -> tuple[str, Weights]:
    """Return a program that makes a GPT with two heads, and weights for it."""
    program = f"model = GPT({vocab}, {block}, {layers}, 2, {n})"
    return program, transformers.draw(rng, transformers.gpt_shapes(vocab, block, layers, n))


@check("property", 1, GPTS,
       ("Can your model tell 'abab' from 'aabb'?",
        "Attention sees a set; only the position embedding tells where something stands.",
        "Add the rows 0 to T - 1 of position_embedding to the rows of the tokens."))  # fmt: skip
def check_gpt_positions(ask: Ask, rng: Rng) -> None:
    """The same character at another place has other logits, by the position embedding."""
    program, weights = gpt_case(rng, 5, 8, 1, 6)
    ids = np.full((2, 7), int(rng.integers(5)))
    out = gave(ask, program, weights, [ids], 5)[0]
    wanted = transformers.gpt(weights, ids, 2)[0]
    if np.abs(np.diff(out, axis=1)).max(axis=(0, 2)).min() < 1e-6:
        raise Failed("seven times the same character: two places have the same logits")
    close(out, wanted, "the logits of seven equal characters at ", DEEP)


@check("property", 4, GPTS,
       ("What may the logits at position t depend on?",
        "On the ids up to t: change a later one, and not a bit of them may differ.",
        "See attention_causal; then look for means or norms over the time axis."))  # fmt: skip
def check_causality(ask: Ask, rng: Rng) -> None:
    """A change at position t moves no logit before t, to the last bit, and every one from t on."""
    program, weights = gpt_case(rng, 9, 8, 3, 8)
    ids = rng.integers(0, 9, (3, 8))
    places = [int(place) for place in rng.permutation(8)]
    inputs = [ids]
    for place in places:
        other = ids.copy()
        other[:, place] = (other[:, place] + rng.integers(1, 9, 3)) % 9
        inputs.append(other)
    outs = gave(ask, program, weights, inputs, 9)
    moves = _moves(outs)
    for place, moved in zip(places, moves, strict=True):
        _causal(moved, place, "the id", "logits")


@check("property", 1, GPTS,
       ("May one text of a batch change what is said about another?",
        "No: rows of a batch know nothing of each other.",
        "Look at the axes of every mean, softmax, reshape and transpose."))  # fmt: skip
def check_batch_apart(ask: Ask, rng: Rng) -> None:
    """Rows of a batch do not know of each other: alone they get the same logits."""
    program, weights = gpt_case(rng, 7, 6, 2, 8)
    ids = rng.integers(0, 7, (4, 5))
    together, *alone = gave(ask, program, weights, [ids, *(line[None] for line in ids)], 7)
    for place, out in enumerate(alone):
        close(together[place], out[0], f"the logits of text {place} among four, unlike alone, at ",
              DEEP)  # fmt: skip
    close(together, transformers.gpt(weights, ids, 2)[0], "the logits at ", DEEP)


@check("property", 2, GPTS,
       ("What should a model guess that has seen nothing?",
        "All characters alike: its loss is log(vocab_size) then.",
        "Make the head's first weights small."))  # fmt: skip
def check_start_loss(ask: Ask, rng: Rng, measure: Measure) -> None:
    """A fresh model's loss is near log(vocab_size): it prefers nothing yet."""
    vocab, seed = int(rng.integers(30, 80)), int(rng.integers(1000))
    ids = rng.integers(0, vocab, (6, 17))
    x, y = ids[:, :-1], ids[:, 1:]
    answer = ask("fresh", vocab_size=vocab, block_size=16, n_embd=32, ids=x,
                 seeds=[seed, seed + 1, seed + 2])  # fmt: skip
    losses = [transformers.cross_entropy(as_floats(each, (6, 16, vocab), "logits")
                                         .reshape(-1, vocab), y.ravel())
              for each in listed(answer["logits"], 3, "logits")]  # fmt: skip
    measure["loss"] = worst = max(losses, key=lambda loss: abs(loss - math.log(vocab)))
    ask.recognise_by({"near": [abs(loss - math.log(vocab)) < 0.3 for loss in losses]})
    if abs(worst - math.log(vocab)) > 0.3:
        raise Failed(f"a fresh model of {vocab} characters has loss {number(worst)}, wanted within "
                     f"0.3 of log({vocab}) = {number(math.log(vocab))}")  # fmt: skip


@check("property", 1, GPTS,
       ("Where do first weights come from?",
        "From the rng that is given, all of them: the same seed, the same model.",
        "Hand the one generator on to every part; make one only where none is given."))  # fmt: skip
def check_gpt_seed(ask: Ask, rng: Rng) -> None:
    """The generator decides the first weights."""
    seed, ids = int(rng.integers(1000)), rng.integers(0, 9, (2, 6))
    answer = ask("fresh", vocab_size=9, block_size=8, n_embd=8, ids=ids,
                 seeds=[seed, seed, seed + 1])  # fmt: skip
    size = sum(math.prod(shape) for shape in transformers.gpt_shapes(9, 8, 2, 8).values())
    first, again, other = [as_floats(each, (size,), "all parameters, one after the other")
                           for each in listed(answer["weights"], 3, "lists")]  # fmt: skip
    equal = [bool(np.array_equal(first, each)) for each in (again, other)]
    ask.recognise_by({"equal": equal})
    if not equal[0]:
        raise Failed("the same seed gives two different models: draw only from the rng given")
    if equal[1]:
        raise Failed("another seed gives the same weights: nothing is drawn from the rng")


@check("property", 2, f"{GPTS} Module.parameters",
       ("Is every step from ids to logits an operation on your Tensor?",
        "What is computed on .data leaves the graph; backward cannot come back through it.",
        "Wrap no result in a new Tensor; let the operations of tensor.py make it."))  # fmt: skip
def check_built_on_tensor(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The model runs on your own Tensor: every block adds nodes, every parameter is reached."""
    ids, cotangent = rng.integers(0, 9, (3, 7)), rng.normal(size=(3, 7, 9))
    answer = ask("count", block_size=8, layers=[1, 3], ids=ids, head=rng.normal(size=(8, 9)),
                 cotangent=cotangent)  # fmt: skip
    kinds = listed(answer["kinds"], 2, "kinds")
    same(kinds, [True, True], "whether logits and parameters are Tensors of tensor.py")
    births = as_floats(answer["births"], (2,), "the numbers of Tensors")
    for reached in listed(answer["reached"], 2, "lists"):
        lost = reached.count(False) if isinstance(reached, list) else 0
        if lost or not reached:
            raise Failed(f"{lost} parameters have no gradient after logits.backward(...)")
    measure["nodes_a_block"] = float(births[1] - births[0]) / 2
    if births[1] < births[0] + 2:
        raise Failed(f"running 1 block makes {births[0]:g} Tensors, 3 blocks {births[1]:g}: wanted "
                     "at least one more for each block")  # fmt: skip


# Adam and clipping


def descends(
    ask: Ask, problem: Sequence[Sequence[Floats]], rates: Sequence[float],
    betas: tuple[float, float] | None = None, eps: float = 1e-8, max_norm: float = 0.0,
    wanted: tuple[Sequence[Floats], Floats] | None = None,
) -> float:  # fmt: skip
    """Compare Adam's path with the judge's own, or with `wanted` (paths and norms)."""
    start, targets, curvatures = problem
    answer = ask("descend", params=list(start), targets=list(targets), curvatures=list(curvatures),
                 rates=list(rates), betas=betas and list(betas), eps=eps,
                 max_norm=max_norm)  # fmt: skip
    if wanted is None:
        slopes = trajectories.quadratic(targets, curvatures)
        path, norms = transformers.adam(start, slopes, rates, betas or (0.9, 0.999), eps, max_norm)
        wanted = [np.stack([at[k] for at in path]) for k in range(len(start))], np.array(norms)
    paths = listed(answer["paths"], len(start), "the paths of the parameters")
    found = [
        as_floats(p, w.shape, "where a parameter is") for p, w in zip(paths, wanted[0], strict=True)
    ]
    if max_norm:
        close(answer["norms"], wanted[1], "clip_grad_norm's result in step {}", DEEP)
    error = 0.0
    for step in range(len(rates)):  # the first wrong step tells most
        for k, walked in enumerate(found):
            what = f"parameter {k} after step {step + 1} "
            error = max(error, close(walked[step], wanted[0][k][step], what, 2 * ROUNDED))
    return error


def problem_of(rng: Rng, *shapes: tuple[int, ...]) -> tuple[list[Floats], ...]:
    """Return starts, targets and curvatures of a quadratic with one parameter a shape."""
    return (
        [rng.uniform(-2.0, 2.0, shape) for shape in shapes],
        [rng.uniform(-1.0, 1.0, shape) for shape in shapes],
        [rng.uniform(0.3, 3.0, shape) for shape in shapes],
    )


ADAM = "Adam.__init__ Adam.step"


def _descent(id: str, title: str, run: Any, points: float, needs: str, hints: Any) -> Any:
    return row(id, title, run, check("golden", points, needs, hints))


RUNS = [
    _descent("adam", "Twenty steps of Adam are PyTorch's", ("plain", None, 1e-8, 0.0), 3, ADAM,
             ("Is the first step lr long in every component?",
              "Two running means, of g and of g squared, each with its own beta, each corrected.",
              "Count steps from 1, once a step and not once a parameter; correct by 1 - beta^t.")),
    _descent("adam_settings", "Adam with other betas and a large eps is PyTorch's",
             ("eps", (0.8, 0.95), 0.3, 0.0), 1, ADAM,
             ("Where does eps stand: under the root or beside it?",
              "Beside it, and after the second mean was corrected.",
              "Divide the corrected first mean by (root of the corrected second, plus eps).")),
    _descent("adam_clipped", "Adam on clipped gradients is PyTorch's",
             ("clipped", (0.9, 0.99), 1e-8, 1.5), 2, f"{ADAM} clip_grad_norm",
             ("Which norm is compared with max_norm?",
              "That of all gradients as one long vector; all shrink by the same factor.",
              "The root of the sum of all squares; change the gradients themselves.")),
]  # fmt: skip


@pytest.mark.parametrize("how", RUNS)
def check_descent(
    ask: Ask, rng: Rng, measure: Measure, visibility: str,
    how: tuple[str, tuple[float, float] | None, float, float],
) -> None:  # fmt: skip
    """A trajectory of Adam agrees with PyTorch's."""
    name, betas, eps, most = how
    stored, wanted = goldens.load("m6"), None
    problem: Sequence[Sequence[Floats]] = problem_of(rng, (3, 4), (5,), (3, 4))
    if visibility == "public":
        problem = [[stored[f"{part}_{k}"] for k in range(3)]
                   for part in ("start", "target", "curvature")]  # fmt: skip
        wanted = [stored[f"{name}_{k}"] for k in range(3)], stored[f"{name}_norms"]
    measure["max_error"] = descends(ask, problem, [0.05] * 20, betas, eps, most, wanted)


@check("property", 1, f"{ADAM} Adam.zero_grad",
       ("What is 0 / 0?",
        "A parameter with gradient 0 stays where it is: eps keeps the division finite.",
        "And the rate that counts is self.lr at the time of the step."))  # fmt: skip
def check_adam_still(ask: Ask, rng: Rng) -> None:
    """Adam leaves a parameter with gradient 0 alone, and follows a changing rate."""
    start, targets, curvatures = problem_of(rng, (2, 3), (4,))
    curvatures[1][:] = 0.0
    descends(ask, (start, targets, curvatures), [0.1, 0.02, 0.05, 0.2, 0.01])


def clipped(ask: Ask, rng: Rng, length: float, most: float) -> tuple[list[Floats], dict[str, Any]]:
    """Ask for gradients of that length to be clipped; return them and the answer."""
    grads = [rng.normal(size=shape) for shape in ((3, 4), (5,), (2, 2))]
    norm = math.sqrt(sum(float((g * g).sum()) for g in grads))
    grads = [g * length / norm for g in grads]
    answer = ask("clip", grads=grads, max_norm=most)
    close(answer["norm"], length, "clip_grad_norm's result, the norm before clipping,", ROUNDED)
    return grads, answer


@check("golden", 2, "clip_grad_norm",
       ("Is the norm one number for all gradients, or one for each?",
        "One: the direction of the whole step must not turn.",
        "Sum the squares of all gradients, one root, one factor for all."))  # fmt: skip
def check_clip(ask: Ask, rng: Rng) -> None:
    """Too long gradients shrink by one factor; the norm before is returned."""
    length, most = float(rng.uniform(4.0, 6.0)), float(rng.uniform(0.5, 1.5))
    grads, answer = clipped(ask, rng, length, most)
    for k, got in enumerate(listed(answer["grads"], 3, "gradients")):
        close(got, grads[k] * most / length, f"gradient {k} after clipping, at ", ROUNDED)


@check("property", 1, "clip_grad_norm",
       ("What if the gradients are short enough already?",
        "Nothing changes: clipping never makes them longer.",
        "Scale only where the norm is above max_norm."))  # fmt: skip
def check_clip_short(ask: Ask, rng: Rng) -> None:
    """Gradients that are short enough stay as they are."""
    length = float(rng.uniform(0.3, 0.8))
    grads, answer = clipped(ask, rng, length, 2.0)
    for k, got in enumerate(listed(answer["grads"], 3, "gradients")):
        close(got, grads[k], f"gradient {k}, which is short enough, at ", ROUNDED)


# Generating

GENERATE = "GPT.generate GPT.__call__"


def says(
    ask: Ask, program: str, weights: Weights, ids: Sequence[int], count: int, temperature: float,
    seeds: Sequence[int], vocab: int,
) -> list[Ints]:  # fmt: skip
    """Return what is generated with each seed, after the ids that it begins with."""
    answer = ask("speak", program=program, weights=weights, ids=list(ids), count=count,
                 temperature=temperature, seeds=list(seeds))  # fmt: skip
    found = []
    for got in listed(answer["said"], len(seeds), "texts"):
        text = whole(got, (len(ids) + count,), f"generate of {len(ids)} ids and {count} new ones")
        same(text[: len(ids)].tolist(), list(ids), "the ids that generate begins with")
        odd = text[(text < 0) | (text >= vocab)]
        if len(odd):
            raise Failed(f"generate gives the id {odd[0]}, wanted ids in [0, {vocab})")
        found.append(text[len(ids) :])
    return found


def lot(rng: Rng, vocab: int, block: int) -> tuple[str, Weights, Floats]:
    """Return a GPT whose next token does not depend on the context, and its logits."""
    program, weights = gpt_case(rng, vocab, block, 1, 4)
    weights["head.weight"] = np.zeros_like(weights["head.weight"])
    weights["head.bias"] = rng.permutation(np.linspace(-1.8, 1.8, vocab))
    return program, weights, weights["head.bias"]


@check("property", 1, GENERATE,
       ("How many ids come out of three and five new ones?",
        "Eight: the beginning, then what was drawn, all of them in the vocabulary.",
        "Append each drawn id to the list that you began with."),
       seconds=30)  # fmt: skip
def check_generate_length(ask: Ask, rng: Rng) -> None:
    """generate gives the ids it was given and as many new ones as asked, all in the vocabulary."""
    program, weights = gpt_case(rng, 7, 5, 1, 6)
    for begin, count in ((3, 5), (1, 9), (8, 4), (2, 0)):
        ids = rng.integers(0, 7, begin).tolist()
        said = says(ask, program, weights, ids, count, 1.5, [1, 2], 7)
        ask.recognise_by({"sizes": [len(each) for each in said]})


@check("equivalence", 2, GENERATE,
       ("How much of the text can the model see?",
        "The last block_size ids: there are no more positions.",
        "Cut the ids before each call of the model; the first of the cut has position 0."),
       seconds=30)  # fmt: skip
def check_generate_crops(ask: Ask, rng: Rng) -> None:
    """generate goes on by what the model says about the last block_size ids."""
    while True:  # until a lead is never narrow, so that a tiny temperature takes the likeliest
        program, weights = gpt_case(rng, 6, 5, 2, 8)
        ids = rng.integers(0, 6, int(rng.integers(3, 5))).tolist()
        wanted, lead = transformers.greedy(weights, ids, 14, 2)
        if lead > 0.08 and len(set(wanted[len(ids) :])) > 2:
            break
    said = says(ask, program, weights, ids, 14, 0.002, [3], 6)[0]
    same(said.tolist(), wanted[len(ids) :],
         f"what follows {ids} at temperature 0.002, with a context of 5,")  # fmt: skip


@check("property", 1, GENERATE,
       ("Does the likeliest token always come?",
        "No: tokens are drawn, each as often as its probability says.",
        "Softmax of the last position's logits, then one draw from rng with these probabilities."),
       seconds=30)  # fmt: skip
def check_generate_draws(ask: Ask, rng: Rng, measure: Measure) -> None:
    """At temperature 1 tokens come as often as the model's softmax says."""
    measure["largest_difference"] = _drawn_as(ask, rng, 1.0)


@check("property", 2, GENERATE,
       ("Does a high temperature make the text wilder or tamer?",
        "Wilder: logits are divided by it before the softmax.",
        "Divide, do not multiply; and divide logits, not probabilities."),
       seconds=30)  # fmt: skip
def check_generate_temperature(ask: Ask, rng: Rng, measure: Measure) -> None:
    """The temperature divides the logits: low is tame, high is wild."""
    for temperature in (0.4, 2.5):
        measure[f"difference_at_{temperature}"] = _drawn_as(ask, rng, temperature)


DRAWS = 1000  # a share has a standard error of at most 0.016


def _drawn_as(ask: Ask, rng: Rng, temperature: float) -> float:
    program, weights, logits = lot(rng, 5, 4)
    seed = int(rng.integers(1000))
    said = says(ask, program, weights, [0], DRAWS, temperature, [seed], 5)[0]
    shares = np.bincount(said, minlength=5) / DRAWS
    wanted = transformers.softmax(logits / temperature)
    off = np.abs(shares - wanted)
    followed = float((said[1:] == said[:-1]).mean() - (wanted**2).sum())
    ask.recognise_by({"temperature": temperature, "shares": [round(share, 1) for share in shares],
                      "right": bool(off.max() < 0.07)})  # fmt: skip
    if off.max() > 0.07 or abs(followed) > 0.1:
        worst = int(off.argmax())
        raise Failed(f"at temperature {temperature:g} token {worst} is {shares[worst]:.1%} of "
                     f"{DRAWS:,} draws, wanted {wanted[worst]:.1%}")  # fmt: skip
    return float(off.max())


@check("reproducibility", 1, GENERATE,
       ("Where does the draw come from?",
        "From the generator that is given: the same seed gives the same text.",
        "One generator for the whole text; none made anew for each token."),
       seconds=30)  # fmt: skip
def check_generate_seed(ask: Ask, rng: Rng) -> None:
    """The generator decides the text: the same seed gives the same one, another another."""
    program, weights = gpt_case(rng, 9, 5, 1, 6)
    weights["head.weight"] = weights["head.weight"] * 0.2
    seed = int(rng.integers(1000))
    one, again, other = says(ask, program, weights, [2, 0], 40, 1.0, [seed, seed, seed + 1], 9)
    equal = [bool(np.array_equal(one, each)) for each in (again, other)]
    ask.recognise_by({"equal": equal, "different": min(len(np.unique(one)), 3)})
    if not equal[0]:
        raise Failed("the same seed gives two different texts: draw only from the rng given")
    if equal[1]:
        raise Failed("another seed gives the same 40 tokens: nothing is drawn from the rng")
    if len(np.unique(one)) < 3:
        raise Failed(f"40 tokens hold only {len(np.unique(one))} different ones of 9")


# Bad input

NETWORKS = "model = GPT(5, 6, 1, 2, 4); p = Tensor(np.ones(3)); rng = np.random.default_rng(0)"
GOOD = [
    "list(model(np.array([[0, 4]])).shape)", "len(model.generate([1], 2))",
    "[part.shape[1] for part in get_batch(np.arange(9), 4, 2, rng)]",
    "list(Embedding(3, 2)(np.array([2])).shape)", "Adam([p], lr=0.1).lr",
]  # fmt: skip
BAD_CALLS = [
    ("model(np.zeros((1, 7), np.int64))", "7 ids for a block of 6"),
    ("model(np.array([[0, 5]]))", "an id past the vocabulary"),
    ("model(np.array([[0, -1]]))", "a negative id"),
    ("Embedding(3, 2)(np.array([0.5]))", "ids that are no integers"),
    ("CausalSelfAttention(6, 4)", "4 heads for 6 components"),
    ("GPT(5, 6, 1, 3, 4)", "3 heads for 4 components"),
    ("model.generate([], 2)", "generate from nothing"),
    ("model.generate([1], 2, temperature=0.0)", "temperature 0"),
    ("get_batch(np.arange(4), 4, 2, rng)", "a text that is no longer than a block"),
    ("LayerNorm(4)(Tensor(np.ones((2, 5))))", "5 components for a LayerNorm of 4"),
]
BAD_SETTINGS = [
    ("Adam([], lr=0.1)", "Adam without parameters"),
    ("Adam([p], lr=-0.1)", "a negative learning rate"),
    ("Adam([p], lr=0.1, betas=(1.0, 0.9))", "a beta of 1"),
    ("clip_grad_norm([p], 0.0)", "max_norm 0"),
    ("CharTokenizer('')", "a tokenizer of no text"),
]


@check("property", 1, "GPT.__call__ GPT.generate Embedding.__call__ get_batch Adam.__init__",
       ("Which of the docstrings names an error?",
        "NumPy takes -1 for the last row: an id that is wrong should not be looked up.",
        "Look at ranges and shapes first, and raise a ValueError with what you got."))  # fmt: skip
def check_bad_input(ask: Ask, rng: Rng) -> None:
    """What makes no sense is refused, and nothing else."""
    size = int(rng.integers(3, 7))
    program = NETWORKS.replace("(5, 6, 1, 2, 4)", f"(5, 6, 1, 2, {2 * size})")
    good = listed(ask("look", program=program, expressions=GOOD, arrays={})["values"], 5, "values")
    same(good, [[1, 2, 5], 3, [4, 4], [1, 2], 0.1], "what good calls give")
    for expression, what in BAD_CALLS + BAD_SETTINGS:
        ask.raises((*BAD, "IndexError"), what, "attempt", program=program, expression=expression)


# Training

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
    got = listed(answer["logits"], len(contexts), "the logits")
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
    what = f"after six steps the loss, which began at log({vocab}) = {number(start)},"
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
    table = np.log(transformers.bigram(text.train, vocab, more=1.0))
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
        raise Failed("the sample holds ids that are not in the vocabulary")
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
                         for each in listed(answer["logits"], 3, "logits")]  # fmt: skip
    states = listed(answer["states"], 6, "states")
    kept = all(np.array_equal(states[k], states[k + 1]) for k in (0, 2, 4))
    equal = [bool(np.array_equal(one, each)) for each in (again, other)]
    ask.recognise_by({"equal": equal, "kept": kept, "tokens": answer["tokens"]})
    close(answer["tokens"], tokens, "the tokens after training", rtol=0.0)
    if not equal[0]:
        raise Failed("the same seed gives two different models: something draws elsewhere")
    if equal[1]:
        raise Failed("another seed gives the same model: nothing is drawn by the seed")
    if not kept:
        raise Failed("the state of np.random has changed: something draws from it, or seeds it")
