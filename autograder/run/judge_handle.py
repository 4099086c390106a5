"""The handle of a judge process, in a cluster's worker: it passes calls on without opening them.

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

from autograder.sandbox.environment import ONE_THREAD

START_CODE = "from autograder.run.judge_process import main; main()"
DEATH_ERRORS = (EOFError, OSError, pickle.UnpicklingError)


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
class CallReply:
    """The value that a call returned, or the sentence that says why it did not."""

    value: Any = None
    fault: str = ""
    trace: str = ""


class JudgeProcess:
    """One judge process; it ends when this process does."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", START_CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,  # Ctrl-C is the worker's to handle
        )

    def request(self, call: Call) -> bytes:
        """Return the pickled `CallReply`; one of `DEATH_ERRORS` when the process ends first."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        pickle.dump(call, self.process.stdin)
        self.process.stdin.flush()
        return bytes(pickle.load(self.process.stdout))

    def close(self) -> None:
        """Close its input, and wait for it to end."""
        with suppress(OSError):
            self.process.communicate()


idle_judges: "deque[JudgeProcess]" = deque()


def call_judge(call: Call) -> bytes:
    """Return the pickled `CallReply` of a judge; a second one is asked when the first dies."""
    with suppress(*DEATH_ERRORS):
        return _call_and_keep(_take_judge(), call)
    with suppress(*DEATH_ERRORS):
        return _call_and_keep(JudgeProcess(), call)
    return pickle.dumps(CallReply(fault="the judge process died twice on this entry"))


def _take_judge() -> JudgeProcess:
    with suppress(IndexError):
        return idle_judges.pop()
    return JudgeProcess()


def _call_and_keep(judge: JudgeProcess, call: Call) -> bytes:
    try:
        reply = judge.request(call)
    except BaseException:
        judge.close()
        raise
    idle_judges.append(judge)
    return reply


async def call_fresh_judge(call: Call) -> bytes:
    """Answer the first call of a run by a fresh judge: the kit may have changed on disk."""
    return await asyncio.to_thread(_call_fresh, call)


def _call_fresh(call: Call) -> bytes:
    with suppress(IndexError):
        while True:
            idle_judges.pop().close()
    return call_judge(call)
