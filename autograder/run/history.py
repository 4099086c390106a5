"""``history.jsonl``: how the score of a submission came about, one event a line.

It lies beside the score. A line that cannot be read is passed over: it is a record, not a proof.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from autograder.files import lock_folder, write_atomically
from autograder.score import CheckResult, Score, find_moved

NAME = "history.jsonl"
UNKNOWN = "an earlier run was not finished, or its files were changed"
AGAIN = "asked for again (--force)"
ABSENT = "absent"  # in place of a status


class CheckChange(msgspec.Struct, frozen=True):
    """A check whose points a regrade moved."""

    check: str
    points_before: float
    points_after: float
    status_before: str
    status_after: str


class Grading(msgspec.Struct, frozen=True, tag="graded", omit_defaults=True):
    """One grading: its points, what it went by (`grounds`), and what was different before.

    `before` has the points and maximum of the score that it replaced; `why` names the grounds that
    differ, or says that none does.
    """

    at: str
    points: float
    max_points: float
    grounds: dict[str, str]
    before: tuple[float, float] | None = None
    why: list[str] = []
    changes: list[CheckChange] = []


class Reviewing(msgspec.Struct, frozen=True, tag="reviewed", omit_defaults=True):
    """What a person said of the prose of one unit."""

    at: str
    unit: str
    points: float
    because: str
    by: str = ""


Event = Grading | Reviewing


def read_history(folder: Path) -> list[Event]:
    """Return the events of a submission, in the order of their lines; none where there are none."""
    return list(_decode_lines(_read_bytes(folder / NAME)))


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _decode_lines(data: bytes) -> Iterator[Event]:
    for line in data.splitlines():
        try:
            yield msgspec.json.decode(line, type=Event)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue


def add_grading(
    folder: Path, score: Score, grounds: Mapping[str, str], before: Score | None, forced: bool
) -> None:
    """Write down that `score` takes the place of the one `before`; the caller holds the folder.

    A run that was killed after this and before the score leaves the same event again: it is there
    once.
    """
    events = read_history(folder)
    last = next((event for event in reversed(events) if isinstance(event, Grading)), None)
    new = make_grading(score, grounds, before, last, forced)
    is_written = before is not None and last is not None and before.timing.graded_at == last.at
    if last is not None and last is events[-1] and not is_written and _is_same(last, new):
        events.pop()
    _write(folder, [*events, new])


def _is_same(last: Grading, new: Grading) -> bool:
    return (last.grounds, last.before, last.changes) == (new.grounds, new.before, new.changes)


def make_grading(
    score: Score,
    grounds: Mapping[str, str],
    before: Score | None,
    last: Grading | None,
    forced: bool,
) -> Grading:
    """Return the event of one grading; what an older kit left no grounds of, its score tells."""
    at, points = score.timing.graded_at, (score.points, score.max_points)
    if before is None:
        return Grading(at, *points, dict(grounds))
    is_last = last is not None and last.at == before.timing.graded_at
    old = last.grounds if last is not None and is_last else find_grounds(before)
    differ = [name for name, value in old.items() if grounds.get(name, value) != value]
    why = differ or [AGAIN if forced else UNKNOWN]
    changes = [_make_change(id, was, now) for id, was, now in find_moved(before, score)]
    return Grading(at, *points, dict(grounds), (before.points, before.max_points), why, changes)


def _make_change(id: str, was: CheckResult | None, now: CheckResult | None) -> CheckChange:
    return CheckChange(
        id,
        was.points if was else 0.0,
        now.points if now else 0.0,
        was.status if was else ABSENT,
        now.status if now else ABSENT,
    )


def find_grounds(score: Score) -> dict[str, str]:
    """Return what a score itself says of how it came about."""
    return {
        "work": score.submission.sha256[:12],
        "checks": score.kit.checks_sha256[:12],
        "profile": score.kit.profile,
        "seed": str(score.kit.seed),
        "milestones": " ".join(part.id for part in [*score.milestones, *score.extras]),
        **{name: str(value) for name, value in msgspec.structs.asdict(score.environment).items()},
    }


def add_review(folder: Path, event: Reviewing) -> None:
    """Write down what a person said."""
    with lock_folder(folder):
        _write(folder, [*read_history(folder), event])


def _write(folder: Path, events: Sequence[Event]) -> None:
    lines = [_encode(event) for event in events]
    write_atomically(folder / NAME, b"".join(lines))


def _encode(event: Any) -> bytes:
    return msgspec.json.encode(event) + b"\n"
