"""The judge's handle on a worker, however its process was started: ask it, time it, end it."""

import os
import signal
import time
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Protocol, Self

from autograder.sandbox.failures import CheckFailure, Died, Raised, TimedOut
from autograder.sandbox.output import Output
from autograder.sandbox.run_folder import temporary_folder
from autograder.worker import wire
from autograder.worker.protocol import Ended, Reply, Request

LATE_MESSAGE = "no answer before the deadline"


class WorkerHandle(ABC):
    """One process with a submission in it, and a scratch folder of its own.

    Parameters
    ----------
    submission : Path
        The folder with the learner's modules.
    cpu_seconds : int
        Its limit of processor time.
    scratch : context manager or None
        Lends the scratch folder; a new one otherwise.

    Attributes
    ----------
    output : Output
        What the process printed.
    ended : Ended or None
        How the process ended and what it used, once it has.
    """

    def __init__(
        self,
        submission: Path,
        cpu_seconds: int,
        scratch: AbstractContextManager[Path] | None = None,
    ) -> None:
        self.submission = submission
        self.cpu_seconds = cpu_seconds
        self.output = Output()
        self.ended: Ended | None = None
        self._resources = ExitStack()
        self.scratch = self._resources.enter_context(scratch or temporary_folder())

    @property
    def printed_text(self) -> str:
        """The output without the paths of copy and scratch folder, which differ each time."""
        text = self.output.captured_text
        for folder in (self.submission, self.scratch):
            text = text.replace(f"{folder}{os.sep}", "")
        return text

    def call_probe(self, probe: str, args: dict[str, Any], seconds: float) -> Any:
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
        CheckFailure
            `Raised`, `TimedOut` or `Died`.
        """
        deadline = time.monotonic() + seconds
        self._send(wire.encode_frame(Request(probe, args)), deadline)
        (size,) = wire.HEADER.unpack(self._receive(wire.HEADER.size, deadline))
        if size > wire.MAX_REPLY:
            raise Died(f"the answer is too large: {size} bytes, at most {wire.MAX_REPLY}")
        reply = _decode_reply(self._receive(size, deadline))
        if reply.problem is not None:
            raise Raised(reply.problem)
        return reply.value

    @abstractmethod
    def _send(self, data: bytes, deadline: float) -> None:
        """Write all of `data`, or raise a `CheckFailure`."""

    @abstractmethod
    def _receive(self, size: int, deadline: float) -> bytes:
        """Return `size` bytes, or raise a `CheckFailure`."""

    @abstractmethod
    def _reap(self) -> Ended:
        """Kill what is left of the process and return how it ended."""

    def interrupt(self) -> None:  # noqa: B027  (where a system cannot do this, the deadline does)
        """Let a running `call_probe` end soon, as if the process had died; from any thread."""

    @abstractmethod
    def close(self) -> Ended:
        """End the process, remove its scratch folder, and return what it used."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _death_cause(self) -> CheckFailure:
        ended = self._reap()
        code = os.waitstatus_to_exitcode(ended.status)
        if code == -getattr(signal, "SIGXCPU", 0) or ended.cpu_seconds >= self.cpu_seconds:
            return TimedOut(f"used all of its {self.cpu_seconds} s of processor time")
        ending = f"was ended by {_signal_name(-code)}" if code < 0 else f"ended (exit code {code})"
        return Died(f"the process {ending} before it answered")


class Launcher(Protocol):
    """Starts workers, one at a time."""

    def start_worker(self, submission: Path, cpu_seconds: int, memory_mb: int) -> WorkerHandle:
        """Return a fresh worker on `submission` (a folder)."""

    def close(self) -> None:
        """End everything that was started."""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most real-time signals have no name
        return f"signal {number}"


def _decode_reply(data: bytes) -> Reply:
    try:
        wire.check_cost(data)
        reply = wire.decode(data, Reply)
    except wire.Malformed as problem:
        raise Died(f"the answer is not in the protocol's form: {problem}") from None
    assert isinstance(reply, Reply)
    return reply
