"""The grader's own faults: a sentence for the table, the traceback for whoever fixes it."""

from autograder.sandbox.failures import Unavailable
from autograder.stop import Stop


def fault(problem: Exception) -> str:
    """Return the grader's own trouble in one line."""
    is_sentence = isinstance(problem, (Stop, Unavailable))
    return str(problem) if is_sentence else f"{type(problem).__name__}: {problem}"
