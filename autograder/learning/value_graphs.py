"""Graphs of expressions: a learner's Values node by node, beside the right numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.diagnosis.catalogue import Pitfall
from autograder.judge.functions import functions_of
from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Reaction, Trouble, read_numbers
from autograder.numerics.compare import tell_apart
from autograder.numerics.expressions import NUMBER, Expression, compute_numbers

PART = "m1"
OF_ONE = ("exp", "log", "tanh", "relu", "sigmoid")
FUNCTIONS = {
    "+": "Value.__add__",
    "-": "Value.__sub__",
    "*": "Value.__mul__",
    "/": "Value.__truediv__",
    "**": "Value.__pow__",
    "neg": "Value.__neg__",
    **{name: f"Value.{name}" for name in OF_ONE},
}  # that an operation calls
REFLECTED = {
    "+": "Value.__radd__",
    "-": "Value.__rsub__",
    "*": "Value.__rmul__",
    "/": "Value.__rtruediv__",
}
CHECKS = {
    "": "m1.add",
    "+": "m1.add",
    "-": "m1.sub",
    "*": "m1.mul",
    "/": "m1.div",
    "**": "m1.pow",
    "neg": "m1.neg",
    **{name: f"m1.{name}" for name in OF_ONE},
}  # of an operation
FUNCTIONS_OF_LISTS = ("numerical_gradient", "gradcheck")
SIDES = ("m1.numbers_left", "m1.numbers_right")  # the checks of a number on either side
BACKWARD = "m1.inner_gradients"  # the check of backward alone


def graph_of(title: str, expression: Expression, answer: Mapping[str, Any]) -> Panel:
    """Return the graph of `expression`, with the data and gradients of a probe's answer."""
    count, right = len(expression.steps), compute_numbers(expression)
    data, grads = (read_numbers(answer.get(part), count) for part in ("data", "grad"))
    nodes = []
    for place, step in enumerate(expression.steps):
        is_number = step.op == NUMBER
        got = (step.number if is_number else data[place], None if is_number else grads[place])
        wanted = (right.data[place], right.grad[place])
        name = step.name or (f"{step.number:g}" if is_number else "")
        nodes.append(panels.make_node(name, step.op, step.below, got, wanted))
    panels.number_backward(nodes)
    panel = panels.graph_panel(title, nodes, read_writes(answer.get("writes"), count))
    if "data" not in answer:  # nothing came: the numbers are the right ones alone
        return {**panel, "departs": None}
    has_gradients = all(node["right_grad"] is not None for node in nodes if node["op"] != NUMBER)
    if panel["departs"] is None and answer.get("stopped") and has_gradients:
        panel["departs"] = expression.results[-1]  # backward raised, before a number was wrong
    return panel


def describe_graph_trouble(
    reaction: Reaction, index: int, panel: Panel, stage: Playground
) -> Trouble | None:
    """Return what the graph at `index` met; where an operation has no value, to raise is right."""
    failure = reaction.failures.get(index)
    came = "data" in reaction.answers(index + 1)[index]
    is_due = came and panel["departs"] is None
    if failure is None or (is_due and failure.status == "failed"):
        return None
    check = _check_at(panel) if came else ""
    return stage.describe_failure(failure, check)


def _check_at(panel: Panel) -> str:
    """Return the check to do first where forward stopped, or that of backward."""
    nodes = panel["nodes"]
    stopped = next((node for node in nodes if node["data"] is None), None)
    if stopped is None:
        return BACKWARD
    sides = [nodes[below]["op"] == NUMBER for below in stopped["below"]]
    if stopped["op"] in REFLECTED and True in sides:
        return SIDES[sides.index(True)]
    return CHECKS[stopped["op"]]


def attach_pitfall(panel: Panel, stage: Playground, function: str = "") -> Panel:
    """Give a panel that departs the mistake that the checks recognise there, if they do.

    Parameters
    ----------
    panel : dict
        A graph, or a table of what `function` returned.
    stage : Playground
        Runs the checks.
    function : str
        The learner's.
    """
    if panel["departs"] is not None:
        functions = [function] if function else _functions_at(panel)
        pitfall = choose_pitfall(functions, stage)
        panel["pitfall"] = pitfall and {"id": pitfall.name, "text": pitfall.text}
    return panel


def _functions_at(panel: Panel) -> list[str]:
    """Return the learner's functions that the departing node's numbers come from."""
    nodes, place = panel["nodes"], panel["departs"]
    around = [nodes[place], *(node for node in nodes if place in node["below"])]
    names = []
    for node in around:
        is_reflected = node["op"] in REFLECTED and nodes[node["below"][0]]["op"] == NUMBER
        names += [REFLECTED[node["op"]]] if is_reflected else []
        names += [FUNCTIONS[node["op"]]] if node["op"] in FUNCTIONS else []
    return list(dict.fromkeys(names))


def choose_pitfall(functions: Sequence[str], stage: Playground) -> Pitfall | None:
    """Return the recognised mistake that is in one of `functions`, else one that is in none."""
    part = stage.course.milestone(PART)
    near = {*functions_of(part).follow_uses(functions)}
    operations = {*FUNCTIONS.values(), *REFLECTED.values(), *FUNCTIONS_OF_LISTS}
    known = stage.find_pitfalls(slow="Value.backward" in functions)
    inside = [pitfall for pitfall in known if near & {*pitfall.places}]
    beside = [pitfall for pitfall in known if not operations & {*pitfall.places}]
    return next(iter([*inside, *beside]), None)


def describe_departure(panel: Panel) -> str:
    """Return which number departs, and from what."""
    place = panel["departs"]
    if panel["kind"] != "graph":
        row, column = place
        got, right = panel["values"][row][column], panel["right"][row][column]
        return f"{panel['rows'][row]}: {tell_numbers(got, right)}"
    node = panel["nodes"][place]
    name = node["name"] or f"node {place} ({node['op']})"
    for part in ("data", "grad"):
        if panels.departs_in(node, part):
            return f"{name}.{part}: {tell_numbers(node[part], node[f'right_{part}'])}"
    return translate("{name}: backward stopped", name=name)


def tell_numbers(got: Any, right: Any) -> str:
    """Return in words that one number departs from the other."""
    if right is None:
        number = panels.show_number(got)
        return translate("{number}, where there is no value", number=number)
    if isinstance(got, float) and isinstance(right, float):
        shown = tell_apart(got, right)
    else:
        shown = panels.show_number(got), panels.show_number(right)
    return translate("{got}, right is {right}", got=shown[0], right=shown[1])


def read_writes(came: Any, count: int) -> list[tuple[int, float | None]]:
    """Return the writes to gradients that a worker saw, as far as they are some."""
    pairs = came if isinstance(came, list) else []
    return [
        (pair[0], read_numbers(pair[1:], 1)[0])
        for pair in pairs
        if isinstance(pair, list)
        and len(pair) == 2
        and type(pair[0]) is int
        and 0 <= pair[0] < count
    ]
