"""Spot the difference: the first small example in which a learner's engine departs."""

from collections.abc import Mapping
from typing import Any

from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Reaction, Shown, Trouble, read_numbers
from autograder.learning.telltales import TELLTALES, Telltale
from autograder.learning.value_graphs import (
    attach_pitfall,
    describe_departure,
    describe_graph_trouble,
    graph_of,
)

FIRST = "the first that departs"
CHECKS = {
    "chain": "m1.deep_chain",
    "slopes": "m1.numerical_gradient",
    "verdict": "m1.gradcheck_accepts",
}  # of a kind of example
FUNCTIONS = {"chain": "Value.backward", "slopes": "numerical_gradient", "verdict": "gradcheck"}


def answer_difference(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the example that was chosen, or the first in which the learner's code departs."""
    chosen = [each for each in TELLTALES if settings["example"] in (FIRST, each.title)]
    reaction = stage.ask("play", questions=[list(each.question()) for each in chosen])
    answers = reaction.answers(len(chosen))
    shown = [telltale_panel(*pair) for pair in zip(chosen, answers, strict=True)]
    if reaction.failure and all({*each} <= {"stopped"} for each in answers):
        why = stage.describe_failure(reaction.failure)
        return Shown(shown[:1], why, translate("there is no answer to compare"))
    index = next((k for k, panel in enumerate(shown) if panel["departs"] is not None), None)
    if index is None:
        return Shown(shown[:1], None, _agreement(len(chosen)))
    title, kind = chosen[index].title, chosen[index].kind
    panel = attach_pitfall(shown[index], stage, FUNCTIONS.get(kind, ""))
    trouble = _describe_trouble(reaction, index, kind, panel, stage)
    return Shown([panel], trouble, f"{title}: {describe_departure(panel)}")


def _agreement(count: int) -> str:
    agreed = "all {count} examples agree: nothing departs"
    return translate(agreed, count=count) if count > 1 else translate("nothing departs")


def _describe_trouble(
    reaction: Reaction, index: int, kind: str, panel: Panel, stage: Playground
) -> Trouble | None:
    if kind == "graph":
        return describe_graph_trouble(reaction, index, panel, stage)
    failure = reaction.failures.get(index)
    return stage.describe_failure(failure, CHECKS[kind]) if failure else None


def telltale_panel(telltale: Telltale, answer: Mapping[str, Any]) -> Panel:
    """Return an example as a graph or as a table, the learner's numbers beside the right ones."""
    if telltale.kind == "graph":
        return graph_of(telltale.title, telltale.expression(), answer)
    if telltale.kind == "verdict":
        said = answer.get("verdict")
        values: list[Any] = [str(said) if isinstance(said, bool) else None]
        right, columns = [str(telltale.right)], ["gradcheck says"]
    else:
        right = telltale.right
        values = [*read_numbers(answer.get("numbers"), len(right))]
        columns = [f"by xs[{k}]" for k in range(len(right))]
        columns = ["a.grad"] if telltale.kind == "chain" else columns
    return panels.matrix_panel(telltale.title, ([telltale.text], columns), [values], [right])
