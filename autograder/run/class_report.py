"""The report on a graded class: tables, pages, and notes for the teacher."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from autograder.course.roster import Person
from autograder.intake import lone
from autograder.intake.find import Inbox
from autograder.intake.names import folder_name
from autograder.intake.submission import Entry, find_lookalikes, find_misnamed
from autograder.language.catalogue import translate
from autograder.reports import changes, gradebook, notes, page
from autograder.reports.adjusted import list_conflicts
from autograder.reports.adjustments import NONE, Adjustments
from autograder.reports.bonus import add_reviews
from autograder.reports.class_rows import Names, list_nobody
from autograder.reports.feedback import find_reviews, open_feedback
from autograder.reports.pseudonyms import (
    TABLE,
    NoKey,
    Pseudonyms,
    make_pseudonyms,
    write_pseudonyms,
)
from autograder.reports.register import Register
from autograder.reports.reviews import Review
from autograder.reports.summaries import Summaries
from autograder.reports.terminal import print_class
from autograder.run.results import read_report_key
from autograder.score import NoScore, Outcome, Score, list_scores, read_score
from autograder.stop import Stop
from autograder.words import escape_unseen, plain_name

T = TypeVar("T")


@dataclass(frozen=True)
class GradedClass:
    """A class whose scores were read once.

    Attributes
    ----------
    outcomes : list of Outcome
        With summaries of the scores.
    by_person : mapping
        What persons said of written work, by submission and unit.
    names : Names
        How submissions are called on pages.
    """

    outcomes: list[Outcome]
    by_person: Mapping[str, Mapping[str, Review]] = field(default_factory=dict)
    names: Names = field(default_factory=Names)


def read_earlier_scores(out: Path, entries: list[Entry], checks: str) -> dict[str, Score]:
    """Return summaries of the scores of an earlier run, by name; say what cannot be read.

    `checks` is the hash of today's: of a score by the same ones no change is to be told.
    """
    before, summaries = {}, Summaries()
    for entry in entries:
        folder = out / folder_name(entry.name)
        if score := _read_or_warn(folder / "score.json", read_score):
            before[score.submission.id] = summaries.summarize(_without_equals(score, checks))
            _read_or_warn(folder / "report.json", read_report_key)
    return before


def _without_equals(score: Score, checks: str) -> Score:
    """Return `score`; without its checks where it was graded by these."""
    if score.kit.checks_sha256 == checks:
        for part in score.parts:
            part.checks = []
    return score


def _read_or_warn(file: Path, read_file: Callable[[Path], T]) -> T | None:
    try:
        return read_file(file)
    except FileNotFoundError:
        return None
    except (OSError, NoScore) as problem:
        message = (
            f"autograder: {file} is half-written or foreign: {problem}; this entry is graded again"
        )
        print(message, file=sys.stderr)
        return None


def read_class(
    outcomes: Iterable[Outcome],
    count: int,
    out: Path,
    pseudonyms: Pseudonyms | None = None,
    persons: Callable[[str], Sequence[Person]] = list_nobody,
    adjustments: Adjustments = NONE,
) -> GradedClass:
    """Read every score once: write its page of feedback, and keep its summary.

    Parameters
    ----------
    outcomes : iterable of Outcome
        Each with its score, which is read when it is asked for.
    count : int
        How many there are.
    out : Path
        The folder of the scores.
    pseudonyms : Pseudonyms or None
        What pages call the submissions instead of their names.
    persons : callable
        From a submission to who is behind it by the roster.
    adjustments : Adjustments
        What people changed of the scores.
    """
    names = Names(open_feedback(out / "feedback", count), persons, pseudonyms, adjustments)
    summaries, kept = Summaries(), []
    said: dict[str, Mapping[str, Review]] = {}
    for outcome in outcomes:
        own = find_reviews(outcome)
        alias = pseudonyms(outcome.name) if pseudonyms else ""
        rows = adjustments.find_rows(outcome.name)
        names.pages.write(outcome, own, alias, persons(outcome.name), rows)
        summary = outcome.score and summaries.summarize(outcome.score)
        kept.append(replace(outcome, score=summary))
        if own:
            said[outcome.name] = own
    return GradedClass(kept, said, names)


def open_pseudonyms(out: Path) -> Pseudonyms:
    """Return the pseudonyms of the folder of grades."""
    try:
        return make_pseudonyms(out)
    except NoKey as problem:
        raise Stop(problem.phrase, 1) from None


def write_class_tables(
    graded: GradedClass,
    before: Mapping[str, Score],
    out: Path,
    register: Register,
    told: Sequence[Sequence[str]] = (),
) -> int:
    """Write and print the tables and the page of a class; return the exit code.

    `told` are notes for the teacher, by kind.
    """
    outcomes = graded.outcomes
    scores = list_scores(outcomes)
    unusual = {outcome.name: outcome.unusual for outcome in outcomes}
    gradebook.write_gradebook(scores, out / "grades.csv", register, unusual)
    reviewed = [_add_reviews(outcome, graded.by_person) for outcome in outcomes]
    page.write_class_page(reviewed, out / "index.html", told, graded.names)
    if pseudonyms := graded.names.hide:
        write_pseudonyms([outcome.name for outcome in outcomes], pseudonyms, out / TABLE)
    is_regrade = changes.write_changes(before, scores, out / "changes.csv")
    print_class(reviewed, out)
    if is_regrade:
        print(translate("moved: {file}", file=out / "changes.csv"))
    if pseudonyms:
        print(translate("who is who: {file}", file=out / TABLE))
    return 1 if any(outcome.is_fault for outcome in outcomes) else 0


def _add_reviews(outcome: Outcome, by_person: Mapping[str, Mapping[str, Review]]) -> Outcome:
    if outcome.score is None:
        return outcome
    return replace(outcome, score=add_reviews(outcome.score, by_person.get(outcome.name, {})))


def notes_on_inbox(inbox: Inbox, entries: Sequence[Entry]) -> list[list[str]]:
    """Return notes on who is who, by kind: on what was joined, left out, or taken for another."""
    return [
        [notes.escape_note(line) for line in inbox.notes],
        notes.note_left_out(inbox.left_out),
        notes.note_lone_files(lone.list_lone_files(entries)),
    ]


def notes_on_files(
    files: Mapping[str, Sequence[str]],
    chosen: Mapping[str, Sequence[str]],
    modules: Sequence[str],
) -> list[list[str]]:
    """Return notes on the files of submissions, by kind.

    Parameters
    ----------
    files : mapping
        Submission to its files, by their names in the copy.
    chosen : mapping
        Submission to what was chosen among several, a sentence each.
    modules : sequence of str
        The module names of the course.
    """
    renamed = {name: find_misnamed(paths, modules) for name, paths in files.items()}
    return [
        notes.note_choices(chosen),
        notes.note_wrong_names({name: paths for name, paths in renamed.items() if paths}, modules),
        notes.note_lookalikes(
            {name: find_lookalikes(paths, modules) for name, paths in files.items()}
        ),
        notes.note_empty_entries([name for name, paths in files.items() if not paths]),
    ]


def list_judged_files(outcomes: Sequence[Outcome]) -> dict[str, Sequence[str]]:
    """Return the files of each submission that was not refused."""
    return {o.name: o.files for o in outcomes if o.score and _was_judged(o.score)}


def notes_on_scores(
    outcomes: Sequence[Outcome], before: Mapping[str, Score], out: Path
) -> list[str]:
    """Return notes on scores that the tables lack, and on those that replaced other milestones'."""
    listed = {folder_name(outcome.name) for outcome in outcomes}
    on_disk = sorted(file.parent.name for file in out.glob("*/score.json"))
    pairs = [
        (_milestone_ids(before[score.submission.id]), _milestone_ids(score))
        for score in list_scores(outcomes)
        if score.submission.id in before
    ]
    changed = [(old, new) for old, new in pairs if old != new]
    return [
        *notes.note_other_scores(out, [name for name in on_disk if name not in listed]),
        *notes.note_other_milestones(
            sorted({id for old, _ in changed for id in old}),
            sorted({id for _, new in changed for id in new}),
        ),
    ]


def notes_on_adjustments(
    outcomes: Sequence[Outcome], out: Path, adjustments: Adjustments
) -> list[list[str]]:
    """Return notes on adjustments of what has no score, and on those without a place in one."""
    here = {plain_name(outcome.name) for outcome in outcomes}
    names = dict.fromkeys(row.submission for row in adjustments.rows)
    others = [name for name in names if plain_name(name) not in here]
    gone = [name for name in others if not (out / folder_name(name) / "score.json").is_file()]
    own = [score for score in list_scores(outcomes) if adjustments.find_rows(score.submission.id)]
    conflicts = [line for score in own for line in list_conflicts(adjustments, score)]
    return [notes.note_stray_adjustments(gone), [escape_unseen(line) for line in conflicts]]


def _milestone_ids(score: Score) -> list[str]:
    return [milestone.id for milestone in score.milestones]


def _was_judged(score: Score) -> bool:
    return any(check.status != "rejected" for check in score.checks)
