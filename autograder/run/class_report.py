"""What a graded class leaves behind: tables, pages, and lines about what a teacher should know."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from autograder.course import Course
from autograder.intake import lone
from autograder.intake.names import folder_name
from autograder.intake.submission import Entry, find_misnamed
from autograder.reports import changes, feedback, gradebook, notes, page
from autograder.reports.gradebook import StandingsRule
from autograder.reports.terminal import print_class
from autograder.run.results import read_report
from autograder.score import NoScore, Outcome, Score, read_score

T = TypeVar("T")


def scores_before(out: Path, found: list[Entry]) -> dict[str, Score]:
    """Return the scores of an earlier run, by name; say what cannot be read."""
    before = {}
    for entry in found:
        folder = out / folder_name(entry.name)
        if score := _readable(folder / "score.json", read_score):
            before[score.submission.id] = score
            _readable(folder / "report.json", read_report)
    return before


def _readable(file: Path, how: Callable[[Path], T]) -> T | None:
    try:
        return how(file)
    except FileNotFoundError:
        return None
    except (OSError, NoScore) as problem:
        told = (
            f"autograder: {file} is half-written or foreign: {problem}; this entry is graded again"
        )
        print(told, file=sys.stderr)
        return None


def write_tables(
    outcomes: list[Outcome], before: dict[str, Score], out: Path, standing: StandingsRule | None
) -> int:
    """Write and print the tables and pages of a class; return the exit code."""
    scores = [outcome.score for outcome in outcomes if outcome.score]
    gradebook.write_gradebook(scores, out / "grades.csv", standing)
    feedback.write_feedback(outcomes, out / "feedback")
    page.write_class_page(outcomes, out / "index.html")
    is_regrade = changes.write_changes(before, scores, out / "changes.csv")
    print_class(outcomes, out)
    if is_regrade:
        print(f"moved: {out / 'changes.csv'}")
    return 1 if any(outcome.is_fault for outcome in outcomes) else 0


def notes_on_files(found: list[Entry], outcomes: list[Outcome], course: Course) -> list[str]:
    """Return what was handed in under other names, or not at all."""
    scores = [outcome.score for outcome in outcomes if outcome.score]
    files = {score.submission.id: score.submission.files for score in scores if _is_read(score)}
    elsewhere = {name: find_misnamed(own, course.modules) for name, own in files.items()}
    return [
        *notes.note_lone_files(lone.list_lone_files(found)),
        *notes.note_wrong_names(
            {name: own for name, own in elsewhere.items() if own}, course.modules
        ),
        *notes.note_empty_entries([name for name, own in files.items() if not own]),
    ]


def notes_on_scores(outcomes: list[Outcome], before: dict[str, Score], out: Path) -> list[str]:
    """Return which scores the tables do not list, and which took the place of wider ones."""
    own = {folder_name(outcome.name) for outcome in outcomes}
    all_of = sorted(file.parent.name for file in out.glob("*/score.json"))
    scores = [outcome.score for outcome in outcomes if outcome.score]
    pairs = [
        (_ids(before[score.submission.id]), _ids(score))
        for score in scores
        if score.submission.id in before
    ]
    moved = [(old, new) for old, new in pairs if old != new]
    return [
        *notes.note_other_scores(out, [name for name in all_of if name not in own]),
        *notes.note_other_milestones(
            sorted({id for old, _ in moved for id in old}),
            sorted({id for _, new in moved for id in new}),
        ),
    ]


def _ids(score: Score) -> list[str]:
    return [milestone.id for milestone in score.milestones]


def _is_read(score: Score) -> bool:
    return any(check.status != "rejected" for check in score.checks)
