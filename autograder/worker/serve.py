"""The hostile side: answers requests by running probes on a submission, and nothing else.

By the time learner code runs here the process is locked in. Whatever it does to this module's
objects, only bytes leave it, and the judge believes none of them.
"""

import importlib
import io
import linecache
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from autograder.worker import imports, wire
from autograder.worker.protocol import Frame, Problem, Reply, Request

UNDEFINED = re.compile(r"cannot import name '(\w+)' from '\w+' \((.+)\)")
FRAMES = 3  # innermost lines of a traceback that are told
LONGEST_LINE = 300  # characters
Probes = Mapping[str, Any]
KIT = "kit=autograder.worker.compile"
WARM_UP = os.path.join(os.path.dirname(__file__), "warm_up")


class Stream(Protocol):
    """A duplex byte stream: `read` waits for all it was asked for, or the end."""

    def read(self, size: int, /) -> bytes:
        """Return `size` bytes, fewer at the end."""

    def write(self, data: bytes, /) -> object:
        """Write all of `data`."""


def load_probes(names: list[str]) -> Probes:
    """Import probe modules given as ``short=package.module``, and the kit's own."""
    pairs = (name.split("=") for name in [*names, KIT])
    return {short: importlib.import_module(module) for short, module in pairs}


def serve(stream: Stream, submission: str, probes: Probes) -> None:
    """Answer requests from `stream` until it closes.

    Parameters
    ----------
    stream : Stream
        Duplex; nothing written may be held back.
    submission : str
        The folder with the learner's modules; it becomes the first place imports look.
    probes : Probes
        Probe modules by short name.
    """
    imports.install(submission)
    while header := stream.read(wire.HEADER.size):
        (size,) = wire.HEADER.unpack(header)
        request = wire.decode(stream.read(size), Request)
        stream.write(_framed(_answer(request, submission, probes)))


def warm_up() -> None:
    """Answer one question about a module of our own, and forget it.

    Python adapts code to what runs through it and fills caches on the way. A forked process that
    has yet to do so copies a page of memory at every step.
    """
    path, finders = sys.path[:], sys.meta_path[:]
    question = wire.frame(Request("warm_up.example", {}))
    serve(_Prompter(question), WARM_UP, {"warm_up": _WarmUp})
    sys.path[:], sys.meta_path[:] = path, finders
    del sys.modules["example"]


class _Prompter(io.BytesIO):
    """Hears one question, and takes any answer."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        return len(data)


class _WarmUp:
    @staticmethod
    def example() -> dict[str, float]:
        return {"value": importlib.import_module("example").value}


def _answer(request: Request, submission: str, probes: Probes) -> Reply:
    short, name = request.probe.split(".")
    reply = _guarded(getattr(probes[short], name), request.args, submission)
    _flush()
    return reply


def _guarded(probe: Callable[..., Any], args: dict[str, Any], submission: str) -> Reply:
    try:
        return Reply(value=probe(**args))
    except BaseException as problem:  # learner code may raise anything, SystemExit included
        return Reply(problem=describe(problem, submission))


def _framed(reply: Reply) -> bytes:
    try:
        return wire.frame(reply)
    except Exception as problem:
        bases = [type(problem).__name__]
        return wire.frame(Reply(problem=Problem(bases[0], bases, _text(problem))))


def describe(problem: BaseException, submission: str) -> Problem:
    """Return `problem` as plain data, with the learner's own frames only."""
    bases = [base.__name__ for base in type(problem).__mro__ if base is not object]
    frames = [_frame(entry, submission) for entry in traceback.extract_tb(problem.__traceback__)]
    own = [frame for frame in frames if frame is not None]
    if isinstance(problem, SyntaxError) and problem.filename:
        own += _syntax_frame(problem, submission)
    text = _without_paths(_text(problem), submission)
    if isinstance(problem, NameError):  # an import that failed, maybe, in a notebook's cell
        text += imports.failures()
    return Problem(bases[0], bases, text, own[-FRAMES:], _is_importing(problem))


def _is_importing(problem: BaseException) -> bool:
    names = (entry.name for entry in traceback.extract_tb(problem.__traceback__))
    return "exec_module" in names or isinstance(problem, SyntaxError | ImportError)


def _frame(entry: traceback.FrameSummary, submission: str) -> Frame | None:
    if not entry.filename.startswith(submission):
        return None
    line = (entry.line or "")[:LONGEST_LINE]
    return Frame(_relative(entry.filename, submission), entry.lineno or 0, entry.name, line)


def _syntax_frame(problem: SyntaxError, submission: str) -> list[Frame]:
    file, line = str(problem.filename), problem.lineno or 0
    if not file.startswith(submission):
        return []
    code = (problem.text or linecache.getline(file, line)).strip()
    return [Frame(_relative(file, submission), line, "<module>", code[:LONGEST_LINE])]


def _relative(file: str, submission: str) -> str:
    return os.path.relpath(file, submission)


def _text(problem: BaseException) -> str:
    try:
        return str(problem.msg if isinstance(problem, SyntaxError) else problem)[:2000]
    except Exception:
        return "(its message cannot be shown)"


def _without_paths(text: str, submission: str) -> str:
    """Say it in the learner's terms: where copy and scratch folder lie differs from run to run."""
    for folder in (submission, os.environ.get("TMPDIR")):
        text = text.replace(folder + os.sep, "") if folder else text
    return UNDEFINED.sub(r"\2 does not define \1", text)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # the learner may have closed or replaced it
            continue
