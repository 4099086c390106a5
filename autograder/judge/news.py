"""News of checks that run elsewhere: a file that grows by a line when one begins or ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EXPECTED, RUNNING = "expected", "running"  # any other word is the status of a check that ended


@dataclass(frozen=True)
class News:
    """How far a run of checks has got.

    Attributes
    ----------
    expected : int
        How many checks there are; 0 while nobody knows.
    statuses : dict
        How the checks ended that have ended, by id.
    running : list of str
        The checks that run now; two where two judges are at work.
    """

    expected: int
    statuses: dict[str, str]
    running: Sequence[str]

    def count_wrong(self) -> int:
        """Return how many ended otherwise than passed."""
        return sum(status != "passed" for status in self.statuses.values())


def append_news(file: str, word: str, subject: object) -> None:
    """Write a line; two judges may write to one file, as a line is written at once."""
    if file:
        with Path(file).open("ab", buffering=0) as stream:
            stream.write(f"{word} {subject}\n".encode())


def read_news(file: Path) -> News:
    """Return what a file says by now; a check that runs again has ended all the same."""
    text = file.read_text("utf-8") if file.is_file() else ""
    rows = [(word, subject) for word, subject in map(str.split, text.splitlines())]
    expected = [int(subject) for word, subject in rows if word == EXPECTED]
    begun = [subject for word, subject in rows if word == RUNNING]
    ended = {subject: word for word, subject in rows if word not in (EXPECTED, RUNNING)}
    running = [check for check in dict.fromkeys(begun) if check not in ended]
    return News(expected[-1] if expected else 0, ended, running)
