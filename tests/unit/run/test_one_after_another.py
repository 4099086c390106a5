"""A judge that has graded others gives the score that a fresh one gives, byte for byte."""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.intake.submission import Entry
from autograder.judge.plugin import CheckPlugin
from autograder.judge.settings import Settings
from autograder.run import judge_handle
from autograder.run.configure import make_settings
from autograder.run.entry import grade_entry, staged_submission
from autograder.run.judge_handle import Call, call_judge
from autograder.run.judge_process import GradedParcel, grade_parcel
from autograder.run.kit import kit_sha256
from autograder.run.parcel import pack_submission
from autograder.score import Score, encode_json
from tests.conftest import ROOT

SOLUTION = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
WRONG = SOLUTION.replace("(1.0 - out.data**2) * out.grad", "(1.0 - out.data) * out.grad")
HOSTILE = f"""{SOLUTION}
import gc, os, sys
gc.set_threshold(1, 1, 1)
sys.setrecursionlimit(99999)
Value.exp = lambda self: os._exit(0)
Value.log = lambda self: os.kill(os.getppid(), 9)
Value.tanh = lambda self: [0] * (1 << 40)
def _late(self):
    while True:
        print("late" * 1000)
Value.sigmoid = _late
"""
ONLY = frozenset(
    f"m1.{name}"
    for name in (
        "add",
        "tanh",
        "exp",
        "log",
        "sigmoid",
        "diamond",
        "operations_golden",
        "bad_input",
    )
)
Write = Callable[..., Path]
Graded = Callable[..., Score]


@pytest.fixture(autouse=True)
def no_judges_left() -> Iterator[None]:
    yield
    while judge_handle.idle_judges:
        judge_handle.idle_judges.pop().close()


@pytest.fixture
def settings(course: Course) -> Settings:
    return replace(make_settings(course, None, "strict", hidden=True), only=ONLY)


@pytest.fixture
def grade(course: Course, settings: Settings, write: Write) -> Graded:
    """Grade work in a judge process, which is kept for the next one."""

    def made(text: str, **changes: object) -> Score:
        milestones = [course.milestone("m1")]
        how = replace(settings, **changes)
        with staged_submission(Entry("ada", write(engine=text)), course.modules) as work:
            arguments = (pack_submission(work), milestones, how)
        call = Call(pickle.dumps((grade_parcel, arguments)), kit_sha256())
        reply = pickle.loads(call_judge(call))
        assert reply.fault == ""
        assert isinstance(reply.value, GradedParcel)
        return reply.value.score

    return made


def timeless(score: Score) -> bytes:
    return encode_json(replace_timing(score))


def replace_timing(score: Score) -> Score:
    score.timing.graded_at, score.timing.seconds = "", 0.0
    score.timing.peak_memory_mb, score.timing.checks = 0.0, {}
    return score


def end_judges() -> int:
    """End the judges that wait for a call; return how many there were."""
    count = len(judge_handle.idle_judges)
    while judge_handle.idle_judges:
        judge_handle.idle_judges.pop().close()
    return count


@pytest.mark.parametrize("text", [SOLUTION, WRONG], ids=["right", "wrong"])
def test_whoever_was_graded_before_changes_nothing(grade: Graded, text: str) -> None:
    fresh = timeless(grade(text))
    assert end_judges() == 1
    statuses = {check.id: check.status for check in grade(HOSTILE).checks}
    assert statuses["m1.exp"] == "crashed"
    assert statuses["m1.sigmoid"] == "timeout"
    assert statuses["m1.add"] == "passed"
    grade("def broken(:\n")
    grade(WRONG, secret="of another course", seed=99, hidden=False, memory_mb=512, hints=False)
    grade(SOLUTION, seconds=0.0, thresholds=(("m1.add", 0.5),), isolation="process")
    assert timeless(grade(text)) == fresh
    assert timeless(grade(text)) == fresh
    assert end_judges() == 1  # it was one judge all the time


def test_a_judge_that_was_interrupted_judges_the_next_as_ever(
    course: Course,
    settings: Settings,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In this process: Ctrl-C in the middle of a check, then the same work once more."""
    work = write(engine=WRONG)

    def graded() -> Score:
        parts = [course.milestone("m1")]
        return grade_entry(Entry("ada", work), parts, course.modules, settings).score

    usual, stopped = CheckPlugin.run, []

    def run(self: CheckPlugin, code: object, running: object) -> None:
        if not stopped and self.session.runs[3:]:
            stopped.append(running)
            raise KeyboardInterrupt
        usual(self, code, running)

    fresh = timeless(graded())
    monkeypatch.setattr(CheckPlugin, "run", run)
    with pytest.raises(KeyboardInterrupt):
        graded()
    assert stopped
    assert timeless(graded()) == fresh
