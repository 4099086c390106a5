"""The demos of milestone 1: what a learner's Values make of expressions, and of curves."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.diagnosis.catalogue import Pitfall
from autograder.judge.functions import functions_of
from autograder.learning import panels
from autograder.learning.panels import Panel
from autograder.learning.playground import Playground, Reaction, Shown, Trouble
from autograder.learning.telltales import TELLTALES, Telltale, probe_steps
from autograder.numerics.compare import tell_apart
from autograder.numerics.expressions import (
    NUMBER,
    Expression,
    compute_numbers,
    list_leaves,
    parse_expression,
    parse_values,
)

PART = "m1"
CURVES = {
    "x^2": "x**2",
    "x^4 - 3 x^2 + x": "x**4 - 3*x**2 + x",
    "tanh(x)": "tanh(x)",
    "exp(-x) + x": "exp(-x) + x",
    "1 / (1 + x^2)": "1 / (1 + x**2)",
}
SPAN, POINTS = 2.0, 61  # of the curves that are drawn: from -SPAN to SPAN
ACTIVATION_SPAN = 6.0
CHECKS = {
    "": "m1.add", "+": "m1.add", "-": "m1.sub", "*": "m1.mul", "/": "m1.div", "**": "m1.pow",
    "neg": "m1.neg", **{name: f"m1.{name}" for name in ("exp", "log", "tanh", "relu", "sigmoid")},
}  # of an operation  # fmt: skip
FUNCTIONS = {
    "+": "Value.__add__", "-": "Value.__sub__", "*": "Value.__mul__", "/": "Value.__truediv__",
    "**": "Value.__pow__", "neg": "Value.__neg__",
    **{name: f"Value.{name}" for name in ("exp", "log", "tanh", "relu", "sigmoid")},
}  # that an operation calls  # fmt: skip
REFLECTED = {
    "+": "Value.__radd__",
    "-": "Value.__rsub__",
    "*": "Value.__rmul__",
    "/": "Value.__rtruediv__",
}
KINDS = {"chain": "Value.backward", "slopes": "numerical_gradient", "verdict": "gradcheck"}
FIRST = "the first that departs"


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
    shown = _answer_graph("the neuron", expression, stage)
    nodes = shown.panels[0]["nodes"]
    out = nodes[-1]
    before = nodes[out["below"][0]] if kind != "linear" else out
    shown.panels.append(_activation_panel(kind, before["data"], out["data"]))
    if stage.submission.holds("nn"):
        shown.panels.extend(_neuron_panels(kind, values, expression, stage))
    return shown


def _activation_panel(kind: str, before: Any, out: Any) -> Panel:
    x = [ACTIVATION_SPAN * (2 * k / (POINTS - 1) - 1) for k in range(POINTS)]
    curve = [_height(f"{kind}(x)" if kind != "linear" else "1*x", each) for each in x]
    labels = ("what comes in, weighted, and the bias", "output")
    return panels.curve_panel(kind, x, {kind: curve}, labels, [(before, out, "your neuron")])


def _height(text: str, x: float) -> float | None:
    return compute_numbers(parse_expression(text, {"x": x})).data[-1]


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
    return [panels.matrix_panel("Neuron of nn.py, the same numbers", (rows, ["value"]), *columns)]


def _answer_graph(title: str, expression: Expression, stage: Playground) -> Shown:
    steps, results = probe_steps(expression)
    reaction = stage.ask("play", questions=[["graph", [steps, results]]])
    panel = graph_of(title, expression, read_answers(reaction, 1)[0])
    trouble = describe_graph_trouble(reaction, 0, expression, panel, stage)
    return Shown([attach_pitfall(panel, stage)], trouble, _graph_sentence(panel, expression))


def _graph_sentence(panel: Panel, expression: Expression) -> str:
    if panel["departs"] is not None:
        return describe_departure(panel)
    leaves = list_leaves(expression)
    result = panel["nodes"][-1]["right_data"]
    if result is None:
        return "the result has no value here, so there is nothing to differentiate"
    return f"forward: {panels.plain_numbers(result)}; backward: a gradient for {', '.join(leaves)}"


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
    return panels.graph_panel(title, nodes, read_writes(answer.get("writes"), count))


def describe_graph_trouble(
    reaction: Reaction, index: int, expression: Expression, panel: Panel, stage: Playground
) -> Trouble | None:
    """Return what the graph at `index` met; where an operation has no value, to raise is right."""
    failure = reaction.failures.get(index)
    if failure is None:
        return None
    stopped = [node for node in panel["nodes"] if node["data"] is None]
    has_no_value = bool(stopped) and stopped[0]["right_data"] is None
    if has_no_value and failure.status == "failed":
        return None
    op = stopped[0]["op"] if stopped and panel["nodes"][0]["data"] is not None else ""
    check = CHECKS[op] if op else "m1.inner_gradients"
    return stage.describe_failure(failure, PART, check)


def attach_pitfall(panel: Panel, stage: Playground) -> Panel:
    """Give a panel that departs the mistake that the checks recognise there, if they do."""
    if panel["departs"] is not None:
        pitfall = choose_pitfall(_functions_at(panel), stage)
        panel["pitfall"] = pitfall and {"id": pitfall.name, "text": pitfall.text}
    return panel


def _functions_at(panel: Panel) -> list[str]:
    """Return the learner's functions that the departing node's numbers come from."""
    if panel["kind"] != "graph":
        return [panel["function"]]
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
    operations = {*FUNCTIONS.values(), *REFLECTED.values(), *KINDS.values()} - {"Value.backward"}
    inside = [pitfall for pitfall in stage.pitfalls if near & {*pitfall.places}]
    beside = [pitfall for pitfall in stage.pitfalls if not operations & {*pitfall.places}]
    return next(iter([*inside, *beside]), None)


def describe_departure(panel: Panel) -> str:
    """Return which number departs, and from what."""
    place = panel["departs"]
    if panel["kind"] != "graph":
        row, column = place
        got, right = panel["values"][row][column], panel["right"][row][column]
        return f"{panel['rows'][row]}: {_tell(got, right)}"
    node = panel["nodes"][place]
    name = node["name"] or f"node {place} ({node['op']})"
    part = "data" if panels.is_apart(node["data"], node["right_data"]) else "grad"
    return f"{name}.{part}: {_tell(node[part], node[f'right_{part}'])}"


def _tell(got: Any, right: Any) -> str:
    if right is None:
        return f"{got}, where there is no value"
    if got is None:
        return f"nothing came, right is {right}"
    return "{}, right is {}".format(*tell_apart(got, right))


def answer_difference(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the example that was chosen, or the first in which the learner's code departs."""
    chosen = [each for each in TELLTALES if settings["example"] in (FIRST, each.title)]
    reaction = stage.ask("play", questions=[list(each.question()) for each in chosen])
    answers = read_answers(reaction, len(chosen))
    shown = [telltale_panel(*pair) for pair in zip(chosen, answers, strict=True)]
    index = next((k for k, panel in enumerate(shown) if panel["departs"] is not None), None)
    if index is None:
        failure = reaction.failure if not reaction.answer else None
        trouble = stage.describe_failure(failure, PART) if failure else None
        return Shown(shown[:1], trouble, _agreement(len(chosen)))
    panel = attach_pitfall(shown[index], stage)
    trouble = _telltale_trouble(reaction, index, chosen[index], panel, stage)
    return Shown([panel], trouble, f"{chosen[index].title}: {describe_departure(panel)}")


