"""Quick checks share a worker: what passes there has passed, all else runs again alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.judge import sharing
from autograder.sandbox.forking import ForkLauncher
from tests.conftest import ROOT, Judge

SOLUTION = (ROOT / "solutions/m1_scalar_autograd/engine.py").read_text()
QUICK = frozenset(
    f"m1.{name}" for name in ("add", "mul", "pow", "tanh", "exp", "log", "relu", "diamond")
)
Write = Callable[..., Path]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the workers that are started: the memory that each was given."""
    usual, workers = ForkLauncher.start_worker, []

    def start_worker(self: ForkLauncher, folder: Path, cpu: int, memory: int) -> Any:
        workers.append(memory)
        return usual(self, folder, cpu, memory)

    monkeypatch.setattr(ForkLauncher, "start_worker", start_worker)
    return workers


def statuses(judge: Judge, folder: Path) -> dict[str, str]:
    return {check.id: check.status for check in judge(folder, "m1", only=QUICK).score.checks}


def test_right_work_is_imported_once(judge: Judge, write: Write, started: list[int]) -> None:
    found = statuses(judge, write(engine=SOLUTION))
    assert len(found) == 2 * len(QUICK)
    assert set(found.values()) == {"passed"}
    assert len(started) <= 3  # its imports, its bytecode, and the shared one


def test_state_that_a_submission_keeps_fails_nobody(judge: Judge, write: Write) -> None:
    """An engine that works for the first question alone passes alone, as before."""
    spent = "\n_asked = []\n\n\ndef _count(self):\n    _asked.append(0)\n    _back(self)\n"
    limit = "    if len(_asked) > 40:\n        raise MemoryError('too many graphs')\n"
    text = f"{SOLUTION}{spent}{limit}\n\n_back, Value.backward = Value.backward, _count\n"
    alone = {id: statuses_of_one(judge, write(engine=text), id) for id in QUICK}
    together = {id: s for id, s in statuses(judge, write(engine=text)).items() if id in QUICK}
    assert together == alone


def statuses_of_one(judge: Judge, folder: Path, id: str) -> str:
    return judge(folder, "m1", only=frozenset({id})).score.checks[0].status


def test_a_worker_that_dies_takes_no_other_check_with_it(judge: Judge, write: Write) -> None:
    text = SOLUTION.replace(
        "def exp(self)", "def exp(self):\n        import os; os._exit(3)\n\n    def unused(self)"
    )
    found = statuses(judge, write(engine=text))
    assert found["m1.exp"] == "crashed"
    others = {status for id, status in found.items() if not id.startswith("m1.exp")}
    assert others == {"passed"}


def test_a_wrong_check_is_judged_alone(judge: Judge, write: Write, started: list[int]) -> None:
    text = SOLUTION.replace("(1.0 - out.data**2) * out.grad", "(1.0 - out.data) * out.grad")
    assert text != SOLUTION
    found = statuses(judge, write(engine=text))
    assert {id for id, status in found.items() if status != "passed"} == {
        "m1.tanh", "m1.tanh_hidden",
    }  # fmt: skip
    assert found["m1.tanh"] == "failed"
    assert len(started) <= 5  # one more for it, and one for the smallest inputs that fail


def test_work_of_which_nothing_passes_is_not_tried_twice_for_long(
    judge: Judge, write: Write, started: list[int]
) -> None:
    stub = (ROOT / "assignments/m1_scalar_autograd/engine.py").read_text()
    found = statuses(judge, write(engine=stub))
    assert {status for id, status in found.items() if id in QUICK} == {"missing"}
    assert len(started) <= len(QUICK) + 3


def test_a_check_that_wants_a_fresh_process_runs_alone_from_then_on(
    judge: Judge, reference: Path, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "needs_own_worker", set())
    id = "m6.tokenizer_order"
    for _ in range(2):
        checks = judge(reference, "m6", only=frozenset({id})).score.checks
        assert {check.status for check in checks} == {"passed"}
    assert sharing.needs_own_worker <= {id}


def test_the_memory_of_the_shared_worker_is_told(judge: Judge, write: Write) -> None:
    timing = judge(write(engine=SOLUTION), "m1", only=QUICK).score.timing
    assert timing.peak_memory_mb > 10  # Python and NumPy alone take more
