"""From runs to a score: admission, twins, hidden inputs, strict JSON, equal bytes."""

import json
import math
import os
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import msgspec
import pytest

from autograder import score as scores
from autograder.worker.imports import GRADED_WITH
from autograder.worker.probes import m1_scalar_autograd
from tests.conftest import ROOT, Judge

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
Write = Callable[..., Path]


def timeless(graded: scores.Score) -> dict[str, object]:
    data = msgspec.to_builtins(graded)
    del data["timing"]
    return data


def test_the_same_work_gives_the_same_bytes(judge: Judge, write: Write) -> None:
    folder = write(engine=REFERENCE.replace("self.data > 0.0", "self.data < 0.0"))
    first, second = (timeless(judge(folder, "m1").score) for _ in range(2))
    assert scores.encode_json(first) == scores.encode_json(second)


def test_a_flood_of_output_leaves_no_figure_that_differs(judge: Judge, write: Write) -> None:
    flood = "import os\nprint('x' * (100_000 + os.getpid()))\n"
    folder = write(engine=flood + REFERENCE.replace("math.exp(self.data)", "math.cos(self.data)"))
    first, second = (judge(folder, "m1", only=frozenset({"m1.exp"})).score for _ in range(2))
    assert first.checks[0].message.endswith("\nprinted: [and more]")
    assert timeless(first) == timeless(second)


