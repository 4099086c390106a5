"""The learner's record, as commands use it: trouble with it is one line, never the end."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.course import Milestone
from autograder.files import reason
from autograder.judge.spec import list_checks
from autograder.reports import record
from autograder.reports.record import Data, Record, Unreadable
from autograder.score import MilestoneScore

Say = Callable[[str], None]


def on_stderr(line: str) -> None:
    """Say `line` where it does not mix with results."""
    print(f"autograder: {line}", file=sys.stderr)


def note_milestones(
    folder: Path,
    scores: Sequence[MilestoneScore],
    milestones: Sequence[Milestone],
    say: Say = on_stderr,
) -> None:
    """Add to the record of `folder` what `scores` prove."""
    if record.is_workspace(folder):
        most = {milestone.id: public_points(milestone) for milestone in milestones}
        note(folder, record.of_milestones(scores, most), say)


def public_points(milestone: Milestone) -> float:
    """Return what all public checks of `milestone` are worth."""
    listed = list_checks(milestone.id, milestone.checks)
    return round(sum(one.points_for("public") for one in listed), 2)


def note_hint(folder: Path, check: str, level: int) -> None:
    """Add to the record of `folder` that a hint was shown."""
    note(folder, record.of_hint(check, level))


def note(folder: Path, facts: Data, say: Say = on_stderr) -> None:
    """Add `facts` to the record of `folder`, if it is a workspace; say what goes wrong."""
    if not record.is_workspace(folder):
        return
    try:
        aside = record.add(folder, facts)
    except OSError as problem:
        told = f"{folder / record.NAME}: {reason(problem)}"
        say(f"what you reached is not recorded: {told}; mend that, then check again")
        return
    if aside:
        say(f"{record.NAME} was no record (half-written?): kept as {aside.name}, a new one begun")


def known(folder: Path) -> Record:
    """Return the record of `folder`; an empty one, and a line, where it cannot be read."""
    try:
        return record.read(folder)
    except Unreadable as problem:
        on_stderr(f"{folder / record.NAME} is no record: {problem}; the next check puts it aside")
    except OSError as problem:
        on_stderr(f"{folder / record.NAME} cannot be read: {reason(problem)}")
    return Record(record.VERSION)
