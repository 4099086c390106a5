"""``review.json``: what a person says of written work that no machine judges.

It lies beside the score of a submission. To grade again writes the score anew, and leaves it alone.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from autograder.files import lock_folder, write_atomically
from autograder.score import encode_json
from autograder.stop import Refusal

NAME = "review.json"


class NoReview(Refusal):
    """A file that holds no review; the message says why."""


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's points for the prose of one unit, and the sentence that says why.

    `sha256` is that of the work that was read; `by` and `at` say who read it, and when.
    """

    points: float
    because: str
    sha256: str
    by: str = ""
    at: str = ""


class _Reviews(msgspec.Struct, frozen=True):
    """The content of the file: the reviews by the ids of their units."""

    reviews: dict[str, Review] = {}


def read_reviews(folder: Path) -> dict[str, Review]:
    """Return the reviews in a submission's folder by unit; none where nobody has written one.

    Raises
    ------
    NoReview
        Where the file is none, or cannot be read.
    """
    try:
        data = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise NoReview(
            "{file} cannot be read: {reason}", file=folder / NAME, reason=problem.strerror
        ) from None
    try:
        return msgspec.json.decode(data, type=_Reviews).reviews
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise NoReview(
            "{file} holds no review: {problem}", file=folder / NAME, problem=problem
        ) from None


def write_review(folder: Path, unit: str, review: Review) -> None:
    """Write the review of one unit beside those of others; two at once lose nothing."""
    with lock_folder(folder):
        kept = read_reviews(folder) | {unit: review}
        write_atomically(folder / NAME, encode_json(_Reviews(kept)))


def collect_reviews(folders: Mapping[str, Path]) -> dict[str, dict[str, Review]]:
    """Return the reviews of every submission that has any, by its name and then by unit.

    Parameters
    ----------
    folders : mapping
        Name to the folder of the score. A file there that is no review counts as none.
    """
    collected = {}
    for name, folder in folders.items():
        with suppress(NoReview):
            if reviews := read_reviews(folder):
                collected[name] = reviews
    return collected
