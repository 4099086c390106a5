"""What a run writes of an entry, and what a later run keeps of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder import score as scores
from autograder.course import Milestone
from autograder.files import lock_folder, write_atomically
from autograder.intake.names import folder_name
from autograder.intake.submission import Submission
from autograder.judge.settings import Settings
from autograder.run.faults import note_faults
from autograder.run.kit import kit_sha256
from autograder.run.parcel import Parcel
from autograder.score import Environment, NoScore, Outcome, Score


@dataclass(frozen=True)
class Order:
    """What a run asks of every entry, and the folder its scores go to."""

    out: Path
    milestones: Sequence[Milestone]
    modules: Sequence[str]
    settings: Settings
    force: bool = False


def kept(order: Order, work: Submission | Parcel, places: Sequence[Environment]) -> Outcome | None:
    """Return what an earlier run wrote, if it graded this work in this way in one of `places`."""
    folder = order.out / folder_name(work.id)
    keys = [_key(order, work, place) for place in places]
    try:
        with lock_folder(folder):
            if order.force or read_report(folder / "report.json").key not in keys:
                return None
            file = folder / "score.json"
            return Outcome(work.id, scores.read_score(file), file, kept=True)
    except (OSError, NoScore):
        return None


class Report(msgspec.Struct, frozen=True):
    """What is asked of a ``report.json``: which work it is of, graded how."""

    key: str


def read_report(file: Path) -> Report:
    """Return what ``report.json`` says; a `NoScore` where it says nothing."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise NoScore(str(problem)) from None


def keep(order: Order, work: Submission | Parcel, score: Score, report: dict[str, Any]) -> Outcome:
    """Write a score, then the report with the key that vouches for it; no older one meanwhile."""
    folder = order.out / folder_name(work.id)
    file = folder / "score.json"
    key = _key(order, work, score.environment)
    folder.mkdir(parents=True, exist_ok=True)
    with lock_folder(folder):  # or another run's key would vouch for this score
        (folder / "report.json").unlink(missing_ok=True)
        note_faults(score, folder)
        scores.write_score(score, file)
        write_atomically(folder / "report.json", scores.encode_json({"key": key} | report))
    return Outcome(work.id, score, file)


def _key(order: Order, work: Submission | Parcel, environment: Environment) -> str:
    """Return the hash of all that decides a score; the secret counts, and cannot be read off."""
    how = order.settings
    deciding = {
        "submission": [work.id, work.sha256, work.refused],
        "kit": kit_sha256(),
        "milestones": [milestone.id for milestone in order.milestones],
        "seed": how.seed,
        "secret": hashlib.sha256(how.secret.encode()).hexdigest(),
        "profile": how.profile,
        "hidden": how.hidden,
        "only": sorted(how.only or ()),
        "limits": [how.memory_mb, how.seconds],
        "environment": environment,
    }
    return hashlib.sha256(msgspec.json.encode(deciding, order="sorted")).hexdigest()
