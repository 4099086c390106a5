"""The lines and calls of Python that a function runs, by either way of counting."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.worker.probes import w_numpy

Count = Callable[[Callable[..., Any], list[Any]], tuple[Any, int, bool]]


class TracedMonitoring:
    """What is used of ``sys.monitoring``, on top of ``sys.settrace``: before Python 3.12."""

    events = SimpleNamespace(LINE=1, JUMP=2, PY_START=4, PY_RESUME=8)

    def __init__(self) -> None:
        self.tools: dict[int, str] = {0: "debugger"}
        self.callbacks: dict[int, Callable[..., object]] = {}
        self.active = 0

    def get_tool(self, tool: int) -> str | None:
        return self.tools.get(tool)

    def use_tool_id(self, tool: int, name: str) -> None:
        assert tool not in self.tools
        self.tools[tool] = name

    def free_tool_id(self, tool: int) -> None:
        del self.tools[tool]

    def register_callback(self, tool: int, event: int, callback: Callable[..., object]) -> None:
        assert tool in self.tools
        self.callbacks[event] = callback

    def get_events(self, tool: int) -> int:
        return self.active

    def set_events(self, tool: int, events: int) -> None:
        self.active = events
        sys.settrace(self.note if events else None)

    def note(self, frame: Any, event: str, _: object) -> Any:
        kind = {"call": 4, "line": 1}.get(event, 0)
        if kind & self.active:
            self.callbacks[kind](frame.f_code, frame.f_lineno)
        return self.note


@pytest.fixture(params=["count_by_trace", "count_by_monitoring"])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Count]:
    if not hasattr(sys, "monitoring"):
        monkeypatch.setattr(sys, "monitoring", TracedMonitoring(), raising=False)
    tracer = sys.gettrace()
    yield getattr(w_numpy, request.param)
    sys.settrace(tracer)


def loop(n: int) -> int:
    total = 0
    for i in range(n):
        total += i
    return total


def on_one_line(n: int) -> None:
    while n: n -= 1  # noqa: E701  # fmt: skip


def recursive(n: int) -> int:
    return n and recursive(n - 1)


def nested(n: int) -> list[list[int]]:
    return [[i * j for j in range(2)] for i in range(n)]


LOOPS = [
    loop,
    on_one_line,
    recursive,
    nested,
    lambda n: [i + 1 for i in range(n)],
    lambda n: {i: i for i in range(n)},
    lambda n: sum(i + 1 for i in range(n)),
    lambda n: list(map(recursive, [0] * n)),
    lambda n: exec("for _ in range(n): pass", {"n": n}),
]


@pytest.mark.parametrize("function", LOOPS)
def test_each_turn_of_a_loop_counts(count: Count, function: Callable[[int], object]) -> None:
    (_, small, _), (_, large, _) = count(function, [10]), count(function, [100])
    assert large - small >= 90


@pytest.mark.parametrize("function", [lambda n: [n] * n, lambda n: sum(range(n))])
def test_work_that_c_does_counts_once(count: Count, function: Callable[[int], object]) -> None:
    assert count(function, [10])[1] == count(function, [1000])[1] > 0


def test_the_result_comes_back_and_the_counting_ends(count: Count) -> None:
    assert count(loop, [4]) == (6, count(loop, [4])[1], True)
    assert sys.gettrace() is None
    with pytest.raises(ZeroDivisionError):
        count(partial(divmod, 1), [0])
    assert sys.gettrace() is None
    assert count(loop, [4])[2]


def test_code_that_ends_the_counting_is_noticed(count: Count) -> None:
    def quiet(n: int) -> int:
        sys.settrace(None)
        for tool in range(6):
            if sys.monitoring.get_tool(tool):  # type: ignore[attr-defined]
                sys.monitoring.set_events(tool, 0)  # type: ignore[attr-defined]
        return loop(n)

    result, _, is_whole = count(quiet, [3])
    assert result == 3
    assert not is_whole
