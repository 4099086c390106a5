"""Mistakes that are proven by repair: named, placed, and nothing else changed by it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from autograder.course import load_course
from autograder.intake.submission import Entry
from autograder.run.configure import learner_settings, shared_launcher
from autograder.run.entry import staged_submission
from autograder.run.grade import grade_for_class
from autograder.run.proving import _describe_proof as describe_proof
from autograder.run.proving import prove_mistakes
from autograder.score import CheckResult, Hint
from tests.conftest import ROOT, Judge

ALTERNATIVES = ROOT / "tests/alternatives"
CLOSURES = (ALTERNATIVES / "closures_recursive/engine.py").read_text()
TAPE = (ALTERNATIVES / "tape/engine.py").read_text()
REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
ADD = "            self.grad += out.grad\n            other.grad += out.grad"
Write = Callable[..., Path]
M1 = load_course().part("m1")


def prove(
    folder: Path,
    results: Sequence[CheckResult],
    cores: int = 2,
    is_stale: Callable[[], bool] = lambda: False,
) -> dict[str, Hint]:
    """Return the hints of m1's checks, with a small budget."""
    course = load_course()
    settings = replace(learner_settings(course, None, None), trials=60)
    launchers = [shared_launcher(settings.isolation, (M1.probes,), n) for n in range(cores)]
    with staged_submission(Entry(folder.name, folder), course.modules) as work:
        return prove_mistakes(results, work, M1, settings, launchers, is_stale)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def planted(text: str, right: str, wrong: str) -> str:
    assert right in text
    return text.replace(right, wrong, 1)


def test_a_mistake_in_another_style_is_named_with_its_line(judge: Judge, write: Write) -> None:
    source = planted(
        TAPE, "return grad * self.b, grad * self.a", "return grad * self.a, grad * self.b"
    )
    folder = write(engine=source)
    checks = judge(folder, "m1", hidden=False).score.checks
    failed = {check.id for check in checks if check.status == "failed"}
    hints = prove(folder, checks)
    assert set(hints) == failed
    (hint,) = set(hints.values())
    assert hint.line == f"engine.py:{line_of(source, 'return grad * self.a')}"
    assert (hint.pitfall, hint.function, hint.proved) == (
        "mul-rule-swapped",
        "Multiply.backward",
        True,
    )
    assert (
        f"fixes all {len(failed)} failing checks, and {37 - len(failed)} others still pass"
        in hint.proof
    )
    assert hint.change == "two values have changed places here"


@pytest.mark.parametrize(
    ("fixed", "failed", "untried", "held", "told"),
    [
        (1, 1, 0, 1, "the failing check, and 1 other still passes."),
        (2, 2, 0, 0, "both failing checks."),
        (2, 2, 0, 1, "both failing checks, and 1 other still passes."),
        (1, 2, 0, 2, "1 of the 2 failing checks, and 2 others still pass."),
        (3, 3, 0, 2, "all 3 failing checks, and 2 others still pass."),
        (1, 1, 2, 0, "the failing check that was tried."),
        (3, 3, 2, 2, "all 3 failing checks that were tried, and 2 others still pass."),
    ],
)
def test_one_and_two_are_said_as_people_say_them(
    fixed: int, failed: int, untried: int, held: int, told: str
) -> None:
    repair: Any = SimpleNamespace(fixed=["m1.add"] * fixed, held=held)
    wanted = f"One small change in Value.tanh fixes {told}"
    assert describe_proof(repair, "Value.tanh", failed, untried) == wanted


def test_hints_depend_neither_on_cores_nor_on_the_day(judge: Judge, write: Write) -> None:
    folder = write(engine=planted(CLOSURES, "other.grad -= out.grad", "other.grad += out.grad"))
    checks = judge(folder, "m1", hidden=False).score.checks
    encoded = [msgspec.json.encode(prove(folder, checks, cores)) for cores in (1, 2)]
    assert encoded[0] == encoded[1]


