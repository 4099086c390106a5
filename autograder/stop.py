"""Ending a command with one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.files import reason, require_writable

STOPPED = 130  # the exit code of Ctrl-C


class Stop(Exception):
    """The command cannot go on; `message` says what was got, what was wanted, what to do."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@contextmanager
def writing(place: Path, instead: str = "name another with --out") -> Iterator[None]:
    """Stop with one sentence where what is done inside cannot write to `place`."""
    try:
        yield
    except BrokenPipeError:  # what is printed, not what is written
        raise
    except OSError as problem:
        what = problem.filename2 or place  # what was to be replaced, where that is known
        raise Stop(f"cannot write {what}: {reason(problem)}; {instead}", 1) from None


def require(file: Path, instead: str = "name another with --out") -> None:
    """Stop now, rather than after minutes of work, where `file` cannot be written."""
    with writing(file, instead):
        require_writable(file)
