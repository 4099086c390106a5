"""The learner's record, as commands use it: trouble with it is one line, never the end."""

import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.checks.spec import catalogue
from autograder.course import Milestone
from autograder.reports import record
from autograder.reports.record import Data, Record, Unreadable
from autograder.score import Score


def note_score(folder: Path, score: Score, milestones: Sequence[Milestone]) -> None:
    """Add to the record of `folder` what `score` proves."""
    if not record.is_workspace(folder):
        return
    most = {milestone.id: public_points(milestone) for milestone in milestones}
    note(folder, record.of_score(score, most))


def public_points(milestone: Milestone) -> float:
    """Return what all public checks of `milestone` are worth."""
    listed = catalogue(milestone.id, milestone.checks)
    return round(sum(one.points("public") for one in listed), 2)


def note_hint(folder: Path, check: str, level: int) -> None:
    """Add to the record of `folder` that a hint was shown."""
    note(folder, record.of_hint(check, level))


def note(folder: Path, facts: Data) -> None:
    """Add `facts` to the record of `folder`, if it is a workspace; say what goes wrong."""
    if not record.is_workspace(folder):
        return
    try:
        aside = record.add(folder, facts)
    except OSError as problem:
        why = problem.strerror or problem
        _say(f"what you reached is not recorded: {folder / record.NAME}: {why}")
        return
    if aside:
        _say(f"{record.NAME} was no record (half-written?): kept as {aside.name}, a new one begun")


def known(folder: Path) -> Record:
    """Return the record of `folder`; an empty one, and a line, where it cannot be read."""
    try:
        return record.read(folder)
    except Unreadable as problem:
        _say(f"{folder / record.NAME} is no record: {problem}; the next check puts it aside")
    except OSError as problem:
        _say(f"{folder / record.NAME} cannot be read: {problem.strerror or problem}")
    return Record(record.VERSION)


def _say(line: str) -> None:
    print(f"autograder: {line}", file=sys.stderr)
