"""Ending a command with one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.files import explain_os_error, require_writable

STOPPED = 130  # the exit code of Ctrl-C


class Stop(Exception):
    """The command cannot go on; `message` says what was given, what was wanted, what to do."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@contextmanager
def stop_on_write_error(path: Path, advice: str = "name another with --out") -> Iterator[None]:
    """Stop with one sentence when the block cannot write to `path`."""
    try:
        yield
    except BrokenPipeError:  # of the output, not of the file
        raise
    except OSError as problem:
        target = problem.filename2 or path  # the file to be replaced, where that is known
        raise Stop(f"cannot write {target}: {explain_os_error(problem)}; {advice}", 1) from None


def stop_unless_writable(file: Path, advice: str = "name another with --out") -> None:
    """Stop now, rather than after minutes of work, when `file` cannot be written."""
    with stop_on_write_error(file, advice):
        require_writable(file)
