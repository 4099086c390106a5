"""The judge process that a cluster's worker starts.

It obeys calls on its standard input until that closes. The worker itself never sees what is in
them: neither secret nor submission is opened there.
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

from autograder.course import Milestone
from autograder.data import store
from autograder.judge.settings import Settings
from autograder.run import datasets
from autograder.run.configure import workers
from autograder.run.entry import private
from autograder.run.faults import describe, trace_of
from autograder.run.grade import environment, grade
from autograder.run.judge_handle import Call, Reply
from autograder.run.kit import kit_sha256
from autograder.run.parcel import Parcel, unpack
from autograder.score import Environment, Score


@dataclass(frozen=True)
class Graded:
    """What comes back of a parcel."""

    score: Score
    report: dict[str, Any]


@dataclass(frozen=True)
class About:
    """What a judge is: the hash of its checks, and where it runs."""

    checks_sha256: str
    environment: Environment


def about(level: str) -> About:
    """Return what this process judges with, at isolation `level`."""
    return About(kit_sha256(), environment(level))


def grade_parcel(parcel: Parcel, milestones: Sequence[Milestone], how: Settings) -> Graded:
    """Grade one submission that came as bytes."""
    datasets.ready(how.profile, milestones, store.open_store(how.data_dir))
    with private() as folder:
        submission = unpack(parcel, folder)
        graded = grade(submission, milestones, how, workers(how, milestones))
    return Graded(graded.score, graded.report)


def answer(call: Call) -> Reply:
    """Do what `call` asks, if it is meant for these checks."""
    here = platform.node() or "a worker"
    if call.checks_sha256 not in ("", kit_sha256()):
        return Reply(fault=f"{here}: {other_kit(kit_sha256(), call.checks_sha256)}")
    try:
        function, arguments = pickle.loads(call.content)
        return Reply(function(*arguments))
    except Exception as problem:
        return Reply(fault=f"{here}: {describe(problem)}", trace=trace_of(problem))


def other_kit(there: str, wanted: str) -> str:
    """Return the sentence by which another check set is refused."""
    return (
        f"the checks there are others than here ({there[:8]}, wanted {wanted[:8]}): "
        "install the same version of the kit, and restart the worker"
    )


def main() -> None:
    """Obey one call after the other; end at once, but tidily, when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    source, sink = _streams()
    calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        threading.Thread(target=partial(_listen, source, calls), daemon=True).start()
        while call := calls.get():
            pickle.dump(pickle.dumps(answer(call)), sink)
            sink.flush()


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the standard streams; whatever prints goes to standard error from here."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return source, sink


def _listen(source: BinaryIO, calls: "queue.SimpleQueue[Call | None]") -> None:
    with suppress(Exception):  # closed, or cut short
        while True:
            calls.put(pickle.load(source))
    calls.put(None)
    _thread.interrupt_main()  # out of the entry that is being graded
