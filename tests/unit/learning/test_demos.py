"""What the demos show of a learner's code: its own numbers beside the right ones, whatever it does."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.course import Course, load_course
from autograder.learning import attention_demo, panels, playground, tensor_demo, training_demos
from autograder.learning.demos import DEMOS, answer, find_demo, open_stage, record, record_all
from autograder.learning.explore.drawings import draw_answer
from autograder.learning.explore.page import recorded_page
from autograder.learning.grids import list_settings
from autograder.learning.playground import LATE, Playground, Reaction
from autograder.learning.telltales import TELLTALES
from autograder.numerics import networks, transformers
from tests.implementations import ALTERNATIVES, ROOT, complete, implementations
from tests.mutants.m1_scalar_autograd import PITFALLS
from tests.mutants.mutants import EVERY_CHECK
from tests.mutants.pitfall import Pitfall

ENGINE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
STUB = (ROOT / "assignments/m1_scalar_autograd/engine.py").read_text()
TANH = "        out = Value(math.tanh(self.data)"
COURSE = load_course()
M1 = COURSE.milestone("m1")
SCALAR = ("neuron", "tangent", "descent", "expression", "difference")
IDS = [demo.id for demo in DEMOS]
ENGINES = implementations(M1)
OF_THE_CORE = [
    folder
    for folder in ALTERNATIVES
    if any((folder / f"{milestone.module}.py").exists() for milestone in COURSE.milestones)
]
NAIVE = "closures_recursive"  # Python's recursion limit is its own
Play = Callable[..., Playground]


@pytest.fixture
def play(course: Course, tmp_path: Path) -> Iterator[Play]:
    """Open a stage on source texts: ``play(engine="...")``, or on a folder."""
    opened = []

    def open_on(folder: Path | None = None, **sources: str) -> Playground:
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(source)
        lent = open_stage(folder or tmp_path, course)
        opened.append(lent)
        return lent.__enter__()

    yield open_on
    for lent in opened:
        lent.__exit__(None, None, None)


@pytest.fixture(scope="module")
def reference_stage(course: Course, reference: Path) -> Iterator[Playground]:
    with open_stage(reference, course) as stage:
        yield stage


def departures(found: Any) -> list[Any]:
    return [panel["departs"] for panel in found["panels"] if panel["departs"] is not None]


def broken(code: str) -> str:
    """Return the reference with a line before what tanh does."""
    assert TANH in ENGINE
    return ENGINE.replace(TANH, f"        {code}\n{TANH}")


def test_demos_stand_in_the_order_of_the_course() -> None:
    parts = [milestone.id for milestone in COURSE.milestones]
    assert [demo.part for demo in DEMOS] == sorted((demo.part for demo in DEMOS), key=parts.index)
    assert len({*IDS}) == len(DEMOS)
    assert {demo.part for demo in DEMOS} == {*parts}
    with pytest.raises(LookupError, match="no demo 'nuron', there are neuron, tangent"):
        find_demo("nuron")


@pytest.mark.parametrize("demo", DEMOS, ids=IDS)
def test_defaults_are_settings_of_their_controls(demo: Any) -> None:
    for control in demo.controls:
        if control.kind == "slider":
            assert control.low <= control.default <= control.high
            assert 0 < control.step <= control.high - control.low
        if control.kind == "choice":
            assert control.default == control.choices[0]
            assert len({*control.choices}) == len(control.choices)


def assert_all_agrees(found: Any) -> None:
    assert found["problem"] is None
    assert departures(found) == []
    assert found["panels"]
    assert found["sentence"]
    assert "✕" not in "".join(draw_answer(found).values())
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("demo_id", IDS)
def test_nothing_departs_for_the_reference(reference_stage: Playground, demo_id: str) -> None:
    assert_all_agrees(answer(demo_id, {}, reference_stage))


@pytest.mark.parametrize("folder", OF_THE_CORE, ids=lambda folder: folder.name)
def test_nothing_departs_for_any_right_work(folder: Path, course: Course, tmp_path: Path) -> None:
    with open_stage(complete(course, folder, tmp_path), course) as stage:
        modules = {part.id: part.module for part in course.milestones}
        for demo in (each for each in DEMOS if (folder / f"{modules[each.part]}.py").exists()):
            for settings in list_settings(demo.id) if EVERY_CHECK else [{}]:
                found = answer(demo.id, settings, stage)
                if folder.name == NAIVE and demo.id == "difference":
                    assert "chain" in found["sentence"] or not departures(found)
                else:
                    assert_all_agrees(found)


def test_what_is_recorded_is_small_and_agrees(reference_stage: Playground) -> None:
    recorded = record_all(reference_stage)
    assert [each["demo"] for each in recorded] == IDS
    for each in recorded:
        assert len(each["answers"]) >= 3
        settings = [json.dumps(row["settings"]) for row in each["answers"]]
        assert len({*settings}) == len(settings)
        defaults = {control.name: control.default for control in find_demo(each["demo"]).controls}
        assert each["answers"][0]["settings"] == defaults
        for row in each["answers"]:
            assert_all_agrees(row["answer"])
    size = len(json.dumps(recorded, separators=(",", ":"), allow_nan=False))
    assert 100_000 < size < 400_000
    page = recorded_page("my-network", recorded)
    assert 150_000 < len(page.encode()) < 300_000


# The numbers are those of the learner's code


@pytest.mark.parametrize("name", ENGINES)
def test_a_graph_shows_what_the_probe_of_the_milestone_says(
    name: str, course: Course, tmp_path: Path
) -> None:
    text, values = "h = tanh(a*b) + a; h*h / b - 2**-1", {"a": 0.7, "b": -1.3}
    (tmp_path / "engine.py").write_bytes((ENGINES[name] / "engine.py").read_bytes())
    for file in ENGINES[name].glob("_*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    program = ["h = (a * b).tanh() + a", "out = h * h / b - 0.5"]
    with open_stage(tmp_path, course) as stage:
        setting = ", ".join(f"{key} = {value}" for key, value in values.items())
        found = answer("expression", {"expression": text, "values": setting}, stage)
        with stage.launcher.start_worker(stage.submission.folder, 5, 2048) as worker:
            args = {"program": program, "inputs": [*values], "points": np.array([[0.7, -1.3]])}
            said = worker.call_probe("m1.evaluate", args, 5.0)
    nodes = found["panels"][0]["nodes"]
    assert nodes[-1]["data"] == pytest.approx(said["out"][0], rel=1e-9)
    by_name = {node["name"]: node for node in nodes}
    assert [by_name[key]["grad"] for key in values] == pytest.approx(said["grad"][0], rel=1e-9)
    assert found["panels"][0]["writes"]


def test_a_wrong_engine_s_own_numbers_are_shown(play: Play) -> None:
    stage = play(engine=ENGINE.replace(".grad +=", ".grad ="))
    found = answer("expression", {"expression": "a + a"}, stage)
    (panel,) = found["panels"]
    assert [node["grad"] for node in panel["nodes"]] == [1.0, 1.0]
    assert [node["right_grad"] for node in panel["nodes"]] == [2.0, 1.0]
    assert panel["departs"] == 0
    assert panel["writes"] == [[1, 1.0], [0, 1.0], [0, 1.0]]
    assert panel["pitfall"]["id"] == "assign-not-accumulate"
    assert "used twice" in panel["pitfall"]["text"]
    assert found["sentence"] == "a.grad: 1, right is 2"


def test_nodes_have_their_place_in_backward(reference_stage: Playground) -> None:
    found = answer("expression", {"expression": "3*a + b"}, reference_stage)
    nodes = found["panels"][0]["nodes"]
    assert [node["op"] for node in nodes] == ["number", "", "*", "", "+"]
    assert [node["order"] for node in nodes] == [None, 3, 2, 1, 0]
    assert [node["below"] for node in nodes] == [[], [], [0, 1], [], [2, 3]]


BARE = """
import math
class Value:
    __slots__ = ("data", "grad", "uses")
    def __init__(self, data, uses=()):
        self.data, self.grad, self.uses = data, 0.0, uses
    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
    def __mul__(self, other):
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))
    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, ((self, 1 - t * t),))
    def backward(self, share=1.0):
        self.grad += share
        for value, slope in self.uses:
            value.backward(share * slope)
