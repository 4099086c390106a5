"""A submission as bytes: for a judge on another machine, which sees none of our files."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.submission import Submission, Unread


@dataclass(frozen=True)
class Parcel:
    """A `Submission` with its files by name and content."""

    id: str
    sha256: str
    files: dict[str, bytes]
    refused: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unread: Unread | None = None
    seconds: float = 0.0
    withheld: dict[str, str] = field(default_factory=dict)


def pack_submission(submission: Submission) -> Parcel:
    """Return `submission` with the content of its files."""
    files = {name: (submission.folder / name).read_bytes() for name in submission.files}
    return Parcel(
        submission.id,
        submission.sha256,
        files,
        submission.refused,
        submission.blocked,
        submission.paths,
        submission.notes,
        submission.unread,
        submission.seconds,
        submission.withheld,
    )


def unpack_parcel(parcel: Parcel, folder: Path) -> Submission:
    """Write the files to the empty folder `folder`; return the submission."""
    for name, data in parcel.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return Submission(
        parcel.id,
        folder,
        parcel.sha256,
        tuple(parcel.files),
        parcel.refused,
        parcel.blocked,
        parcel.paths,
        parcel.notes,
        parcel.unread,
        parcel.seconds,
        parcel.withheld,
    )
