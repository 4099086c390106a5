"""The hostile side: answers requests by running probes on a submission, and nothing else.

By the time learner code runs here the process is locked in. Whatever it does to this module's
objects, only bytes leave it, and the judge believes none of them.
"""

import importlib
import importlib.util
import io
import linecache
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Protocol

from autograder.worker import garbage, imports, wire
from autograder.worker.keeping import KeptProbes
from autograder.worker.protocol import Frame, Problem, Reply, Request

UNDEFINED = re.compile(r"cannot import name '(\w+)' from '\w+' \((.+)\)")
PROCESSES = re.compile(r"[/\\](?:multiprocessing[/\\]|subprocess\.py|pty\.py|process\.py)")
PYTHON_HOME = os.path.dirname(os.__file__) + os.sep
UNDER_MAIN = "under if __name__ == '__main__'"
MAX_FRAMES = 3  # innermost lines of a traceback that are sent
MAX_LINE = 300  # characters
KIT = (
    "kit=autograder.worker.compile",
    "edits=autograder.worker.edits",
    "lines=autograder.worker.lines",
    "reading=autograder.worker.reading",
    "returns=autograder.worker.returns",
    "statements=autograder.worker.statements",
    "fingerprints=autograder.worker.fingerprints",
)
WARM_UP = os.path.join(os.path.dirname(__file__), "warm_up")


class Stream(Protocol):
    """A duplex byte stream: `read` waits for all bytes asked for, or the end."""

    def read(self, size: int, /) -> bytes:
        """Return `size` bytes, fewer at the end."""

    def write(self, data: bytes, /) -> object:
        """Write all of `data`."""


class Probes(Protocol):
    """What a worker may be asked."""

    def find(self, name: str) -> Callable[..., Any]:
        """Return the probe ``short.function``."""


def load_probes(names: Sequence[str]) -> Mapping[str, ModuleType]:
    """Import probe modules, given as ``short=package.module`` or ``short=file.py``, and our own."""
    pairs = (name.split("=", 1) for name in [*names, *KIT])
    return {short: _import_probes(short, place) for short, place in pairs}