def test_two_mistakes_are_taken_out_one_after_the_other(judge: Judge, write: Write) -> None:
    source = planted(TAPE, "return (grad * self.result,)", "return (self.result,)")
    source = planted(source, "        return grad, -grad", "        return grad, grad")
    folder = write(engine=source)
    hints = prove(folder, judge(folder, "m1", hidden=False).score.checks)
    assert {hint.function for hint in hints.values()} == {"Subtract.backward", "Exp.backward"}
    assert hints["m1.exp"].function == "Exp.backward"
    assert hints["m1.sub"].function == "Subtract.backward"


def test_a_notebook_is_told_cell_and_line(judge: Judge, tmp_path: Path) -> None:
    wrong = planted(CLOSURES, ADD, ADD.replace("+=", "="))
    cells = ["# Notes", wrong]
    made = [
        {
            "cell_type": "code",
            "source": cell,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for cell in cells
    ]
    notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "engine.ipynb").write_text(json.dumps(notebook))
    hints = prove(tmp_path, judge(tmp_path, "m1", hidden=False).score.checks)
    line = line_of(wrong, ADD.replace("+=", "=").strip())
    assert hints["m1.add"].line == f"engine.ipynb[2]:{line}"
    assert hints["m1.add"].pitfall == "add-overwrites"
    assert json.loads((tmp_path / "engine.ipynb").read_text()) == notebook


SILENT = {
    "does not parse": "def (",
    "made by exec": f"exec({REFERENCE.replace('+= out.grad', '= out.grad')!r})",
    "never ends": planted(REFERENCE, "node._backward()", "while True: pass"),
}


@pytest.mark.parametrize("what", SILENT)
def test_nothing_is_said_of_what_cannot_be_tried(what: str, judge: Judge, write: Write) -> None:
    folder = write(engine=SILENT[what])
    only = frozenset({"m1.add", "m1.neg"})
    checks = judge(folder, "m1", hidden=False, only=only).score.checks
    assert any(check.status != "passed" for check in checks)
    assert prove(folder, checks) == {}


def test_long_work_that_prints_and_writes_stays_as_it_is(judge: Judge, write: Write) -> None:
    noise = "print('loud')\nimport pathlib\ntry:\n    pathlib.Path(__file__).write_text('gone')\n"
    noise += "except OSError:\n    pass\n"
    source = planted(CLOSURES, ADD, ADD.replace("+=", "=")) + noise + "x = 1\n" * 5_000
    folder = write(engine=source)
    checks = judge(folder, "m1", hidden=False).score.checks
    before = msgspec.json.encode(checks)
    hints = prove(folder, checks)
    assert hints["m1.add"].pitfall == "add-overwrites"
    assert msgspec.json.encode(checks) == before
    assert (folder / "engine.py").read_text() == source


def test_a_search_that_nobody_waits_for_says_nothing(judge: Judge, write: Write) -> None:
    folder = write(engine=planted(CLOSURES, ADD, ADD.replace("+=", "=")))
    checks = judge(folder, "m1", hidden=False, only=frozenset({"m1.add"})).score.checks
    assert prove(folder, checks)["m1.add"].proved
    assert prove(folder, checks, is_stale=lambda: True) == {}


def test_a_class_is_graded_alike_with_and_without(write: Write) -> None:
    course = load_course()
    folder = write(
        engine=planted(REFERENCE, "self.grad += out.data * out.grad", "self.grad += out.data")
    )
    settings = replace(learner_settings(course, None, frozenset({"m1.exp", "m1.neg"})))
    launcher = shared_launcher(settings.isolation, (M1.probes,), 0)
    graded = []
    for trials in (0, 40):
        with staged_submission(Entry("ada", folder), course.modules) as work:
            chosen = replace(settings, trials=trials)
            graded.append(grade_for_class(work, [M1], chosen, launcher).score.checks)
    assert [check.hint.proved for checks in graded for check in checks if check.hint] == [
        False,
        True,
    ]
    for check in [check for checks in graded for check in checks]:
        check.hint = None
    assert graded[0] == graded[1]


def test_right_work_is_not_tried(judge: Judge, write: Write) -> None:
    folder = write(engine=REFERENCE)
    assert prove(folder, judge(folder, "m1", hidden=False).score.checks) == {}
