"""The demos of an expression: typed in, or that of a neuron."""

from collections.abc import Mapping
from typing import Any

from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Shown, read_numbers
from autograder.learning.telltales import probe_steps
from autograder.learning.value_graphs import (
    attach_pitfall,
    describe_departure,
    describe_graph_trouble,
    graph_of,
)
from autograder.numerics.expressions import (
    Expression,
    compute_height,
    compute_numbers,
    list_leaves,
    parse_expression,
    parse_values,
)

POINTS = 61  # of the curve that is drawn
ACTIVATION_SPAN = 6.0
ALONE = "nothing came: the right numbers stand alone"


def answer_expression(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the graph of the expression that was typed in."""
    expression = parse_expression(settings["expression"], parse_values(settings["values"]))
    return _answer_graph(settings["expression"], expression, stage)


def answer_neuron(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return a neuron of two inputs as a graph, and its place on the curve of its activation."""
    kind = settings["activation"]
    values = {name: settings[name] for name in ("x1", "w1", "x2", "w2", "b")}
    total = "n = x1*w1 + x2*w2 + b"
    text = f"{total}; {kind}(n)" if kind != "linear" else "x1*w1 + x2*w2 + b"
    expression = parse_expression(text, values)
    shown = _answer_graph(translate("the neuron"), expression, stage)
    nodes = shown.panels[0]["nodes"]
    out = nodes[-1]
    before = nodes[out["below"][0]] if kind != "linear" else out
    shown.panels.append(_activation_panel(kind, before["data"], out["data"]))
    if stage.submission.holds("nn"):
        shown.panels.extend(_neuron_panels(kind, values, expression, stage))
    return shown


def _activation_panel(kind: str, before: Any, out: Any) -> Panel:
    x = [ACTIVATION_SPAN * (2 * k / (POINTS - 1) - 1) for k in range(POINTS)]
    curve = [compute_height(f"{kind}(x)" if kind != "linear" else "1*x", each) for each in x]
    labels = ("what comes in, weighted, and the bias", "output")
    marks = [(before, out, translate("your neuron"))]
    return panels.curve_panel(kind, x, {kind: curve}, labels, marks)


def _neuron_panels(
    kind: str, values: Mapping[str, float], expression: Expression, stage: Playground
) -> list[Panel]:
    """Return what the Neuron of milestone 2 says, where there is one."""
    w, x = ([values[f"{letter}{k}"] for k in (1, 2)] for letter in "wx")
    reaction = stage.ask("neuron", activation=kind, w=w, b=values["b"], x=x)
    got = read_numbers(reaction.answer.get("numbers"), 4)
    if None in got:
        return []
    numbers = compute_numbers(expression)
    leaves = {step.name: place for place, step in enumerate(expression.steps) if step.name}
    right = [numbers.data[-1], *(numbers.grad[leaves[name]] for name in ("w1", "w2", "b"))]
    rows = ["output", "w[0].grad", "w[1].grad", "b.grad"]
    columns = [[number] for number in got], [[number] for number in right]
    title, labels = translate("Neuron of nn.py, the same numbers"), (rows, [translate("value")])
    return [panels.matrix_panel(title, labels, *columns)]


def _answer_graph(title: str, expression: Expression, stage: Playground) -> Shown:
    steps, results = probe_steps(expression)
    reaction = stage.ask("play", questions=[["graph", [steps, results]]])
    panel = graph_of(title, expression, reaction.answers(1)[0])
    trouble = describe_graph_trouble(reaction, 0, panel, stage)
    is_alone = trouble is not None and panel["departs"] is None
    sentence = translate(ALONE) if is_alone else _graph_sentence(panel, expression)
    return Shown([attach_pitfall(panel, stage)], trouble, sentence)


def _graph_sentence(panel: Panel, expression: Expression) -> str:
    if panel["departs"] is not None:
        return describe_departure(panel)
    leaves = list_leaves(expression)
    result = panel["nodes"][-1]["right_data"]
    if result is None:
        return translate("the result has no value here, so there is nothing to differentiate")
    text = "forward: {result}; backward: a gradient for {names}"
    return translate(text, result=panels.show_number(result), names=", ".join(leaves))
