"""Models with given weights: their outputs and gradients."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from autograder.checks.m6_transformer.common import Floats, Measure, Rng
from autograder.judge.questions import Ask
from autograder.numerics import transformers
from autograder.numerics.compare import as_floats, close, require_list
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.transformers import Weights


def ask_gradients(
    ask: Ask, program: str, weights: Weights, x: NDArray[Any], cotangent: Floats
) -> dict[str, Any]:
    """Ask for a model's output and gradients."""
    answer = ask("run", program=program, weights=weights, x=x, cotangent=cotangent)
    if not isinstance(answer["grads"], dict):
        raise WrongAnswer("the answer lacks gradients")
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


def gave(
    ask: Ask, program: str, weights: Weights, inputs: Sequence[NDArray[Any]], width: int
) -> list[Floats]:
    """Return outputs (..., width) for each input."""
    answer = ask("outputs", program=program, weights=weights, inputs=list(inputs))
    found = require_list(answer["outs"], len(inputs), "outputs")
    what = f"the output of {program.removeprefix('model = ')}"
    axes = [x.shape[:-1] if x.dtype.kind == "f" else x.shape for x in inputs]
    return [as_floats(out, (*axis, width), what) for out, axis in zip(found, axes, strict=True)]


GPTS = "GPT.__call__ GPT.__init__"


def gpt_case(rng: Rng, vocab: int, block: int, layers: int, n: int) -> tuple[str, Weights]:
    """Return a program that makes a GPT with two heads, and weights for it."""
    program = f"model = GPT({vocab}, {block}, {layers}, 2, {n})"
    return program, transformers.draw_transformer(
        rng, transformers.gpt_shapes(vocab, block, layers, n)
    )
