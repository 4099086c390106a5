"""Each part's output and gradients, beside PyTorch's."""

from collections.abc import Callable
from typing import Any

import pytest
from numpy.typing import NDArray

from autograder.checks.m6_transformer.common import DEEP, Floats, Measure, Rng
from autograder.checks.m6_transformer.models import gradients_agree, pulled
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import goldens, transformers
from autograder.numerics.compare import close
from autograder.numerics.transformers import Pulled, Weights

HEADS = 3

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
            stored = goldens.load_goldens("m6")
            weights, grads = (_under(stored, f"{name}/{kind}/") for kind in ("weight", "grad"))
            x, cotangent, out = (stored[f"{name}/{kind}"] for kind in ("in", "cotangent", "out"))
            return program, weights, x, cotangent, out, grads
        weights = transformers.draw_transformer(rng, shapes(WIDE))
        x = rng.integers(0, VOCAB, (4, 5)) if name == "gpt" else rng.normal(size=(4, 5, WIDE))
        made = function(weights, x)
        cotangent = rng.normal(size=made[0].shape)
        by_x, grads = transformers.pull_back(made, cotangent)
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
