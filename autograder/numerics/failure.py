"""The failure of a check, with the message for the learner."""

from typing import Any

from autograder.sandbox.failures import CheckFailure


class WrongAnswer(CheckFailure):
    """An answer came back and is wrong.

    Parameters
    ----------
    message : str
        The answer and the right one, in the learner's words.
    want : Any
        The right value, if there is one, for the script that reproduces the failure.
    got : Any
        The part of the answer that should have been equal to it.
    near : float
        The largest error that passes, relative to max(1, |want|).
    """

    def __init__(self, message: str, want: Any = None, got: Any = None, near: float = 1e-6) -> None:
        super().__init__(message)
        self.want = want
        self.got = got
        self.near = near


class Missed(WrongAnswer):
    """A training run has not reached its threshold.

    The message holds what was reached and what was wanted, and no input: a hidden check shows it.
    """