def test_what_the_caller_wants_of_pytest_is_not_for_the_judge(
    judge: Judge, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = write(engine=REFERENCE.replace("self.data > 0.0", "self.data < 0.0"))
    before = judge(work, "m1").score
    monkeypatch.setenv("PYTEST_ADDOPTS", "--maxfail=1 --junitxml=there.xml -k nothing")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    for name in ("conftest.py", "tests/conftest.py", "pytest.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("raise SystemExit(9)")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --maxfail=1\n")
    monkeypatch.chdir(tmp_path)
    after = judge(work, "m1").score
    assert 0 < after.points == before.points
    assert os.environ["PYTEST_PLUGINS"] == "no_such_plugin"


def test_isolation_changes_nothing_but_its_name(judge: Judge, write: Write) -> None:
    folder = write(engine=REFERENCE.replace("+= out.grad\n", "= out.grad\n"))
    strict, process = (
        timeless(judge(folder, "m1", isolation=i).score) for i in ("strict", "process")
    )
    assert strict["environment"].pop("isolation") == "strict"  # type: ignore[attr-defined]
    assert process["environment"].pop("isolation") == "process"  # type: ignore[attr-defined]
    assert strict == process


def test_a_score_fits_its_schema_and_comes_back(judge: Judge, write: Write, tmp_path: Path) -> None:
    graded = judge(write(engine=REFERENCE), "m1").score
    scores.write_score(graded, tmp_path / "score.json")
    jsonschema.validate(json.loads((tmp_path / "score.json").read_text()), scores.build_schema())
    assert scores.read_score(tmp_path / "score.json") == graded
    assert next(iter(json.loads((tmp_path / "score.json").read_text()))) == "schema_version"


def test_the_contract_fixes_the_fields(judge: Judge, write: Write) -> None:
    data = msgspec.to_builtins(judge(write(engine=REFERENCE), "m1").score)
    assert set(data) == {
        "schema_version", "submission", "kit", "environment", "points", "max_points", "milestones", "timing",
        "extras", "bonus", "own_tests",
    }  # fmt: skip
    assert set(data["milestones"][0]["checks"][0]) == {
        "id", "title", "kind", "visibility", "status", "points", "max_points", "message", "hint", "measurements",
    }  # fmt: skip
    assert set(data["timing"]) == {"graded_at", "seconds", "peak_memory_mb", "checks"}


def test_nothing_handed_in_is_missing(judge: Judge, write: Write) -> None:
    checks = judge(write(), "m1").score.checks
    assert {(c.status, c.message) for c in checks if c.visibility == "public"} == {
        ("missing", "engine.py was not handed in")
    }


def test_a_module_that_does_not_parse_is_told_once(judge: Judge, write: Write) -> None:
    checks = judge(write(engine="x = (\n"), "m1").score.checks
    assert [c.status for c in checks] == ["failed"] + ["blocked"] * (len(checks) - 1)
    assert checks[0].message == (
        f"SyntaxError: '(' was never closed ({GRADED_WITH})\n  engine.py:1 in <module>: x = ("
    )
    assert checks[2].message == "engine does not import: see m1.add"


def test_a_name_that_is_not_there_keeps_only_its_own_checks(judge: Judge, write: Write) -> None:
    graded = judge(write(engine=REFERENCE.replace("def numerical_grad", "def another_grad")), "m1")
    public = [c for c in graded.score.checks if c.visibility == "public"]
    lost = {c.id: c.status for c in public if c.status != "passed"}
    assert lost.pop("m1.numerical_gradient") == "missing"
    assert set(lost) == {
        "m1.central_difference", "m1.one_coordinate_at_a_time", "m1.gradcheck_accepts",
        "m1.gradcheck_rejects", "m1.gradcheck_tolerance",
    }  # fmt: skip
    told = {c.message for c in public if c.status == "missing"}
    assert told == {"not implemented yet: engine.py does not define numerical_gradient"}


def test_a_probe_that_is_not_there_is_the_graders_fault(
    judge: Judge, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(m1_scalar_autograd, "chain")
    checks = {c.id: c for c in judge(write(engine=REFERENCE), "m1").score.checks}
    assert checks["m1.deep_chain"].status == "error"
    assert "there is no probe 'chain'" in checks["m1.deep_chain"].message


def test_a_forbidden_import_is_rejected(judge: Judge, write: Write) -> None:
    checks = judge(write(engine="import torch\n" + REFERENCE), "m1").score.checks
    assert {c.status for c in checks} == {"rejected"}
    assert "imports torch" in checks[0].message


def test_after_two_timeouts_what_needs_the_object_is_blocked(judge: Judge, write: Write) -> None:
    loop = REFERENCE.replace("        self.grad = 1.0\n", "        while True: pass\n")
    graded = judge(write(engine=loop), "m1").score
    public = [c for c in graded.checks if c.visibility == "public"]
    timeouts = [c.id for c in public if c.status == "timeout"]
    assert timeouts == ["m1.add", "m1.mul"]
    assert {c.id for c in public if c.status == "passed"} == {
        "m1.bad_input",
        "m1.numerical_gradient", "m1.central_difference", "m1.one_coordinate_at_a_time",
    }  # fmt: skip
    blocked = next(c for c in public if c.status == "blocked")
    assert blocked.message == "Value.backward ran past its deadline 2 times: fix that first"


def test_a_table_of_public_answers_earns_nothing(judge: Judge, write: Write) -> None:
    """Record what the public check asks, then answer it from the table, inputs and all."""
    run = next(r for r in judge(write(engine=REFERENCE), "m1").runs if r.result.id == "m1.exp")
    exchange = run.exchanges[0]
    known = {
        round(a, 9): (out, grads)
        for (a, _), out, grads in zip(
            exchange.args["points"].tolist(),
            exchange.answer["out"],
            exchange.answer["grad"],
            strict=True,
        )
    }
    source = f"""
TABLE = {known!r}
class Value:
    made = []
    def __init__(self, data, *rest):
        self.data, self.grad = float(data), 0.0
        Value.made.append(self)
    def exp(self):
        return self
    def __mul__(self, other):
        return self
    def backward(self):
        a, b = Value.made[-2:]
        out, grads = TABLE.get(round(a.data, 9), (0.0, [0.0, 0.0]))
        self.data, (a.grad, b.grad) = out, grads
"""
    checks = {c.id: c for c in judge(write(engine=source), "m1").score.checks}
    assert checks["m1.exp_hidden"].status == "failed"
    assert checks["m1.exp"].points == 0.0
    assert "hidden twin" in checks["m1.exp"].message


def test_hidden_inputs_differ_by_submission_and_secret(
    judge: Judge, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def points(source: str, id: str) -> list[float]:
        runs = judge(write(engine=source), "m1").runs
        exchange = next(r for r in runs if r.result.id == id).exchanges[0]
        return [float(x) for x in exchange.args["points"].ravel()]

    first, other = points(REFERENCE, "m1.add_hidden"), points(REFERENCE + "\n#", "m1.add_hidden")
    assert first != other
    assert points(REFERENCE, "m1.add") == points(REFERENCE + "\n#", "m1.add")
    monkeypatch.setenv("AUTOGRADER_SECRET", "another")
    assert points(REFERENCE, "m1.add_hidden") != first


def test_no_hidden_input_reaches_score_or_report(judge: Judge, write: Write) -> None:
    """An engine that tries to smuggle its inputs out: exceptions, prints, wrong numbers."""
    noisy = REFERENCE.replace(
        "        self.grad = 1.0\n", "        self.grad = 1.0\n        print(self.data)\n"
    )
    late = noisy.replace("(1.0 - s)", "(1.0 + s)").replace(
        "        return math.tanh", "        return math.tanh"
    )
    grade = judge(write(engine=late), "m1")
    text = (scores.encode_json(grade.score) + scores.encode_json(grade.report)).decode()
    hidden = [r for r in grade.runs if r.result.visibility == "hidden" and r.exchanges]
    arrays = [
        e.args["points"]
        for r in hidden
        for e in r.exchanges
        if hasattr(e.args.get("points"), "ravel")
    ]
    numbers = {f"{x:.6g}" for array in arrays for x in array.ravel() if x != round(x, 2)}
    assert len(numbers) > 100
    told = set(re.findall(r"(?<![\d.])-?\d+\.\d+(?![\de])", text))
    assert numbers & told == set()


def test_a_hidden_failure_names_no_input(judge: Judge, write: Write) -> None:
    """Right at the public points of m1.tanh, wrong and loud at all others."""
    run = next(r for r in judge(write(engine=REFERENCE), "m1").runs if r.result.id == "m1.tanh")
    known = [round(x, 9) for x in run.exchanges[0].args["points"][:, 0].tolist()]
    loud = (
        f"        if round(self.data, 9) not in {known}:\n"
        "            raise type(f'Seen{self.data}', (KeyError,), {})(f'seen {self.data}')\n"
        "        out = Value(math.tanh(self.data)"
    )
    source = REFERENCE.replace("        out = Value(math.tanh(self.data)", loud)
    checks = {c.id: c for c in judge(write(engine=source), "m1").score.checks}
    hidden = checks["m1.tanh_hidden"]
    assert (hidden.status, hidden.message) == (
        "failed", "KeyError was raised on inputs that you have not seen",
    )  # fmt: skip
    assert (checks["m1.tanh"].status, checks["m1.tanh"].points) == ("failed", 0.0)


def test_what_is_missing_for_hidden_inputs_only_names_no_input(judge: Judge, write: Write) -> None:
    run = next(r for r in judge(write(engine=REFERENCE), "m1").runs if r.result.id == "m1.tanh")
    known = [round(x, 9) for x in run.exchanges[0].args["points"][:, 0].tolist()]
    loud = (
        f"        if round(self.data, 9) not in {known}:\n"
        "            raise NotImplementedError(f'seen {self.data}')\n"
        "        out = Value(math.tanh(self.data)"
    )
    source = REFERENCE.replace("        out = Value(math.tanh(self.data)", loud)
    checks = {c.id: c for c in judge(write(engine=source), "m1").score.checks}
    assert "seen 1" not in checks["m1.tanh_hidden"].message
    assert checks["m1.tanh_hidden"].message.startswith("NotImplementedError was raised on inputs")


def test_the_report_is_strict_json_and_agrees(judge: Judge, write: Write) -> None:
    grade = judge(write(engine=REFERENCE), "m1")
    report = json.loads(
        scores.encode_json(grade.report), parse_constant=lambda name: pytest.fail(name)
    )
    assert [test["id"] for test in report["tests"]] == [c.id for c in grade.score.checks]
    assert report["summary"]["passed"] == len(grade.score.checks)
    assert report["exitcode"] == 0
    assert str(ROOT) not in json.dumps(report)


def test_a_fault_of_the_grader_is_an_error_not_a_failure(
    judge: Judge, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the check is broken")  # what no form of an answer raises

    monkeypatch.setattr("autograder.numerics.compare.relative_errors", broken)
    check = judge(write(engine=REFERENCE), "m1").score.checks[0]
    assert (check.status, check.points) == ("error", 0.0)
    assert check.message.startswith("the grader itself failed: ")


@pytest.mark.parametrize(
    "answer",
    ["float('nan')", "float('inf')", "'x'", "None", "1j", "[1.0]", "10**400", "{}", "object()"],
)
def test_a_forged_number_earns_nothing(judge: Judge, write: Write, answer: str) -> None:
    forge = f"""
_old = Value.backward
def backward(self):
    _old(self)
    self.data = {answer}
Value.backward = backward
"""
    graded = judge(write(engine=REFERENCE + forge), "m1").score
    statuses = {c.id: c.status for c in graded.checks}
    assert statuses["m1.mul"] in ("failed", "crashed")
    assert "error" not in statuses.values()


def test_a_quarter_of_every_check_is_hidden(judge: Judge, write: Write) -> None:
    by_id = {c.id: c for c in judge(write(engine=REFERENCE), "m1").score.checks}
    for id, check in by_id.items():
        if check.visibility == "public":
            twin = by_id[f"{id}_hidden"]
            assert math.isclose(twin.max_points / (check.max_points + twin.max_points), 0.25)


def test_a_sample_text_is_short_and_printable() -> None:
    from autograder.judge.messages import MAX_SAMPLE, sample_text

    told = r"to be / or not\x1b[31m\u202eto be"
    assert sample_text("to be\nor not\x1b[31m\u202eto be") == told
    assert len(sample_text("line\n" * 1000)) == MAX_SAMPLE
    result = scores.CheckResult("m6.x", "t", "accuracy", "public", "passed", 1.0, 1.0)
    result.measurements = {"loss": 1.5, "sample": "to be"}
    data = json.loads(scores.encode_json(result))
    jsonschema.validate(data, msgspec.json.schema(scores.CheckResult))
    assert msgspec.json.decode(scores.encode_json(result), type=scores.CheckResult) == result
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            data | {"measurements": {"loss": [1]}}, msgspec.json.schema(scores.CheckResult)
        )


def test_a_module_without_the_one_it_needs_is_blocked(judge: Judge, write: Write) -> None:
    checks = judge(write(nn="from engine import Value\n"), "m1", "m2").score.checks
    told = {(c.id[:2], c.status, c.message) for c in checks if c.visibility == "public"}
    assert told == {
        ("m1", "missing", "engine.py was not handed in"),
        ("m2", "blocked", "engine.py was not handed in, nn.py needs it"),
    }
