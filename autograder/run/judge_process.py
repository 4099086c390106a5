"""The judge process that a cluster's worker starts.

It answers calls on its standard input until that closes. The worker itself never opens them, so
it sees neither the secret nor a submission.
"""

import _thread
import os
import pickle
import platform
import queue
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from autograder.course import Part
from autograder.data import store
from autograder.judge.settings import Settings
from autograder.run import datasets
from autograder.run.configure import launcher_for
from autograder.run.faults import describe_fault, format_trace
from autograder.run.grade import grade_for_class, local_environment
from autograder.run.judge_handle import Call, CallReply
from autograder.run.kit import kit_sha256
from autograder.run.parcel import Parcel, unpack_parcel
from autograder.sandbox.run_folder import temporary_folder
from autograder.score import Environment, Score


@dataclass(frozen=True)
class GradedParcel:
    """The score and the report of a parcel."""

    score: Score
    report: dict[str, Any]


@dataclass(frozen=True)
class JudgeInfo:
    """The hash of a judge's checks, and where it runs."""

    checks_sha256: str
    environment: Environment


def describe_judge(isolation: str) -> JudgeInfo:
    """Return what this process judges with, at this isolation."""
    return JudgeInfo(kit_sha256(), local_environment(isolation))


def grade_parcel(parcel: Parcel, milestones: Sequence[Part], settings: Settings) -> GradedParcel:
    """Grade one submission that came as bytes."""
    datasets.require_datasets(settings.profile, milestones, store.open_store(settings.data_dir))
    with temporary_folder() as folder:
        submission = unpack_parcel(parcel, folder)
        launcher = launcher_for(settings, milestones)
        graded = grade_for_class(submission, milestones, settings, launcher)
    return GradedParcel(graded.score, graded.report)


def answer_call(call: Call) -> CallReply:
    """Return the reply to `call`, if it is meant for these checks."""
    machine = platform.node() or "a worker"
    if call.checks_sha256 not in ("", kit_sha256()):
        return CallReply(fault=f"{machine}: {kit_mismatch(kit_sha256(), call.checks_sha256)}")
    try:
        function, arguments = pickle.loads(call.content)
        return CallReply(function(*arguments))
    except Exception as problem:
        return CallReply(fault=f"{machine}: {describe_fault(problem)}", trace=format_trace(problem))


def kit_mismatch(got: str, wanted: str) -> str:
    """Return the sentence that refuses another set of checks."""
    return (
        f"the checks there differ from those here ({got[:8]}, wanted {wanted[:8]}): "
        "install the same version of the kit, and restart the worker"
    )


def main() -> None:
    """Answer one call after the other; end at once, but tidily, when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    source, sink = _take_streams()
    calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        threading.Thread(target=partial(_read_calls, source, calls), daemon=True).start()
        while call := calls.get():
            pickle.dump(pickle.dumps(answer_call(call)), sink)
            sink.flush()


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the standard streams; whatever prints goes to standard error from here."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return source, sink


def _read_calls(source: BinaryIO, calls: "queue.SimpleQueue[Call | None]") -> None:
    with suppress(Exception):  # closed, or cut short
        while True:
            calls.put(pickle.load(source))
    calls.put(None)
    _thread.interrupt_main()  # out of the entry that is being graded