"""


def test_no_private_name_is_needed(play: Play) -> None:
    found = answer("expression", {}, play(engine=BARE))
    assert_all_agrees(found)
    assert [node["op"] for node in found["panels"][0]["nodes"]] == ["", "", "*", "+", "tanh"]
    assert found["panels"][0]["writes"][0] == [4, 1.0]


def test_a_network_shows_what_the_judge_computes(reference_stage: Playground) -> None:
    settings = {"x1": 1.5, "x2": 0.5, "activation": "sigmoid", "seed": 7}
    (panel,) = answer("forward", settings, reference_stage)["panels"]
    weights = networks.draw_parameters((2, 3, 1), np.random.default_rng(7))
    kinds, x = ("sigmoid", "sigmoid"), np.array([[1.5, 0.5]])
    (out,) = networks.mlp_outputs((2, 3, 1), kinds, weights, x)[0]
    assert panel["labels"] == ["inputs", "first Layer", "second Layer"]
    assert [len(layer) for layer in panel["layers"]] == [2, 3, 1]
    assert panel["layers"][-1][0]["value"] == pytest.approx(out, rel=1e-9)
    assert np.shape(panel["weights"][0]) == (3, 3)
    assert panel["weights"][1][0] == pytest.approx(weights[9:], rel=1e-9)


def test_an_mlp_that_is_not_its_layers_shows(reference: Path, play: Play) -> None:
    source = (reference / "nn.py").read_text()
    wrong = f"{source}\nMLP.__call__ = lambda self, x: Layer(2, 1)(list(x)) * 0\n"
    stage = play(engine=ENGINE, nn=wrong)
    (panel,) = answer("forward", {}, stage)["panels"]
    assert panel["labels"][-1] == "MLP"
    assert panel["departs"] == [3, 0]


def test_training_goes_on_until_its_end(reference_stage: Playground) -> None:
    found, lengths = answer("training", {"rate": 0.1}, reference_stage), []
    while True:
        series = {row["name"]: row["y"] for row in found["panels"][0]["series"]}
        lengths.append(len(series["yours"]))
        if found["next"] is None:
            break
        handed = json.loads(json.dumps(found["next"], allow_nan=False))
        found = answer("training", handed, reference_stage)
    assert lengths == [10, 20, 30, 40, 50, 60]
    assert_all_agrees(found)
    losses, _ = training_demos.TRAININGS["training"].step(
        training_demos.TRAININGS["training"].start, 0.1, 10
    )
    assert series["yours"][:10] == pytest.approx(losses, rel=1e-9)


@pytest.mark.parametrize(
    "state",
    [3, {}, {"weights": [1.0]}, {"loss": [1.0] * 10, "weights": ["x"] * 25}, {"loss": [1.0] * 99}],
)
def test_a_state_that_is_none_begins_anew(reference_stage: Playground, state: Any) -> None:
    found = answer("training", {"state": state}, reference_stage)
    assert found == answer("training", {}, reference_stage)


def test_training_that_is_wrong_departs(reference: Path, play: Play) -> None:
    source = (reference / "nn.py").read_text()
    wrong = f"{source}\nown = fit\ndef fit(m, x, y, e, lr): return own(m, x, y, e, lr * 2)\n"
    found = answer("training", {}, play(engine=ENGINE, nn=wrong))
    assert departures(found) == [1]
    assert (
        answer("training", found["next"], play(engine=ENGINE, nn=wrong))["panels"][0]["departs"]
        == 1
    )


def test_arrays_go_back_to_their_shapes(reference: Path, play: Play) -> None:
    source = (reference / "tensor.py").read_text()
    stage = play(tensor=source, engine=ENGINE, nn="")
    program = next(iter(tensor_demo.PROGRAMS))
    nodes = answer("arrays", {"program": program}, stage)["panels"][0]["nodes"]
    by_name = {node["name"]: node for node in nodes}
    assert by_name["b"]["shape"] == [3]
    slopes = 1 - np.tanh(tensor_demo.X + np.array([0.5, -0.25, 1.0])) ** 2
    assert by_name["x"]["grad"] == [pytest.approx(row, rel=1e-9) for row in slopes.tolist()]
    assert by_name["b"]["grad"] == pytest.approx(slopes.sum(axis=0), rel=1e-9)
    assert [node["order"] for node in nodes] == [4, 3, 2, 1, 0]


def test_a_gradient_of_another_shape_departs(reference: Path, play: Play) -> None:
    source = (reference / "tensor.py").read_text()
    stage = play(tensor=f"{source}\nunbroadcast = lambda g, *_: g\n", engine=ENGINE, nn="")
    found = answer("arrays", {}, stage)
    assert found["sentence"] == "b.grad has the shape (2, 3), right is (3,)"
    assert departures(found) == [1]


def test_windows_are_rows_of_im2col(reference_stage: Playground) -> None:
    settings = {"kernel": 2, "stride": 2, "padding": 1, "window": 4}
    image, kernel, cols, out = answer("window", settings, reference_stage)["panels"]
    cells = [image["values"][row][column] for row, column in image["highlight"]]
    assert cols["values"][4] == cells
    assert cols["highlight"] == [[4, k] for k in range(4)]
    weights = [number for row in kernel["values"] for number in row]
    row, column = out["highlight"][0]
    assert out["values"][row][column] == sum(map(np.multiply, cells, weights))
    assert np.shape(image["values"]) == (7, 7)


def test_attention_is_measured_from_outside(reference_stage: Playground) -> None:
    found = answer("attention", {"prompt": "cat", "steps": 0}, reference_stage)
    for panel in found["panels"]:
        shares = np.array(panel["values"])
        assert shares.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-6)
        assert np.array(panel["mask"]).tolist() == (~np.tri(3, dtype=bool)).tolist()
        assert np.abs(shares[np.array(panel["mask"])]).max() < 1e-9
    assert panel["rows"] == ["c", "a", "t"]


def test_right_attention_is_that_of_the_judge() -> None:
    rng = np.random.default_rng(3)
    rows, weight, bias = rng.normal(size=(5, 8)), rng.normal(size=(8, 24)), rng.normal(size=24)
    weights = {
        "qkv.weight": weight,
        "qkv.bias": bias,
        "proj.weight": np.eye(8),
        "proj.bias": np.zeros(8),
    }
    wanted, _ = transformers.attention(weights, "", rows[None], 2)
    shares = attention_demo.right_attention(rows, weight, bias, 2)
    v = (rows @ weight + bias)[:, 16:].reshape(5, 2, 4).swapaxes(0, 1)
    assert (shares @ v).swapaxes(0, 1).reshape(5, 8) == pytest.approx(wanted[0])


def test_attention_that_looks_ahead_departs(
    reference: Path, course: Course, tmp_path: Path
) -> None:
    for file in reference.glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    ahead = "\nown = CausalSelfAttention.__call__\nCausalSelfAttention.__call__ = lambda self, x: own(self, x) * 0 + x.mean(axis=1, keepdims=True)\n"
    with (tmp_path / "gpt.py").open("a") as file:
        file.write(ahead)
    with open_stage(tmp_path, course) as stage:
        found = answer("attention", {"steps": 0}, stage)
    assert departures(found)


# Every mistake of milestone 1 shows


@contextmanager
def mutant_stage(pitfall: Pitfall, folder: Path) -> Iterator[Playground]:
    (folder / "engine.py").write_text(pitfall.mutate(ENGINE))
    with open_stage(folder, COURSE) as stage:
        yield stage


@pytest.mark.parametrize(
    "pitfall",
    PITFALLS if EVERY_CHECK else PITFALLS[::5],
    ids=lambda pitfall: pitfall.name,
)
def test_every_mistake_departs_somewhere(
    pitfall: Pitfall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not EVERY_CHECK:
        monkeypatch.setattr(Playground, "find_pitfalls", lambda self, slow: ())
    with mutant_stage(pitfall, tmp_path) as stage:
        found = answer("difference", {}, stage)
    assert len(departures(found)) == 1
    json.dumps(found, allow_nan=False)
    if EVERY_CHECK:
        named = found["panels"][0]["pitfall"]
        assert named == {"id": pitfall.name, "text": pitfall.text}


@pytest.mark.parametrize("name", ["tanh-overwrites", "one-sided-difference"])
def test_a_mistake_that_is_recognised_is_named(name: str, tmp_path: Path) -> None:
    pitfall = next(each for each in PITFALLS if each.name == name)
    with mutant_stage(pitfall, tmp_path) as stage:
        (panel,) = answer("difference", {}, stage)["panels"]
    assert panel["pitfall"] == {"id": name, "text": pitfall.text}


def test_each_example_can_be_chosen(reference_stage: Playground) -> None:
    for telltale in TELLTALES if EVERY_CHECK else TELLTALES[::8]:
        found = answer("difference", {"example": telltale.title}, reference_stage)
        assert found["sentence"] == "nothing departs"
        assert found["panels"][0]["title"] == telltale.title


# Whatever the learner's code does


def test_an_engine_that_raises_shows_its_line(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Playground, "find_pitfalls", lambda self, slow: ())
    source = broken('raise ValueError("no luck\\n\\x1b[2J")')
    line = source[: source.index("no luck")].count("\n") + 1
    found = answer("expression", {}, play(engine=source))
    assert found["problem"] == {
        "message": "ValueError: no luck \\x1b[2J", "place": f"engine.py:{line}", "check": "m1.tanh"
    }  # fmt: skip
    assert departures(found) == [4]
    assert [node["data"] for node in found["panels"][0]["nodes"]] == [0.5, -1.5, -0.75, -0.25, None]


@pytest.mark.parametrize("demo_id", ["expression", "difference", "neuron"])
def test_an_endless_loop_stops(play: Play, monkeypatch: pytest.MonkeyPatch, demo_id: str) -> None:
    monkeypatch.setattr(playground, "SECONDS", 0.3)
    found = answer(demo_id, {}, play(engine=broken("while True: pass")))
    assert found["problem"] == {"message": LATE, "place": "", "check": ""}
    assert departures(found) == []


def test_a_loop_is_waited_for_once_in_a_recording(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playground, "SECONDS", 0.3)
    stage = play(engine=broken("while True: pass"))
    assert len(record(find_demo("neuron"), stage)["answers"]) == 1


def test_a_flood_of_output_is_no_harm(play: Play) -> None:
    found = answer("expression", {}, play(engine=broken("print('x' * 100_000_000)")))
    assert_all_agrees(found)


@pytest.mark.parametrize(
    ("expression", "check"),
    [("a*b", "m1.mul"), ("tanh(a)", "m1.tanh"), ("a + 2", "m1.add"), ("a**2", "m1.pow")],
)
def test_a_missing_operation_names_its_check(
    play: Play, monkeypatch: pytest.MonkeyPatch, expression: str, check: str
) -> None:
    monkeypatch.setattr(Playground, "find_pitfalls", lambda self, slow: ())
    problem = answer("expression", {"expression": expression}, play(engine=STUB))["problem"]
    assert problem is not None
    assert problem["check"] == check
    assert (
        problem["message"].startswith("not implemented yet: milestone 1: Value.__")
        or check == "m1.tanh"
    )


@pytest.mark.parametrize(
    ("source", "message", "check"),
    [
        ("def (", "SyntaxError: invalid syntax", ""),
        ("", "not implemented yet: engine.py does not define Value", "m1.add"),
        ("import torch", "engine.py imports torch; only the standard library", ""),
        ("import os; os.kill(os.getpid(), 9)", "the process was ended by SIGKILL", ""),
        ("class Value: pass", "TypeError: Value() takes no arguments", "m1.add"),
    ],
)
@pytest.mark.parametrize("demo_id", ["expression", "tangent", "difference"])
def test_work_that_cannot_run_is_one_sentence(
    play: Play, monkeypatch: pytest.MonkeyPatch, demo_id: str, source: str, message: str, check: str
) -> None:
    monkeypatch.setattr(Playground, "find_pitfalls", lambda self, slow: ())
    problem = answer(demo_id, {}, play(engine=source))["problem"]
    assert problem is not None
    assert problem["message"].startswith(message)
    assert problem["check"] in (check, "")


def test_work_that_is_not_there_names_the_first_check(play: Play, tmp_path: Path) -> None:
    found = answer("window", {}, play())
    assert found["problem"] == {
        "message": "there is no engine.py yet",
        "place": "",
        "check": "m1.add",
    }
    assert found["panels"] == []


def test_to_raise_where_there_is_no_value_is_right(reference_stage: Playground) -> None:
    for expression in ("log(a - a) * b", "(a - a) ** 0.5", "1 / (a - a)"):
        found = answer("expression", {"expression": expression}, reference_stage)
        assert found["problem"] is None
        assert departures(found) == []


def test_a_logarithm_of_0_that_has_a_value_departs(play: Play) -> None:
    clamped = ENGINE.replace("math.log(self.data)", "math.log(max(self.data, 1e-12))")
    found = answer("expression", {"expression": "log(a - a)"}, play(engine=clamped))
    assert departures(found) == [2]


FORGED = [
    {}, {"answers": 3}, {"answers": [3]}, {"answers": [{"data": "many"}]},
    {"answers": [{"data": [[1.0]], "grad": [None] * 99, "writes": [[99, 1.0], [True, 1], 3]}]},
    {"answers": [{"numbers": {}, "verdict": 3}] * 99}, {"raised": ["x", -1]},
    {"x": 3, "y": [[]], "grad": "x"}, {"layers": [[]], "mlp": {}}, {"loss": "x", "weights": [[1]]},
    {"data": [np.zeros(9999)], "grad": [3]}, {"cols": np.zeros(3), "out": np.zeros((1, 1, 2, 2))},
    {"maps": np.zeros((2, 2)), "rows": 3, "weight": None, "bias": np.array(["x"])},
]  # fmt: skip


@pytest.mark.parametrize("demo_id", IDS)
def test_a_forged_answer_shows_as_nothing(
    reference_stage: Playground, monkeypatch: pytest.MonkeyPatch, demo_id: str
) -> None:
    monkeypatch.setattr(Playground, "find_pitfalls", lambda self, slow: ())
    for forged in FORGED:
        monkeypatch.setattr(Playground, "ask", lambda self, probe, _=forged, **args: Reaction(_))
        found = answer(demo_id, {}, reference_stage)
        json.dumps(found, allow_nan=False)
        assert not found["panels"] or demo_id == "window" or departures(found) or is_empty(found)


def is_empty(found: Any) -> bool:
    """Whether no number of the learner's is shown."""
    nodes = [node for panel in found["panels"] for node in panel.get("nodes", [])]
    numbers = [node["data"] for node in nodes if node["op"] != "number"]
    return {*map(str, numbers)} == {"None"}


