"""A check and its twin that disagree: by the inputs, or by chance."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.judge.sharing import SharedWorker
from autograder.run.steadiness import INPUTS, UNSTEADY
from tests.conftest import ROOT, Judge

REFERENCE = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
CALLS = "calls = []\n\n\ndef tanh(x):\n    calls.append(x)\n    return math.tanh(x)"


@pytest.mark.parametrize(
    ("noise", "reason"),
    [
        ("* (len(calls) < 9)", INPUTS),  # steady: right at first, wrong from some call on
        ("* (len(calls) < 9) + __import__('random').random() * 1e-12", UNSTEADY),
    ],
)
def test_a_passing_check_whose_twin_fails_says_why(
    judge: Judge,
    write: Callable[..., Path],
    noise: str,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SharedWorker, "takes", lambda *_: False)  # a fresh worker counts no calls
    work = REFERENCE.replace("math.tanh(self.data)", "tanh(self.data)")
    folder = write(engine=f"{work}\n{CALLS} {noise}\n")
    checks = judge(folder, "m1", only=frozenset({"m1.tanh"})).score.checks
    assert [check.status for check in checks] == ["failed", "failed"]
    assert checks[0].message == (
        "right on the public inputs, but its hidden twin, the same check on other inputs, "
        f"did not pass (failed): {reason}"
    )
