"""Ending a command with one sentence, which whoever shows it translates."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.files import explain_os_error, require_writable
from autograder.words import Phrase

STOPPED = 130  # the exit code of Ctrl-C


class Refusal(Exception):
    """What cannot be done: its phrase says what was given, what was wanted, what to do.

    ``Refusal("there is no {path}; name a folder", path=path)``
    """

    def __init__(self, phrase: str | Phrase, /, **values: object) -> None:
        self.phrase = phrase if isinstance(phrase, Phrase) else Phrase(phrase, **values)
        super().__init__(str(self.phrase))


class Stop(Refusal):
    """The command cannot go on, and ends with the exit code `code`."""

    def __init__(self, phrase: str | Phrase, code: int = 2, /, **values: object) -> None:
        super().__init__(phrase, **values)
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
        raise Stop(
            "cannot write {target}: {reason}; {advice}",
            1,
            target=target,
            reason=Phrase(explain_os_error(problem)),
            advice=Phrase(advice),
        ) from None


def stop_unless_writable(file: Path, advice: str = "name another with --out") -> None:
    """Stop now, rather than after minutes of work, when `file` cannot be written."""
    with stop_on_write_error(file, advice):
        require_writable(file)
