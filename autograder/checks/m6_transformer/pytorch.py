"""Each part's output and gradients, beside PyTorch's."""

from collections.abc import Callable
from typing import Any

import pytest
from numpy.typing import NDArray

from autograder.checks.m6_transformer.common import DEEP, Floats, Measure, Rng
from autograder.checks.m6_transformer.models import ask_gradients, gradients_agree
from autograder.judge.questions import Ask
from autograder.judge.spec import check, row
from autograder.numerics import goldens, transformers
from autograder.numerics.compare import close
from autograder.numerics.transformers import Pulled, Weights

HEADS = 3

Part = tuple[str, Callable[[int], transformers.Shapes], Callable[[Weights, Any], Pulled]]
WIDE, VOCAB, BLOCK, LAYERS = 12, 7, 6, 2
PARTS: dict[str, Part] = {
    "norm": (
        f"model = LayerNorm({WIDE})",
        lambda n: transformers.norm_shapes("", n),
        lambda w, x: transformers.layer_norm(w, "", x),
    ),
    "attention": (
        f"model = CausalSelfAttention({WIDE}, {HEADS})",
        lambda n: transformers.attention_shapes("", n),
        lambda w, x: transformers.attention(w, "", x, HEADS),
    ),
    "block": (
        f"model = Block({WIDE}, {HEADS})",
        lambda n: transformers.block_shapes("", n),
        lambda w, x: transformers.block(w, "", x, HEADS),
    ),
    "gpt": (
        f"model = GPT({VOCAB}, {BLOCK}, {LAYERS}, {HEADS}, {WIDE})",
        lambda n: transformers.gpt_shapes(VOCAB, BLOCK, LAYERS, n),
        lambda w, x: transformers.gpt(w, x, HEADS),
    ),
}
WIDER = {"norm": 1536, "attention": 96, "block": 48, "gpt": 48}  # differences take too long there


def case(rng: Rng, visibility: str) -> Callable[[str], Any]:
    """Give a part its weights, input, cotangent, and what PyTorch, or the judge, makes of them."""

    def make(name: str) -> tuple[str, Weights, Any, Floats, Floats, Weights]:
        program, shapes, function = PARTS[name]
        if visibility == "public":
            stored = goldens.load_goldens("m6")
            weights, grads = (_under(stored, f"{name}/{kind}/") for kind in ("weight", "grad"))
            x, cotangent, out = (stored[f"{name}/{kind}"] for kind in ("in", "cotangent", "out"))
            return program, weights, x, cotangent, out, grads
        wide = WIDER[name]
        program = program.replace(f"{WIDE}", f"{wide}")
        weights = transformers.draw_transformer(rng, shapes(wide))
        x = rng.integers(0, VOCAB, (4, 5)) if name == "gpt" else rng.normal(size=(4, 5, wide))
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


NAMES = {"norm": "LayerNorm", "attention": "CausalSelfAttention", "block": "Block", "gpt": "GPT"}


def parts(**ids: str) -> list[Any]:
    """Return a row an id, each with the part it is about."""
    needs = {part: f"{name}.__call__ {name}.__init__" for part, name in NAMES.items()}
    return [row(id, part, check(needs[part])) for id, part in ids.items()]


FORWARD = parts(layer_norm="norm", attention="attention", block="block", gpt="gpt")


@pytest.mark.parametrize("part", FORWARD)
def check_forward(ask: Ask, measure: Measure, case: Callable[[str], Any], part: str) -> None:
    """A part's output agrees with PyTorch's."""
    program, weights, x, cotangent, out, _ = case(part)
    answer = ask_gradients(ask, program, weights, x, cotangent)
    what = f"the output of {program.removeprefix('model = ')} at "
    measure["max_relative_error"] = close(answer["out"], out, what, DEEP)


BACKWARD = parts(
    layer_norm_gradient="norm",
    attention_gradient="attention",
    block_gradient="block",
    gpt_gradient="gpt",
)


@pytest.mark.parametrize("part", BACKWARD)
def check_backward(ask: Ask, measure: Measure, case: Callable[[str], Any], part: str) -> None:
    """A part's gradients agree with PyTorch's."""
    program, weights, x, cotangent, out, grads = case(part)
    answer = ask_gradients(ask, program, weights, x, cotangent)
    close(answer["out"], out, f"the output of {program.removeprefix('model = ')} at ", DEEP)
    gradients_agree(answer, grads, DEEP, measure)
