"""The learner's record, as commands use it: a problem with it is one line, never the end."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.course import Course, Part
from autograder.files import explain_os_error
from autograder.intake.rules import SOURCES
from autograder.judge.spec import list_checks
from autograder.reports import record
from autograder.reports.record import Data, Record, Unreadable
from autograder.score import MilestoneScore

Warn = Callable[[str], None]


def warn_on_stderr(line: str) -> None:
    """Print `line` where it does not mix with results."""
    print(f"autograder: {line}", file=sys.stderr)


def record_milestones(
    folder: Path,
    scores: Sequence[MilestoneScore],
    milestones: Sequence[Part],
    warn: Warn = warn_on_stderr,
) -> None:
    """Add to the record of `folder` what `scores` prove."""
    if record.is_workspace(folder):
        most = {milestone.id: public_points(milestone) for milestone in milestones}
        record_facts(folder, record.facts_of_scores(scores, most), warn)


def public_points(milestone: Part) -> float:
    """Return the points of all public checks of `milestone`."""
    listed = list_checks(milestone.id, milestone.checks)
    return round(sum(check.points_for("public") for check in listed), 2)


def list_begun(course: Course, folder: Path) -> list[Part]:
    """Return the milestones, and the extra units of which `folder` has the module."""
    return [part for part in course.parts if not part.is_extra or _is_begun(part, folder)]


def _is_begun(part: Part, folder: Path) -> bool:
    return any((folder / f"{part.module}{suffix}").is_file() for suffix in SOURCES)


def record_hint(folder: Path, check: str, level: int) -> None:
    """Add to the record of `folder` that a hint was shown."""
    record_facts(folder, record.facts_of_hint(check, level))


def record_facts(folder: Path, facts: Data, warn: Warn = warn_on_stderr) -> None:
    """Add `facts` to the record of `folder`, if it is a workspace; warn of what goes wrong."""
    if not record.is_workspace(folder):
        return
    try:
        set_aside = record.add_facts(folder, facts)
    except OSError as problem:
        cause = f"{folder / record.RECORD_NAME}: {explain_os_error(problem)}"
        warn(f"what you reached is not recorded: {cause}; fix that, then check again")
        return
    if set_aside:
        kept = f"kept as {set_aside.name}, a new one started"
        warn(f"{record.RECORD_NAME} was not a record (half-written?): {kept}")


def read_progress(folder: Path) -> Record:
    """Return the record of `folder`; an empty one, with a warning, where it cannot be read."""
    try:
        return record.read_record(folder)
    except Unreadable as problem:
        warn_on_stderr(
            f"{folder / record.RECORD_NAME} is not a record: {problem}; "
            "the next check sets it aside"
        )
    except OSError as problem:
        warn_on_stderr(f"{folder / record.RECORD_NAME} cannot be read: {explain_os_error(problem)}")
    return Record(record.RECORD_VERSION)
