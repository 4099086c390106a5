"""A check that does not pass, with what the learner is told."""

from typing import Any

from autograder.sandbox.failures import Trouble


class Failed(Trouble):
    """An answer came back and is wrong.

    Parameters
    ----------
    message : str
        What was got and what was wanted, in the learner's words.
    want : Any
        The right value where there is one, for the script that reproduces the failure.
    got : Any
        The part of the answer that should have been it.
    near : float
        The largest error that passes, relative to max(1, |want|).
    """

    def __init__(self, message: str, want: Any = None, got: Any = None, near: float = 1e-6) -> None:
        super().__init__(message)
        self.want = want
        self.got = got
        self.near = near
