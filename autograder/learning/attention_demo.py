"""The demo of attention: where the positions of a text look, in a learner's own GPT."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Shown, read_matrix
from autograder.learning.value_graphs import tell_numbers
from autograder.numerics.transformers import softmax

Floats = NDArray[np.float64]
TALE = (
    "the cat sat on the mat. the dog sat on the log. the cat saw the dog. the dog saw the cat. "
    "the rat ran to the mat. the cat ran to the rat. "
)
SIZES = {"n_layer": 2, "n_head": 2, "n_embd": 16, "block_size": 12}
LETTERS = "".join(sorted({*TALE}))


class BadPrompt(ValueError):
    """A prompt that the tale's alphabet does not hold; the message says so in one sentence."""


def answer_attention(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return how the positions of a text attend to each other in a block of a learner's GPT."""
    prompt, layer = settings["prompt"], int(settings["layer"])
    _require_prompt(prompt)
    options = {"steps": int(settings["steps"]), "seed": 0, "layer": layer}
    reaction = stage.ask("attention", text=TALE, prompt=prompt, sizes=SIZES, **options)
    shown = _attention_panels(prompt, reaction.answer)
    trouble = stage.describe_failure(reaction.failure) if reaction.failure else None
    return Shown(shown, trouble, _attention_sentence(shown, prompt))


def _require_prompt(prompt: str) -> None:
    most = SIZES["block_size"]
    if not 2 <= len(prompt) <= most or not {*prompt} <= {*LETTERS}:
        wanted = "the text has to have 2 to {most} of the characters {letters}"
        raise BadPrompt(translate(wanted, most=most, letters=repr(LETTERS)))


def _attention_panels(prompt: str, answer: Mapping[str, Any]) -> list[Panel]:
    count, width = len(prompt), SIZES["n_embd"]
    rows = _fitting(answer.get("rows"), (count, width))
    weight = _fitting(answer.get("weight"), (width, 3 * width))
    bias = _fitting(answer.get("bias"), (3 * width,))
    maps = _fitting(answer.get("maps"), (SIZES["n_head"], count, count))
    if rows is None or weight is None or bias is None or maps is None:
        return []
    right = right_attention(rows, weight, bias, SIZES["n_head"])
    letters = [letter.replace(" ", "_") for letter in prompt]
    mask = ~np.tri(count, dtype=bool)
    return [
        panels.matrix_panel(_name_head(head), (letters, letters), maps[head], right[head], mask)
        for head in range(SIZES["n_head"])
    ]


def _name_head(head: int) -> str:
    return translate("head {number}", number=head)


def _fitting(came: Any, shape: tuple[int, ...]) -> Floats | None:
    array = read_matrix(came)
    return array if array is not None and array.shape == shape else None


def right_attention(rows: Floats, weight: Floats, bias: Floats, n_head: int) -> Floats:
    """Return the right shares (H, T, T) of causal attention, of its input rows (T, C)."""
    count, width = rows.shape
    size = width // n_head
    parts = (rows @ weight + bias)[:, : 2 * width].reshape(count, 2, n_head, size)
    q, k = parts.transpose(1, 2, 0, 3)  # (H, T, D)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(size)
    return softmax(np.where(np.tri(count, dtype=bool), scores, -np.inf))


def _attention_sentence(shown: Sequence[Panel], prompt: str) -> str:
    for panel in shown:
        if panel["departs"]:
            row, column = panel["departs"]
            told = tell_numbers(panel["values"][row][column], panel["right"][row][column])
            share = "{head}: position {row} gives position {column} the share {told}"
            return translate(share, head=panel["title"], row=row, column=column, told=told)
    if not shown:
        return translate("no map of attention came")
    shares = shown[0]["values"][-1]
    most = max(range(len(prompt)), key=lambda place: float(shares[place]))
    looks = "at the end, head 0 looks most at {letter}, position {place}; never ahead"
    return translate(looks, letter=repr(prompt[most]), place=most)