def _import_probes(short: str, place: str) -> ModuleType:
    if not place.endswith(".py"):
        return importlib.import_module(place)
    spec = importlib.util.spec_from_file_location(f"probes_of_{short}", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def keep_probes(names: Sequence[str]) -> Probes:
    """Return the probes of these modules as no submission can change them by name."""
    return KeptProbes(load_probes(names), [name.partition("=")[0] for name in KIT])


def serve_requests(stream: Stream, submission: str, probes: Probes) -> None:
    """Answer requests from `stream` until it closes.

    Parameters
    ----------
    stream : Stream
        Duplex and unbuffered.
    submission : str
        The folder with the learner's modules; it becomes the first folder of the import path.
    probes : Probes
        What may be asked.
    """
    imports.install_finders(submission)
    while header := stream.read(wire.HEADER.size):
        (size,) = wire.HEADER.unpack(header)
        request = wire.decode(stream.read(size), Request)
        stream.write(_encode_reply(_answer_request(request, submission, probes)))


def answer_warm_up() -> None:
    """Answer one request about an example module, and forget that module.

    Python adapts code to what runs through it and fills caches on the way. A forked process that
    has yet to do so copies a page of memory at every step.
    """
    path, finders = sys.path[:], sys.meta_path[:]
    request = wire.encode_frame(Request("warm_up.example", {}))
    serve_requests(_WarmUpStream(request), WARM_UP, _WarmUpProbes())
    sys.path[:], sys.meta_path[:] = path, finders
    del sys.modules["example"]


class _WarmUpStream(io.BytesIO):
    """Holds one request, and discards the reply."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        return len(data)


class _WarmUpProbes:
    def find(self, _: str) -> Callable[[], dict[str, float]]:
        return lambda: {"value": importlib.import_module("example").value}


def _answer_request(request: Request, submission: str, probes: Probes) -> Reply:
    garbage.set_pace(request.probe)
    reply = _call_probe(probes.find(request.probe), request.args, submission)
    _flush_output()
    return reply


def _call_probe(probe: Callable[..., Any], args: dict[str, Any], submission: str) -> Reply:
    try:
        return Reply(value=probe(**args))
    except BaseException as problem:  # learner code may raise anything, SystemExit included
        return Reply(problem=describe_exception(problem, submission))


def _encode_reply(reply: Reply) -> bytes:
    try:
        return wire.encode_frame(reply)
    except Exception as problem:
        bases = [type(problem).__name__]
        return wire.encode_frame(Reply(problem=Problem(bases[0], bases, _exception_text(problem))))


def describe_exception(problem: BaseException, submission: str) -> Problem:
    """Return `problem` as plain data, with the learner's own frames only."""
    bases = [base.__name__ for base in type(problem).__mro__ if base is not object]
    frames = [
        _learner_frame(entry, submission) for entry in traceback.extract_tb(problem.__traceback__)
    ]
    learners = [frame for frame in frames if frame is not None]
    if isinstance(problem, SyntaxError) and problem.filename:
        learners += _syntax_frame(problem, submission)
    text = _without_paths(_exception_text(problem), submission)
    if isinstance(problem, NameError):  # its import may have failed in a notebook's cell
        text += imports.lost_lines_note()
    text += _own_name_note(problem, submission)
    return Problem(
        bases[0], bases, text, learners[-MAX_FRAMES:], _is_importing(problem, submission)
    )


def _is_importing(problem: BaseException, submission: str) -> bool:
    """Whether a module cannot be imported: its own code at the top level raised, or nothing ran."""
    steps = traceback.extract_tb(problem.__traceback__)
    own = [step.name for step in steps if _is_inside(step.filename, submission)]
    return own[:1] == ["<module>"] or isinstance(problem, SyntaxError | ImportError)


def _is_inside(file: str, submission: str) -> bool:
    """Whether `file` lies in the submission; the name is the one that code was compiled with."""
    return os.path.normpath(file).startswith(os.path.normpath(submission) + os.sep)


def _learner_frame(entry: traceback.FrameSummary, submission: str) -> Frame | None:
    if not _is_inside(entry.filename, submission):
        return None
    line = (entry.line or "")[:MAX_LINE]
    return Frame(_relative_path(entry.filename, submission), entry.lineno or 0, entry.name, line)


def _syntax_frame(problem: SyntaxError, submission: str) -> list[Frame]:
    file, line = str(problem.filename), problem.lineno or 0
    if not _is_inside(file, submission):
        return []
    code = (problem.text or linecache.getline(file, line)).strip()
    return [Frame(_relative_path(file, submission), line, "<module>", code[:MAX_LINE])]


def _relative_path(file: str, submission: str) -> str:
    return os.path.relpath(file, submission)


def _exception_text(problem: BaseException) -> str:
    try:
        text = str(problem.msg if isinstance(problem, SyntaxError) else problem)[:2000]
        return _own_words(problem, text)
    except Exception:
        return "(its message cannot be shown)"


def _own_words(problem: BaseException, text: str) -> str:
    """Return `text`, or a sentence of ours where Python's own does not say what to do."""
    if type(problem) is SyntaxError:
        return f"{text} ({imports.GRADED_WITH})"
    if isinstance(problem, ImportError) and str(problem.path).startswith(PYTHON_HOME):
        return UNDEFINED.sub(rf"{problem.name} does not define \1 ({imports.GRADED_WITH})", text)
    if isinstance(problem, SystemExit):
        return f"the program ends itself here; take that line out, or put it {UNDER_MAIN}"
    if isinstance(problem, EOFError) and text.startswith("EOF when reading a line"):
        return f"nobody types here; take input() out, or put it {UNDER_MAIN}"
    if isinstance(problem, PermissionError) and _starts_process(problem):
        return (
            f"no other process may start here; do it all in this one, or put that line {UNDER_MAIN}"
        )
    return text


def _own_name_note(problem: BaseException, submission: str) -> str:
    """Return why a name is missing where the learner's file has the name of a module of Python."""
    if not isinstance(problem, ImportError | AttributeError):
        return ""
    owner = getattr(problem, "obj", None)
    name = str(owner.__name__ if isinstance(owner, ModuleType) else problem.name)
    file = os.path.join(submission, f"{name}.py")
    loaded = str(getattr(sys.modules.get(name), "__file__", submission))
    if loaded.startswith(submission) or not os.path.isfile(file):
        return ""
    return f"; {name}.py has the name of a module that is loaded in its place: rename the file"


def _starts_process(problem: BaseException) -> bool:
    steps = traceback.extract_tb(problem.__traceback__)
    return any(PROCESSES.search(step.filename) or "fork" in (step.line or "") for step in steps)


def _without_paths(text: str, submission: str) -> str:
    """Return `text` without the paths of copy and scratch folder, which differ in each run."""
    for folder in (submission, os.environ.get("TMPDIR")):
        text = text.replace(folder + os.sep, "") if folder else text
    return UNDEFINED.sub(r"\2 does not define \1", text)


def _flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # the learner may have closed or replaced it
            continue
