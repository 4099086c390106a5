"""What a learner is told of a mistake that is proven: step by step, after the verdicts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.test_commands import autograder

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
RIGHT, WRONG = "self.grad += out.data * out.grad", "self.grad += out.data"
LOOKING = "looking for the mistake (Ctrl-C: that is enough) ..."


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace with one mistake, in exp."""
    folder = tmp_path / "work"
    assert autograder("start", folder).returncode == 0
    (folder / "engine.py").write_text(REFERENCE.replace(RIGHT, WRONG))
    return folder


def test_a_learner_hears_the_line_then_what_is_wrong_there(work: Path) -> None:
    line = REFERENCE[: REFERENCE.index(RIGHT)].count("\n") + 1
    told = []
    for level in (2, 3):
        autograder("hint", "m1.exp", "--level", level, cwd=work)
        shown = autograder("check", "m1.exp", cwd=work)
        assert shown.returncode == 1
        before, _, after = shown.stdout.partition(LOOKING)
        assert "0 of 1.5 public points" in before
        assert "likely mistake" not in before
        assert "likely mistake: upstream-ignored-exp (m1.exp)" in after
        assert "One small change in Value.exp fixes the failing check" in after
        assert RIGHT not in shown.stdout
        told.append(after)
    assert [f"engine.py:{line}." in text for text in told] == [True, True]
    assert ["a factor is missing here" in text for text in told] == [False, True]
    assert (work / "engine.py").read_text() == REFERENCE.replace(RIGHT, WRONG)


def test_after_ctrl_c_the_verdicts_and_the_exit_code_stand(work: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder", "check", "m1"],
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines = []
    while not lines or lines[-1].strip() != LOOKING:
        lines.append(process.stdout.readline())
        assert lines[-1], "it ended before it looked"
    os.kill(process.pid, signal.SIGINT)
    rest, problems = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "of 75 public points" in "".join(lines)
    assert "upstream-ignored-exp" in rest
    assert "engine.py:" not in rest
    assert problems == ""