@pytest.mark.parametrize(
    ("demo_id", "settings", "message"),
    [
        ("neuron", {"x1": 7}, "input x1: a number from -3 to 3 is wanted"),
        ("neuron", {"x1": "nan"}, "input x1: a number from -3 to 3 is wanted"),
        ("neuron", {"x1": [1]}, "input x1: a number from -3 to 3 is wanted"),
        ("neuron", {"activation": "step"}, "activation: there are tanh, relu, sigmoid, linear"),
        ("neuron", {"activation": ["tanh"]}, "activation: there are tanh, relu, sigmoid, linear"),
        ("expression", {"expression": 3}, "expression: a text of at most 400 characters is wanted"),
        ("expression", {"expression": "sin(a)"}, "sin is unknown; there are exp, log, tanh, relu"),
        ("expression", {"values": "a"}, "'a' is no value; write a = 0.5, b = -1.5"),
        ("attention", {"prompt": "Hello"}, "the text has to have 2 to 12 of the characters"),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_sentence(
    reference_stage: Playground, demo_id: str, settings: dict[str, Any], message: str
) -> None:
    problem = answer(demo_id, settings, reference_stage)["problem"]
    assert problem is not None
    assert problem["message"].startswith(message)


def test_numbers_become_strict_json() -> None:
    shown = panels.plain_numbers([1.0, float("nan"), float("-inf"), None, [np.float32(0.5)]])
    assert shown == [1.0, "nan", "-inf", None, [0.5]]
    assert panels.round_numbers({"x": [1 / 3, "nan", 2]}, 3) == {"x": [0.333, "nan", 2]}


@pytest.mark.parametrize(
    ("got", "right", "apart"),
    [
        (1.0, 1.0 + 1e-9, False), (1.0, 1.001, True), (None, 1.0, True), (None, None, False),
        (3.0, None, True), (float("inf"), None, False), (float("nan"), 1.0, True),
        (float("inf"), float("inf"), False), (float("nan"), float("nan"), False),
        (np.zeros(2), np.zeros(2), False), (np.zeros(2), np.zeros((2, 1)), True),
        ("True", "False", True), ("True", "True", False),
    ],
)  # fmt: skip
def test_what_departs(got: Any, right: Any, apart: bool) -> None:
    assert panels.is_apart(got, right) is apart
