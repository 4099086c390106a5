"""The demos of a curve: the line that touches it, and the way down, by a learner's slopes."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.language.catalogue import translate
from autograder.learning import panels
from autograder.learning.panels import Panel, show_number
from autograder.learning.playground import Playground, Shown, read_numbers
from autograder.learning.telltales import probe_steps
from autograder.learning.value_graphs import (
    attach_pitfall,
    describe_departure,
    describe_graph_trouble,
    graph_of,
    tell_numbers,
)
from autograder.numerics.expressions import (
    Expression,
    compute_height,
    compute_numbers,
    parse_expression,
)

CURVES = {
    "x^2": "x**2",
    "x^4 - 3 x^2 + x": "x**4 - 3*x**2 + x",
    "tanh(x)": "tanh(x)",
    "exp(-x) + x": "exp(-x) + x",
    "1 / (1 + x^2)": "1 / (1 + x**2)",
}
SPAN, POINTS = 2.0, 61  # of the curves that are drawn: from -SPAN to SPAN


def answer_tangent(settings: Mapping[str, Any], stage: Playground) -> Shown:
    """Return a curve with the line that touches it, by the learner's slope."""
    x, text = settings["x"], CURVES[settings["curve"]]
    expression = parse_expression(text, {"x": x})
    steps, results = probe_steps(expression)
    reaction = stage.ask("play", questions=[["graph", [steps, results]]])
    graph = attach_pitfall(graph_of(text, expression, reaction.answers(1)[0]), stage)
    trouble = describe_graph_trouble(reaction, 0, graph, stage)
    leaf, out = graph["nodes"][_leaf(expression)], graph["nodes"][-1]
    panel = _tangent_panel(settings["curve"], x, leaf, out)
    sentence = describe_departure(graph) if graph["departs"] is not None else _slope_text(leaf)
    return Shown([panel, graph], trouble, sentence)


def _leaf(expression: Expression) -> int:
    return next(k for k, step in enumerate(expression.steps) if step.name == "x")


def _slope_text(leaf: Panel) -> str:
    x, slope = show_number(leaf["data"]), show_number(leaf["grad"])
    return translate("at x = {x} the slope is {slope}", x=x, slope=slope)


def _tangent_panel(curve: str, x: float, leaf: Panel, out: Panel) -> Panel:
    xs = _grid()
    series = {
        curve: [compute_height(CURVES[curve], each) for each in xs],
        "your tangent": _line(xs, x, out["data"], leaf["grad"]),
        "right tangent": _line(xs, x, out["right_data"], leaf["right_grad"]),
    }
    marks = [(x, out["data"], translate("slope {slope}", slope=show_number(leaf["grad"])))]
    compared = ("your tangent", "right tangent")
    title = translate("the tangent of {curve}", curve=curve)
    return panels.curve_panel(title, xs, series, ("x", "y"), marks, compared)


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
        trouble = stage.describe_failure(reaction.failure)
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
    heights = [compute_height(CURVES[curve], each) for each in xs]
    pairs = zip(got["x"], got["y"], strict=True)
    marks = [(x, y, str(step)) for step, (x, y) in enumerate(pairs) if y is not None]
    title = translate("down {curve}", curve=curve)
    return panels.curve_panel(title, xs, {curve: heights}, ("x", "y"), marks)


def _height_panel(got: Mapping[str, Any], right: Mapping[str, Any]) -> Panel:
    series = {"yours": got["y"], "right": right["y"]}
    steps = [float(step) for step in range(len(got["y"]))]
    labels = ("step", "height")
    return panels.curve_panel(
        translate("height after each step"), steps, series, labels, (), ("yours", "right")
    )


def _walk_sentence(got: Any, right: Any, departs: int | None, count: int) -> str:
    if departs is not None:
        told = tell_numbers(got["y"][departs], right["y"][departs])
        return translate("step {step}: height {told}", step=departs, told=told)
    last = [step for step, height in enumerate(got["y"]) if height is not None]
    if not last or last[-1] < count:
        large = "after {count} steps the numbers are too large: the rate is too high"
        return translate(large, count=len(last))
    x, slope = (show_number(got[part][-1]) for part in ("x", "grad"))
    return translate("after {count} steps: x = {x}, slope {slope}", count=count, x=x, slope=slope)
