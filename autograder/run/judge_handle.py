"""What runs in a cluster's worker: it lends each call a judge process, and looks at nothing.

A process of its own, because a worker may have many threads, may be forbidden children of its own
kind, and runs other people's tasks: a judge patches nothing there, and dies alone.
"""

import asyncio
import os
import pickle
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.handle import ONE_THREAD

START = "from autograder.run.judge_process import main; main()"
DIED = (EOFError, OSError, pickle.UnpicklingError)


@dataclass(frozen=True, repr=False)
class Call:
    """A call to a judge: a pickled function and its arguments, for the checks of this hash.

    Dask logs what failed with its arguments; these hold the course's secret and are not shown.
    """

    content: bytes
    checks_sha256: str = ""

    def __repr__(self) -> str:
        return f"Call({len(self.content)} bytes)"


@dataclass(frozen=True)
class Reply:
    """What a call returned, or the sentence that says why it did not."""

    value: Any = None
    fault: str = ""
    trace: str = ""


class Judge:
    """One judge process; it ends when this process does."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,  # Ctrl-C is the worker's to handle
        )

    def ask(self, call: Call) -> bytes:
        """Return the pickled `Reply`; one of `DIED` when the process ends first."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        pickle.dump(call, self.process.stdin)
        self.process.stdin.flush()
        return bytes(pickle.load(self.process.stdout))

    def close(self) -> None:
        """Let it end: nobody speaks to it any more."""
        with suppress(OSError):
            self.process.communicate()


idle: "deque[Judge]" = deque()


def run(call: Call) -> bytes:
    """Return the pickled `Reply` of a judge; a second one is asked when the first dies."""
    with suppress(*DIED):
        return _asked(_lent(), call)
    with suppress(*DIED):
        return _asked(Judge(), call)
    return pickle.dumps(Reply(fault="the judge process died twice on this entry"))


def _lent() -> Judge:
    with suppress(IndexError):
        return idle.pop()
    return Judge()


def _asked(judge: Judge, call: Call) -> bytes:
    try:
        reply = judge.ask(call)
    except BaseException:
        judge.close()
        raise
    idle.append(judge)
    return reply


async def begin(call: Call) -> bytes:
    """Answer the first call of a run by a fresh judge: the kit may have changed on disk."""
    return await asyncio.to_thread(_begun, call)


def _begun(call: Call) -> bytes:
    with suppress(IndexError):
        while True:
            idle.pop().close()
    return run(call)
