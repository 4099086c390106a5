"""The files that a run writes of an entry, and that a later run keeps."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder import score as scores
from autograder.course import Part
from autograder.files import lock_folder, write_atomically
from autograder.intake.names import folder_name
from autograder.intake.submission import Submission
from autograder.judge.settings import Settings
from autograder.run import history
from autograder.run.faults import write_faults
from autograder.run.kit import checks_sha256
from autograder.run.parcel import Parcel
from autograder.score import Environment, NoScore, Outcome, Score, UnusualUse


@dataclass(frozen=True)
class GradingOrder:
    """Milestones and settings to grade every entry by, and the folder its scores go to."""

    out: Path
    milestones: Sequence[Part]
    modules: Sequence[str]
    settings: Settings
    force: bool = False


def find_kept(
    order: GradingOrder, work: Submission | Parcel, environments: Sequence[Environment]
) -> Outcome | None:
    """Return the outcome that an earlier run wrote, if its key matches in one of `environments`."""
    folder = order.out / folder_name(work.id)
    keys = [_score_key(order, work, environment) for environment in environments]
    try:
        with lock_folder(folder):
            report = read_report_key(folder / "report.json")
            if order.force or report.key not in keys:
                return None
            file = folder / "score.json"
            score = scores.read_score(file)
            return Outcome(work.id, score, file, kept=True, unusual=report.unusual)
    except (OSError, NoScore):
        return None


class ReportKey(msgspec.Struct, frozen=True):
    """The key in a ``report.json``: the hash of the work and of how it was graded.

    `unusual` is what stands there for the teacher.
    """

    key: str
    unusual: tuple[UnusualUse, ...] = ()


def read_report_key(file: Path) -> ReportKey:
    """Return the key in a ``report.json``; raise `NoScore` where there is none."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=ReportKey)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise NoScore(str(problem)) from None


def write_outcome(
    order: GradingOrder, work: Submission | Parcel, score: Score, report: dict[str, Any]
) -> Outcome:
    """Write a score, then the report with its key; remove the older report before."""
    folder = order.out / folder_name(work.id)
    file = folder / "score.json"
    key = _score_key(order, work, score.environment)
    folder.mkdir(parents=True, exist_ok=True)
    with lock_folder(folder):  # or another run's key would vouch for this score
        grounds = _find_grounds(order, work, score)
        history.add_grading(folder, score, grounds, _read_before(file), order.force)
        (folder / "report.json").unlink(missing_ok=True)
        write_faults(score, folder)
        scores.write_score(score, file)
        write_atomically(folder / "report.json", scores.encode_json({"key": key} | report))
    return Outcome(work.id, score, file, unusual=tuple(report.get("unusual", ())))


def _read_before(file: Path) -> Score | None:
    try:
        return scores.read_score(file)
    except (OSError, NoScore):
        return None


def _find_grounds(order: GradingOrder, work: Submission | Parcel, score: Score) -> dict[str, str]:
    """Return what a score goes by, a short text each, to name later what is different.

    Of the secret four digits of a hash stand there: enough to see that it changed, and too few to
    try out what it is.
    """
    settings = order.settings
    secret = hashlib.sha256(f"{settings.secret}{work.id}".encode()).hexdigest()
    limits = [settings.memory_mb, settings.seconds, settings.run_seconds, settings.trials]
    return history.find_grounds(score) | {
        "secret": secret[:4],
        "limits": " ".join(f"{limit:g}" for limit in limits),
        "extras cap": f"{settings.cap:g}",
        "thresholds": " ".join(f"{id}={wanted:g}" for id, _, wanted in settings.thresholds),
    }


def _score_key(order: GradingOrder, work: Submission | Parcel, environment: Environment) -> str:
    """Return the hash of all that decides a score; of the secret only its own hash goes in."""
    settings = order.settings
    deciding = {
        "submission": [
            *(work.id, work.sha256, work.refused, work.blocked, work.paths),
            work.unread and [work.unread.modules, work.unread.damaged],
            work.withheld,
        ],
        "checks": checks_sha256(order.milestones),
        "milestones": [[m.id, m.module, m.folder, m.title] for m in order.milestones],
        "seed": settings.seed,
        "secret": hashlib.sha256(settings.secret.encode()).hexdigest(),
        "profile": settings.profile,
        "hidden": settings.hidden,
        "only": sorted(settings.only or ()),
        "limits": [
            settings.memory_mb,
            settings.seconds,
            settings.cap,
            settings.run_seconds,
            settings.trials,
        ],
        "thresholds": settings.thresholds,
        "environment": environment,
    }
    return hashlib.sha256(msgspec.json.encode(deciding, order="sorted")).hexdigest()
