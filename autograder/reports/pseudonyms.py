"""Names for a page that hides who is who: the same next time, and nobody who sees it finds out."""

import base64
import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from autograder.reports.gradebook import write_table
from autograder.stop import Refusal

KEY_FILE = ".pseudonyms.key"  # no submission's folder begins with a dot
TABLE = "pseudonyms.csv"  # who is who, for the teacher
KEY_BYTES = 32
LETTERS = 10  # of 32 each: in a class of 10,000, two alike once in 20 million classes


class NoKey(Refusal):
    """A file that holds no key; the message says what to do."""


class Pseudonyms:
    """The pseudonym of each name, by a key that is drawn once and lies beside the grades.

    The course's secret is no such key: who guesses at it could try each guess on the page.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, name: str) -> str:
        """Return the pseudonym of `name`: ``student-`` and ten letters and digits."""
        digest = hmac.digest(self._key, name.encode("utf-8", "surrogateescape"), "sha256")
        return f"student-{base64.b32encode(digest).decode()[:LETTERS].lower()}"


def make_pseudonyms(grades: Path) -> Pseudonyms:
    """Return the pseudonyms of the folder of grades; its key is drawn the first time.

    Raises
    ------
    NoKey
        Where the file of the key holds something else.
    OSError
        Where it can be neither written nor read.
    """
    grades.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        _write_key(grades / KEY_FILE)
    known = read_pseudonyms(grades)
    if known is None:
        raise NoKey(
            "{file} was removed while this ran; run the same command again", file=grades / KEY_FILE
        )
    return known


def read_pseudonyms(grades: Path) -> Pseudonyms | None:
    """Return the pseudonyms of the folder of grades; None where it has no key."""
    file = grades / KEY_FILE
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NoKey(
            "{file} holds no key of {key_bytes} bytes; put back the one that was there, or remove"
            " it: then all get new pseudonyms",
            file=file,
            key_bytes=KEY_BYTES,
        )
    return Pseudonyms(key)


def _write_key(file: Path) -> None:
    """Write a new key that others cannot read; raise FileExistsError where there is one."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(KEY_BYTES))


def write_pseudonyms(names: Iterable[str], pseudonym: Callable[[str], str], file: Path) -> None:
    """Write the table of who is who."""
    write_table(
        ("pseudonym", "submission"), sorted((pseudonym(name), name) for name in names), file
    )
