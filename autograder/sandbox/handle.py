"""The judge's handle on a worker, however its process came to be: ask it, time it, end it."""

import os
import signal
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, Self

from autograder.sandbox.failures import Died, Raised, TimedOut, Trouble
from autograder.sandbox.output import Output
from autograder.sandbox.scratch import scratch
from autograder.worker import wire
from autograder.worker.protocol import Ended, Reply, Request

LATE = (
    "no answer before the deadline: an endless loop, or code at module level that takes long "
    "(move that under if __name__ == '__main__')"
)
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ENVIRONMENT = {"LANG": "C.UTF-8", "PYTHONHASHSEED": "0", **ONE_THREAD}


class Worker(ABC):
    """One process with a submission in it, and a scratch folder of its own.

    Parameters
    ----------
    submission : Path
        The folder with the learner's modules.
    cpu_seconds : int
        The processor time it was given.

    Attributes
    ----------
    output : Output
        What it printed.
    ended : Ended or None
        How it ended and what it used, once it has.
    """

    def __init__(self, submission: Path, cpu_seconds: int) -> None:
        self.submission = submission
        self.cpu_seconds = cpu_seconds
        self.output = Output()
        self.ended: Ended | None = None
        self._kept = ExitStack()
        self.scratch = self._kept.enter_context(scratch())

    @property
    def printed(self) -> str:
        """What it printed, without where copy and scratch folder lie: that differs each time."""
        text = self.output.text
        for folder in (self.submission, self.scratch):
            text = text.replace(f"{folder}{os.sep}", "")
        return text

    def call(self, probe: str, args: dict[str, Any], seconds: float) -> Any:
        """Return what `probe` returns for `args`.

        Parameters
        ----------
        probe : str
            ``"m1.evaluate"``: a function of a probe module.
        args : dict
            Its keyword arguments, as the wire takes them.
        seconds : float
            The deadline, wall-clock.

        Raises
        ------
        Trouble
            `Raised`, `TimedOut` or `Died`.
        """
        deadline = time.monotonic() + seconds
        self._send(wire.frame(Request(probe, args)), deadline)
        (size,) = wire.HEADER.unpack(self._receive(wire.HEADER.size, deadline))
        if size > wire.MAX_REPLY:
            raise Died(f"the answer is too large: {size} bytes, at most {wire.MAX_REPLY}")
        reply = _decoded(self._receive(size, deadline))
        if reply.problem is not None:
            raise Raised(reply.problem)
        return reply.value

    @abstractmethod
    def _send(self, data: bytes, deadline: float) -> None:
        """Write all of `data`, or raise a `Trouble`."""

    @abstractmethod
    def _receive(self, size: int, deadline: float) -> bytes:
        """Return `size` bytes, or raise a `Trouble`."""

    @abstractmethod
    def _reap(self) -> Ended:
        """Kill what is left of the process and return how it ended."""

    def interrupt(self) -> None:  # noqa: B027  (where it cannot be done, the deadline does it)
        """Let a running `call` end soon, as if the process had died; from any thread."""

    @abstractmethod
    def close(self) -> Ended:
        """End the process, remove its scratch folder, and return what it used."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _how_it_died(self) -> Trouble:
        ended = self._reap()
        code = os.waitstatus_to_exitcode(ended.status)
        if code == -getattr(signal, "SIGXCPU", 0) or ended.cpu_seconds >= self.cpu_seconds:
            return TimedOut(f"used all of its {self.cpu_seconds} s of processor time")
        how = f"was ended by {_signal(-code)}" if code < 0 else f"ended (exit code {code})"
        return Died(f"the process {how} before it answered")


class Launcher(Protocol):
    """What starts workers, one at a time."""

    def worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> Worker:
        """Return a fresh worker on `submission` (a folder)."""

    def close(self) -> None:
        """End everything that was started."""


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most real-time signals have no name
        return f"signal {number}"


def _decoded(data: bytes) -> Reply:
    try:
        wire.skim(data)
        reply = wire.decode(data, Reply)
    except wire.Malformed as problem:
        raise Died(f"the answer is not in the protocol's form: {problem}") from None
    assert isinstance(reply, Reply)
    return reply