def _agreement(count: int) -> str:
    return f"all {count} examples agree: nothing departs" if count > 1 else "nothing departs"


def _telltale_trouble(
    reaction: Reaction, index: int, telltale: Telltale, panel: Panel, stage: Playground
) -> Trouble | None:
    if not reaction.answer and reaction.failure:  # nothing came at all
        return stage.describe_failure(reaction.failure, PART)
    if telltale.kind == "graph":
        return describe_graph_trouble(reaction, index, telltale.expression(), panel, stage)
    failure = reaction.failures.get(index)
    return stage.describe_failure(failure, PART) if failure else None


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
    panel = panels.matrix_panel(telltale.title, ([telltale.text], columns), [values], [right])
    return {**panel, "function": KINDS[telltale.kind]}


def answer_tangent(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return a curve with the line that touches it, by the learner's slope."""
    x, text = settings["x"], CURVES[settings["curve"]]
    expression = parse_expression(text, {"x": x})
    steps, results = probe_steps(expression)
    reaction = stage.ask("play", questions=[["graph", [steps, results]]])
    graph = attach_pitfall(graph_of(text, expression, read_answers(reaction, 1)[0]), stage)
    trouble = describe_graph_trouble(reaction, 0, expression, graph, stage)
    leaf, out = graph["nodes"][_leaf(expression)], graph["nodes"][-1]
    panel = _tangent_panel(settings["curve"], x, leaf, out)
    sentence = describe_departure(graph) if graph["departs"] is not None else _slope_text(leaf)
    return Shown([panel, graph], trouble, sentence)


def _leaf(expression: Expression) -> int:
    return next(k for k, step in enumerate(expression.steps) if step.name == "x")


def _slope_text(leaf: Panel) -> str:
    return f"at x = {leaf['data']:g} the slope is {leaf['grad']:.6g}"


def _tangent_panel(curve: str, x: float, leaf: Panel, out: Panel) -> Panel:
    xs = _grid()
    series = {
        curve: [_height(CURVES[curve], each) for each in xs],
        "your tangent": _line(xs, x, out["data"], leaf["grad"]),
        "right tangent": _line(xs, x, out["right_data"], leaf["right_grad"]),
    }
    marks = [(x, out["data"], f"slope {leaf['grad']}")]
    compared = ("your tangent", "right tangent")
    return panels.curve_panel(f"the tangent of {curve}", xs, series, ("x", "y"), marks, compared)


def _grid() -> list[float]:
    return [SPAN * (2 * k / (POINTS - 1) - 1) for k in range(POINTS)]


def _line(xs: Sequence[float], x: float, height: Any, slope: Any) -> list[float | None]:
    if not isinstance(height, float | int) or not isinstance(slope, float | int):
        return [None] * len(xs)
    return [height + slope * (each - x) for each in xs]


def answer_descent(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return the way down a curve against the learner's slopes, beside the right way."""
    text, count = CURVES[settings["curve"]], int(settings["steps"])
    start, rate = settings["start"], settings["rate"]
    expression = parse_expression(text, {"x": start})
    steps, results = probe_steps(expression)
    walk = {"start": start, "rate": rate, "count": count}
    asked = {"steps": steps, "leaf": _leaf(expression), "result": results[0], **walk}
    reaction = stage.ask("descend", **asked)
    got = {part: read_numbers(reaction.answer.get(part), count + 1) for part in ("x", "y", "grad")}
    right = _walk_right(text, start, rate, count)
    shown = [_walk_panel(settings["curve"], got), _height_panel(got, right)]
    departs = shown[1]["departs"]
    trouble = None
    if reaction.failure and (departs is not None or reaction.failure.status != "failed"):
        trouble = stage.describe_failure(reaction.failure, PART, "m1.inner_gradients")
    return Shown(shown, trouble, _walk_sentence(got, right, departs, count))


def _walk_right(text: str, x: float, rate: float, count: int) -> dict[str, list[float | None]]:
    """Return the right positions, heights and slopes; none after a step that has no value."""
    walk: dict[str, list[float | None]] = {"x": [], "y": [], "grad": []}
    for _ in range(count + 1):
        expression = parse_expression(text, {"x": x})
        numbers = compute_numbers(expression)
        slope = numbers.grad[_leaf(expression)]
        for part, number in zip(walk, (x, numbers.data[-1], slope), strict=True):
            walk[part].append(number)
        if slope is None:
            break
        x -= rate * slope
    return {part: [*row, *[None] * (count + 1 - len(row))] for part, row in walk.items()}


def _walk_panel(curve: str, got: Mapping[str, Sequence[float | None]]) -> Panel:
    xs = _grid()
    heights = [_height(CURVES[curve], each) for each in xs]
    pairs = zip(got["x"], got["y"], strict=True)
    marks = [(x, y, str(step)) for step, (x, y) in enumerate(pairs) if y is not None]
    return panels.curve_panel(f"down {curve}", xs, {curve: heights}, ("x", "y"), marks)


def _height_panel(got: Mapping[str, Any], right: Mapping[str, Any]) -> Panel:
    series = {"yours": got["y"], "right": right["y"]}
    steps = [float(step) for step in range(len(got["y"]))]
    labels = ("step", "height")
    return panels.curve_panel(
        "height after each step", steps, series, labels, (), ("yours", "right")
    )


def _walk_sentence(got: Any, right: Any, departs: int | None, count: int) -> str:
    if departs is not None:
        return f"step {departs}: height {_tell(got['y'][departs], right['y'][departs])}"
    last = [step for step, height in enumerate(got["y"]) if height is not None]
    if not last or last[-1] < count:
        return f"after {len(last)} steps the numbers are too large: the rate is too high"
    return f"after {count} steps: x = {got['x'][-1]:.6g}, slope {got['grad'][-1]:.6g}"


def read_answers(reaction: Reaction, count: int) -> list[Mapping[str, Any]]:
    """Return the answers of ``play``: as many as there were questions, whatever came."""
    came = reaction.answer.get("answers")
    answers = came if isinstance(came, list) else []
    answers = [each if isinstance(each, dict) else {} for each in answers[:count]]
    return [*answers, *[{}] * (count - len(answers))]


def read_numbers(came: Any, count: int) -> list[float | None]:
    """Return `count` numbers of a list that a worker sent; None where there is none."""
    numbers = came[:count] if isinstance(came, list) else []
    floats = [float(each) if type(each) in (int, float) else None for each in numbers]
    return [*floats, *[None] * (count - len(floats))]


def read_writes(came: Any, count: int) -> list[tuple[int, float | None]]:
    """Return the writes to gradients that a worker saw, as far as they are some."""
    pairs = came if isinstance(came, list) else []
    return [
        (pair[0], read_numbers(pair[1:], 1)[0])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and type(pair[0]) is int
        and 0 <= pair[0] < count
    ]  # fmt: skip
