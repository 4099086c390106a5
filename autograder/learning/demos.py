"""The demos to play with: their controls, and what a learner's own code answers for them.

Nothing here earns points. Every number of a demo is asked of the learner's code in a fresh worker;
beside it stands the right one, of the judge's own mathematics.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from autograder.learning import (
    attention_demo,
    curve_demos,
    difference_demo,
    forward_demo,
    scalar_demos,
    tensor_demo,
    training_demos,
    window_demo,
)
from autograder.learning.controls import (
    BadSetting,
    Control,
    make_choice,
    make_slider,
    read_setting,
)
from autograder.learning.grids import list_settings
from autograder.learning.panels import Panel, round_numbers
from autograder.learning.playground import LATE, Playground, Shown, Trouble
from autograder.learning.playground import open_playground as open_stage
from autograder.learning.telltales import TELLTALES
from autograder.numerics.expressions import BadExpression

__all__ = [
    "DEMOS",
    "Control",
    "Demo",
    "DemoAnswer",
    "answer",
    "find_demo",
    "open_stage",
    "read_settings",
]

Settings = dict[str, Any]
RECORDED_DIGITS = 7  # significant ones
MOST_CHUNKS = 20  # of a demo that goes on by itself


@dataclass(frozen=True)
class Demo:
    """One idea to play with.

    Attributes
    ----------
    id, title : str
        ``tangent``, and its heading.
    part : str
        The milestone that it needs: ``m1``.
    sentence : str
        What to watch for.
    controls : tuple of Control
        In order.
    """

    id: str
    title: str
    part: str
    sentence: str
    controls: tuple[Control, ...]


class DemoAnswer(TypedDict):
    """What there is to show for some settings; strict JSON as it stands.

    Attributes
    ----------
    panels : list of dict
        By ``kind``, each with a ``title``; also where there is a problem, as far as it got.
    problem : dict or None
        What stopped the learner's code, or a setting that makes no sense.
    sentence : str
        What is seen.
    next : dict or None
        The settings to ask with again for the rest, of a demo that goes on by itself.
    """

    panels: list[Panel]
    problem: Trouble | None
    sentence: str
    next: Settings | None


SCALAR_CURVES = tuple(curve_demos.CURVES)
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")


DEMOS = (
    Demo(
        "neuron",
        "One neuron",
        "m1",
        "Move a weight: the output moves by its gradient times that, until the activation is flat.",
        (
            make_slider("x1", "input x1", 1.0, -3.0, 3.0),
            make_slider("x2", "input x2", -0.5, -3.0, 3.0),
            make_slider("w1", "weight w1", 0.8, -3.0, 3.0),
            make_slider("w2", "weight w2", -1.2, -3.0, 3.0),
            make_slider("b", "bias b", 0.1, -3.0, 3.0),
            make_choice("activation", "activation", ACTIVATIONS),
        ),
    ),
    Demo(
        "tangent",
        "The tangent of a curve",
        "m1",
        "The slope that backward leaves in x.grad is the steepness of the line that touches.",
        (
            make_choice("curve", "curve", SCALAR_CURVES),
            make_slider("x", "x", 1.0, -2.0, 2.0),
        ),
    ),
    Demo(
        "descent",
        "Down a curve, step by step",
        "m1",
        "Each step goes against the slope. Raise the rate until the steps no longer arrive.",
        (
            make_choice("curve", "curve", SCALAR_CURVES),
            make_slider("start", "start", 1.8, -2.0, 2.0),
            make_slider("rate", "rate", 0.1, 0.01, 1.2, 0.01),
            make_slider("steps", "steps", 12, 1, 40, 1),
        ),
    ),
    Demo(
        "expression",
        "The graph of an expression",
        "m1",
        "Forward fills the data from the left, backward the gradients from the right.",
        (
            Control("expression", "expression", "text", "tanh(a*b + a)"),
            Control("values", "values", "text", "a = 0.5, b = -1.5"),
        ),
    ),
    Demo(
        "difference",
        "Spot the difference",
        "m1",
        "The same numbers twice, by your engine and by the mathematics: where do they part?",
        (
            make_choice(
                "example",
                "example",
                (difference_demo.FIRST, *(telltale.title for telltale in TELLTALES)),
            ),
        ),
    ),
    Demo(
        "forward",
        "Forward through a network",
        "m2",
        "Each neuron sums what comes in, weighted, and bends it once.",
        (
            make_slider("x1", "input x1", 0.5, -2.0, 2.0),
            make_slider("x2", "input x2", -1.0, -2.0, 2.0),
            make_choice("activation", "activation", ACTIVATIONS),
            make_slider("seed", "weights no.", 1, 0, 20, 1),
        ),
    ),
    Demo(
        "training",
        "The loss during training",
        "m2",
        "The loss falls fast, then slowly; with too high a rate it jumps.",
        (
            make_slider("rate", "rate", 0.02, 0.005, 0.1, 0.005),
            Control("train", "train", "button", None),
        ),
    ),
    Demo(
        "arrays",
        "Arrays forward and back",
        "m3",
        "What was stretched on the way forward is summed on the way back.",
        (make_choice("program", "program", tuple(tensor_demo.PROGRAMS)),),
    ),
    Demo(
        "classifier",
        "The loss of a classifier",
        "m4",
        "All rows a step: the loss falls at every one, if the rate allows.",
        (
            make_slider("rate", "rate", 0.5, 0.1, 2.0, 0.1),
            Control("train", "train", "button", None),
        ),
    ),
    Demo(
        "window",
        "A convolution, window by window",
        "m5",
        "Every window is a row of im2col, and one number of the output.",
        (
            make_slider("kernel", "kernel", 3, 1, 4, 1),
            make_slider("stride", "stride", 1, 1, 3, 1),
            make_slider("padding", "padding", 0, 0, 2, 1),
            make_slider("window", "window", 0, 0, 80, 1),
        ),
    ),
    Demo(
        "attention",
        "Where attention looks",
        "m6",
        "Each row is a position's shares of those before it; above the diagonal is the future.",
        (
            Control("prompt", "text", "text", "the cat sat"),
            make_slider("layer", "block", 0, 0, 1, 1),
            make_slider("steps", "training steps", 20, 0, 60, 10),
        ),
    ),
)  # in the order in which a course needs them


def find_demo(id: str) -> Demo:
    """Return the demo `id`.

    Raises
    ------
    LookupError
        With the ids there are.
    """
    for demo in DEMOS:
        if demo.id == id:
            return demo
    raise LookupError(f"no demo {id!r}, there are {', '.join(demo.id for demo in DEMOS)}")


Answerer = Callable[[Mapping[str, Any], Playground], Shown]
ANSWERERS: dict[str, Answerer] = {
    "neuron": scalar_demos.answer_neuron,
    "tangent": curve_demos.answer_tangent,
    "descent": curve_demos.answer_descent,
    "expression": scalar_demos.answer_expression,
    "difference": difference_demo.answer_difference,
    "forward": forward_demo.answer_forward,
    "training": training_demos.answer_training,
    "arrays": tensor_demo.answer_arrays,
    "classifier": training_demos.answer_classifier,
    "window": window_demo.answer_window,
    "attention": attention_demo.answer_attention,
}


def answer(demo_id: str, settings: Settings, stage: Playground) -> DemoAnswer:
    """Return what the learner's code on `stage` answers for `settings`.

    Parameters
    ----------
    demo_id : str
        One of `DEMOS`.
    settings : dict
        By the names of its controls; what is left out is at its default.
    stage : Playground
        Asks the learner's code.
    """
    demo = find_demo(demo_id)
    if obstacle := stage.find_obstacle(demo.part):
        return _refuse(obstacle)
    try:
        shown = ANSWERERS[demo_id](read_settings(demo, settings), stage)
    except (BadSetting, BadExpression, attention_demo.BadPrompt) as problem:
        return _refuse(Trouble(message=str(problem), place="", check=""))
    return DemoAnswer(
        panels=shown.panels, problem=shown.problem, sentence=shown.sentence, next=shown.next
    )


def _refuse(problem: Trouble) -> DemoAnswer:
    return DemoAnswer(panels=[], problem=problem, sentence="", next=None)


def read_settings(demo: Demo, settings: Settings) -> Settings:
    """Return the settings of all controls of `demo`, those left out at their default.

    Raises
    ------
    BadSetting
        Where a value is not of its control; other names are handed on, for a demo that goes on.
    """
    own = {control.name: read_setting(control, settings) for control in demo.controls}
    return {**settings, **own}


def record(demo: Demo, stage: Playground) -> dict[str, Any]:
    """Return the answers of `demo` on its grid, the defaults first.

    ``{"demo": id, "answers": [{"settings": {...}, "answer": {...}}, ...]}``; of a demo that goes
    on by itself, the answer is the last.
    """
    recorded: dict[str, dict[str, Any]] = {}
    for changes in list_settings(demo.id):
        settings = read_settings(demo, changes)
        key = repr(settings)
        if key not in recorded:
            shown = round_numbers(_last_answer(demo, settings, stage), RECORDED_DIGITS)
            recorded[key] = {"settings": settings, "answer": shown}
            if (problem := shown["problem"]) and problem["message"] == LATE:
                break  # every other setting would take as long
    return {"demo": demo.id, "answers": [*recorded.values()]}


def record_all(stage: Playground) -> list[dict[str, Any]]:
    """Return the records of all demos whose files are there."""
    return [record(demo, stage) for demo in DEMOS if stage.find_obstacle(demo.part) is None]


def _last_answer(demo: Demo, settings: Settings, stage: Playground) -> DemoAnswer:
    found = answer(demo.id, settings, stage)
    for _ in range(MOST_CHUNKS):
        if found["next"] is None:
            break
        found = answer(demo.id, found["next"], stage)
    return found
