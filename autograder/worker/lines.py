"""Which lines of a submission run while its probes are called: a spectrum, line by line."""

import os
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

STALE_LINES = 300  # lines of one call in a row that had run before: the rest of it is not watched
STALE_CALLS = 20  # calls of one function in a row without a new line: later ones are not watched
TOOL_NAME = "autograder"
TOOLS = (3, 4)  # of `sys.monitoring`: nobody's in particular
Trace = Callable[[FrameType, str, Any], Any]


class LineRecorder:
    """Holds the lines that ran, as file and number, since they were last taken."""

    def __init__(self) -> None:
        self.prefix = os.sep
        self.lines: set[tuple[str, int]] = set()
        self.calls: dict[int, int] = {}  # by identity of the code, which is faster than by content
        self.stale: set[int] = set()
        self.own: list[CodeType] = []  # held, so that no other code gets its identity
        self.foreign: dict[int, CodeType] = {}

    def watch(self, prefix: str) -> None:
        """Begin with files whose names begin so."""
        self.prefix = prefix
        self.foreign.clear()
        self.take()

    def add(self, file: str, line: int) -> bool:
        """Add a line; return whether it is new."""
        before = len(self.lines)
        self.lines.add((file, line))
        return len(self.lines) > before

    def take(self) -> list[list[Any]]:
        """Return ``[file, line]`` of the lines, in order, and forget them."""
        taken = sorted(self.lines)
        self.lines.clear()
        self.calls.clear()
        self.own.clear()
        self.stale = set(self.foreign)
        return [[file.removeprefix(self.prefix), line] for file, line in taken]


recorder = LineRecorder()


def start_recording(submission: str) -> None:
    """Record which lines of files in the folder `submission` run from now on: a probe."""
    recorder.watch(submission + os.sep)
    if hasattr(sys, "monitoring"):
        _start_monitoring()
    else:
        sys.settrace(_trace_call)


def take_lines() -> list[list[Any]]:
    """Return the lines that ran since the last call, and begin again: a probe."""
    if hasattr(sys, "monitoring"):
        sys.monitoring.restart_events()
    return recorder.take()


def _start_monitoring() -> None:
    """Record on Python 3.12 and later: a line that ran once costs nothing any more."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool = next(number for number in TOOLS if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(tool, TOOL_NAME)

    def note_line(code: CodeType, line: int) -> object:
        if code.co_filename.startswith(recorder.prefix):
            recorder.add(code.co_filename, line)
        return monitoring.DISABLE

    monitoring.register_callback(tool, monitoring.events.LINE, note_line)
    monitoring.set_events(tool, monitoring.events.LINE)


def _trace_call(frame: FrameType, _: str, __: Any) -> Trace | None:
    """Record before Python 3.12, and look away where nothing new comes: tracing is slow."""
    code = frame.f_code
    return None if id(code) in recorder.stale else _watch_call(code)


def _watch_call(code: CodeType) -> Trace | None:
    key = id(code)
    if not code.co_filename.startswith(recorder.prefix):
        recorder.foreign[key] = code
        recorder.stale.add(key)
        return None
    if key not in recorder.calls:
        recorder.own.append(code)
    calls = recorder.calls[key] = recorder.calls.get(key, 0) + 1
    if calls > STALE_CALLS:
        recorder.stale.add(key)
        return None
    return _trace_lines(code)


def _trace_lines(code: CodeType) -> Trace:
    stale = 0

    def trace_line(frame: FrameType, _: str, __: Any) -> Trace | None:
        nonlocal stale
        stale += 1
        if recorder.add(code.co_filename, frame.f_lineno):
            stale = recorder.calls[id(code)] = 0
        return trace_line if stale < STALE_LINES else None

    return trace_line
