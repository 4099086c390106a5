"""Everything that can go wrong with a submission's answer, each with the status it earns."""

from autograder.score import Status
from autograder.worker.protocol import Frame, Problem


class Trouble(Exception):
    """A check cannot pass, and why.

    Attributes
    ----------
    status : str
        The status of the check in ``score.json``.
    """

    status: Status = "failed"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Raised(Trouble):
    """The learner's code raised an exception.

    Attributes
    ----------
    importing : bool
        Whether a module cannot be imported at all; one that lacks a name can.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(_told(problem))
        self.problem = problem
        self.status = "missing" if _is_missing(problem) else "failed"
        self.importing = problem.importing and self.status != "missing"


class TimedOut(Trouble):
    """No answer before the deadline."""

    status = "timeout"


class Died(Trouble):
    """The process ended before it answered, or answered what is no answer."""

    status = "crashed"


class Blocked(Trouble):
    """Something else has to be mended first."""

    status = "blocked"


class NotHandedIn(Trouble):
    """There is no such file."""

    status = "missing"


class Rejected(Trouble):
    """Refused before it ran."""

    status = "rejected"


class Unavailable(Exception):
    """The isolation that was asked for is not to be had on this machine."""


def _is_missing(problem: Problem) -> bool:
    """Whether a stub was reached, or a name that the probe asked for is not there."""
    unnamed = problem.type == "ImportError" and not problem.frames
    return unnamed or "NotImplementedError" in problem.bases


def _told(problem: Problem) -> str:
    said = f"{problem.type}: {problem.message}" if problem.message else problem.type
    return "\n".join([said, *map(_line, problem.frames)])


def _line(frame: Frame) -> str:
    return f"  {frame.file}:{frame.line} in {frame.function}: {frame.code}"
