"""What can go wrong with a submission's answer, each failure with its status in the score."""

from autograder.score import Status
from autograder.worker.protocol import Problem


class CheckFailure(Exception):
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


class Raised(CheckFailure):
    """The learner's code raised an exception.

    Attributes
    ----------
    importing : bool
        Whether a module cannot be imported at all; one that lacks a name can.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(_describe_problem(problem))
        self.problem = problem
        self.status = "missing" if _is_missing(problem) else "failed"
        self.importing = problem.importing and self.status != "missing"


class TimedOut(CheckFailure):
    """There was no answer before the deadline."""

    status = "timeout"


class Died(CheckFailure):
    """The process ended before it answered, or its answer is malformed."""

    status = "crashed"


class Blocked(CheckFailure):
    """Something else has to be fixed first."""

    status = "blocked"


class NotHandedIn(CheckFailure):
    """There is no such file."""

    status = "missing"


class Rejected(CheckFailure):
    """Refused before it ran."""

    status = "rejected"


class Unavailable(Exception):
    """The requested isolation is not available on this machine."""


def _is_missing(problem: Problem) -> bool:
    """Whether a stub was reached, or the probe needs a name that does not exist."""
    is_undefined = problem.type == "ImportError" and not problem.frames
    return is_undefined or "NotImplementedError" in problem.bases


def _describe_problem(problem: Problem) -> str:
    title = f"{problem.type}: {problem.message}" if problem.message else problem.type
    lines = [f"  {at.file}:{at.line} in {at.function}: {at.code}" for at in problem.frames]
    return "\n".join([title, *lines])
