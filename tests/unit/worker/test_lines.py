"""The lines that run, by either way of recording them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autograder.worker import lines
from tests.unit.worker.test_steps import TracedMonitoring

SOURCE = "def f(x):\n    if x:\n        return 1\n    return 2\n\ndef g(n):\n    for _ in range(n):\n        f(0)\n"


class RestartedMonitoring(TracedMonitoring):
    DISABLE = object()

    def restart_events(self) -> None:
        """Begin again: here no event was ever disabled."""


@pytest.fixture(params=["tracing", "monitoring"])
def learner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModuleType]:
    """A module whose lines are recorded."""
    patch = pytest.MonkeyPatch()
    if request.param == "tracing":
        patch.delattr(sys, "monitoring", raising=False)
    elif not hasattr(sys, "monitoring"):
        patch.setattr(sys, "monitoring", RestartedMonitoring(), raising=False)
    file, module = tmp_path / "engine.py", ModuleType("engine")
    file.write_text(SOURCE)
    exec(compile(SOURCE, str(file), "exec"), vars(module))
    tracer = sys.gettrace()
    lines.start_recording(str(tmp_path))
    yield module
    sys.settrace(tracer)
    if hasattr(sys, "monitoring"):
        for tool in lines.TOOLS:
            if sys.monitoring.get_tool(tool) == lines.TOOL_NAME:  # type: ignore[attr-defined]
                sys.monitoring.set_events(tool, 0)  # type: ignore[attr-defined]
                sys.monitoring.free_tool_id(tool)  # type: ignore[attr-defined]
    lines.recorder.take()
    patch.undo()


def test_lines_are_those_that_ran_since_they_were_taken(learner: ModuleType) -> None:
    learner.f(0)
    assert lines.take_lines() == [["engine.py", 2], ["engine.py", 4]]
    learner.f(1)
    assert lines.take_lines() == [["engine.py", 2], ["engine.py", 3]]
    assert lines.take_lines() == []


def test_a_line_is_seen_again_after_thousands_of_runs(learner: ModuleType) -> None:
    learner.g(5_000)
    assert [line for _, line in lines.take_lines()] == [2, 4, 7, 8]
    learner.f(1)
    assert [line for _, line in lines.take_lines()] == [2, 3]
