"""``CausalSelfAttention``: scale, heads, and no look ahead."""

import math
from collections.abc import Sequence

import numpy as np

from autograder.checks.m6_transformer.common import ROUNDED, Floats, Measure, Rng
from autograder.checks.m6_transformer.models import gave
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import transformers
from autograder.numerics.compare import close
from autograder.numerics.failure import WrongAnswer
from autograder.numerics.small import uncut_generator
from autograder.numerics.transformers import Weights

ATTEND = "CausalSelfAttention.__call__ CausalSelfAttention.__init__"


def attending(n: int, heads: int) -> str:
    """Return a program that makes an attention layer."""
    return f"model = CausalSelfAttention({n}, {heads})"


@check(ATTEND)
def check_attention_by_hand(ask: Ask, rng: Rng, visibility: str) -> None:
    x = np.array([[[1.0, 0.0], [0.0, 2.0]]])
    if visibility == "hidden":
        x = rng.uniform(0.5, 2.0, (1, 2, 2))
    weights = {
        "qkv.weight": np.hstack([np.eye(2)] * 3),
        "qkv.bias": np.zeros(6),
        "proj.weight": np.eye(2),
        "proj.bias": np.zeros(2),
    }
    out = gave(ask, attending(2, 1), weights, [x], 2)[0]
    close(out, transformers.attention(weights, "", x, 1)[0], "the output at ", ROUNDED)


@check(ATTEND)
def check_attention_scale(ask: Ask, rng: Rng) -> None:
    weights = transformers.draw_transformer(rng, transformers.attention_shapes("", 12))
    x = rng.normal(size=(2, 5, 12))
    for heads in (1, 2, 6):
        out = gave(ask, attending(12, heads), weights, [x], 12)[0]
        wanted = transformers.attention(weights, "", x, heads)[0]
        close(out, wanted, f"CausalSelfAttention(12, {heads}) at ", ROUNDED)


@check(ATTEND)
def check_attention_heads(ask: Ask, rng: Rng, measure: Measure) -> None:
    heads, size = 3, 4
    n = heads * size
    weights = transformers.draw_transformer(rng, transformers.attention_shapes("", n))
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


@check(ATTEND)
def check_attention_causal(ask: Ask, rng: Rng) -> None:
    weights = transformers.draw_transformer(rng, transformers.attention_shapes("", 6))
    x = rng.normal(size=(2, 5, 6))
    places = [int(place) for place in rng.permutation(5)]
    changed = [_with(x, place, rng) for place in places]
    outs = gave(ask, attending(6, 2), weights, [x, *changed], 6)
    moves = changes(outs)
    for place, moved in zip(places, moves, strict=True):
        causal(moved, place, "x", "output")
    other = {**weights, "qkv.weight": with_other_queries(weights["qkv.weight"], rng)}
    require_queries([outs[0], *gave(ask, attending(6, 2), other, [x], 6)])


def _with(x: Floats, place: int, rng: Rng) -> Floats:
    other = x.copy()
    other[:, place] = rng.normal(size=other[:, place].shape)
    return other


def with_other_queries(weight: Floats, rng: Rng) -> Floats:
    """Return the weight of a qkv whose queries are others."""
    other = weight.copy()
    size = weight.shape[1] // 3
    other[:, :size] = uncut_generator(rng).normal(size=(len(weight), size))
    return other


def require_queries(outs: Sequence[Floats]) -> None:
    """Fail where two outputs agree that come of different queries: nothing attends."""
    if not any(changes(outs)[0][1:]):
        raise WrongAnswer("with other queries nothing changes: no attention is paid to positions")


def changes(outs: Sequence[Floats]) -> list[list[bool]]:
    """Return which positions of each further output differ from the first's."""
    return [
        [bool((out[:, t] != outs[0][:, t]).any()) for t in range(out.shape[1])] for out in outs[1:]
    ]


def causal(moved: list[bool], place: int, what: str, result: str) -> None:
    """Fail where a change at `place` moved what came before, or left what comes after."""
    early = [t for t in range(place) if moved[t]]
    if early:
        raise WrongAnswer(
            f"{what} changed at position {place}, and the {result} at position {early[0]} "
            "changed too: it sees the future"
        )
    late = [t for t in range(place, len(moved)) if not moved[t]]
    if late:
        raise WrongAnswer(
            f"{what} changed at position {place}, and the {result} at position {late[0]} "
            "did not: it should see the past and itself"
        )


@check(ATTEND)
def check_attention_short(ask: Ask, rng: Rng) -> None:
    weights = transformers.draw_transformer(rng, transformers.attention_shapes("", 6))
    inputs = [rng.normal(size=(2, length, 6)) for length in (1, 4, 9)]
    outs = gave(ask, attending(6, 2), weights, inputs, 6)
    for x, out in zip(inputs, outs, strict=True):
        wanted = transformers.attention(weights, "", x, 2)[0]
        close(out, wanted, f"the output for T = {x.shape[1]} at ", ROUNDED)


@check(ATTEND)
def check_attention_stable(ask: Ask, rng: Rng) -> None:
    weights = transformers.draw_transformer(rng, transformers.attention_shapes("", 6))
    weights["qkv.weight"] = weights["qkv.weight"] * 30
    x = rng.normal(size=(2, 5, 6))
    out = gave(ask, attending(6, 2), weights, [x], 6)[0]
    close(
        out, transformers.attention(weights, "", x, 2)[0], "the output for large scores at ", 1e-3
    )
